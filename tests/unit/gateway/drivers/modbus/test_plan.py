"""Reads are merged into the fewest requests: held against trying every way."""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as some

from hanmaru.gateway.drivers.modbus.plan import Limits, plan, split
from hanmaru.gateway.drivers.modbus.points import Point

WIDTH = {1: "uint16", 2: "int32", 4: "float64"}


@some.composite
def points(draw: some.DrawFn, most: int = 40, units: int = 2, reach: int = 300) -> list[Point]:
    made = set()
    for _ in range(draw(some.integers(1, most))):
        unit, address = draw(some.integers(1, units)), draw(some.integers(0, reach))
        table = draw(some.sampled_from(["coil", "holding"]))
        kind = "bit" if table == "coil" else WIDTH[draw(some.sampled_from([1, 2, 4]))]
        made.add(Point(unit, table, address, kind))  # type: ignore[arg-type]
    return sorted(made, key=lambda one: one.literal)


LIMITS = some.builds(Limits, some.integers(4, 125), some.integers(1, 60), some.integers(0, 20))


@settings(max_examples=200)
@given(points(), LIMITS)
def test_every_point_is_read_once_within_the_limits(wanted: list[Point], limits: Limits) -> None:
    blocks = plan(wanted, limits)
    assert sorted(one.literal for block in blocks for one in block.points) == [one.literal for one in wanted]
    for block in blocks:
        assert block.count <= limits.most(block.table)
        covered = sorted({place for one in block.points for place in range(one.address, one.address + one.size)})
        assert (covered[0], covered[-1]) == (block.address, block.address + block.count - 1)
        assert all(after - before <= limits.gap + 1 for before, after in pairwise(covered))
        assert {(one.unit, one.table) for one in block.points} == {(block.unit, block.table)}


def fewest(wanted: Sequence[Point], limits: Limits) -> int:
    """Try every way to part points of one table into blocks that may be read."""

    @cache
    def parts(left: frozenset[Point]) -> int:
        if not left:
            return 0
        first, *others = sorted(left, key=lambda one: (one.address, one.size))
        best = len(left)
        for choice in range(1 << len(others)):
            block = [first, *(one for place, one in enumerate(others) if choice >> place & 1)]
            if readable(block, limits):
                best = min(best, 1 + parts(left - set(block)))
        return best

    return parts(frozenset(wanted))


def readable(block: Sequence[Point], limits: Limits) -> bool:
    covered = sorted({place for one in block for place in range(one.address, one.address + one.size)})
    near = all(after - before <= limits.gap + 1 for before, after in pairwise(covered))
    return near and covered[-1] - covered[0] < limits.most(block[0].table)


@settings(max_examples=150)
@given(
    points(most=7, units=1, reach=16),
    some.builds(Limits, some.integers(4, 9), some.integers(1, 6), some.integers(0, 3)),
)
def test_no_other_way_needs_fewer_requests(wanted: list[Point], limits: Limits) -> None:
    for table in ("coil", "holding"):
        here = [one for one in wanted if one.table == table]
        assert len(plan(here, limits)) == fewest(here, limits)


def test_a_map_of_a_thousand_registers_takes_eight_requests() -> None:
    wanted = [Point(1, "holding", address) for address in range(1000)]
    assert [block.count for block in plan(wanted, Limits())] == [125] * 8


@settings(max_examples=100)
@given(points(most=20, units=1), LIMITS)
def test_splitting_ends_at_single_points(wanted: list[Point], limits: Limits) -> None:
    left = plan(wanted, limits)
    single = []
    while left:
        block = left.pop()
        parts = split(block, limits)
        assert sorted(one.literal for part in parts or [block] for one in part.points) == sorted(
            one.literal for one in block.points
        )
        if parts:
            left += parts
        else:
            single += block.points
    assert sorted(one.literal for one in single) == [one.literal for one in wanted]
