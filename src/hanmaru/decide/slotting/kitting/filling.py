"""What every aisle is worth at given prices where some models must enter it and others must not: columns, and a bound.

The relaxation is that of `relaxed`: classes may be split. A column is a set of models in one aisle with a filling.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.kitting.pricing import Found, Limits, price_aisle
from hanmaru.decide.slotting.kitting.relaxed import Relaxed
from hanmaru.decide.slotting.kitting.served import IN, OPEN, OUT, Asked
from hanmaru.decide.slotting.kitting.store import Floats, Ints


class Prices(NamedTuple):
    """The duals of a relaxation."""

    price: Floats
    """[K]: what a unit of volume of each class is worth, 0 or more."""
    extra: Floats
    """[X]: what each entering that a span counts is worth besides; below 0 where a model may not enter so often."""


class Offer(NamedTuple):
    """What is paid for the fillings of aisles at some prices."""

    price: Floats
    """[K]: for a unit of volume of each class, 0 or more."""
    entry: Floats
    """[M, A]: for a model that enters an aisle; below 0 where it enters too often."""


class Filled(NamedTuple):
    """What the aisles take at some prices."""

    worth: Floats
    """[A]: an upper bound of what each aisle is worth."""
    sets: Ints
    """[A, M]: 1 for models that enter."""
    amounts: Floats
    """[A, K]: the volume taken of each class."""


def empty(part: Relaxed) -> Filled:
    """Nothing filled yet."""
    aisles, models = len(part.capacity), len(part.least)
    return Filled(np.zeros(aisles), np.zeros((aisles, models), np.int64), np.zeros((aisles, len(part.volume))))


@njit(cache=True, nogil=True)
def asked_of(part: Relaxed, at: Offer, status: Ints, a: int) -> tuple[Asked, Ints, float]:
    """What is asked of aisle a where `status` [M] says which models are open, out or in there.

    Also the status with models in that are worth more than they cost whatever is filled; and what those that are in
    are worth by themselves, less their cost. What is asked has them for nothing.
    """
    models = len(part.least)
    cost = np.zeros(models)
    price = at.price.copy()
    entry = status.copy()
    worth = 0.0
    for m in range(models):
        margin = at.entry[m, a] - part.walk[m, a]
        if status[m] == IN or (status[m] == OPEN and margin >= 0):
            entry[m] = IN
            worth += margin
        elif status[m] == OPEN:
            cost[m] = -margin
    for k in range(len(price)):
        for n in range(part.use_start[k], part.use_start[k + 1]):
            if status[part.use[n]] == OUT:
                price[k] = 0.0
    return Asked(price, part.volume, part.use_start, part.use, cost), entry, worth


@njit(cache=True, nogil=True)
def fill_aisle(part: Relaxed, at: Offer, status: Ints, a: int, limits: Limits, out: Filled) -> None:
    """Fill aisle a as it is worth most; `status` [M] says which models are open, out or in there."""
    q, entry, worth = asked_of(part, at, status, a)
    found = Found(out.sets[a].copy(), np.zeros(len(q.price)), np.zeros(3))
    price_aisle(q, limits, found)
    for m in range(len(entry)):
        out.sets[a, m] = 1 if entry[m] == IN or (found.sets[m] == 1 and entry[m] != OUT) else 0
    out.amounts[a] = found.filled
    out.worth[a] = worth + found.value[1]


@njit(cache=True, nogil=True)
def fill(part: Relaxed, at: Offer, status: Ints, limits: Limits, out: Filled, turn: tuple[int, int]) -> None:
    """Fill every aisle; `status` [M, A]. The room of `limits` is that of each aisle in turn.

    `turn` (first, step) tells which aisles are this caller's, so that several may share the work. Where the halt was
    told, an aisle not looked at is worth anything.
    """
    for a in range(turn[0], len(part.capacity), turn[1]):
        own = Limits(part.capacity[a], limits.floor, limits.tolerance, limits.nodes, limits.halt)
        out.worth[a] = np.inf
        if limits.halt[0] == 0:
            fill_aisle(part, at, status[:, a].copy(), a, own, out)
