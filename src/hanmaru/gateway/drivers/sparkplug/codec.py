"""Payloads of Sparkplug B: bytes to typed shapes and back. Source: Sparkplug 3.0.0, section 6.4.

A metric of a DATA message may leave out name (its alias stands for it) and type (known from the birth), so its value
is kept raw until the state of the edge node has said what it is.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.message import DecodeError

from hanmaru.gateway.drivers.sparkplug.schema import MESSAGES, DataType
from hanmaru.gateway.drivers.sparkplug.values import BadValue, Scalar, Value, field_and_raw, understand
from hanmaru.kernel.errors import Invalid

COMPRESSED: Final = "SPBV1.0_COMPRESSED"  # as the reference implementation marks a payload within a payload
LARGEST: Final = 16 * 1024 * 1024  # bytes after unpacking; a few kB can be made to unpack to gigabytes


class BadPayload(Invalid):
    """Bytes that are no Sparkplug payload."""

    code = "gateway.sparkplug_payload"
    message = "Not a Sparkplug B payload: %(why)s"


@dataclass(frozen=True, slots=True)
class Structure:
    """A data set or a template: what it holds, as plain data for JSON."""

    content: Mapping[str, object]

    def as_json(self) -> str:
        """Answer it as JSON text; NaN and infinities, which JSON has not, as texts."""
        return json.dumps(_plain(self.content), ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric as it stood in a payload. Times are milliseconds since 1970."""

    name: str = ""
    alias: int | None = None
    timestamp: int | None = None
    datatype: int | None = None
    raw: Scalar | Structure | None = None
    is_null: bool = False
    is_historical: bool = False
    is_transient: bool = False
    properties: Mapping[str, Scalar | None] = field(default_factory=dict)

    def value(self, datatype: int) -> Value | Structure | None:
        """Answer its value, read as the type given; None for null. Raise BadValue."""
        if self.is_null or self.raw is None:
            return None
        if isinstance(self.raw, Structure):
            if datatype in {DataType.DATASET, DataType.TEMPLATE}:
                return self.raw
            raise BadValue(got="a structure", type=DataType(datatype).name.lower())
        return understand(datatype, self.raw)


@dataclass(frozen=True, slots=True)
class Payload:
    """What a message carries. `seq` is 0 to 255; NDEATH and commands have none."""

    metrics: tuple[Metric, ...] = ()
    timestamp: int | None = None
    seq: int | None = None


def decode(data: bytes) -> Payload:
    """Read a payload, unpacked where it was packed. Raise BadPayload."""
    try:
        message = MESSAGES["Payload"].FromString(data)
        if message.uuid == COMPRESSED:
            outer = message.seq if message.HasField("seq") else None
            message = MESSAGES["Payload"].FromString(_unpacked(message.body))
            if outer is not None and not message.HasField("seq"):
                message.seq = outer
    except (DecodeError, zlib.error) as error:
        raise BadPayload(why=str(error)[:120]) from error
    return Payload(
        metrics=tuple(_metric(one) for one in message.metrics),
        timestamp=message.timestamp if message.HasField("timestamp") else None,
        seq=message.seq if message.HasField("seq") else None,
    )


def encode(payload: Payload, values: Iterable[Value] = ()) -> bytes:
    """Write a payload: its metrics with a datatype each, and their values in the same order. Raise BadValue."""
    message = MESSAGES["Payload"]()
    if payload.timestamp is not None:
        message.timestamp = payload.timestamp
    if payload.seq is not None:
        message.seq = payload.seq
    for metric, value in zip(payload.metrics, values, strict=True):
        written = message.metrics.add()
        if metric.name:
            written.name = metric.name
        for name in ("alias", "timestamp", "datatype"):
            if (given := getattr(metric, name)) is not None:
                setattr(written, name, given)
        place, raw = field_and_raw(metric.datatype or 0, value)
        setattr(written, place, raw)
    return bytes(message.SerializeToString())


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=47)  # zlib or gzip, told apart by their header
    data = unpacker.decompress(body, LARGEST)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise BadPayload(why=f"packed, and broken or larger than {LARGEST} bytes")
    return data


def _metric(one: Any) -> Metric:
    place = one.WhichOneof("value")
    raw: Scalar | Structure | None = None
    if place == "dataset_value":
        raw = Structure(_data_set(one.dataset_value))
    elif place == "template_value":
        raw = Structure(_template(one.template_value))
    elif place:
        raw = getattr(one, place)
    return Metric(
        name=one.name,
        alias=one.alias if one.HasField("alias") else None,
        timestamp=one.timestamp if one.HasField("timestamp") else None,
        datatype=one.datatype if one.HasField("datatype") else None,
        raw=raw,
        is_null=one.is_null,
        is_historical=one.is_historical,
        is_transient=one.is_transient,
        properties=_properties(one.properties) if one.HasField("properties") else {},
    )


def _properties(pairs: Any) -> dict[str, Scalar | None]:
    """Answer simple properties by name; sets within sets, which no driver of ours reads, are left out."""
    return {
        key: _simple(value.type, value)
        for key, value in zip(pairs.keys, pairs.values, strict=False)
        if value.WhichOneof("value") not in {"propertyset_value", "propertysets_value"}
    }


def _data_set(one: Any) -> dict[str, object]:
    types = list(one.types)
    return {
        "columns": list(one.columns),
        "rows": [
            [_simple(types[place] if place < len(types) else 0, cell) for place, cell in enumerate(row.elements)]
            for row in one.rows
        ],
    }


def _template(one: Any) -> dict[str, object]:
    content: dict[str, object] = {"template": one.template_ref, "version": one.version}
    if one.is_definition:
        content["definition"] = True
    if one.parameters:
        content["parameters"] = {each.name: _simple(each.type, each) for each in one.parameters}
    content["metrics"] = {each.name: _member(_metric(each)) for each in one.metrics}
    return content


def _member(metric: Metric) -> object:
    try:
        value = metric.value(metric.datatype or 0)
    except BadValue:
        return metric.raw
    return value.content if isinstance(value, Structure) else value


def _simple(kind: int, holder: Any) -> Scalar | None:
    """Answer the value of a property, cell or parameter; one whose type does not fit stays as it came."""
    place = holder.WhichOneof("value")
    if not place:
        return None
    raw: Scalar = getattr(holder, place)
    try:
        value = understand(kind, raw)
    except BadValue:
        return raw
    return raw if isinstance(value, tuple) else value


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and value - value != 0:
        return str(value)
    return value
