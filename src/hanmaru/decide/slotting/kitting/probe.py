"""Columns for the master long before any is proven to be the best: good fillings of all aisles at given prices."""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.kitting.filling import Offer, asked_of
from hanmaru.decide.slotting.kitting.relaxed import Relaxed, ranks
from hanmaru.decide.slotting.kitting.served import IN, OPEN, Asked, Ranked, better, ranked, taken
from hanmaru.decide.slotting.kitting.store import Floats, Ints


class Starts(NamedTuple):
    """Sets of models to begin with, and where they were good."""

    sets: Ints
    """[B, M]."""
    rank: Ints
    """[B]: the rank by weight of the aisle that each comes from."""
    halt: Ints
    """[1]: made 1 from outside, it ends the probing soon."""


class Probed(NamedTuple):
    """Fillings found: up to N an aisle."""

    worth: Floats
    """[A]: what the best of each aisle is worth."""
    number: Ints
    """[A]."""
    sets: Ints
    """[A, N, M]."""
    amounts: Floats
    """[A, N, K]."""


def unprobed(part: Relaxed, most: int) -> Probed:
    """Room for `most` fillings an aisle."""
    aisles, models, classes = len(part.capacity), len(part.least), len(part.volume)
    return Probed(
        np.zeros(aisles), np.zeros(aisles, np.int64), np.zeros((aisles, most, models), np.int64),
        np.zeros((aisles, most, classes)),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _known(found: Probed, a: int, sets: Ints) -> bool:
    known = False
    for n in range(found.number[a]):
        known = known or bool((found.sets[a, n] == sets).all())
    return known


@njit(cache=True, nogil=True)
def _probe_from(q: Asked, r: Ranked, entry: Ints, room: float, a: int, found: Probed, sets: Ints) -> float:
    """Better a set and keep what comes of it; its worth."""
    for m in range(len(sets)):
        if entry[m] != OPEN:
            sets[m] = 1 if entry[m] == IN else 0
    value = better(q, r, sets, room)
    n = found.number[a]
    taken(r, sets, room, found.amounts[a, n])
    for m in range(len(sets)):
        if entry[m] == IN:
            sets[m] = 1
    if not _known(found, a, sets):
        found.sets[a, n] = sets
        found.number[a] += 1
    return value


@njit(cache=True, nogil=True)
def _worth_a_try(starts: Starts, b: int, rank: int) -> bool:
    """Whether start b comes from an aisle beside, and no start before it there has the same set."""
    if b == len(starts.rank):
        return True
    new = bool(abs(starts.rank[b] - rank) <= 1)
    for n in range(b if new else 0):
        if new and abs(starts.rank[n] - rank) <= 1:
            new = not bool((starts.sets[n] == starts.sets[b]).all())
    return new


@njit(cache=True, nogil=True)
def probe(
    part: Relaxed, at: Offer, status: Ints, starts: Starts, single: int, found: Probed, turn: tuple[int, int]
) -> None:
    """Probe every aisle, from the starts of aisles like it and from the one model `single`.

    `status` [M, A]; `turn` (first, step) tells which aisles are this caller's.
    """
    rank = ranks(part)
    for a in range(turn[0], len(part.capacity), turn[1]):
        q, entry, sure = asked_of(part, at, status[:, a].copy(), a)
        r = ranked(q, starts.halt)
        found.number[a] = 0
        best = 0.0
        for b in range(len(starts.rank) + 1):
            if found.number[a] == found.sets.shape[1] or starts.halt[0] != 0 or not _worth_a_try(starts, b, rank[a]):
                continue
            sets = np.zeros(len(entry), np.int64)
            if b < len(starts.rank):
                sets[:] = starts.sets[b]
            else:
                sets[(single + a) % len(sets)] = 1
            best = max(best, _probe_from(q, r, entry, part.capacity[a], a, found, sets))
        found.worth[a] = sure + best
