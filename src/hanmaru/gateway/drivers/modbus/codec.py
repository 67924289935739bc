"""Registers to values and back. Pure.

Source: MODBUS Application Protocol Specification V1.1b3, 4.2 (big-endian); the other orders are what makers do.
"""

import math
import struct
from collections.abc import Sequence
from typing import Final

from hanmaru.floor.reading import exact
from hanmaru.gateway.drivers.modbus.points import Point

FORMS: Final = {
    "int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "int64": ">q", "uint64": ">Q", "float32": ">f",
    "float64": ">d",
}  # fmt: skip


class Unfit(ValueError):
    """A wanted value that the registers cannot hold; the words are for people."""


def value_of(point: Point, cells: Sequence[int] | Sequence[bool]) -> tuple[float | None, str | None]:
    """Answer the number and text of a point from its registers (0..65535) or its bit."""
    if point.type == "bit":
        return float(bool(cells[0])), None
    if point.type == "string":
        return None, _string(point, cells)
    if point.type == "uint16" and point.order in {"abcd", "cdab"} and point.bit is None:  # most registers are so
        return cells[0] * point.scale + point.offset, None
    (raw,) = struct.unpack(FORMS[point.type], _ordered(point, struct.pack(f">{len(cells)}H", *cells)))
    if point.bit is not None:
        raw = (int(raw) & (1 << WIDE[point.type]) - 1) >> point.bit & (1 << point.bits) - 1
    if point.scale == 1 and point.offset == 0:
        return exact(raw) if isinstance(raw, int) else (raw, None)
    return raw * point.scale + point.offset, None


WIDE: Final = {name: struct.calcsize(form) * 8 for name, form in FORMS.items()}


def _ordered(point: Point, data: bytes) -> bytes:
    """Turn bytes of a point's order into the standard's, or back: each order undoes itself."""
    words = [data[place : place + 2] for place in range(0, len(data), 2)]
    if point.order in {"cdab", "dcba"}:
        words.reverse()
    if point.order in {"badc", "dcba"}:
        words = [word[::-1] for word in words]
    return b"".join(words)


def _string(point: Point, cells: Sequence[int]) -> str:
    data = struct.pack(f">{len(cells)}H", *cells)
    if point.order in {"badc", "dcba"}:
        data = b"".join(data[place : place + 2][::-1] for place in range(0, len(data), 2))
    return data[: point.length].split(b"\0")[0].decode("utf-8", "replace").rstrip()


def cells_for(point: Point, number: float | None, text: str | None, before: Sequence[int] | None = None) -> list[int]:
    """Answer the registers, or the bit, that make a point this value. Raise Unfit.

    `before` are the registers as they are now: a field of bits leaves the bits beside it as they are.
    """
    if point.type == "string":
        return _string_cells(point, text)
    wanted = _wanted(number, text)
    if point.type == "bit":
        if wanted not in {0, 1}:
            raise Unfit("it is a flag: give 0 or 1")
        return [int(wanted)]
    plain = point.scale == 1 and point.offset == 0
    raw = wanted if plain else (wanted - point.offset) / point.scale
    if point.type.startswith("float"):
        return _packed(point, float(raw))
    whole = _whole(raw, stepped=not plain)
    if point.bit is not None:
        whole = _in_field(point, whole, before)
    return _packed(point, whole)


def _wanted(number: float | None, text: str | None) -> float | int:
    if text is None:
        if number is None:
            raise Unfit("give a number")
        return number
    try:
        return int(text)  # exact, for integers of 64 bits
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError as error:
        raise Unfit(f"{text[:40]!r} is no number") from error


def _whole(raw: float, *, stepped: bool) -> int:
    """Answer a whole number; of a scaled value the nearest step, else the value has to be whole."""
    if not math.isfinite(raw):
        raise Unfit("the register holds whole numbers: NaN and infinity do not fit")
    whole = round(raw)
    if not stepped and whole != raw:
        raise Unfit("the register holds whole numbers")
    return whole


def _in_field(point: Point, whole: int, before: Sequence[int] | None) -> int:
    if before is None:
        raise Unfit("the registers as they are now could not be read")
    mask = (1 << point.bits) - 1
    if not 0 <= whole <= mask:
        raise Unfit(f"the field holds 0 to {mask}")
    data = _ordered(point, struct.pack(f">{len(before)}H", *before))
    raw = int.from_bytes(data, "big")
    bare = raw & ~(mask << (point.bit or 0)) | whole << (point.bit or 0)
    sign = 1 << WIDE[point.type] - 1
    return bare - 2 * sign if point.type.startswith("int") and bare & sign else bare


def _packed(point: Point, raw: float) -> list[int]:
    try:
        data = _ordered(point, struct.pack(FORMS[point.type], raw))
    except (struct.error, OverflowError) as error:
        raise Unfit(f"{raw:g} does not fit into {point.type}") from error
    return list(struct.unpack(f">{len(data) // 2}H", data))


def _string_cells(point: Point, text: str | None) -> list[int]:
    if text is None:
        raise Unfit("give a text")
    data = text.encode()
    if len(data) > point.length:
        raise Unfit(f"the text has {len(data)} bytes, {point.length} fit")
    data = data.ljust(point.size * 2, b"\0")
    if point.order in {"badc", "dcba"}:
        data = b"".join(data[place : place + 2][::-1] for place in range(0, len(data), 2))
    return list(struct.unpack(f">{point.size}H", data))
