"""Whole aisles that exchange what lies in them: only such as are alike, at the change in cost that is told."""

import numpy as np
import pytest

from hanmaru.decide.slotting.formats.kitting import problem_of
from hanmaru.decide.slotting.generate import generate_kitting
from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.exchange import best_exchange, exchange, try_exchange
from hanmaru.decide.slotting.kitting.laying import arrays, state
from hanmaru.decide.slotting.kitting.partition import greedy
from hanmaru.decide.slotting.kitting.problem import KittingRules


@pytest.fixture(scope="module")
def families():
    """A store of 60 materials in aisles that are all alike but for their way."""
    return build(problem_of(generate_kitting("table8-60", 5)))


def _same(now, store):
    """Whether what is kept beside the places is what follows from them."""
    fresh = state(store, now.where)
    return all(
        (getattr(now, part) == getattr(fresh, part)).all() for part in ("free", "room", "visits", "outside", "unpaid")
    )


def test_the_change_told_is_the_change_in_cost_and_none_is_cheaper(families):
    st, plan = arrays(families), greedy(families, 0.5)
    for a in range(families.aisles):
        now = state(families, plan)
        with_it, told = best_exchange(st, now, a)
        came = {}
        for b in set(range(families.aisles)) - {a}:
            other = state(families, plan)
            exchange(st, other, a, b)
            assert families.fits(other.where)
            assert _same(other, families)
            came[b] = families.objective(other.where) - families.objective(plan)
        assert told == pytest.approx(min(came.values()))
        assert came[with_it] == pytest.approx(told)


def test_what_many_come_for_is_brought_to_the_front(families):
    order = np.argsort(families.walk.sum(axis=0))
    st, now = arrays(families), state(families, greedy(families, 0.5), 1)
    entered = families.walk[:, order[0]] @ (now.visits > 0)
    for a, b in zip(order[: len(order) // 2], order[::-1], strict=False):
        if entered[a] > entered[b]:
            exchange(st, now, a, b)
    before = families.objective(now.where)
    change = sum(try_exchange(st, now, 0.0) for _ in range(40 * families.aisles))
    after = families.objective(now.where)
    assert change < 0
    assert after - before == pytest.approx(change)
    entered = families.walk[:, order[0]] @ (now.visits > 0)
    assert (np.diff(entered[order]) <= 0).all()


def test_dearer_than_may_be_is_left(families):
    st, now = arrays(families), state(families, greedy(families, 0.5), 1)
    for _ in range(400):
        try_exchange(st, now, 0.0)
    where = now.where.copy()
    assert try_exchange(st, now, -1e9) == 0.0
    assert (now.where == where).all()


def test_aisles_that_differ_keep_what_lies_in_them(store):
    often = [(1, [0]), (9, [1])]
    other_racks = build(store([(1, [4, 4]), (2, [4, 5])], [4, 4], often))
    assert len(set(other_racks.kind.tolist())) == 2
    forbidden = KittingRules(forbidden={"P0": frozenset({(0, 1)})})
    shut = build(store([(1, [4, 4]), (2, [4, 4])], [3, 3], often, rules=forbidden))
    assert len(set(shut.kind.tolist())) == 2
    alike = build(store([(1, [4, 4]), (2, [4, 4])], [4, 4], often))
    assert len(set(alike.kind.tolist())) == 1
    for differs in (other_racks, shut):
        now = state(differs, greedy(differs))
        assert best_exchange(arrays(differs), now, 0)[0] == -1
        assert try_exchange(arrays(differs), now, np.inf) == 0.0
