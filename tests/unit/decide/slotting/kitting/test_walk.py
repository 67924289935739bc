"""The shortest tour through a block."""

from itertools import permutations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hanmaru.decide.slotting.kitting.problem import Place
from hanmaru.decide.slotting.kitting.walk import Block, depth, length, tour, walked

DEEP = 10.0
BLOCK = Block(between_aisles=3.0, depot=1)


def between(one, other):
    """The shortest way from one bin to another."""
    (a, x), (b, y) = one, other
    if a == b:
        return abs(x - y)
    return 3.0 * abs(a - b) + min(x + y, 2 * DEEP - x - y)


def by_trying_all(picks):
    """The shortest tour, over all orders."""
    home = (1, 0.0)
    return min(
        sum(between(one, other) for one, other in zip((home, *order), (*order, home), strict=True))
        for order in permutations(picks)
    )


@settings(max_examples=80, deadline=None)
@example({(1, 9), (2, 5), (3, 5)})
@given(st.sets(st.tuples(st.integers(0, 3), st.integers(1, 9)), min_size=1, max_size=6))
def test_the_tour_is_the_shortest(spots):
    picks = [(aisle, float(at)) for aisle, at in spots]

    assert tour(picks, DEEP, BLOCK) == pytest.approx(by_trying_all(picks))


def test_kits_walk_as_often_as_they_are_made(two_kits):
    problem = two_kits()
    places = {
        "P0": Place(0, 0, 0),
        "P1": Place(0, 0, 2),
        "P2": Place(0, 0, 4),
        "P3": Place(1, 0, 0),
        "P4": Place(1, 0, 3),
    }
    block = Block(bin_width=1.0, between_aisles=3.0, end=1.0)

    assert length(problem, block) == 8.0
    assert depth(problem, block, 2, places["P2"]) == 6.0
    assert walked(problem, places, block) == 10 * (2 * 6.0) + 4 * (2 * 3.0 + 2 * 5.5)


def test_racks_behind_each_other_lie_deeper(store):
    problem = store([(1, [4, 5, 6, 6])], [2], [])

    assert depth(problem, Block(bin_width=1.0), 0, Place(0, 3, 1)) == 1.0 + 5 + 1 + 1
    assert length(problem, Block(bin_width=1.0)) == 11 + 2
