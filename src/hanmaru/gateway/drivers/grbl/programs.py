"""Programs of a gantry: lines of G-code for a cell, checked against the travel before a single byte is sent."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hanmaru.floor.words import sentence
from hanmaru.gateway.drivers.grbl.config import Cell, GrblConfig
from hanmaru.gateway.drivers.grbl.lines import Place
from hanmaru.gateway.errors import Reconfigure
from hanmaru.kernel.errors import Refused

PREAMBLE: Final = "G21 G90 G94"  # millimetres, absolute, mm/min
SYNC: Final = "G4 P0.01"  # a dwell: its ok comes when all moves before it are over
_AXIS: Final = re.compile(r"([XYZ])\s*(-?\d+(?:\.\d+)?)", re.IGNORECASE)
_HARD: Final = 0.0005  # mm, what three decimals may be off


class NoSuchCell(Refused):
    """A cell that is not in the table of the machine."""

    code = "gateway.grbl_cell"
    message = "The machine has no cell %(cell)s. Add it to the cells of this source"


class OutOfTravel(Refused):
    """A program or jog that would leave the travel."""

    code = "gateway.grbl_travel"
    message = "%(axis)s = %(wanted)s mm lies outside the travel, %(low)s to %(high)s mm: nothing was sent"


@dataclass(frozen=True, slots=True)
class Program:
    """What is sent, and where the machine stands when it is done."""

    name: str
    lines: tuple[str, ...]
    end: Place


def make(name: str, cell: Cell, config: GrblConfig, at: Place, travel: Place) -> Program:
    """Fill a template for a cell. `at` is where the machine stands. Raise OutOfTravel."""
    template = config.fetch if name == "fetch" else config.store
    values = {
        "x": cell.x,
        "y": cell.y,
        "z": cell.z,
        "safe": config.safe_z,
        "tx": config.transfer_x,
        "ty": config.transfer_y,
        "tz": config.transfer_z,
        "feed": config.feed,
        "grip": config.grip_seconds,
    }
    written = {key: f"{value:.3f}" for key, value in values.items()}
    lines = [line.format(**written) for line in template]
    end = dict(zip("XYZ", at, strict=True))
    for line in lines:
        for letter, number in _AXIS.findall(line):
            check(letter.upper(), float(number), travel)
            end[letter.upper()] = float(number)
    return Program(f"{name} {cell.code}", (PREAMBLE, *lines, SYNC), (end["X"], end["Y"], end["Z"]))


def check(axis: str, wanted: float, travel: Place) -> None:
    """Refuse a place outside minus travel to 0, the range of a homed machine (settings.md, $130). Raise OutOfTravel."""
    low = -travel["XYZ".index(axis)]
    if not low - _HARD <= wanted <= _HARD:
        raise OutOfTravel(axis=axis, wanted=f"{wanted:g}", low=f"{low:g}", high="0")


def cells_of(config: GrblConfig) -> dict[str, Cell]:
    """Answer the cells by code, from the configuration and the file. Raise Reconfigure."""
    found = {cell.code: cell for cell in config.cells}
    if config.cells_file:
        found |= _read(Path(config.cells_file))
    return found


def pick(cells: Mapping[str, Cell], code: str) -> Cell:
    """Answer a cell. Raise NoSuchCell."""
    if code not in cells:
        raise NoSuchCell(cell=code[:64] or "''")
    return cells[code]


def _read(path: Path) -> dict[str, Cell]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [Cell(row["code"].strip(), *(float(row[axis]) for axis in "xyz")) for row in csv.DictReader(file)]
    except (OSError, UnicodeError, KeyError, TypeError, ValueError, AttributeError, csv.Error) as error:
        what = f"{type(error).__name__}: {error}"
        why = sentence("the file of cells %(path)s cannot be read (%(error)s)", path=path, error=what)
        remedy = sentence("Give a CSV file with the columns code, x, y, z")
        raise Reconfigure(device="grbl", why=why, remedy=remedy) from error
    return {cell.code: cell for cell in rows}
