"""Plans by a mixture of fillings: near it, whole, and never worse than what they begin with."""

import numpy as np
import pytest

from hanmaru.decide.slotting.formats.kitting import problem_of
from hanmaru.decide.slotting.generate import generate_kitting
from hanmaru.decide.slotting.kitting.bound import Bounding
from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.guided import Guided
from hanmaru.decide.slotting.kitting.partition import greedy
from hanmaru.decide.slotting.kitting.relaxed import laid, relaxed
from hanmaru.decide.slotting.kitting.tempering import Tempering


@pytest.fixture(scope="module")
def families():
    """A store of 40 materials whose models come in families."""
    return build(problem_of(generate_kitting("table8-40", 5)))


@pytest.fixture(scope="module")
def good(families):
    """A plan that a short search finds."""
    search = Tempering(families, [greedy(families, 0.5)], 1)
    for _ in search.generations(8):
        pass
    return search.best


def test_a_mixture_that_is_a_plan_is_that_plan_or_better(families, good):
    volumes = laid(families, relaxed(families), good.where)[1].T
    plan = Guided(families, lambda: True).plan(volumes, 1)
    assert families.fits(plan.where)
    assert families.objective(plan.where) == pytest.approx(plan.cost)
    assert plan.cost <= good.cost


def test_what_is_mixed_is_laid_whole_and_the_same_again(families, good):
    one, other = (laid(families, relaxed(families), where)[1].T for where in (good.where, greedy(families, 1.0)))
    mixed = 0.5 * one + 0.5 * other
    plans = [Guided(families, lambda: False).plan(mixed, seed) for seed in (1, 1, 2)]
    assert all(families.fits(plan.where) for plan in plans)
    assert (plans[0].where == plans[1].where).all()
    assert max(plan.cost for plan in plans) < families.objective(greedy(families, 1.0))


def test_what_does_not_fit_as_mixed_goes_where_there_is_room_and_without_room_is_no_plan(store):
    fits = build(store([(1, [3]), (2, [3])], [3, 2, 1], [(1, [0, 1, 2])]))
    assert fits.fits(Guided(fits, lambda: False).plan(np.array([[6.0, 0.0]]), 1).where)
    split_alone = build(store([(1, [3]), (2, [3])], [2, 2, 2], [(1, [0, 1, 2])]))
    assert Guided(split_alone, lambda: False).plan(np.array([[3.0, 3.0]]), 1) is None


def test_bounding_finds_what_the_search_has_not(families, good):
    poor = greedy(families, 1.0)
    with Bounding(families, poor, lambda: families.objective(poor)) as bounding:
        while not bounding.rests:
            bounding.wait()
        assert bounding.best.cost <= good.cost
        assert bounding.bound == pytest.approx(bounding.best.cost)
