"""Exception codes of Modbus in words, with what helps. Source: MODBUS Application Protocol V1.1b3, section 7."""

from dataclasses import dataclass
from typing import Final

from hanmaru.floor.quality import Quality
from hanmaru.floor.words import Sentence, sentence


@dataclass(frozen=True, slots=True)
class Fault:
    """What an exception code means to a person, and to a reading."""

    words: Sentence
    remedy: Sentence
    quality: Quality
    code: int = 0

    @property
    def about_address(self) -> bool:
        """Say whether what was asked for is wrong, not the unit: a smaller request may do."""
        return self.code in {1, 2, 3}

    @property
    def sentence(self) -> Sentence:
        """Answer what it means and what helps."""
        return sentence("%(what)s. %(remedy)s", what=self.words, remedy=self.remedy)

    def __str__(self) -> str:
        return self.sentence


_KNOWN: Final = [
    (
        1,
        sentence("The unit does not know this function"),
        sentence("Choose another table, or set `write_many`"),
        Quality.BAD_CONFIGURATION,
    ),
    (
        2,
        sentence("The unit has no such address"),
        sentence("Check table and address; they count from 0"),
        Quality.BAD_NODE_UNKNOWN,
    ),
    (
        3,
        sentence("The unit refuses this number or length"),
        sentence("Check the range, or lower `most_registers`"),
        Quality.BAD_CONFIGURATION,
    ),
    (
        4,
        sentence("The unit has failed while it did it"),
        sentence("Look at its own display or log"),
        Quality.BAD_DEVICE_FAILURE,
    ),
    (
        5,
        sentence("The unit has begun and needs longer"),
        sentence("It is asked again; raise `timeout` if it stays"),
        Quality.BAD_NO_DATA,
    ),
    (6, sentence("The unit is busy"), sentence("It is asked again; raise `pause` if it stays"), Quality.BAD_NO_DATA),
    (
        7,
        sentence("The unit refuses to do this now"),
        sentence("Look at its own display or log"),
        Quality.BAD_DEVICE_FAILURE,
    ),
    (8, sentence("The memory of the unit is damaged"), sentence("Have the unit serviced"), Quality.BAD_DEVICE_FAILURE),
    (9, sentence("The unit says 9, which the standard does not know"), sentence("See the unit's manual"), Quality.BAD),
    (
        10,
        sentence("The gateway has no way to this unit"),
        sentence("Check the unit number and the gateway"),
        Quality.BAD_CONFIGURATION,
    ),
    (
        11,
        sentence("The unit behind the gateway is silent"),
        sentence("Check power, wires and unit number"),
        Quality.BAD_NO_COMMUNICATION,
    ),
]
FAULTS: Final = {code: Fault(words, remedy, quality, code) for code, words, remedy, quality in _KNOWN}
SILENT: Final = Fault(
    sentence("The unit does not answer"), sentence("Check power, wires, speed and parity"), Quality.BAD_TIMEOUT
)


def fault_of(code: int) -> Fault:
    """Answer what an exception code means; of one that the standard does not have, its number."""
    words = sentence("The unit says %(code)s, which the standard does not know", code=code)
    return FAULTS.get(code) or Fault(words, sentence("See the unit's manual"), Quality.BAD, code)
