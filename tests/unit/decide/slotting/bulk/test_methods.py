"""All methods answer a plan that holds; the exact ones agree."""

from itertools import count

import pytest

from hanmaru.decide.slotting.bulk import solve
from hanmaru.decide.slotting.bulk.problem import BulkProblem, Material
from hanmaru.decide.slotting.bulk.solve import solve_bulk
from hanmaru.decide.slotting.errors import TooLittleTime, TooManyMaterials
from hanmaru.decide.slotting.watch import Watch

WIDTHS = (3.0, 1.5, 2.0, 2.5, 1.0)
TRIPS = ((4, 0, 1), (0, 7, 0), (2, 2, 2), (0, 0, 5), (6, 0, 0))
PROBLEM = BulkProblem(
    12.0, (1.0, 5.5, 11.0), tuple(Material(f"M{n}", w, t) for n, (w, t) in enumerate(zip(WIDTHS, TRIPS, strict=True)))
)


def watch(limit=float("inf")):
    """A watch that counts how often it is asked."""
    ticks = count()
    return Watch(lambda: float(next(ticks)), limit)


@pytest.mark.parametrize("method", ["milp-highs", "milp-cpsat", "exact"])
def test_exact_methods_agree(method):
    plan = solve_bulk(PROBLEM, watch(), seed=3, method=method)
    assert plan.optimal
    assert plan.objective == plan.bound == pytest.approx(40.75)


def test_the_genetic_algorithms_find_orders_and_the_fair_one_uses_the_space():
    packed = solve_bulk(PROBLEM, watch(), seed=3, method="ga")
    timed = solve_bulk(PROBLEM, watch(), seed=3, method="ga-timed")
    assert timed.objective == pytest.approx(40.75)
    assert packed.objective >= timed.objective
    ends = sorted((packed.positions[m.key] - m.width / 2, m.width) for m in PROBLEM.materials)
    assert [begin for begin, _ in ends] == pytest.approx([sum(w for _, w in ends[:n]) for n in range(len(ends))])


@pytest.mark.parametrize("method", ["auto", "ga", "ga-timed"])
def test_the_same_seed_gives_the_same_plan_and_more_time_no_worse_one(method):
    plans = [solve_bulk(PROBLEM, watch(limit), seed=5, method=method) for limit in (3, 30, 10**9, 10**9)]
    assert plans[2].positions == plans[3].positions
    assert plans[0].objective >= plans[1].objective >= plans[2].objective


def test_a_programme_that_would_be_too_large_is_refused():
    many = tuple(Material(f"M{n}", 1, (1,)) for n in range(501))
    with pytest.raises(TooManyMaterials, match="milp-highs"):
        solve_bulk(BulkProblem(600, (1.0,), many), watch(), method="milp-highs")


def test_an_empty_strip_needs_nothing():
    plan = solve_bulk(BulkProblem(5.0, (1.0,), ()), watch())
    assert plan.optimal
    assert plan.positions == {}


def test_many_materials_without_time_to_search_are_refused_and_with_time_end_in_it(monkeypatch):
    monkeypatch.setattr(solve, "MANY", 3)

    short = watch(5)
    assert short.seconds
    with pytest.raises(TooLittleTime, match="5 materials"):
        solve_bulk(PROBLEM, short)
    long = watch(1000)
    assert solve_bulk(PROBLEM, long).optimal
    assert long.limit < 1000
