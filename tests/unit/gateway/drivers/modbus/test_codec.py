"""Values of every type and order go into registers and come back; what does not fit is refused."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hanmaru.gateway.drivers.modbus.codec import Unfit, cells_for, value_of
from hanmaru.gateway.drivers.modbus.points import Point

ORDERS = ("abcd", "cdab", "badc", "dcba")
RANGES = {
    "int16": (-(2**15), 2**15 - 1), "uint16": (0, 2**16 - 1), "int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1), "uint64": (0, 2**64 - 1),
}  # fmt: skip


def point(kind: str, **more: object) -> Point:
    return Point(1, "holding", 0, kind, **more)  # type: ignore[arg-type]


def test_the_orders_are_what_makers_call_them() -> None:
    data = struct.unpack(">2H", struct.pack(">I", 0x0A0B0C0D))
    lying = {
        "abcd": [0x0A0B, 0x0C0D], "cdab": [0x0C0D, 0x0A0B], "badc": [0x0B0A, 0x0D0C], "dcba": [0x0D0C, 0x0B0A],
    }  # fmt: skip
    for order, cells in lying.items():
        assert value_of(point("uint32", order=order), cells) == (float(0x0A0B0C0D), None), order
    assert list(data) == lying["abcd"]


@given(some.sampled_from(sorted(RANGES)), some.sampled_from(ORDERS), some.data())
def test_integers_come_back_exactly(kind: str, order: str, data: some.DataObject) -> None:
    low, high = RANGES[kind]
    wanted, one = data.draw(some.integers(low, high)), point(kind, order=order)
    number, text = value_of(one, cells_for(one, None, str(wanted)))
    assert number == float(wanted)
    assert text == (None if abs(wanted) <= 2**53 else str(wanted))
    for beyond in (low - 1, high + 1):
        with pytest.raises(Unfit, match="does not fit"):
            cells_for(one, None, str(beyond))


@given(some.sampled_from(ORDERS), some.floats(width=32))
def test_floats_come_back(order: str, wanted: float) -> None:
    for kind in ("float32", "float64"):
        one = point(kind, order=order)
        number, _ = value_of(one, cells_for(one, wanted, None))
        assert number is not None
        assert number == wanted or (math.isnan(number) and math.isnan(wanted))


@given(some.sampled_from(ORDERS), some.text(some.characters(exclude_characters="\0 ", codec="utf-8"), max_size=8))
def test_strings_come_back(order: str, wanted: str) -> None:
    one = point("string", order=order, length=40)
    number, text = value_of(one, cells_for(one, None, wanted))
    assert (number, text) == (None, wanted.rstrip())


@given(some.integers(0, 2**32 - 1), some.integers(0, 31), some.integers(1, 8), some.sampled_from(ORDERS), some.data())
def test_a_field_of_bits_leaves_the_others_alone(
    before: int, bit: int, bits: int, order: str, data: some.DataObject
) -> None:
    bits = min(bits, 32 - bit)
    for kind in ("uint32", "int32"):
        whole, one = point("uint32", order=order), point(kind, order=order, bit=bit, bits=bits)
        cells = cells_for(whole, None, str(before))
        assert value_of(one, cells)[0] == before >> bit & (1 << bits) - 1
        wanted = data.draw(some.integers(0, (1 << bits) - 1))
        after = int(value_of(whole, cells_for(one, wanted, None, cells))[0] or 0)
        mask = (1 << bits) - 1 << bit
        assert after == before & ~mask | wanted << bit


def test_scaling_goes_both_ways_and_rounds_to_the_nearest_step() -> None:
    one = point("int16", scale=0.1, offset=-40.0)
    assert value_of(one, [650]) == (pytest.approx(25.0), None)
    assert cells_for(one, 25.0, None) == [650]
    assert cells_for(one, 25.04, None) == [650]


@pytest.mark.parametrize(
    ("one", "number", "text"),
    [
        (point("uint16"), -1, None),
        (point("uint16"), 1.5, None),
        (point("uint16"), math.nan, None),
        (point("uint16"), None, "much"),
        (point("uint16"), None, None),
        (point("float32"), 1e39, None),
        (point("string", length=2), None, "abc"),
        (point("string", length=2), 1, None),
        (point("uint16", bit=3), 2, None),
        (point("uint16", bit=3), 1, None),  # without the registers as they are
        (Point(1, "coil", 0, "bit"), 2, None),
    ],
)
def test_what_does_not_fit_is_refused(one: Point, number: float | None, text: str | None) -> None:
    with pytest.raises(Unfit):
        cells_for(one, number, text, [0] if number == 2 else None)
