"""Costs as whole numbers, as CP-SAT wants them."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from hanmaru.decide.slotting.kitting.store import Floats, Ints, Store

_LARGEST = 2**31


@dataclass(frozen=True)
class Whole:
    """Costs times `scale`, rounded down: what is a lower bound in them is one in the costs themselves."""

    walk: Ints
    linear: Ints
    scale: float
    step: float
    """Every objective is a multiple of this; 0 where the scaled costs were no whole numbers."""

    def up(self, bound: float) -> float:
        """The least objective that reaches a lower bound."""
        if self.step == 0:
            return bound
        return ceil(bound / self.step - 1e-6) * self.step


def whole(store: Store) -> Whole:
    """Scale the costs of a store."""
    for scale in (1.0, 10.0, 100.0, 1000.0):
        walk, linear = _near(store.walk * scale), _near(store.linear * scale)
        if walk is not None and linear is not None:
            step = int(np.gcd.reduce(np.concatenate([walk.ravel(), linear.ravel(), [0]])))
            return Whole(walk // max(1, step), linear // max(1, step), scale / max(1, step), max(1, step) / scale)
    scale = _LARGEST / max(1.0, float(store.walk.max(initial=0)), float(store.linear.max(initial=0)))
    walk, linear = np.floor(store.walk * scale), np.floor(store.linear * scale)
    return Whole(walk.astype(np.int64), linear.astype(np.int64), scale, 0.0)


def _near(costs: Floats) -> Ints | None:
    rounded = np.rint(costs)
    if costs.max(initial=0) > _LARGEST or not np.allclose(costs, rounded, rtol=0, atol=1e-7):
        return None
    return rounded.astype(np.int64)
