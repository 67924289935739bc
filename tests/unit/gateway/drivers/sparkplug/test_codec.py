"""Payloads: every data type there and back, and bytes that are none."""

import gzip
import json
import math
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.gateway.drivers.sparkplug.codec import BadPayload, Metric, Payload, Structure, decode, encode
from hanmaru.gateway.drivers.sparkplug.schema import MESSAGES, DataType
from hanmaru.gateway.drivers.sparkplug.values import INTEGERS, BadValue, Value, understand
from tests.sparkplug_node import DOUBLE, INT32, chunk, metric, number, payload

texts = st.text(st.characters(exclude_categories=["Cs"]))
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
singles = st.floats(width=32)


def _integers(kind: DataType) -> st.SearchStrategy[int]:
    width, signed = INTEGERS[kind]
    return st.integers(-(2 ** (width - 1)), 2 ** (width - 1) - 1) if signed else st.integers(0, 2**width - 1)


VALUES: dict[DataType, st.SearchStrategy[Value]] = {
    **{kind: _integers(kind) for kind in INTEGERS},
    DataType.FLOAT: singles,
    DataType.DOUBLE: st.floats(),
    DataType.BOOLEAN: st.booleans(),
    DataType.STRING: texts,
    DataType.TEXT: texts,
    DataType.UUID: st.uuids().map(str),
    DataType.DATETIME: st.integers(0, 2**64 - 1),
    DataType.BYTES: st.binary(),
    DataType.FILE: st.binary(),
    **{DataType[f"{kind.name}_ARRAY"]: st.lists(_integers(kind)).map(tuple) for kind in INTEGERS},
    DataType.FLOAT_ARRAY: st.lists(singles).map(tuple),
    DataType.DOUBLE_ARRAY: st.lists(st.floats()).map(tuple),
    DataType.BOOLEAN_ARRAY: st.lists(st.booleans()).map(tuple),
    DataType.STRING_ARRAY: st.lists(words).map(tuple),
    DataType.DATETIME_ARRAY: st.lists(st.integers(0, 2**64 - 1)).map(tuple),
}


def _equal(one: object, other: object) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


@given(st.data())
def test_every_type_comes_back_as_it_went(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=5))
    values = [data.draw(VALUES[kind]) for kind in kinds]
    stamp = st.none() | st.integers(0, 2**64 - 1)
    metrics = tuple(
        Metric(name=data.draw(texts.filter(bool)), alias=data.draw(stamp), timestamp=data.draw(stamp), datatype=kind)
        for kind in kinds
    )
    sent = Payload(metrics, data.draw(stamp), data.draw(st.none() | st.integers(0, 255)))
    came = decode(encode(sent, values))
    assert (came.timestamp, came.seq) == (sent.timestamp, sent.seq)
    for one, told, kind, value in zip(came.metrics, metrics, kinds, values, strict=True):
        assert (one.name, one.alias, one.timestamp, one.datatype) == (told.name, told.alias, told.timestamp, kind)
        assert _equal(one.value(kind), value), (kind, value)


def test_every_type_but_structures_is_tried() -> None:
    structures = {DataType.DATASET, DataType.TEMPLATE, DataType.PROPERTY_SET, DataType.PROPERTY_SET_LIST}
    assert set(DataType) - set(VALUES) == structures | {DataType.UNKNOWN}


@given(st.binary(max_size=200))
def test_garbage_is_refused_or_understood_but_never_breaks(data: bytes) -> None:
    try:
        came = decode(data)
    except BadPayload:
        return
    for one in came.metrics:
        try:
            one.value(one.datatype or 0)
        except BadValue:
            continue


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (DataType.INT8, 128),
        (DataType.INT8, -129),
        (DataType.UINT8, -1),
        (DataType.UINT32, 2**32),
        (DataType.UINT64, 2**64),
        (DataType.INT32, 1.5),
        (DataType.INT32, math.nan),
        (DataType.INT32, math.inf),
        (DataType.FLOAT, 1e39),
        (DataType.FLOAT, "1"),
        (DataType.BOOLEAN, 2),
        (DataType.STRING, 1),
        (DataType.INT8_ARRAY, (1, 300)),
        (DataType.STRING_ARRAY, ("a\0b",)),
        (DataType.DATETIME, -1),
        (99, 1),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_not_sent(kind: int, value: Value) -> None:
    with pytest.raises(BadValue):
        encode(Payload((Metric(name="m", datatype=kind),)), [value])


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (DataType.INT8, 0xFFFFFFFB, -5),  # sign extended to 32 bits, as the reference implementation sends it
        (DataType.INT8, 0xFB, -5),  # in its own width, as others do
        (DataType.INT64, 2**64 - 1, -1),
        (DataType.UINT32, 2**32 - 1, 2**32 - 1),
        (DataType.BOOLEAN, 1, True),
        (DataType.BOOLEAN_ARRAY, bytes([3, 0, 0, 0, 0b10100000]), (True, False, True)),
        (DataType.INT32_ARRAY, bytes.fromhex("15CD5B07B168DE3A"), (123456789, 987654321)),
        (DataType.STRING_ARRAY, b"ABC\0hello\0", ("ABC", "hello")),
        (DataType.INT8_ARRAY, b"\xef\x7b", (-17, 123)),
    ],
)
def test_bits_are_read_as_the_specification_has_them(kind: DataType, raw: object, value: Value) -> None:
    assert understand(kind, raw) == value


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (DataType.INT32, "1"),
        (DataType.INT32, True),
        (DataType.STRING, 1),
        (DataType.DOUBLE, True),
        (DataType.INT32_ARRAY, b"\1\2\3"),
        (DataType.BOOLEAN_ARRAY, b"\xff\xff\xff\xff\1"),
        (DataType.BOOLEAN_ARRAY, b""),
        (DataType.STRING_ARRAY, b"no end"),
        (DataType.STRING_ARRAY, b"\xff\0"),
        (DataType.UNKNOWN, 1),
        (77, 1),
    ],
)
def test_bits_of_another_type_are_no_value(kind: int, raw: object) -> None:
    with pytest.raises(BadValue):
        understand(kind, raw)


def test_bytes_made_elsewhere_are_read() -> None:
    historical = number(5, 1)
    came = decode(payload(metric("pieces", -3, INT32, alias=7, at=1234, flags=historical), seq=9, at=5678))
    (one,) = came.metrics
    assert (came.seq, came.timestamp) == (9, 5678)
    assert (one.name, one.alias, one.timestamp, one.is_historical, one.is_transient) == ("pieces", 7, 1234, True, False)
    assert one.value(DataType.INT32) == -3


def test_null_is_no_value() -> None:
    (one,) = decode(payload(metric("m", None, DOUBLE))).metrics
    assert one.value(DataType.DOUBLE) is None


def test_fields_of_a_later_schema_are_passed_over() -> None:
    (one,) = decode(payload(metric("m", 1.5) + chunk(200, b"news"))).metrics
    assert one.value(DataType.DOUBLE) == 1.5


def test_a_packed_payload_is_unpacked() -> None:
    inner = payload(metric("m", 2.5), seq=4)
    for body in (zlib.compress(inner), gzip.compress(inner)):
        came = decode(chunk(4, b"SPBV1.0_COMPRESSED") + chunk(5, body))
        assert came.seq == 4
        assert came.metrics[0].value(DataType.DOUBLE) == 2.5


@pytest.mark.parametrize("body", [b"junk", zlib.compress(b"\0" * (17 * 1024 * 1024)), zlib.compress(b"x" * 99)[:-5]])
def test_a_packed_payload_that_is_broken_or_a_bomb_is_refused(body: bytes) -> None:
    with pytest.raises(BadPayload):
        decode(chunk(4, b"SPBV1.0_COMPRESSED") + chunk(5, body))


def test_a_data_set_is_json_with_typed_cells() -> None:
    message = MESSAGES["Payload"]()
    written = message.metrics.add(name="table", datatype=DataType.DATASET)
    data_set = written.dataset_value
    data_set.num_of_columns = 3
    data_set.columns.extend(["a", "b", "c"])
    data_set.types.extend([DataType.INT8, DataType.STRING, DataType.DOUBLE])
    row = data_set.rows.add()
    row.elements.add(int_value=0xFFFFFFFF)
    row.elements.add(string_value="두 번째")
    row.elements.add(double_value=math.nan)
    value = decode(message.SerializeToString()).metrics[0].value(DataType.DATASET)
    assert isinstance(value, Structure)
    assert json.loads(value.as_json()) == {"columns": ["a", "b", "c"], "rows": [[-1, "두 번째", "nan"]]}


def test_a_template_is_json_with_its_members() -> None:
    message = MESSAGES["Payload"]()
    template = message.metrics.add(name="motor", datatype=DataType.TEMPLATE).template_value
    template.template_ref, template.version = "Motor", "v1"
    template.metrics.add(name="rpm", datatype=DataType.INT16).int_value = 0xFFFE
    template.metrics.add(name="raw", datatype=DataType.BYTES).bytes_value = b"\1\2"
    inner = template.metrics.add(name="inner", datatype=DataType.TEMPLATE).template_value
    inner.metrics.add(name="on", datatype=DataType.BOOLEAN).boolean_value = True
    template.parameters.add(name="limit", type=DataType.FLOAT).float_value = 1.5
    value = decode(message.SerializeToString()).metrics[0].value(DataType.TEMPLATE)
    assert isinstance(value, Structure)
    assert json.loads(value.as_json()) == {
        "template": "Motor",
        "version": "v1",
        "parameters": {"limit": 1.5},
        "metrics": {
            "rpm": -2,
            "raw": "0102",
            "inner": {"template": "", "version": "", "metrics": {"on": True}},
        },
    }


def test_properties_are_read_by_name() -> None:
    message = MESSAGES["Payload"]()
    properties = message.metrics.add(name="m", datatype=DataType.DOUBLE, double_value=1).properties
    properties.keys.extend(["Quality", "engUnit", "nested"])
    properties.values.add(type=DataType.INT32).int_value = 500
    properties.values.add(type=DataType.STRING).string_value = "Cel"
    properties.values.add(type=DataType.PROPERTY_SET).propertyset_value.keys.append("x")
    (one,) = decode(message.SerializeToString()).metrics
    assert one.properties == {"Quality": 500, "engUnit": "Cel"}


def test_a_text_of_a_megabyte_comes_whole() -> None:
    text = "가" * 350_000
    (one,) = decode(payload(metric("m", text, 12))).metrics
    assert one.value(DataType.STRING) == text


def test_a_single_keeps_the_bits_of_a_single() -> None:
    sent = struct.unpack("<f", struct.pack("<f", 0.1))[0]
    (one,) = decode(encode(Payload((Metric(name="m", datatype=DataType.FLOAT),)), [0.1])).metrics
    assert one.value(DataType.FLOAT) == sent
