"""Prices for "each material once": a subgradient ascent with momentum, steps after Polyak, the best prices kept."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.scaled import Whole

MOMENTUM = 0.6
PATIENCE = 5
SMALL = 0.01
FADE = 0.7


@dataclass(slots=True)
class Ascent:
    """Prices of n materials, none beyond `dearest`, and the best; how often each was missing or doubled lately."""

    n: int
    prices: NDArray[np.float64]
    dearest: int
    boldness: float = 0.4
    best: int | None = None
    best_prices: Whole = field(init=False)
    doubt: NDArray[np.float64] = field(init=False)
    _drift: NDArray[np.float64] = field(init=False)
    _stalled: int = 0

    def __post_init__(self) -> None:
        """Begin without a bound."""
        self.best_prices = np.zeros(self.n, dtype=np.int64)
        self.doubt = np.zeros(self.n)
        self._drift = np.zeros(self.n)

    @property
    def whole(self) -> Whole:
        """The prices as whole numbers: with these a bound is exact."""
        return np.rint(np.clip(self.prices, -self.dearest, self.dearest)).astype(np.int64)

    def again(self, boldness: float) -> None:
        """Go on from the best prices, with new steps."""
        self.prices = self.best_prices.astype(np.float64)
        self._drift[:] = 0
        self.boldness, self._stalled = boldness, 0

    def forget(self) -> None:
        """Let the next bound be the best: the problem was made smaller, so that prices are judged anew."""
        self.best = None

    def step(self, bound: int, count: Whole, target: int) -> None:
        """Take the bound at `whole` and how often its path uses every material; move towards `target`."""
        missing = 1.0 - count
        self.doubt = 0.95 * self.doubt + np.abs(missing)
        better = self.best is None or bound > self.best
        if self.best is None or bound - self.best > SMALL * (target - self.best):
            self._stalled = 0
        else:
            self._stalled += 1
        if better:
            self.best, self.best_prices = bound, self.whole
        if self._stalled >= PATIENCE:
            self.boldness *= FADE
            self._stalled = 0
        self._drift = missing + MOMENTUM * self._drift
        length = float(missing @ missing)
        if length > 0:
            self.prices = self.prices + self.boldness * max(1, target - bound) / length * self._drift
