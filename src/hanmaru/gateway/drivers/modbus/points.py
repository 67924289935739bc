"""What stands where on a bus: points, as a row of a map or as an address, and both taken from text.

Source: MODBUS Application Protocol Specification V1.1b3, 4.3 (the four tables) and 4.4 (addresses count from 0).
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final, Literal, get_args
from urllib.parse import parse_qsl

from hanmaru.floor.shapes import WrongShape, take, told
from hanmaru.floor.words import NOTHING, Sentence, sentence

Table = Literal["coil", "discrete", "input", "holding"]
Kind = Literal["bit", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64", "string"]
Order = Literal["abcd", "cdab", "badc", "dcba"]
TagType = Literal["number", "integer", "flag", "text"]

WIDTHS: Final[dict[str, int]] = {  # registers
    "int16": 1, "uint16": 1, "int32": 2, "uint32": 2, "int64": 4, "uint64": 4, "float32": 2, "float64": 4,
}  # fmt: skip
BITS: Final = {"coil", "discrete"}
LAST_ADDRESS: Final = 65_535
MOST_CHARACTERS: Final = 250  # 125 registers, what one request can read


@dataclass(frozen=True, slots=True)
class Point:
    """One value in the tables of one unit."""

    unit: int = told("Number of the unit on the bus.", low=0, high=255)
    table: Table = told("Which of the four tables.")
    address: int = told("Where it begins, counted from 0: holding register 40001 is 0.", low=0, high=LAST_ADDRESS)
    type: Kind = told("How the registers are read; `bit` in the tables of bits.", default="uint16")
    order: Order = told(
        "How the bytes of a value lie: `abcd` as the standard says, `cdab` low word first, `badc` low byte first, "
        "`dcba` both.",
        default="abcd",
    )
    bit: int | None = told("Lowest bit of a field within the value, counted from 0.", low=0, high=63, default=None)
    bits: int = told("How many bits the field has.", low=1, high=32, default=1)
    scale: float = told("What one step of the register is worth.", low=-1e12, high=1e12, default=1.0)
    offset: float = told("What is added after scaling.", low=-1e12, high=1e12, default=0.0)
    length: int = told("Characters of a string, two in a register.", low=1, high=MOST_CHARACTERS, default=2)
    name: str = told("A name by which tags can call it.", longest=120, default="")
    unit_of_measure: str = told("UCUM code of the value.", longest=40, default="")
    writable: bool = told("Whether it may be set: only coils and holding registers.", default=False)
    description: str = told("A sentence for people.", longest=200, default="")

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem:
            raise WrongShape(field=f"register {self.name or self.literal}", problem=problem)

    def _problem(self) -> Sentence:  # noqa: PLR0911 - one for each rule
        if (self.table in BITS) != (self.type == "bit"):
            return sentence("coils and discrete inputs have the type bit, registers any other")
        if self.address + self.size > LAST_ADDRESS + 1:
            return sentence("it reaches beyond the last address, %(last)s", last=LAST_ADDRESS)
        if not self.scale:
            return sentence("scale must not be 0")
        if self.bit is not None and (self.type not in WIDTHS or self.type.startswith("float")):
            return sentence("a field of bits lies in a register of whole numbers")
        if self.bit is not None and self.bit + self.bits > WIDTHS[self.type] * 16:
            return sentence("the field of bits reaches beyond the value")
        if self.writable and self.table not in {"coil", "holding"}:
            return sentence("only coils and holding registers can be set")
        return NOTHING

    @property
    def size(self) -> int:
        """Answer how many registers or bits of its table it takes."""
        return (self.length + 1) // 2 if self.type == "string" else WIDTHS.get(self.type, 1)

    @property
    def literal(self) -> str:
        """Answer its address as text, from which `point_of` makes it again."""
        said = [f"{self.unit}/{self.table}/{self.address}"]
        if self.type != "bit":
            said.append(f"/{self.type}")
        options = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name in _OPTIONS and getattr(self, one.name) != one.default
        }
        return "".join(said) + ("?" if options else "") + "&".join(f"{name}={one}" for name, one in options.items())

    @property
    def tag_type(self) -> TagType:
        """Answer the type of a tag for it."""
        if self.type == "string":
            return "text"
        if self.type == "bit" or (self.bit is not None and self.bits == 1):
            return "flag"
        return "number" if self.type.startswith("float") or self.scale % 1 or self.offset % 1 else "integer"


_OPTIONS: Final = ("order", "bit", "bits", "scale", "offset", "length")
_WHOLE: Final = {"unit", "address", "bit", "bits", "length"}
_BROKEN: Final = {"scale", "offset"}


def point_of(address: str) -> Point:
    """Take an address such as `1/holding/100/float32?order=cdab&scale=0.1`. Raise WrongShape."""
    path, _, options = address.partition("?")
    parts = path.split("/")
    if len(parts) not in {3, 4}:
        raise WrongShape(
            field=address[:80] or "address", problem="give unit/table/address/type, as 1/holding/100/uint16"
        )
    table = parts[1]
    kind = parts[3] if len(parts) == 4 else "bit" if table in BITS else "uint16"
    given = {"unit": parts[0], "table": table, "address": parts[2], "type": kind}
    for name, value in parse_qsl(options, keep_blank_values=True):
        if name not in _OPTIONS:
            raise WrongShape(
                field=name[:40], problem=sentence("no such option; there are %(known)s", known=", ".join(_OPTIONS))
            )
        given[name] = value
    return _of_texts(given, "address")


def points_of(text: str, where: str = "map") -> list[Point]:
    """Take a register map in CSV: a heading with names of fields, a line for each point. Raise WrongShape.

    Comma, semicolon or tab part the columns. Empty cells are left out. Lines that begin with # are words.
    """
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise WrongShape(field=where, problem="it is empty")
    parting = max(",;\t", key=lines[0].count)
    rows = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=parting)
    headings = [heading.strip() for heading in rows.fieldnames or ()]
    known = {one.name for one in fields(Point)}
    if unknown := [heading for heading in headings if heading not in known]:
        raise WrongShape(
            field=where,
            problem=sentence(
                "no column %(name)s; there are %(known)s", name=unknown[0][:40], known=", ".join(sorted(known))
            ),
        )
    rows.fieldnames = headings
    points = []
    for number, row in enumerate(rows, 2):
        if None in row:
            raise WrongShape(field=f"{where}, line {number}", problem="more cells than the heading has")
        points.append(_of_texts({name: (cell or "").strip() for name, cell in row.items()}, f"{where}, line {number}"))
    return points


def _of_texts(given: dict[str, str], where: str) -> Point:
    made: dict[str, object] = {}
    for name, cell in given.items():
        if not cell:
            continue
        try:
            made[name] = int(cell, 0) if name in _WHOLE else float(cell) if name in _BROKEN else cell
        except ValueError as error:
            raise WrongShape(
                field=f"{where}.{name}", problem=sentence("%(cell)s is no number", cell=repr(cell[:40]))
            ) from error
        if name == "writable":
            made[name] = cell.lower() in {"1", "true", "yes", "y"}
    if "type" not in made and made.get("table") in BITS:
        made["type"] = "bit"
    return take(Point, made, where)


class Book:
    """The points of a bus, found by name or by address."""

    def __init__(self, points: Iterable[Point]) -> None:
        self.points = list(points)
        self._named: dict[str, Point] = {}
        for point in self.points:
            if point.name and point.name in self._named:
                raise WrongShape(field=f"register {point.name}", problem="two registers have this name")
            if point.name:
                self._named[point.name] = point

    def find(self, address: str) -> Point:
        """Answer the point that a tag's address means. Raise WrongShape."""
        return self._named.get(address) or point_of(address)


TABLES: Final = get_args(Table)
