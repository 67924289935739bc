"""The best filling of one aisle, and the bound made of it."""

from itertools import product

import numpy as np
import pytest

from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.lagrange import climb, first_prices, foot, measure, relaxed
from hanmaru.decide.slotting.kitting.pricing import Asked, Limits, nothing, price_aisle


def by_trying_all(asked, room):
    """The best filling, over all sets of models."""
    best = 0.0
    for sets in product((0, 1), repeat=len(asked.cost)):
        value, left = -float(np.dot(asked.cost, sets)), room
        for k in np.argsort(-asked.price):
            if all(sets[m] for m in asked.use[asked.use_start[k] : asked.use_start[k + 1]]):
                amount = min(left, asked.volume[k])
                value += amount * asked.price[k]
                left -= amount
        best = max(best, value)
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_best_filling_of_an_aisle_is_found_and_proven(seed):
    rng = np.random.default_rng(seed)
    signatures = [rng.choice(6, rng.integers(0, 4), replace=False) for _ in range(10)]
    start = np.cumsum([0, *map(len, signatures)])
    asked = Asked(
        rng.random(10), rng.integers(1, 6, 10).astype(float), start, np.concatenate(signatures), 4 * rng.random(6)
    )
    found = nothing(10, 6)

    price_aisle(asked, Limits(12.0, 0.0, 0.0, 10_000, np.zeros(1, np.int64)), found)

    assert found.value[0] == pytest.approx(by_trying_all(asked, 12.0))
    assert found.value[1] == pytest.approx(found.value[0])
    assert found.filled.sum() <= 12.0 + 1e-9


def test_without_nodes_the_bound_holds_nevertheless():
    rng = np.random.default_rng(1)
    signatures = [rng.choice(6, 2, replace=False) for _ in range(12)]
    asked = Asked(rng.random(12), np.full(12, 3.0), np.arange(0, 25, 2), np.concatenate(signatures), rng.random(6))
    found = nothing(12, 6)

    price_aisle(asked, Limits(12.0, 0.0, 0.0, 1, np.zeros(1, np.int64)), found)

    assert found.value[1] >= by_trying_all(asked, 12.0) - 1e-9


def test_the_climb_reaches_the_best_of_two_kits_and_no_more(two_kits):
    built = build(two_kits())
    part = relaxed(built, 9)
    at = foot(part, 0.5 * first_prices(built, part, np.array([0, 0, 0, 1, 1])))

    climb(part, at, 22.0, 0.0, 1000, 200)

    assert 20.5 < at.figures[0] <= 22.0 + 1e-6


def test_fewer_aisles_looked_at_give_a_lower_bound_at_the_same_prices(store):
    built = build(store([(n, [6]) for n in (1, 2, 2, 4, 7)], [2] * 12, [(1 + n, [n, n + 1, n + 6]) for n in range(5)]))
    bounds = []
    for looked_at in (2, 3, 9):
        part = relaxed(built, looked_at)
        at = foot(part, np.full(len(part.volume), 2.0))
        measure(part, at, 0.0, 10_000, nothing(len(part.volume), len(part.least)))
        bounds.append(at.figures[3])
        assert part.times.sum() == pytest.approx(5)

    assert bounds[0] <= bounds[1] + 1e-9 <= bounds[2] + 2e-9
