"""Why a material lies where it does."""

import pytest

from hanmaru.decide.slotting.bulk.explain import explain, moved_by
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem, Material

PROBLEM = BulkProblem(6, (1, 5), (Material("A", 2, (4, 1)), Material("B", 2, (0, 3)), Material("C", 2, (2, 2))))
PLAN = BulkPlan(27.0, 27.0, optimal=True, seconds=0, seed=0, method="", positions={"A": 1.0, "C": 3.0, "B": 5.0})


def test_the_flows_pull_and_what_is_given_up_is_told():
    why = explain(PROBLEM, PLAN, "A")
    assert [(pull.supply_point, pull.trips, pull.way) for pull in why.pulls] == [(0, 4, 0), (1, 1, 4)]
    assert (why.left, why.right) == (0, 1)
    assert (why.objective, why.alone, why.alone_at, why.given_up) == (4, 4, 1, 0)


def test_a_swap_tells_what_it_would_cost():
    why = explain(PROBLEM, PLAN, "A")
    assert why.swaps["C"] == pytest.approx(6)
    assert why.swaps["B"] == pytest.approx(12 + 12)


def test_a_shift_tells_what_it_would_cost():
    assert moved_by(PROBLEM, PLAN, "A", 1) == pytest.approx(3)
