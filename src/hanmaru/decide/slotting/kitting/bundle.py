"""Prices that raise a bound most without going far from the best: a proximal bundle method, all aisles apart.

Of fillings known, the prices p that maximise what they say of the bound less |W (p - best)|^2 / 2t, by the dual: shares
of the fillings of each aisle, bettered two at a time. K. C. Kiwiel, "Proximity control in bundle methods for convex
nondifferentiable minimization", Math. Programming 46 (1990); O. Briant et al., "Comparison of bundle and classical
column generation", Math. Programming 113 (2008).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.frame import Frame
from hanmaru.decide.slotting.kitting.relaxed import Relaxed
from hanmaru.decide.slotting.kitting.store import Floats, Ints

_SWEEPS, _EVERY = 1000, 16
"""Rounds through all aisles at most; each so many-th looks at every filling, the others at those with a share."""
_FAR = 2.0
"""How far steps go at first, in mean costs of a class."""
_SURE = 0.3
"""The part of what the bound is hoped to rise by that the shares may be away from the best ones."""


class Cuts(NamedTuple):
    """J fillings in aisles; R rows: K classes, then X spans."""

    start: Ints
    """[J + 1]."""
    row: Ints
    number: Floats
    """What filling j holds is number[start[j]] .. of row[start[j]] .."""
    cost: Floats
    """[J]."""
    order: Ints
    """[J]: fillings by aisle."""
    first: Ints
    """[A + 1]: those of aisle a are order[first[a]] .. order[first[a + 1] - 1]."""


class Around(NamedTuple):
    """What is asked for, and where to stay near."""

    least: Floats
    most: Floats
    """[R]: what rows ask for, infinite `most` where more is free."""
    weight: Floats
    """[R]."""
    centre: Floats
    """[R]."""
    bound: float
    """Of the centre."""
    far: float
    """How far to go, t."""


@njit(cache=True, nogil=True)
def _answer(at: Around, r: int, held: float) -> float:
    """The price of row r where the fillings hold so much of it."""
    pull = at.far / at.weight[r] ** 2
    up = at.centre[r] + pull * (at.least[r] - held)
    if up > 0 or at.most[r] == np.inf:
        return float(max(0.0, up))
    return float(min(0.0, at.centre[r] + pull * (at.most[r] - held)))


@njit(cache=True, nogil=True)
def asked(at: Around, price: Floats) -> float:
    """What the rows pay at a price, [R]."""
    paid = 0.0
    for r in range(len(price)):
        paid += price[r] * (at.least[r] if price[r] > 0 else at.most[r]) if price[r] != 0 else 0.0
    return paid


@njit(cache=True, nogil=True)
def _add(cuts: Cuts, j: int, times: float, to: Floats) -> None:
    for n in range(cuts.start[j], cuts.start[j + 1]):
        to[cuts.row[n]] += times * cuts.number[n]


@njit(cache=True, nogil=True)
def _shift(
    cuts: Cuts, at: Around, out: int, into: int, rise: float, share: Floats, held: Floats, price: Floats
) -> None:
    """Move share from one filling to another of its aisle, as far as that betters them."""
    change = np.zeros(len(price))
    _add(cuts, into, 1.0, change)
    _add(cuts, out, -1.0, change)
    bend = 1e-12
    for r in range(len(price)):
        if change[r] != 0 and (price[r] != 0 or at.most[r] < np.inf or change[r] < 0):
            bend += at.far * (change[r] / at.weight[r]) ** 2
    step = min(share[out], rise / bend)
    share[out] -= step
    share[into] += step
    for r in range(len(price)):
        if change[r] != 0:
            held[r] += step * change[r]
            price[r] = _answer(at, r, held[r])


@njit(cache=True, nogil=True)
def _look(cuts: Cuts, price: Floats, share: Floats, a: int, floor: float) -> tuple[int, int, float, float, float]:
    """Of aisle a the filling worth most, that of those with a share worth least; what both are worth, and the mean.

    Only fillings of more share than `floor` are looked at.
    """
    into, out, most, least, mean = -1, -1, -np.inf, np.inf, 0.0
    for n in range(cuts.first[a], cuts.first[a + 1]):
        j = cuts.order[n]
        if share[j] <= floor:
            continue
        own = -cuts.cost[j]
        for c in range(cuts.start[j], cuts.start[j + 1]):
            own += cuts.number[c] * price[cuts.row[c]]
        if own > most:
            most, into = own, j
        if share[j] > 0:
            mean += share[j] * own
            if own < least:
                least, out = own, j
    return into, out, most, least, mean


@njit(cache=True, nogil=True)
def ascend(cuts: Cuts, at: Around, share: Floats, price: Floats, worth: Floats) -> float:
    """Prices [R] and what each aisle is worth at them by the fillings known, [A]; answers what these say of the bound.

    `share` [J], which adds up to 1 in each aisle, is bettered.
    """
    held = np.zeros(len(price))
    for j in range(len(share)):
        if share[j] > 0:
            _add(cuts, j, share[j], held)
    for r in range(len(price)):
        price[r] = _answer(at, r, held[r])
    for sweep in range(_SWEEPS):
        every = sweep % _EVERY == 0
        away = worths = 0.0
        for a in range(len(worth)):
            into, out, most, least, mean = _look(cuts, price, share, a, -1.0 if every else 0.0)
            away += most - mean
            worths += most
            if most > least:
                _shift(cuts, at, out, into, most - least, share, held, price)
        if every and away <= _SURE * abs(asked(at, price) - worths - at.bound):
            break
    for a in range(len(worth)):
        worth[a] = _look(cuts, price, share, a, -1.0)[2]
    return float(asked(at, price) - worth.sum())


class Hope(NamedTuple):
    """Where to look next, and what the fillings known say of it."""

    prices: Prices
    worth: Floats
    """[A]: what each aisle is worth there by the fillings known."""
    bound: float


class Bundle:
    """Steps for one node, and the shares of its fillings from step to step."""

    def __init__(self, part: Relaxed, frame: Frame, cost: float) -> None:
        """For a node whose fillings mix to about `cost`."""
        classes, aisles = len(part.volume), len(part.capacity)
        self._classes, self._aisles = classes, aisles
        self._least = np.concatenate([part.volume, frame.least])
        most = np.where(frame.most < frame.spans.over.sum(axis=1), frame.most, np.inf)
        self._most = np.concatenate([np.full(classes, np.inf), most])
        self._weight = np.concatenate([part.volume, np.ones(len(most))])
        self._far = _FAR * abs(cost) / max(1, classes)
        self._share = np.zeros(0)

    def begin(self, cuts: Cuts, used: Ints, share: Floats) -> None:
        """Begin at the shares of a mixture, `share` [B] of the fillings `used` [B]."""
        self._share = np.zeros(len(cuts.cost))
        self._share[used] = share
        for a in range(self._aisles):
            own = cuts.order[cuts.first[a] : cuts.first[a + 1]]
            whole = self._share[own].sum()
            self._share[own] = self._share[own] / whole if whole > 0 else np.arange(len(own)) == 0

    def step(self, frame: Frame, cuts: Cuts, far: float) -> Hope:
        """Where to look next, about `far` as far from the best prices as is usual."""
        self._share = np.concatenate([self._share, np.zeros(len(cuts.cost) - len(self._share))])
        centre = np.concatenate([frame.prices.price, frame.prices.extra])
        around = Around(self._least, self._most, self._weight, centre, frame.bound, far * self._far)
        price, worth = np.zeros(len(centre)), np.zeros(self._aisles)
        bound = ascend(cuts, around, self._share, price, worth)
        return Hope(Prices(price[: self._classes], price[self._classes :]), worth, bound)
