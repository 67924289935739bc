"""A rigorous bound: every aisle for itself at prices per class, the prices climbing by subgradients.

Dantzig-Wolfe by aisle with classes that may be split: a column is a set of models and a filling. Its dual is climbed
here directly (Lagrangian of "every class is laid in", and of "model m enters at least so many aisles"), so that every
step gives a bound that holds, whatever becomes of the next. Deflected subgradients with Polyak's step: P. M. Camerini,
L. Fratta, F. Maffioli, Math. Programming Study 3 (1975).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.kitting.pricing import Asked, Found, Limits, price_aisle
from hanmaru.decide.slotting.kitting.store import Floats, Ints, Store

_KEEP = 0.6
"""The part of a direction that goes on."""
_FALL = 0.3
"""A bound that falls by more than this part of what is missing stood at prices to be left at once."""
_PATIENCE = 6
"""Steps without a better bound before the pace falls."""


class Relaxed(NamedTuple):
    """The store as the relaxation sees it: K classes by volume, split at will, and aisles by volume."""

    volume: Floats
    """[K]: volume of each class."""
    use_start: Ints
    use: Ints
    """Models of class k: use[use_start[k]] .. use[use_start[k + 1] - 1]."""
    least: Floats
    """[M]: how many aisles the volume of each model needs at least."""
    walk: Floats
    """[M, A]."""
    capacity: Floats
    """[A]."""
    times: Floats
    """[A]: how often each aisle counts; 0 for one that others stand for (see `_times`)."""


class Climb(NamedTuple):
    """Where a climb stands."""

    price: Floats
    """[K]."""
    extra: Floats
    """[M]: what each entering of a model is worth beyond its fillings."""
    best_price: Floats
    best_extra: Floats
    pull: Floats
    """[K + M]: the direction."""
    filled: Floats
    """[K]: how much of each class the aisles took at the last prices."""
    entered: Floats
    """[M]: how many aisles each model entered."""
    sets: Ints
    """[A, M]: 1 for the models in each aisle at the last prices."""
    figures: Floats
    """[4]: best bound, pace, steps since it rose, bound at the last prices."""
    halt: Ints
    """[1]: made 1 from outside, it ends the climb at once."""


def relaxed(store: Store, looked_at: int) -> Relaxed:
    """Merge the materials of each class; of aisles that differ in weight alone about `looked_at` are looked at."""
    first = store.class_members[store.class_start[:-1]]
    signatures = [store.signature(int(i)) for i in first.tolist()]
    start = np.cumsum([0, *map(len, signatures)]).astype(np.int64)
    use = np.array([m for signature in signatures for m in signature], np.int64)
    volume = np.bincount(store.class_of, weights=store.volume, minlength=len(first)).astype(np.float64)
    wide = np.cumsum(np.sort(store.capacity)[::-1])
    rows = np.repeat(np.arange(store.materials), np.diff(store.use_start))
    needed = np.bincount(store.use, weights=store.volume[rows], minlength=store.models)
    least = (1 + np.searchsorted(wide, needed)).astype(np.float64)
    return Relaxed(volume, start, use, least, store.walk, store.capacity.astype(np.float64), _times(store, looked_at))


def _times(store: Store, looked_at: int) -> Floats:
    """[A]: aisles that differ in weight alone are stood for by those whose weights lie about theirs.

    What an aisle is worth is the largest of functions that fall linearly in its weight, so it is convex in it: two
    aisles' worths, mixed as the weights are, are at least that of an aisle between.
    """
    times = np.ones(store.aisles)
    total = store.walk.sum(axis=0)
    alike = np.allclose(store.walk * total.sum(), store.walk.sum(axis=1)[:, None] * total[None, :], rtol=1e-12)
    if store.aisles < 3 or not alike or (store.capacity != store.capacity[0]).any():
        return times
    order = np.argsort(total, kind="stable")
    steps = np.linspace(0.0, 1.0, min(looked_at, store.aisles)) ** (1.5 if looked_at < store.aisles else 1.0)
    kept = np.unique(np.rint(steps * (store.aisles - 1)).astype(int))
    times[:] = 0.0
    for place, a in enumerate(order.tolist()):
        left = order[max(kept[kept <= place])]
        right = order[min(kept[kept >= place])]
        wide = total[right] - total[left]
        part = (total[a] - total[left]) / wide if wide > 0 else 0.0
        times[left] += 1.0 - part
        times[right] += part
    return times


def first_prices(store: Store, part: Relaxed, where: Ints) -> Floats:
    """[K]: what a unit of volume of each class pays in a plan, every entering shared out by volume."""
    aisle = store.segments.aisle[where]
    rows = np.repeat(np.arange(store.materials), np.diff(store.use_start))
    shared = np.zeros((store.models, store.aisles))
    np.add.at(shared, (store.use, aisle[rows]), store.volume[rows])
    paid = np.zeros(store.materials)
    price = store.walk[store.use, aisle[rows]] / shared[store.use, aisle[rows]]
    np.add.at(paid, rows, price * store.volume[rows])
    return np.bincount(store.class_of, weights=paid, minlength=len(part.volume)) / part.volume


def foot(part: Relaxed, price: Floats) -> Climb:
    """Where a climb begins."""
    models = len(part.least)
    none = np.zeros(models)
    pull = np.zeros(len(price) + models)
    return Climb(
        price.copy(), none.copy(), price.copy(), none.copy(), pull, np.zeros(len(price)), none.copy(),
        np.zeros((len(part.capacity), models), np.int64), np.array([-np.inf, 0.4, 0.0, 0.0]), np.zeros(1, np.int64),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _one_aisle(part: Relaxed, at: Climb, a: int, limits: Limits, found: Found) -> float:
    """Price aisle a, add its filling to the sums; what it is worth at most."""
    models = len(part.least)
    worth = 0.0
    cost = np.empty(models)
    for m in range(models):
        cost[m] = max(0.0, part.walk[m, a] - at.extra[m])
        worth += max(0.0, at.extra[m] - part.walk[m, a])
    asked = Asked(at.price, part.volume, part.use_start, part.use, cost)
    found.sets[:] = at.sets[a]
    price_aisle(asked, limits, found)
    at.sets[a] = found.sets
    at.filled[:] += part.times[a] * found.filled
    for m in range(models):
        if found.sets[m] == 1 or part.walk[m, a] < at.extra[m]:
            at.entered[m] += part.times[a]
    return float(part.times[a] * (worth + found.value[1]))


@njit(cache=True, nogil=True)
def measure(part: Relaxed, at: Climb, tolerance: float, nodes: int, found: Found) -> None:
    """The bound at the prices of a climb, into its figures, and what the aisles take at them."""
    at.filled[:] = 0.0
    at.entered[:] = 0.0
    bound = (at.price * part.volume).sum() + (at.extra * part.least).sum()
    for a in range(len(part.capacity)):
        if part.times[a] > 0:
            bound -= _one_aisle(part, at, a, Limits(part.capacity[a], 0.0, tolerance, nodes, at.halt), found)
    at.figures[3] = bound


@njit(cache=True, nogil=True)
def _judge(at: Climb, target: float) -> None:
    """Keep the prices if they are the best; else, after some patience, go back to those and slow down."""
    bound = at.figures[3]
    at.figures[2] += 1
    fell = bound < at.figures[0] - _FALL * (target - at.figures[0])
    if bound > at.figures[0]:
        at.figures[2] = 0 if bound > at.figures[0] + 1e-5 * abs(target) else at.figures[2]
        at.figures[1] = min(1.0, at.figures[1] * 1.2)
        at.figures[0] = bound
        at.best_price[:] = at.price
        at.best_extra[:] = at.extra
    if fell or at.figures[2] >= _PATIENCE:
        at.figures[2] = 0
        at.figures[1] *= 0.75
        at.figures[3] = at.figures[0]
        at.price[:] = at.best_price
        at.extra[:] = at.best_extra


@njit(cache=True, nogil=True)
def _step(part: Relaxed, at: Climb, target: float) -> None:
    """One step along the deflected subgradient; prices stay at 0 or more."""
    classes, models = len(at.price), len(at.extra)
    length = 0.0
    for n in range(classes + models):
        k, m = n, n - classes
        lack = 1.0 - at.filled[k] / part.volume[k] if m < 0 else part.least[m] - at.entered[m]
        at.pull[n] = _KEEP * at.pull[n] + (1.0 - _KEEP) * lack
        if at.pull[n] < 0 and (at.price[k] if m < 0 else at.extra[m]) <= 0:
            at.pull[n] = 0.0
        length += at.pull[n] ** 2 * (part.volume[k] if m < 0 else 1.0)
    if length <= 0:
        return
    pace = at.figures[1] * max(target - at.figures[3], 1e-4 * abs(target)) / length
    for k in range(classes):
        at.price[k] = max(0.0, at.price[k] + pace * at.pull[k])
    for m in range(models):
        at.extra[m] = max(0.0, at.extra[m] + pace * at.pull[classes + m])


@njit(cache=True, nogil=True)
def climb(part: Relaxed, at: Climb, target: float, tolerance: float, nodes: int, steps: int) -> None:
    """Climb some steps towards `target`, an objective that is known to be within reach."""
    found = Found(np.zeros(len(at.extra), np.int64), np.zeros(len(at.price)), np.zeros(3))
    for _ in range(steps):
        if at.halt[0] != 0:
            return
        measure(part, at, tolerance, nodes, found)
        _judge(at, target)
        _step(part, at, target)
