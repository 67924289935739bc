"""The linear relaxation of an aisle by flows, beside the same handed to HiGHS."""

import highspy
import numpy as np
import pytest

from hanmaru.decide.slotting.kitting.closure import network, relaxation, settle
from hanmaru.decide.slotting.kitting.served import IN, OUT, Asked, better, ranked, taken


def drawn(seed):
    """An aisle of twelve classes and seven models."""
    rng = np.random.default_rng(seed)
    signatures = [rng.choice(7, rng.integers(0, 4), replace=False) for _ in range(12)]
    start = np.cumsum([0, *map(len, signatures)])
    return Asked(
        rng.random(12), rng.integers(1, 6, 12).astype(float), start, np.concatenate(signatures), 3 * rng.random(7)
    )


def by_highs(asked, room, status):
    """The same relaxation as a linear programme: x by class, z by model."""
    lp = highspy.Highs()
    lp.silent()
    x = [lp.addVariable(0, v, -p) for v, p in zip(asked.volume, asked.price, strict=True)]
    z = [
        lp.addVariable(1.0 if s == IN else 0.0, 0.0 if s == OUT else 1.0, 0.0 if s == IN else c)
        for s, c in zip(status, asked.cost, strict=True)
    ]
    for k in range(len(x)):
        for n in range(asked.use_start[k], asked.use_start[k + 1]):
            lp.addConstr(x[k] - float(asked.volume[k]) * z[asked.use[n]] <= 0)
    lp.addConstr(sum(x) <= room)
    lp.run()
    return -lp.getInfo().objective_function_value


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("room", [4.0, 11.0, 100.0])
def test_the_relaxation_of_an_aisle_is_that_of_the_linear_programme(seed, room):
    asked = drawn(seed)
    status = np.random.default_rng(seed).choice(3, 7, p=[0.7, 0.15, 0.15]).astype(np.int64)

    value, _, _ = relaxation(asked, network(asked), status, room, 1.0, np.nan)

    assert value == pytest.approx(by_highs(asked, room, status), abs=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_what_ends_early_is_a_bound_all_the_same(seed):
    asked, status = drawn(seed), np.zeros(7, np.int64)
    exact = by_highs(asked, 11.0, status)

    for goal in (0.0, 0.5 * exact, 0.99 * exact, 1.01 * exact, 2 * exact):
        value, _, _ = relaxation(asked, network(asked), status, 11.0, 1.0, goal)
        assert value >= exact - 1e-6
        assert value <= goal + 1e-6 or exact > goal - 1e-6


@pytest.mark.parametrize("seed", range(10))
def test_a_bettered_set_is_worth_what_it_is_said_to_be_and_no_change_of_one_helps(seed):
    asked = drawn(seed)
    r, sets, filled = ranked(asked, np.zeros(1, np.int64)), np.zeros(7, np.int64), np.zeros(12)
    sets[seed % 7] = 1

    worth = better(asked, r, sets, 11.0)
    for m in range(7):
        other = sets.copy()
        other[m] = 1 - other[m]
        assert better(asked, r, other, 11.0) <= worth + 1e-9 or (other != sets).sum() != 1
    taken(r, sets, 11.0, filled)

    assert filled.sum() <= 11.0 + 1e-9
    assert (filled <= asked.volume).all()
    assert worth <= (asked.price * filled).sum() - (asked.cost * sets).sum() + 1e-9


def worth(asked, room, sets):
    """What the best filling for a set of models is worth, by HiGHS."""
    return by_highs(asked, room, np.where(sets == 1, IN, OUT)) - (asked.cost * sets).sum()


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("part", [0.5, 0.9, 0.999])
def test_fillings_other_than_what_is_settled_are_worth_no_more_than_it_says(seed, part):
    asked, room = drawn(seed), 11.0
    every = [np.array([s >> m & 1 for m in range(7)]) for s in range(128)]
    values = [worth(asked, room, sets) for sets in every]
    goal = part * max(values)
    net, status = network(asked), np.zeros(7, np.int64)

    _, _, value = relaxation(asked, net, status, room, 1.0, np.nan)
    most = settle(net, status, value, goal)

    assert most <= goal
    for sets, reached in zip(every, values, strict=True):
        if ((status == OUT) & (sets == 1)).any() or ((status == IN) & (sets == 0)).any():
            assert reached <= most + 1e-6


def test_something_is_settled_where_the_goal_is_near():
    settled = 0
    for seed in range(20):
        asked = drawn(seed)
        net, status = network(asked), np.zeros(7, np.int64)
        bound, _, value = relaxation(asked, net, status, 11.0, 1.0, np.nan)
        settle(net, status, value, 0.9 * bound)
        settled += int((status != 0).sum())

    assert settled > 20
