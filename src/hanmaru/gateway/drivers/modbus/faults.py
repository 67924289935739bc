"""Exception codes of Modbus in words, with what helps. Source: MODBUS Application Protocol V1.1b3, section 7."""

from dataclasses import dataclass
from typing import Final

from hanmaru.floor.quality import Quality


@dataclass(frozen=True, slots=True)
class Fault:
    """What an exception code means to a person, and to a reading."""

    words: str
    remedy: str
    quality: Quality
    code: int = 0

    @property
    def about_address(self) -> bool:
        """Say whether what was asked for is wrong, not the unit: a smaller request may do."""
        return self.code in {1, 2, 3}

    def __str__(self) -> str:
        return f"{self.words}. {self.remedy}"


_KNOWN: Final = [
    (1, "The unit does not know this function", "Choose another table, or set `write_many`", Quality.BAD_CONFIGURATION),
    (2, "The unit has no such address", "Check table and address; they count from 0", Quality.BAD_NODE_UNKNOWN),
    (
        3,
        "The unit refuses this number or length",
        "Check the range, or lower `most_registers`",
        Quality.BAD_CONFIGURATION,
    ),
    (4, "The unit has failed while it did it", "Look at its own display or log", Quality.BAD_DEVICE_FAILURE),
    (5, "The unit has begun and needs longer", "It is asked again; raise `timeout` if it stays", Quality.BAD_NO_DATA),
    (6, "The unit is busy", "It is asked again; raise `pause` if it stays", Quality.BAD_NO_DATA),
    (7, "The unit refuses to do this now", "Look at its own display or log", Quality.BAD_DEVICE_FAILURE),
    (8, "The memory of the unit is damaged", "Have the unit serviced", Quality.BAD_DEVICE_FAILURE),
    (9, "The unit says 9, which the standard does not know", "See the unit's manual", Quality.BAD),
    (10, "The gateway has no way to this unit", "Check the unit number and the gateway", Quality.BAD_CONFIGURATION),
    (11, "The unit behind the gateway is silent", "Check power, wires and unit number", Quality.BAD_NO_COMMUNICATION),
]
FAULTS: Final = {code: Fault(words, remedy, quality, code) for code, words, remedy, quality in _KNOWN}
SILENT: Final = Fault("The unit does not answer", "Check power, wires, speed and parity", Quality.BAD_TIMEOUT)


def fault_of(code: int) -> Fault:
    """Answer what an exception code means; of one that the standard does not have, its number."""
    words = f"The unit says {code}, which the standard does not know"
    return FAULTS.get(code) or Fault(words, "See the unit's manual", Quality.BAD, code)
