"""What lies in the gantry's rack, and what passes the scale and the card reader: small made-up goods."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hanmaru.twin.devices.grbl.gantry import rack
from hanmaru.twin.devices.grbl.motion import Vector


@dataclass(frozen=True, slots=True)
class Rack:
    """Cells by name, and which goods lie in them."""

    cells: Mapping[str, Vector]
    contents: Mapping[str, str]
    transfer: Vector


RACK: Final = Rack(
    rack(), {"A1": "ring-red", "A2": "ring-blue", "B3": "frame-black", "C5": "hinge"}, (-20.0, -20.0, -60.0)
)
# Tag numbers of our own (hanmaru.floor.epc): company 1, variants 1 to 3, serial 1.
CARDS: Final = ("C80000010000001000001059", "C800000100000020000017A1", "C80000010000003000001D0C")
