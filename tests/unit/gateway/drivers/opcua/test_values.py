"""What values of OPC UA are to us and back, with those that fit nothing."""

import json
import math
from datetime import UTC, datetime
from uuid import UUID

import pytest
from asyncua import ua
from hypothesis import given
from hypothesis import strategies as some

from hanmaru.floor.reading import LONGEST_TEXT
from hanmaru.gateway.drivers.opcua.values import FLOATS, INTEGERS, Unfit, plain_of, same, variant_for


def test_integers_beyond_a_double_are_exact_in_text() -> None:
    for value in (2**53 + 1, -(2**63), 2**63 - 1):
        plain = plain_of(ua.Variant(value, ua.VariantType.Int64))
        assert (plain.number, plain.text) == (float(value), str(value))
    assert plain_of(ua.Variant(2**53, ua.VariantType.Int64)).text is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_odd_numbers_stay_numbers(value: float) -> None:
    number = plain_of(ua.Variant(value, ua.VariantType.Double)).number
    assert number is not None
    assert number == value or math.isnan(number)


def test_an_empty_value_is_nothing() -> None:
    assert plain_of(ua.Variant(None, ua.VariantType.Null)).text is None
    assert plain_of(ua.Variant(None, ua.VariantType.String)).number is None


def test_bytes_that_are_no_text_are_replaced() -> None:
    plain = plain_of(ua.Variant(b"a\xff".decode("utf-8", "surrogateescape"), ua.VariantType.String))
    assert plain.text == "a�"
    assert plain.text.encode()


def test_a_text_too_long_is_cut_at_a_whole_character() -> None:
    plain = plain_of(ua.Variant("하" * LONGEST_TEXT, ua.VariantType.String))
    assert plain.cut
    assert plain.text is not None
    assert LONGEST_TEXT - 3 < len(plain.text.encode()) <= LONGEST_TEXT


def test_structures_that_nobody_described_are_bytes_and_are_named() -> None:
    unknown = ua.ExtensionObject(TypeId=ua.NodeId(5001, 4), Body=b"\x01\x02")
    plain = plain_of(ua.Variant(unknown, ua.VariantType.ExtensionObject))
    assert json.loads(plain.text or "") == {"TypeId": "ns=4;i=5001", "Body": "AQI="}
    assert plain.unknown == {ua.NodeId(5001, 4)}


def test_arrays_of_several_dimensions_are_nested() -> None:
    plain = plain_of(ua.Variant([[1.5, math.nan], [2.0, 3.0]], ua.VariantType.Double))
    assert json.loads(plain.text or "") == [[1.5, "NaN"], [2.0, 3.0]]


@given(some.sampled_from(sorted(INTEGERS)), some.data())
def test_every_integer_that_fits_is_written_exactly(kind: ua.VariantType, data: some.DataObject) -> None:
    low, high = INTEGERS[kind]
    wanted = data.draw(some.integers(low, high))
    assert variant_for(None, str(wanted), kind, array=False).Value == wanted
    for beyond in (low - 1, high + 1):
        with pytest.raises(Unfit, match="whole numbers from"):
            variant_for(None, str(beyond), kind, array=False)


@pytest.mark.parametrize(
    ("number", "text", "kind", "wanted"),
    [
        (1, None, ua.VariantType.Boolean, True),
        (None, "false", ua.VariantType.Boolean, False),
        (None, "hello", ua.VariantType.String, "hello"),
        (12.5, None, ua.VariantType.String, "12.5"),
        (None, "2026-01-31T09:00:00+00:00", ua.VariantType.DateTime, datetime(2026, 1, 31, 9, tzinfo=UTC)),
        (
            None,
            "00112233-4455-6677-8899-aabbccddeeff",
            ua.VariantType.Guid,
            UUID("00112233-4455-6677-8899-aabbccddeeff"),
        ),
        (None, "AQID", ua.VariantType.ByteString, b"\x01\x02\x03"),
    ],
)
def test_what_can_be_written(number: float | None, text: str | None, kind: ua.VariantType, wanted: object) -> None:
    assert variant_for(number, text, kind, array=False).Value == wanted


@pytest.mark.parametrize(
    ("number", "text", "kind"),
    [
        (2, None, ua.VariantType.Boolean),
        (1.5, None, ua.VariantType.Int16),
        (math.nan, None, ua.VariantType.Int32),
        (None, "much", ua.VariantType.Double),
        (1e39, None, ua.VariantType.Float),
        (None, "yesterday", ua.VariantType.DateTime),
        (None, "***", ua.VariantType.ByteString),
        (None, "{}", ua.VariantType.ExtensionObject),
    ],
)
def test_what_does_not_fit_is_refused(number: float | None, text: str | None, kind: ua.VariantType) -> None:
    with pytest.raises(Unfit):
        variant_for(number, text, kind, array=False)


def test_an_array_is_written_from_json() -> None:
    assert variant_for(None, "[1, 2]", ua.VariantType.Int16, array=True).Value == [1, 2]
    for text in ("1", "[1", None):
        with pytest.raises(Unfit, match="JSON"):
            variant_for(None, text, ua.VariantType.Int16, array=True)


@pytest.mark.parametrize("kind", sorted(FLOATS))
def test_read_back_compares_as_the_device_can_hold_it(kind: ua.VariantType) -> None:
    held = 0.1 if kind is ua.VariantType.Double else 0.10000000149011612
    assert same(ua.Variant(0.1, kind), ua.Variant(held, kind))
    assert same(ua.Variant(math.nan, kind), ua.Variant(math.nan, kind))
    assert not same(ua.Variant(0.1, kind), ua.Variant(0.2, kind))
    assert not same(ua.Variant([0.1], kind), ua.Variant([0.1, 0.1], kind))
