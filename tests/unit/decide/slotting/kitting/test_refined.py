"""Plans refined: possible, cheaper or none, and the same again."""

from dataclasses import replace

import numpy as np
import pytest

from hanmaru.decide.slotting.formats.kitting import problem_of
from hanmaru.decide.slotting.generate import generate_kitting
from hanmaru.decide.slotting.kitting import refined as module
from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.falling import Best
from hanmaru.decide.slotting.kitting.partition import greedy
from hanmaru.decide.slotting.kitting.problem import KittingRules
from hanmaru.decide.slotting.kitting.refined import Refining


@pytest.fixture(scope="module")
def families():
    """A store of 60 materials whose models come in families."""
    return build(problem_of(generate_kitting("table8-60", 5)))


def _plan(store, where):
    return Best(where, store.objective(where))


def test_what_is_found_is_possible_and_cheaper_and_the_same_again(families):
    plan = _plan(families, greedy(families, 0.5))
    before = plan.where.copy()
    one, again = (Refining(families, bool).refined(plan, 3) for _ in range(2))
    assert families.fits(one.where)
    assert one.cost == pytest.approx(families.objective(one.where))
    assert one.cost < plan.cost
    assert (one.where == again.where).all()
    assert (plan.where == before).all()


def test_what_only_halves_of_materials_could_do_is_not_taken(store):
    made = build(store([(1, [3]), (2, [3]), (3, [3])], [2, 2, 2], [(5, [0, 1, 2])]))
    assert Refining(made, bool).refined(_plan(made, np.array([0, 1, 2])), 1) is None


def test_what_is_best_already_is_not_refined(two_kits):
    made = build(two_kits())
    best = _plan(made, np.array([0, 0, 0, 1, 1]))
    assert best.cost == 22
    assert Refining(made, bool).refined(best, 1) is None


def test_one_that_is_halted_finds_nothing(families):
    assert Refining(families, lambda: True).refined(_plan(families, greedy(families, 0.5)), 1) is None


def test_larger_stores_are_left_alone(families, monkeypatch):
    plan = _plan(families, greedy(families, 0.5))
    assert Refining(families, bool).refined(plan, 1) is not None
    monkeypatch.setattr(module, "_CELLS", 10)
    assert Refining(families, bool).refined(plan, 1) is None


def test_rules_are_kept_and_what_levels_cost_counts():
    problem = problem_of(generate_kitting("table8-60", 5))
    aisles = {problem.materials[3].key: frozenset({4, 5})}
    rules = KittingRules(aisles=aisles, level_of={(0, 1): 1, (2, 0): 1}, level_costs=(0.0, 3.0))
    made = build(replace(problem, rules=rules))
    plan = _plan(made, greedy(made, 0.5))
    found = Refining(made, bool).refined(plan, 2)
    assert found.cost < plan.cost
    assert made.fits(found.where)
    assert found.cost == pytest.approx(made.objective(found.where))


def test_what_must_lie_apart_is_never_brought_together(store):
    rules = KittingRules(apart=(("P0", "P1"),))
    made = build(store([(1, [4]), (2, [4])], [2, 2], [(5, [0, 1])], rules=rules))
    assert Refining(made, bool).refined(_plan(made, np.array([0, 1])), 1) is None
