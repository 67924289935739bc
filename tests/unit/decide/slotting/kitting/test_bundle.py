"""Prices near the best that raise a bound: nothing else that near is hoped to raise it more."""

import numpy as np
import pytest

from hanmaru.decide.slotting.kitting.bundle import Around, Cuts, ascend, asked

AISLES, ROWS, EACH = 3, 6, 9


def made(seed):
    """Fillings of three aisles: what they hold of six rows and what they cost; each aisle has an empty one."""
    rng = np.random.default_rng(seed)
    held = np.where(rng.random((AISLES * EACH, ROWS)) < 0.4, rng.integers(1, 5, (AISLES * EACH, ROWS)), 0).astype(float)
    held[::EACH] = 0.0
    cost = np.where(held.sum(axis=1) > 0, rng.uniform(1, 20, len(held)), 0.0)
    of, row = np.nonzero(held)
    start = np.searchsorted(of, np.arange(len(held) + 1))
    first = np.arange(0, len(held) + 1, EACH)
    order = np.arange(len(held))
    return held, cost, Cuts(start, row, held[of, row], cost, order, first)


def around(seed, far):
    """Four rows that may hold more than is asked, two that must not hold more than that and a bit."""
    rng = np.random.default_rng(100 + seed)
    least = rng.uniform(0.5, 3.0, ROWS)
    most = np.where(np.arange(ROWS) < 4, np.inf, least + 0.3)
    centre = np.where(np.arange(ROWS) < 4, rng.uniform(0, 4, ROWS), rng.uniform(-2, 2, ROWS))
    return Around(least, most, rng.uniform(0.5, 2.0, ROWS), centre, 0.0, far)


def says(held, cost, at, price):
    """What the fillings say of the bound at prices."""
    worth = (held @ price - cost).reshape(AISLES, EACH).max(axis=1)
    return asked(at, price) - worth.sum()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("far", [0.05, 1.0, 50.0])
def test_nothing_near_is_hoped_to_raise_the_bound_more(seed, far):
    held, cost, cuts = made(seed)
    at = around(seed, far)
    at = at._replace(bound=says(held, cost, at, at.centre))
    share = np.zeros(len(cost))
    share[::EACH] = 1.0
    price, worth = np.zeros(ROWS), np.zeros(AISLES)

    value = ascend(cuts, at, share, price, worth)

    def gain(prices):
        return says(held, cost, at, prices) - (at.weight**2 * (prices - at.centre) ** 2).sum() / (2 * far)

    assert value == pytest.approx(says(held, cost, at, price))
    assert worth == pytest.approx((held @ price - cost).reshape(AISLES, EACH).max(axis=1))
    assert (price[:4] >= 0).all()
    assert (share >= 0).all()
    assert share.reshape(AISLES, EACH).sum(axis=1) == pytest.approx(1.0)
    sure = 0.31 * abs(value - at.bound) + 1e-9
    rng = np.random.default_rng(seed)
    for _ in range(300):
        other = price + rng.normal(0, rng.choice([0.01, 0.1, 1.0]), ROWS)
        other[:4] = np.maximum(0.0, other[:4])
        assert gain(other) <= gain(price) + sure
    assert gain(price) >= at.bound - sure
