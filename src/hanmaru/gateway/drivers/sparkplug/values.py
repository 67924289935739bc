"""What a Sparkplug value means: bits of the wire to Python and back, by data type. Source: Sparkplug 3.0.0, 6.4.16.

Integers travel as unsigned 32 or 64 bits in two's complement; senders differ in how far they extend the sign and in
which of the two fields they use, so a value is read by its type's own width. Arrays are packed little-endian.
"""

import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from hanmaru.gateway.drivers.sparkplug.schema import DataType
from hanmaru.kernel.errors import Invalid

Scalar = bool | int | float | str | bytes
Value = Scalar | tuple[Scalar, ...]
INTEGERS: Final = {
    DataType.INT8: (8, True),
    DataType.INT16: (16, True),
    DataType.INT32: (32, True),
    DataType.INT64: (64, True),
    DataType.UINT8: (8, False),
    DataType.UINT16: (16, False),
    DataType.UINT32: (32, False),
    DataType.UINT64: (64, False),
}
TEXTS: Final = {DataType.STRING, DataType.TEXT, DataType.UUID}
_ITEMS: Final = {
    DataType.INT8_ARRAY: "b",
    DataType.INT16_ARRAY: "h",
    DataType.INT32_ARRAY: "i",
    DataType.INT64_ARRAY: "q",
    DataType.UINT8_ARRAY: "B",
    DataType.UINT16_ARRAY: "H",
    DataType.UINT32_ARRAY: "I",
    DataType.UINT64_ARRAY: "Q",
    DataType.FLOAT_ARRAY: "f",
    DataType.DOUBLE_ARRAY: "d",
    DataType.DATETIME_ARRAY: "Q",
}
_LATEST_MS: Final = 253_402_300_799_999  # 9999-12-31, the last that Python and SQL can write
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class BadValue(Invalid):
    """Bits that are no value of their type, or a wanted value that does not fit the metric's type."""

    code = "gateway.sparkplug_value"
    message = "%(got)s is no value of the type %(type)s"


def understand(kind: int, raw: object) -> Value:
    """Answer a raw field's value by its data type. Raise BadValue."""
    read, accepted = _READERS.get(kind, (None, ()))
    if read is None or not isinstance(raw, accepted) or (isinstance(raw, bool) and kind != DataType.BOOLEAN):
        raise BadValue(got=repr(raw)[:60], type=type_name(kind))
    try:
        return read(raw)
    except (ValueError, struct.error) as error:
        raise BadValue(got=repr(raw)[:60], type=type_name(kind)) from error


def field_and_raw(kind: int, value: Value) -> tuple[str, Scalar]:
    """Answer the field that carries a value, and what stands in it. Raise BadValue where it does not fit."""
    try:
        return _field_and_raw(DataType(kind), value)
    except (ValueError, TypeError, OverflowError, struct.error) as error:
        raise BadValue(got=repr(value)[:60], type=type_name(kind)) from error


def when(milliseconds: int | None) -> datetime | None:
    """Answer a time stamp as UTC; None for one that is missing, zero or past the year 9999."""
    if not milliseconds or milliseconds > _LATEST_MS:
        return None
    return _EPOCH + timedelta(milliseconds=milliseconds)


def type_name(kind: int) -> str:
    """Answer a data type as people call it; of one that we do not know, its number."""
    return DataType(kind).name.lower() if kind in DataType._value2member_map_ else f"number {kind}"


def _field_and_raw(kind: DataType, value: Value) -> tuple[str, Scalar]:
    if kind in INTEGERS or kind == DataType.DATETIME:
        return _integer_field(kind, _whole(value))
    if kind in {DataType.FLOAT, DataType.DOUBLE} and isinstance(value, (int, float)) and not isinstance(value, bool):
        if kind == DataType.FLOAT:
            struct.pack("<f", value)  # raises what is too large for it
        return ("float_value" if kind == DataType.FLOAT else "double_value"), float(value)
    if kind == DataType.BOOLEAN and value in {True, False}:
        return "boolean_value", bool(value)
    if kind in TEXTS and isinstance(value, str):
        return "string_value", value
    if kind in {DataType.BYTES, DataType.FILE} and isinstance(value, bytes):
        return "bytes_value", value
    return "bytes_value", _packed(kind, value)


def _integer_field(kind: DataType, number: int) -> tuple[str, int]:
    width, signed = INTEGERS.get(kind, (64, False))
    if _sized(number, width, signed=signed) != number:
        raise ValueError(number)
    # UInt32 goes into the long field, as the reference implementation has it.
    wide = width == 64 or kind == DataType.UINT32
    return ("long_value" if wide else "int_value"), number & (2 ** (64 if wide else 32) - 1)


def _whole(value: Value) -> int:
    if isinstance(value, (str, bytes, tuple)) or value != int(value):
        raise ValueError
    return int(value)


def _sized(raw: int, width: int, *, signed: bool) -> int:
    kept = raw & ((1 << width) - 1)
    return kept - (1 << width) if signed and kept >> (width - 1) else kept


def _booleans(raw: bytes) -> tuple[bool, ...]:
    """Read a count and then bits, the first one highest (section 6.4.17)."""
    count = int.from_bytes(raw[:4], "little")
    if not count <= (len(raw) - 4) * 8 < count + 8:
        raise ValueError(count)
    return tuple(bool(raw[4 + place // 8] & (0x80 >> place % 8)) for place in range(count))


def _strings(raw: bytes) -> tuple[str, ...]:
    if raw and raw[-1]:
        raise ValueError(raw[-1])
    return tuple(part.decode() for part in raw.split(b"\0")[:-1])


def _items(letter: str, raw: bytes) -> tuple[Scalar, ...]:
    return struct.unpack(f"<{len(raw) // struct.calcsize('<' + letter)}{letter}", raw)


def _packed(kind: DataType, items: Value) -> bytes:
    if not isinstance(items, tuple):
        raise TypeError(items)
    if kind == DataType.BOOLEAN_ARRAY:
        bits = bytearray((len(items) + 7) // 8)
        for place, item in enumerate(items):
            bits[place // 8] |= (0x80 >> place % 8) if item else 0
        return len(items).to_bytes(4, "little") + bytes(bits)
    if kind == DataType.STRING_ARRAY:
        if any("\0" in str(item) for item in items):
            raise ValueError(items)
        return b"".join(str(item).encode() + b"\0" for item in items)
    if kind not in _ITEMS:
        raise TypeError(items)
    return struct.pack(f"<{len(items)}{_ITEMS[kind]}", *items)


_READERS: Final[dict[int, tuple[Callable[[Any], Value], type | tuple[type, ...]]]] = {
    **{kind: (partial(_sized, width=width, signed=signed), int) for kind, (width, signed) in INTEGERS.items()},
    DataType.FLOAT: (float, (int, float)),
    DataType.DOUBLE: (float, (int, float)),
    DataType.BOOLEAN: (bool, int),
    DataType.DATETIME: (int, int),
    **dict.fromkeys(TEXTS, (str, str)),
    DataType.BYTES: (bytes, bytes),
    DataType.FILE: (bytes, bytes),
    **{kind: (partial(_items, letter), bytes) for kind, letter in _ITEMS.items()},
    DataType.BOOLEAN_ARRAY: (_booleans, bytes),
    DataType.STRING_ARRAY: (_strings, bytes),
}
