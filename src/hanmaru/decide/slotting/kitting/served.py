"""What is asked of one aisle at given prices, and good answers quickly: sets of models bettered step by step.

maximise sum_k price[k] x[k] - sum_m cost[m] z[m] with sum_k x[k] <= room, 0 <= x[k] <= volume[k], and x[k] > 0 only
where z[m] = 1 for all models m of class k: the precedence-constrained knapsack of column generation by aisle. For given
models that is a knapsack that may split. The signature of a class is kept as bits, so that whether a set of models
serves it is one comparison of words.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hanmaru.decide.slotting.kitting.store import Floats, Ints

OPEN, OUT, IN = 0, 1, 2
Words = NDArray[np.uint64]
_WORD = 64
_STEPS = 1000


class Asked(NamedTuple):
    """One aisle: K classes, M models."""

    price: Floats
    """[K]: what a unit of volume of each class is worth."""
    volume: Floats
    """[K]."""
    use_start: Ints
    """[K + 1]: models of class k are use[use_start[k]] .. use[use_start[k + 1] - 1]."""
    use: Ints
    cost: Floats
    """[M]: what it costs that a model enters, 0 or more; 0 for those that are in or out whatever is filled."""


class Ranked(NamedTuple):
    """The classes worth anything, the dearest first; L of them, W words of 64 models."""

    price: Floats
    """[L]."""
    volume: Floats
    """[L]."""
    needs: Words
    """[L, W]: the models of each class."""
    place: Ints
    """[L]: its number."""
    halt: Ints
    """[1]: made 1 from outside, it ends the search soon."""


@njit(cache=True, nogil=True)
def ranked(q: Asked, halt: Ints) -> Ranked:
    """Put the classes in the order of their prices."""
    words = (len(q.cost) + _WORD - 1) // _WORD
    order = np.argsort(-q.price)
    count = int((q.price > 0).sum())
    place = order[:count].astype(np.int64)
    needs = np.zeros((count, words), np.uint64)
    for at in range(count):
        for n in range(q.use_start[place[at]], q.use_start[place[at] + 1]):
            m = q.use[n]
            needs[at, m // _WORD] |= np.uint64(1) << np.uint64(m % _WORD)
    return Ranked(q.price[place], q.volume[place], needs, place, halt)


@njit(cache=True, nogil=True)
def _serves(inside: Words, needs: Words) -> bool:
    lacking = np.uint64(0)
    for w in range(len(inside)):
        lacking |= needs[w] & ~inside[w]
    return bool(lacking == 0)


@njit(cache=True, nogil=True)
def _flip(inside: Words, m: int) -> None:
    inside[m // _WORD] ^= np.uint64(1) << np.uint64(m % _WORD)


@njit(cache=True, nogil=True)
def _worth(r: Ranked, inside: Words, room: float) -> float:
    """What the best filling for these models is worth, their cost apart."""
    value = 0.0
    for at in range(len(r.price)):
        if _serves(inside, r.needs[at]):
            part = min(r.volume[at], room)
            value += part * r.price[at]
            room -= part
            if room <= 0:
                break
    return value


@njit(cache=True, nogil=True)
def taken(r: Ranked, sets: Ints, room: float, filled: Floats) -> None:
    """The best filling for the models of `sets` [M] into `filled` [K]; the set then has those that it needs alone."""
    inside = _bits(sets)
    needed = np.zeros_like(inside)
    filled[:] = 0.0
    for at in range(len(r.price)):
        if room <= 0:
            break
        if _serves(inside, r.needs[at]):
            part = min(r.volume[at], room)
            filled[r.place[at]] = part
            room -= part
            needed |= r.needs[at]
    for m in range(len(sets)):
        sets[m] = 1 if needed[m // _WORD] >> np.uint64(m % _WORD) & np.uint64(1) else 0


@njit(cache=True, nogil=True)
def _bits(sets: Ints) -> Words:
    words = np.zeros((len(sets) + _WORD - 1) // _WORD, np.uint64)
    for m in range(len(sets)):
        if sets[m] == 1:
            _flip(words, m)
    return words


@njit(cache=True, nogil=True)
def _best_step(q: Asked, r: Ranked, sets: Ints, inside: Words, room: float, worth: float) -> tuple[float, int, int]:
    """The best change of one model or two that is worth more than `worth`: what then, its cost apart; -1 for none.

    Taking a model out makes the filling worth less, by which most exchanges are known to be no better.
    """
    best, first, second = worth + 1e-9 * (1.0 + abs(worth)), -1, -1
    models = len(sets)
    for one in range(models):
        if q.cost[one] <= 0 or r.halt[0] != 0:
            continue
        _flip(inside, one)
        if sets[one] == 1:
            value = _worth(r, inside, room) + q.cost[one]
        else:
            value = _worth(r, inside, room) - q.cost[one]
            for other in range(models):
                if sets[other] == 1 and q.cost[other] > 0 and value + q.cost[other] > best:
                    _flip(inside, other)
                    exchanged = _worth(r, inside, room) - q.cost[one] + q.cost[other]
                    if exchanged > best:
                        best, first, second = exchanged, one, other
                    _flip(inside, other)
        if value > best:
            best, first, second = value, one, -1
        _flip(inside, one)
    return best, first, second


@njit(cache=True, nogil=True)
def better(q: Asked, r: Ranked, sets: Ints, room: float) -> float:
    """Better the models of `sets` [M] as long as a change of one or two helps; what they are worth then."""
    inside = _bits(sets)
    worth = _worth(r, inside, room)
    for _ in range(_STEPS):
        _, one, other = _best_step(q, r, sets, inside, room, worth)
        if one < 0:
            break
        for m in (one, other):
            if m >= 0:
                _flip(inside, m)
                sets[m] = 1 - sets[m]
        worth = _worth(r, inside, room)
    return float(worth - (q.cost * sets).sum())
