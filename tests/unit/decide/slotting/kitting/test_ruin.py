"""Rounds of ruin and recreate: what is kept beside the places follows from them, and what does not pay is undone."""

import numpy as np
import pytest

from hanmaru.decide.slotting.formats.kitting import problem_of
from hanmaru.decide.slotting.generate import generate_kitting
from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.falling import scale_of
from hanmaru.decide.slotting.kitting.laying import arrays, recreate, state, take_out
from hanmaru.decide.slotting.kitting.partition import greedy
from hanmaru.decide.slotting.kitting.ruin import Fall, anneal, put_in_order, ruin, taken

_FOLLOWS = ("free", "room", "visits", "outside", "unpaid")


@pytest.fixture(scope="module")
def families():
    """A store of 60 materials whose models come in families."""
    return build(problem_of(generate_kitting("table8-60", 5)))


@pytest.fixture
def nearly_full(store):
    """A store of two aisles of several racks, one of them with a pillar's worth of bins to spare."""
    return build(store([(1, [4, 3]), (2, [4, 4])], [3, 2, 2, 4, 3], [(5, [0, 1, 3]), (3, [2, 3]), (1, [4])]))


def _annealed(store, heat, rounds=2000, seed=1):
    plan = greedy(store, 0.5)
    now, out = state(store, plan, seed), taken(store.materials, store.models, store.materials)
    record, costs = plan.copy(), np.full(2, store.objective(plan))
    anneal(arrays(store), now, out, record, costs, Fall(heat, heat, rounds))
    return now, out, record, costs


@pytest.mark.parametrize("heat", [1e-9, 0.1, 1.0])
def test_after_any_rounds_all_that_is_kept_follows_from_the_places(families, nearly_full, heat):
    for store in (families, nearly_full):
        now, out, record, costs = _annealed(store, heat * scale_of(store))
        fresh = state(store, now.where)
        assert store.fits(now.where)
        for part in _FOLLOWS:
            assert (getattr(now, part) == getattr(fresh, part)).all(), part
        assert costs[0] == pytest.approx(store.objective(now.where))
        assert costs[1] == pytest.approx(store.objective(record))
        assert not out.marked.any()


def test_without_heat_nothing_ever_becomes_dearer(families):
    _, _, _, costs = _annealed(families, 1e-9)
    assert costs[0] == pytest.approx(costs[1])
    assert costs[0] < families.objective(greedy(families, 0.5))


def test_what_costs_more_than_it_may_is_given_up(families):
    plan = greedy(families, 0.5)
    st, now = arrays(families), state(families, plan, 1)
    items = np.arange(families.materials)
    saved = sum(take_out(st, now, i) for i in items)
    assert saved == pytest.approx(families.objective(plan))
    assert recreate(st, now, items, 0.5, 0.0, 0.5 * saved) == np.inf
    laid = now.where >= 0
    assert 0 < laid.sum() < families.materials
    for i in items[laid]:
        take_out(st, now, i)
    assert recreate(st, now, items, 0.5, 0.0) == pytest.approx(families.objective(now.where))


def test_what_is_marked_is_put_in_an_order_whole_and_mates_lie_in_one_aisle(families):
    st, now = arrays(families), state(families, greedy(families, 0.5), 3)
    out = taken(families.materials, families.models, families.materials)
    aisle = families.segments.aisle[now.where]
    for _ in range(200):
        ruin(st, now, out)
        items = out.items[: out.size[0]].copy()
        assert sorted(items.tolist()) == np.flatnonzero(out.marked).tolist()
        for i in items:
            mates = (families.class_of == families.class_of[i]) & (aisle == aisle[i])
            assert out.marked[mates].all()
        put_in_order(st, now, out)
        assert sorted(out.items[: out.size[0]].tolist()) == sorted(items.tolist())
        assert (np.diff(out.key[: out.size[0]]) <= 0).all()
        out.marked[items] = 0
