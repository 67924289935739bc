"""The registers of one Modbus unit, and the named points that lie in them.

Source: MODBUS Application Protocol V1.1b3, section 4.3 (data model). Numbers wider than a register: IEEE 754 and two's
complement, high word first unless the point says otherwise.
"""

import math
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hanmaru.twin.truth import Value


class Table(StrEnum):
    """The four tables."""

    COIL = "coil"
    DISCRETE = "discrete"
    INPUT = "input"
    HOLDING = "holding"


FORMATS: Final = {
    "uint16": ">H",
    "int16": ">h",
    "uint32": ">I",
    "int32": ">i",
    "uint64": ">Q",
    "int64": ">q",
    "float32": ">f",
    "float64": ">d",
}
BITS: Final = {Table.COIL, Table.DISCRETE}


@dataclass(frozen=True, slots=True)
class Point:
    """A value at an address. `kind`: flag in a bit table, otherwise one of FORMATS, or `bit` with its number.

    The register holds value / scale. `low_word_first` and `swapped` (bytes within a word) are as devices in the field
    have it. A text takes `length` registers.
    """

    name: str
    table: Table
    address: int
    kind: str = "uint16"
    scale: float = 1.0
    bit: int = 0
    low_word_first: bool = False
    swapped: bool = False
    length: int = 0

    @property
    def size(self) -> int:
        """Answer how many registers (or bits) it takes."""
        if self.table in BITS or self.kind == "bit":
            return 1
        return self.length if self.kind == "text" else struct.calcsize(FORMATS[self.kind]) // 2

    def words(self, value: Value) -> list[int]:
        """Answer the registers of a value."""
        if self.kind == "text":
            raw = str(value).encode()[: 2 * self.length].ljust(2 * self.length, b"\0")
        elif self.kind.startswith("float"):
            raw = struct.pack(FORMATS[self.kind], float(value or 0) / self.scale)
        else:
            raw = _whole(self.kind, value, self.scale)
        words = [int.from_bytes(raw[at : at + 2], "little" if self.swapped else "big") for at in range(0, len(raw), 2)]
        return words[::-1] if self.low_word_first and self.kind != "text" else words

    def value(self, words: list[int]) -> Value:
        """Answer the value of registers: what a driver should make of them."""
        if self.table in BITS:
            return bool(words[0])
        if self.kind == "bit":
            return bool(words[0] >> self.bit & 1)
        ordered = words[::-1] if self.low_word_first and self.kind != "text" else words
        raw = b"".join(word.to_bytes(2, "little" if self.swapped else "big") for word in ordered)
        if self.kind == "text":
            return raw.rstrip(b"\0").decode(errors="replace")
        (number,) = struct.unpack(FORMATS[self.kind], raw)
        found: float = number
        return found * self.scale if self.scale != 1 else found


def _whole(kind: str, value: Value, scale: float) -> bytes:
    """Answer the bytes of an integer register; beyond its range the nearest, for NaN the sign bit alone."""
    size, signed = struct.calcsize(FORMATS[kind]), not kind.startswith("u")
    if isinstance(value, float) and math.isnan(value):
        return b"\x80" + bytes(size - 1)
    whole: int = value if isinstance(value, int) and scale == 1 else round(float(value or 0) / scale)
    half = 1 << 8 * size - 1
    low, high = (-half, half - 1) if signed else (0, 2 * half - 1)
    return min(max(whole, low), high).to_bytes(size, "big", signed=signed)


class Registers:
    """One unit. Addresses that are not there are refused; `free` adds ranges without a named point."""

    def __init__(self, points: Iterable[Point], *, free: Iterable[tuple[Table, int, int]] = (), unit: int = 1) -> None:
        """Take the points and, as (table, first address, count), further registers; all are zero."""
        self.unit = unit
        self.points = {point.name: point for point in points}
        self.tables: dict[Table, dict[int, int]] = {table: {} for table in Table}
        ranges = [(point.table, point.address, point.size) for point in self.points.values()]
        for table, first, count in [*ranges, *free]:
            self.tables[table].update(dict.fromkeys(range(first, first + count), 0))
        # Called with the name and value of each point that a driver has written.
        self.written: Callable[[str, Value], None] = lambda _name, _value: None
        # Called with the name and value of each point that a driver has read.
        self.served: Callable[[str, Value], None] = lambda _name, _value: None

    def put(self, name: str, value: Value) -> None:
        """Set a point."""
        point = self.points[name]
        table = self.tables[point.table]
        if point.table in BITS:
            table[point.address] = int(bool(value))
        elif point.kind == "bit":
            mask = 1 << point.bit
            table[point.address] = table[point.address] & ~mask | (mask if value else 0)
        else:
            table.update(enumerate(point.words(value), point.address))

    def get(self, name: str) -> Value:
        """Answer what a point holds."""
        point = self.points[name]
        return point.value([self.tables[point.table][point.address + at] for at in range(point.size)])

    def has(self, table: Table, first: int, count: int) -> bool:
        """Say whether all these addresses are there."""
        return all(address in self.tables[table] for address in range(first, first + count))

    def read(self, table: Table, first: int, count: int) -> list[int]:
        """Answer registers or bits to a driver, and tell which points it has seen whole."""
        for point in self.within(table, first, count):
            self.served(point.name, self.get(point.name))
        return [self.tables[table][address] for address in range(first, first + count)]

    def write(self, table: Table, first: int, values: list[int]) -> None:
        """Take registers or bits from a driver, and tell which points it has changed."""
        self.tables[table].update(enumerate(values, first))
        for point in self.within(table, first, len(values)):
            self.written(point.name, self.get(point.name))

    def within(self, table: Table, first: int, count: int) -> Iterator[Point]:
        """Answer the points that lie wholly in a range."""
        for point in self.points.values():
            if point.table is table and first <= point.address and point.address + point.size <= first + count:
                yield point
