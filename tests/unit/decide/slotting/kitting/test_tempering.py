"""Plans annealed from cold to hot that exchange: never worse, and the same again."""

import time
from itertools import pairwise

import numpy as np
import pytest

from hanmaru.decide.slotting.formats.kitting import problem_of
from hanmaru.decide.slotting.generate import generate_kitting
from hanmaru.decide.slotting.kitting import tempering
from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.falling import Best, Falling, scale_of
from hanmaru.decide.slotting.kitting.laying import arrays
from hanmaru.decide.slotting.kitting.partition import greedy
from hanmaru.decide.slotting.kitting.ruin import Fall
from hanmaru.decide.slotting.kitting.tempering import Tempering


@pytest.fixture(scope="module")
def families():
    """A store of 60 materials whose models come in families."""
    return build(problem_of(generate_kitting("table8-60", 5)))


def _rungs(search):
    """What the plans cost as they are now, from cold to hot."""
    return [one.cost for one in search._rungs]


def _costs(store, generations, seed=1):
    """The costs of the best, one after the other, and its places."""
    search = Tempering(store, [greedy(store, shared) for shared in (0.5, 1.0)], seed)
    costs = [search.best.cost]
    for _ in search.generations(generations):
        if search.best.cost != costs[-1]:
            costs.append(search.best.cost)
    assert store.fits(search.best.where)
    assert store.objective(search.best.where) == pytest.approx(costs[-1])
    return costs, search.best.where


def test_what_is_found_is_only_ever_cheaper(families):
    costs, _ = _costs(families, 8)
    assert all(after <= before for before, after in pairwise(costs))
    assert costs[-1] < 0.8 * costs[0]


def test_a_seed_gives_the_same_plan_and_more_generations_go_on_from_the_same(families):
    (costs, where), (again, there) = _costs(families, 9), _costs(families, 9)
    assert costs == again
    assert (where == there).all()
    shorter, _ = _costs(families, 1)
    assert costs[: len(shorter)] == shorter
    assert len(costs) > len(shorter)


def test_another_seed_goes_another_way(families):
    searches = [Tempering(families, [greedy(families, 0.5)], seed) for seed in (1, 2)]
    for search in searches:
        for _ in search.generations(1):
            pass
    one, other = searches
    assert _rungs(one) != _rungs(other)


def test_the_hotter_a_plan_the_dearer_it_is_on_average(families):
    search = Tempering(families, [greedy(families, 0.5)], 1)
    mean = np.mean([_rungs(search) for generation in search.generations(9) if generation > 3], axis=0)
    assert mean[0] < mean[len(mean) // 2] < mean[-1]


def test_what_is_worth_nothing_ends_at_once(store):
    empty = build(store([(1, [4])], [1, 1], []))
    assert Tempering(empty, [greedy(empty)], 0).best.cost == 0.0


def _refining(monkeypatch, refined):
    """Let plans be refined by `refined`, which is handed the plan and whether it is halted."""

    class Refining:
        def __init__(self, store, halted):
            self._halted = halted

        def refined(self, plan, seed):
            return refined(plan, self._halted)

    monkeypatch.setattr(tempering, "Refining", Refining)


def test_what_was_refined_goes_on_at_the_lowest_temperature(families, monkeypatch):
    _, where = _costs(families, 9)
    good = Best(where, families.objective(where))
    _refining(monkeypatch, lambda _plan, _halted: good)
    for end in ("_COLD", "_HOT"):
        monkeypatch.setattr(tempering, end, 5.0)
    search = Tempering(families, [greedy(families, 0.5)], 1)
    met = [[rung.best.cost for rung in search._rungs[:2]] for _ in search.generations(8)]
    assert [good.cost, good.cost] in met


def test_refining_that_is_of_no_use_becomes_rare(families, monkeypatch):
    asked = []
    _refining(monkeypatch, lambda plan, _halted: asked.append(plan.cost))
    search = Tempering(families, [greedy(families, 0.5)], 1)
    for _ in search.generations(10):
        pass
    rounds = len(asked) / tempering._HANDS
    assert 2 <= rounds <= np.log2(search._exchanges / tempering._REFINED) + 1


def test_a_stop_is_heard_while_plans_are_refined(families, monkeypatch):
    asked = []

    def stubborn(plan, halted):
        asked.append(plan)
        while not halted():
            time.sleep(0.001)

    _refining(monkeypatch, stubborn)
    going = Tempering(families, [greedy(families, 0.5)], 1).generations(12)
    while not asked:
        next(going)
    going.close()
    assert len(asked) == tempering._HANDS


def test_a_fall_keeps_the_best_it_met_and_leaves_alone_what_it_began_with(families):
    plan = greedy(families, 0.5)
    before = plan.copy()
    hot = 0.3 * scale_of(families)
    falling = Falling(families, arrays(families), Best(plan, families.objective(plan)), Fall(hot, hot / 30, 20_000), 3)
    costs = [falling.best.cost]
    while falling.step():
        costs.append(falling.best.cost)
    assert (plan == before).all()
    assert families.fits(falling.best.where)
    assert families.objective(falling.best.where) == pytest.approx(falling.best.cost)
    assert falling.best.cost < costs[0]
