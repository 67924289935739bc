"""Plans annealed from cold to hot that exchange: never worse, and the same again."""

from itertools import pairwise

import numpy as np
import pytest

from hanmaru.decide.slotting.formats.kitting import problem_of
from hanmaru.decide.slotting.generate import generate_kitting
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
    search = Tempering(store, [greedy(store, shared) for shared in (0.5, 1.0)], seed)
    costs = [search.best.cost]
    for _ in search.generations(generations):
        costs.append(search.best.cost)  # noqa: PERF401 - the cost is read while it goes on
    assert store.fits(search.best.where)
    assert store.objective(search.best.where) == pytest.approx(costs[-1])
    return costs, search.best.where


def test_what_is_found_is_only_ever_cheaper(families):
    costs, _ = _costs(families, 8)
    assert all(after <= before for before, after in pairwise(costs))
    assert costs[-1] < 0.8 * costs[0]


def test_a_seed_gives_the_same_plan_and_more_generations_go_on_from_the_same(families):
    (costs, where), (again, there) = _costs(families, 6), _costs(families, 6)
    assert costs == again
    assert (where == there).all()
    longer, _ = _costs(families, 8)
    assert longer[: len(costs)] == costs
    assert len(longer) > len(costs)


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
