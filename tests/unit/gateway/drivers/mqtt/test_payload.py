"""Topics, pointers, payloads and times, taken apart by themselves."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.gateway.drivers.mqtt.payload import BadPayload, document, moment, plain
from hanmaru.gateway.drivers.mqtt.topics import MISSING, compile_pattern, leaves, resolve
from tests.contracts.drivers.bench import tag


@pytest.mark.parametrize(
    ("pattern", "topic", "found"),
    [
        ("plant/{line}/{name}", "plant/1/t", {"line": "1", "name": "t"}),
        ("plant/{line}/{name}", "plant/1/t/x", None),
        ("plant/{rest*}", "plant/1/t/x", {"rest": "1/t/x"}),
        ("plant/a.b/{name}", "plant/axb/t", None),
        ("{all*}", "공장/온도", {"all": "공장/온도"}),
    ],
)
def test_a_pattern_finds_its_topics(pattern: str, topic: str, found: dict[str, str] | None) -> None:
    assert compile_pattern(pattern).match(topic) == found


def test_a_pattern_becomes_the_filter_of_the_broker() -> None:
    assert compile_pattern("plant/{line}/x/{rest*}").filter == "plant/+/x/#"


@pytest.mark.parametrize("pattern", ["a/{b}c", "{a*}/b", "{a}/{a}", "a/+/b", "a/#", "a/{b-c}"])
def test_what_is_no_pattern_is_refused_with_words(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"level|name"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", {"a": [1, {"b/c": 2}], "~": 3}),
        ("/a/1/b~1c", 2),
        ("/~0", 3),
        ("/a/0", 1),
        ("/a/7", MISSING),
        ("/a/-", MISSING),
        ("/nothing", MISSING),
        ("/a/0/b", MISSING),
    ],
)
def test_pointers_are_those_of_rfc_6901(pointer: str, value: object) -> None:
    assert resolve({"a": [1, {"b/c": 2}], "~": 3}, pointer) == value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_every_leaf_is_found_by_its_pointer(value: object) -> None:
    for pointer, leaf in leaves(value):
        assert resolve(value, pointer) == leaf


@pytest.mark.parametrize(
    ("payload", "kind", "value"),
    [
        (b" 21.5\n", "number", 21.5),
        (b"-7", "integer", -7),
        (b"18446744073709551615", "integer", 2**64 - 1),
        (b"1e3", "number", 1000.0),
        (b"ON", "flag", True),
        (b"closed", "flag", False),
        (b"1", "flag", 1),
        (b"inf", "number", math.inf),
        ("달린다".encode(), "text", "달린다"),
        (b"42", "text", "42"),
    ],
)
def test_a_payload_is_read_as_its_tag_wants_it(payload: bytes, kind: str, value: object) -> None:
    assert plain("t", payload, tag(1, "t", kind)) == value  # type: ignore[arg-type]


def test_not_a_number_is_a_number() -> None:
    value = plain("t", b"NaN", tag(1, "t"))
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize("payload", [b"", b"hot", b"1,5", b"0x1F", b"1_000", b"\xff\xfe", b"9" * 500])
def test_what_is_no_number_is_malformed(payload: bytes) -> None:
    with pytest.raises(BadPayload):
        plain("t", payload, tag(1, "t"))


@pytest.mark.parametrize("payload", [b"", b"{", b'{"a":', b"[" * 100_000, b"\xff", b" " * (9 * 1024 * 1024)])
def test_what_is_no_json_is_malformed(payload: bytes) -> None:
    with pytest.raises(BadPayload):
        document("t", payload)


@pytest.mark.parametrize(
    ("told", "form", "zone"),
    [
        ("2026-01-31T09:00:00Z", "iso", "UTC"),
        ("2026-01-31T18:00:00+09:00", "iso", "UTC"),
        ("2026-01-31T18:00:00", "iso", "Asia/Seoul"),
        (1769850000, "seconds", "UTC"),
        ("1769850000000", "milliseconds", "UTC"),
        (1769850000000000, "microseconds", "UTC"),
        ("31.01.2026 18:00:00", "%d.%m.%Y %H:%M:%S", "Asia/Seoul"),
    ],
)
def test_times_of_every_form_are_the_same_moment(told: object, form: str, zone: str) -> None:
    assert moment(told, form, zone) == datetime(2026, 1, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "form"),
    [
        (None, "iso"),
        ("soon", "iso"),
        (5, "iso"),
        ("x", "seconds"),
        (1e300, "seconds"),
        (math.nan, "seconds"),
        (0, "milliseconds"),
        (-5, "seconds"),
        ([], "seconds"),
        ("2026", "%Y-%m-%d"),
        ("0001-01-01T00:00:00", "iso"),
    ],
)
def test_what_is_no_time_is_none(told: object, form: str) -> None:
    assert moment(told, form, "Asia/Seoul") is None
