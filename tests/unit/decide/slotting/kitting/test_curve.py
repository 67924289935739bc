"""The curve of what moving few saves in a store."""

from itertools import pairwise

import pytest

from hanmaru.decide.slotting.formats.kitting import problem_of
from hanmaru.decide.slotting.generate import generate_kitting
from hanmaru.decide.slotting.kitting.curve import curve
from hanmaru.decide.slotting.kitting.errors import BadStore
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingRules, Place


def moved(point, problem):
    return sum(point.places[key] != place for key, place in problem.today.items())


def test_each_point_costs_less_keeps_the_rules_and_moves_as_many_as_it_says(endless, wrong):
    problem = problem_of(generate_kitting("store-30", 3, 0.9))

    points = curve(problem, endless(), 1)

    assert points[0].moved == 0
    assert points[0].objective == points[0].bound
    for before, after in pairwise(points):
        assert after.moved > before.moved
        assert after.objective < before.objective
    for point in points:
        assert moved(point, problem) == point.moved
        assert point.bound <= point.objective
        plan = KittingPlan(point.objective, point.bound, False, 0.0, 1, "", point.places)  # noqa: FBT003
        assert wrong(problem, plan) == []


def test_the_bound_is_reached_where_few_moves_are_all_it_takes(store, endless):
    today = {"P0": Place(1, 0, 0), "P1": Place(0, 0, 0), "P2": Place(0, 0, 1)}
    problem = store([(1, [4]), (9, [4])], [1, 1, 1], [(5, [0, 1]), (1, [2])], today)

    assert [(one.moved, one.objective, one.bound) for one in curve(problem, endless(), 1)] == [(0, 51, 51), (1, 6, 6)]


def test_what_must_move_is_counted_and_what_has_no_place_today_is_not(store, endless):
    rules = KittingRules(forbidden={"P0": frozenset({(0, 0)})})
    today = {"P0": Place(0, 0, 0), "P1": Place(0, 0, 1)}
    problem = store([(1, [3]), (2, [3])], [1, 1, 1], [(4, [0]), (3, [1, 2])], today, rules)

    points = curve(problem, endless(), 1)

    assert [(one.moved, one.objective) for one in points] == [(1, 4 * 2 + 3 * 1)]
    assert points[0].places.keys() == {"P0", "P1", "P2"}


def test_a_today_that_takes_a_bin_twice_begins_with_the_moves_that_mend_it(store, endless):
    today = {"P0": Place(1, 0, 0), "P1": Place(1, 0, 0)}
    problem = store([(1, [2]), (5, [2])], [1, 1], [(1, [0]), (2, [1])], today)

    assert [(one.moved, one.objective) for one in curve(problem, endless(), 1)] == [(1, 7), (2, 3)]


def test_without_today_there_is_none(two_kits, endless):
    with pytest.raises(BadStore, match="today"):
        curve(two_kits(), endless(), 1)
