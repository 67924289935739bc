"""Columns from bytes say what asyncua's own decoder says, value by value; garbage is told."""

import math
import struct
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_to_binary
from hypothesis import given, settings
from hypothesis import strategies as some

from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import readings_of
from hanmaru.gateway.drivers.opcua import wire
from hanmaru.gateway.drivers.opcua.batch import Book, single
from tests.contracts.drivers.bench import tag

MOMENT = datetime(2026, 1, 31, 9, 0, 0, 123456, tzinfo=UTC)
KINDS: list[tuple[ua.VariantType, some.SearchStrategy[Any]]] = [
    (ua.VariantType.Boolean, some.booleans()),
    (ua.VariantType.SByte, some.integers(-128, 127)),
    (ua.VariantType.UInt16, some.integers(0, 65535)),
    (ua.VariantType.Int32, some.integers(-(2**31), 2**31 - 1)),
    (ua.VariantType.Int64, some.integers(-(2**63), 2**63 - 1)),
    (ua.VariantType.UInt64, some.integers(0, 2**64 - 1)),
    (ua.VariantType.Float, some.floats(width=32)),
    (ua.VariantType.Double, some.floats()),
    (ua.VariantType.String, some.text(some.characters(exclude_categories=["Cs"]), max_size=20)),
]
VALUES = some.one_of(*(values.map(lambda value, kind=kind: ua.Variant(value, kind)) for kind, values in KINDS))


@some.composite
def data_values(draw: some.DrawFn) -> ua.DataValue:
    return ua.DataValue(
        Value=draw(VALUES),
        StatusCode=draw(some.sampled_from([None, ua.StatusCode(0x408F0000), ua.StatusCode(0x480)])),
        SourceTimestamp=draw(some.sampled_from([None, MOMENT])),
        ServerTimestamp=draw(some.sampled_from([None, MOMENT])),
    )


def answer(values: list[ua.DataValue], **more: Any) -> Buffer:
    items = [ua.MonitoredItemNotification(ClientHandle=7 + row, Value=value) for row, value in enumerate(values)]
    response = ua.PublishResponse()
    response.Parameters.SubscriptionId = 3
    response.Parameters.AvailableSequenceNumbers = [1, 2]
    message = response.Parameters.NotificationMessage
    message.SequenceNumber = 2
    message.NotificationData = more.get("parts", [ua.DataChangeNotification(MonitoredItems=items)])
    response.ResponseHeader.ServiceResult = ua.StatusCode(more.get("fault", 0))
    return Buffer(struct_to_binary(response))


@settings(max_examples=60)
@given(some.lists(data_values(), max_size=30))
def test_columns_are_what_was_sent(values: list[ua.DataValue]) -> None:
    made = wire.published(answer(values))
    assert (made.subscription, made.sequence, made.available, made.status) == (3, 2, [1, 2], None)
    (columns,) = made.columns
    assert columns.handle.tolist() == list(range(7, 7 + len(values)))
    for row, value in enumerate(values):
        sent = value.Value.Value
        assert columns.status[row] == (value.StatusCode.value if value.StatusCode else 0)
        assert (columns.source[row] > 0) == (value.SourceTimestamp is not None)
        assert (columns.server[row] > 0) == (value.ServerTimestamp is not None)
        if isinstance(sent, str):
            assert (columns.text.get(row), columns.has_number[row]) == (sent, False)
        else:
            assert columns.has_number[row]
            assert columns.number[row] == float(sent) or math.isnan(sent)
            exact = isinstance(sent, int) and abs(sent) > 2**53
            assert columns.text.get(row) == (str(sent) if exact else None)


def test_picoseconds_stand_where_the_specification_puts_them() -> None:
    body = struct.pack("<IBBdqHqH", 9, 0x3D, 11, 1.5, 1000, 1, 2000, 2)
    columns, end = wire.values(body, 0, 1, handled=True)
    assert end == len(body)
    assert (columns.source[0], columns.server[0], columns.number[0]) == (1000, 2000, 1.5)
    text = struct.pack("<IBBi", 9, 0x3D, 12, 2) + b"ab" + struct.pack("<qHqH", 1000, 1, 2000, 2)
    columns, end = wire.values(text, 0, 1, handled=True)
    assert (columns.source[0], columns.server[0], columns.text, end) == (1000, 2000, {0: "ab"}, len(text))


def test_a_subscription_that_ended_says_why() -> None:
    part = ua.StatusChangeNotification(Status=ua.StatusCode(ua.StatusCodes.BadTimeout))
    assert wire.published(answer([], parts=[part])).status == ua.StatusCodes.BadTimeout


def test_a_keep_alive_holds_nothing() -> None:
    made = wire.published(answer([], parts=[]))
    assert (made.holds, made.columns) == (False, [])


def test_a_fault_is_raised_with_its_code() -> None:
    with pytest.raises(ua.uaerrors.BadNoSubscription):
        wire.published(answer([], fault=ua.StatusCodes.BadNoSubscription))


def test_a_message_cut_short_is_told() -> None:
    whole = answer([ua.DataValue(ua.Variant(1.5, ua.VariantType.Double), SourceTimestamp=MOMENT)] * 3)
    data = whole.read(len(whole))
    for end in range(40, len(data) - 12):  # the last twelve bytes are three empty lists that nobody needs
        with pytest.raises((ValueError, ua.UaError)):
            wire.published(Buffer(data[:end]))


def made(values: list[ua.DataValue], *tags: Any) -> list[Any]:
    (columns,) = wire.published(answer(values)).columns
    result = Book(tags).make(columns, 1_800_000_000_000_000)
    return [reading for batch in result.batches for reading in readings_of(batch)]


def test_readings_keep_time_status_and_value() -> None:
    number = ua.Variant(1.5, ua.VariantType.Double)
    readings = made(
        [
            ua.DataValue(number, SourceTimestamp=MOMENT),
            ua.DataValue(number, ServerTimestamp=MOMENT),
            ua.DataValue(number),
            ua.DataValue(number, StatusCode=ua.StatusCode(Quality.BAD_SENSOR_FAILURE)),
            ua.DataValue(number, StatusCode=ua.StatusCode(Quality.UNCERTAIN_SENSOR_NOT_ACCURATE)),
            ua.DataValue(ua.Variant(None, ua.VariantType.Null)),
            ua.DataValue(ua.Variant(math.nan, ua.VariantType.Double)),
        ],
        *(tag(7 + row, f"i={row}") for row in range(7)),
    )
    assert [one.source_time for one in readings[:2]] == [MOMENT, MOMENT]
    assert readings[2].source_time == readings[2].receive_time
    assert (readings[3].number, readings[3].quality) == (None, Quality.BAD_SENSOR_FAILURE)
    assert (readings[4].number, readings[4].quality) == (1.5, Quality.UNCERTAIN_SENSOR_NOT_ACCURATE)
    assert (readings[5].number, readings[5].quality) == (None, Quality.BAD_NO_DATA)
    assert readings[6].number is not None
    assert math.isnan(readings[6].number)


def test_a_value_of_another_type_is_bad_and_what_is_not_ours_is_left_out() -> None:
    values = [
        ua.DataValue(ua.Variant("x", ua.VariantType.String)),
        ua.DataValue(ua.Variant(1.0, ua.VariantType.Double)),
    ]
    readings = made(values, tag(7, "i=1"), tag(8, "i=2", "text"))
    assert [(one.number, one.text, one.quality) for one in readings] == [(None, None, Quality.BAD_TYPE_MISMATCH)] * 2
    assert [one.tag for one in made(values, tag(8, "i=2"))] == [8]
    assert made(values) == []


def test_much_text_is_parted_into_batches_that_the_bus_carries() -> None:
    values = [ua.DataValue(ua.Variant("하" * 300_000, ua.VariantType.String)) for _ in range(12)]
    (columns,) = wire.published(answer(values)).columns
    batches = Book([tag(7 + row, f"i={row}", "text") for row in range(12)]).make(columns, 1).batches
    assert len(batches) > 1
    assert sum(len(batch) for batch in batches) == 12
    assert max(batch.nbytes for batch in batches) < 5 * 1024 * 1024


def test_a_deadband_of_ours_counts_from_what_was_told() -> None:
    book = Book([tag(7, "i=1", deadband=1.0)])
    book.keep_deadband(tag(7, "i=1", deadband=1.0))
    told = []
    for value in (0.0, 0.9, 1.1, 1.5, math.nan, 3.0):
        (columns,) = wire.published(answer([ua.DataValue(ua.Variant(value, ua.VariantType.Double))])).columns
        told += [one.number for batch in book.make(columns, 1).batches for one in readings_of(batch)]
    assert told[:2] == [0.0, 1.1]
    assert told[-1] == 3.0
    assert np.isnan(told[2])  # neither larger nor smaller: told
    (reading,) = readings_of(single(7, Quality.BAD_NODE_UNKNOWN, 5))
    assert (reading.tag, reading.quality, reading.number) == (7, Quality.BAD_NODE_UNKNOWN, None)
