"""Which models enter which aisles: what flow moves out of the way, and what no programme may open."""

import numpy as np
import pytest

from hanmaru.decide.slotting.formats.kitting import problem_of
from hanmaru.decide.slotting.generate import generate_kitting
from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.partition import greedy
from hanmaru.decide.slotting.kitting.problem import KittingRules
from hanmaru.decide.slotting.kitting.visits import Programmes, visits_of


@pytest.fixture(scope="module")
def families():
    """A store of 60 materials whose models come in families."""
    return build(problem_of(generate_kitting("table8-60", 5)))


@pytest.fixture(scope="module")
def round_about(store):
    """Three full aisles and what lies where: one material of each of three models lies where the next one is at home.

    No aisle has room, so nothing can be moved but all three at once.
    """
    models = [(5, [0, 1, 2, 3]), (7, [4, 5, 6, 7]), (9, [8, 9, 10, 11])]
    made = build(store([(1, [4]), (2, [4]), (3, [4])], [1] * 12, models))
    return made, np.array([0, 0, 0, 2, 1, 1, 1, 0, 2, 2, 2, 1])


def _bettered(store, where, models):
    return Programmes(store, bool).better(visits_of(store, where), np.array(models))


def test_one_model_s_visits_are_bettered_by_moving_the_others_all_around(round_about):
    store, where = round_about
    before = visits_of(store, where)
    after = _bettered(store, where, [0])
    assert before.entered.tolist() == [[True, False, True], [True, True, False], [False, True, True]]
    assert after.entered.tolist() == [[True, False, False], [True, True, False], [False, True, True]]
    assert after.cost == before.cost - 5 * 3


def test_with_all_visits_open_everything_goes_home(round_about):
    store, where = round_about
    after = _bettered(store, where, [0, 1, 2])
    assert after.cost == 9 * 1 + 7 * 2 + 5 * 3
    assert after.entered.sum() == 3


def test_what_is_best_already_stays(round_about):
    store, _ = round_about
    home = visits_of(store, np.repeat([2, 1, 0], 4))
    assert Programmes(store, bool).better(home, np.arange(3)) is home


def test_visits_of_other_models_are_never_opened_and_costs_follow_from_visits(families):
    programmes, rng = Programmes(families, bool), np.random.default_rng(1)
    now = visits_of(families, greedy(families, 0.5))
    bettered = 0
    for _ in range(40):
        models = rng.choice(families.models, 3, replace=False)
        after = programmes.better(now, models)
        opened = (after.entered & ~now.entered).any(axis=1)
        assert set(np.nonzero(opened)[0]) <= set(models)
        assert after.cost <= now.cost
        assert after.cost == pytest.approx((families.walk * after.entered).sum())
        bettered += after.cost < now.cost
        now = after
    assert bettered > 3


def test_materials_go_where_rules_let_them(store):
    rules = KittingRules(aisles={"P3": frozenset({2})})
    made = build(store([(1, [4]), (2, [4]), (3, [4])], [1] * 8, [(5, [0, 1, 2, 3]), (7, [4, 5, 6, 7])], rules=rules))
    where = np.array([0, 0, 1, 2, 0, 1, 1, 2])
    after = Programmes(made, bool).better(visits_of(made, where), np.arange(2))
    assert after.entered.tolist() == [[False, False, True], [True, False, False]]
    assert after.cost == 5 * 3 + 7 * 1


def test_what_lying_somewhere_costs_counts_too(store):
    rules = KittingRules(level_of={(0, 1): 1}, level_costs=(0.0, 2.0))
    made = build(store([(1, [2, 2]), (3, [2, 2])], [2, 2], [(3, [0]), (1, [1])], rules=rules))
    aisles = made.segments.start[:2]
    after = Programmes(made, bool).better(visits_of(made, aisles), np.arange(2))
    assert after.entered.tolist() == [[True, False], [True, False]]
    assert after.cost == 3 * 1 + 1 * 1


def test_a_programme_that_is_halted_ends_sooner(families):
    now, every = visits_of(families, greedy(families, 0.5)), np.arange(families.models)
    asked = {False: 0, True: 0}

    def better(halt):
        def halted():
            asked[halt] += 1
            return halt

        return Programmes(families, halted).better(now, every)

    assert better(halt=False).cost < now.cost
    better(halt=True)
    assert 0 < asked[True] < asked[False] / 2
