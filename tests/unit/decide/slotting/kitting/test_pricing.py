"""The best filling of one aisle, and the bound made of it."""

from itertools import product

import numpy as np
import pytest

from hanmaru.decide.slotting.kitting.pricing import Limits, nothing, price_aisle
from hanmaru.decide.slotting.kitting.served import Asked


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
