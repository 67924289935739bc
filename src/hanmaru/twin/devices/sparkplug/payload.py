"""Payloads of Sparkplug B as bytes. Source: Sparkplug 3.0.0, section 6.4; Protocol Buffers encoding, proto2.

Field numbers. Payload: timestamp 1, metrics 2, seq 3. Metric: name 1, alias 2, timestamp 3, datatype 4,
is_historical 5, is_null 7, properties 9, int_value 10, long_value 11, float_value 12, double_value 13,
boolean_value 14, string_value 15. PropertySet: keys 1, values 2. PropertyValue: type 1, is_null 2, int_value 3,
string_value 8.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hanmaru.twin.truth import Value

INT64, UINT64, DOUBLE, BOOLEAN, STRING = 4, 8, 10, 11, 12
STALE, BAD = 500, 0  # the property Quality, section 6.4.18: 192 good, 500 stale, 0 bad
KINDS: Final = {"number": DOUBLE, "integer": INT64, "flag": BOOLEAN, "text": STRING}
QUALITY: Final = "Quality"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric to send. `kind` is a data type; a name is told at birth, an alias afterwards."""

    kind: int
    value: Value
    timestamp: int  # milliseconds since 1970
    name: str = ""
    alias: int | None = None
    historical: bool = False
    quality: int = 192
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A metric of a command."""

    name: str
    alias: int | None
    value: Value


def encode(metrics: Sequence[Metric], timestamp: int, sequence: int | None) -> bytes:
    """Write a payload; NDEATH has no sequence."""
    body = _number(1, timestamp) + b"".join(_chunk(2, _metric(metric)) for metric in metrics)
    return body if sequence is None else body + _number(3, sequence)


def decode(data: bytes) -> list[Asked]:
    """Read the metrics of a command. Raise ValueError for bytes that are none."""
    return [_asked(bytes(value)) for field, value in _fields(data) if field == 2 and isinstance(value, bytes)]


def _metric(metric: Metric) -> bytes:
    out = _chunk(1, metric.name.encode()) if metric.name else b""
    if metric.alias is not None:
        out += _number(2, metric.alias)
    out += _number(3, metric.timestamp) + _number(4, metric.kind)
    if metric.historical:
        out += _number(5, 1)
    if metric.value is None:
        out += _number(7, 1)
    out += _properties(metric)
    return out if metric.value is None else out + _value(metric.kind, metric.value)


def _properties(metric: Metric) -> bytes:
    keys, values = b"", b""
    if metric.quality != 192:
        keys += _chunk(1, QUALITY.encode())
        values += _chunk(2, _number(1, 3) + _number(3, metric.quality))
    if metric.unit:
        keys += _chunk(1, b"engUnit")
        values += _chunk(2, _number(1, STRING) + _chunk(8, metric.unit.encode()))
    return _chunk(9, keys + values) if keys else b""


def _value(kind: int, value: Value) -> bytes:
    if kind == DOUBLE:
        return _key(13, 1) + struct.pack("<d", value)
    if kind == BOOLEAN:
        return _number(14, int(bool(value)))
    if kind == STRING:
        return _chunk(15, str(value).encode())
    return _number(11, int(value or 0) & 0xFFFF_FFFF_FFFF_FFFF)  # two's complement in an unsigned field, 6.4.16


def _asked(data: bytes) -> Asked:
    name, alias = "", None
    value: Value = None
    for field, raw in _fields(data):
        if field == 1 and isinstance(raw, bytes):
            name = raw.decode()
        elif field == 2 and isinstance(raw, int):
            alias = raw
        elif field in {10, 11} and isinstance(raw, int):
            value = raw - 2**64 if raw >= 2**63 else raw
        elif field == 12 and isinstance(raw, bytes):
            (value,) = struct.unpack("<f", raw)
        elif field == 13 and isinstance(raw, bytes):
            (value,) = struct.unpack("<d", raw)
        elif field == 14:
            value = bool(raw)
        elif field == 15 and isinstance(raw, bytes):
            value = raw.decode()
    return Asked(name, alias, value)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Answer (field number, varint or bytes) of a message; fixed-width fields as their bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key & 7 == 0:
            number, at = _varint(data, at)
            yield key >> 3, number
            continue
        if key & 7 == 2:
            size, at = _varint(data, at)
        elif key & 7 in {1, 5}:
            size = 8 if key & 7 == 1 else 4
        else:
            raise ValueError("unknown wire type")
        if at + size > len(data):
            raise ValueError("cut short")
        yield key >> 3, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("cut short")
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, at


def _key(field: int, wire: int) -> bytes:
    return _plain(field << 3 | wire)


def _number(field: int, value: int) -> bytes:
    return _key(field, 0) + _plain(value)


def _chunk(field: int, value: bytes) -> bytes:
    return _key(field, 2) + _plain(len(value)) + value


def _plain(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
