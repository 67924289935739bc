"""Ruin and recreate: takes the materials of a few aisles or models out and lays them in again, by annealing.

G. Schrimpf, J. Schneider, H. Stamm-Wilbrandt, G. Dueck, "Record breaking optimization results using the ruin and
recreate principle", J. Comp. Phys. 159 (2000). A model pays for an aisle once, so a material alone shows little of
what a place is worth: the opening of an aisle is shared among the materials of the model still to be laid in.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.kitting.chance import below, share
from hanmaru.decide.slotting.kitting.exchange import try_exchange
from hanmaru.decide.slotting.kitting.laying import Arrays, State, lay_in, recreate, take_out
from hanmaru.decide.slotting.kitting.store import Floats, Ints

BLINK = 0.02
_EXCHANGED = 0.1
"""How often whole aisles are tried to exchange what lies in them."""


class Taken(NamedTuple):
    """Materials to be taken out."""

    items: Ints
    """[I]: the first `size[0]` are marked."""
    marked: Ints
    """[I]: 1 if marked."""
    size: Ints
    """[2]: how many are marked, and how many may be."""


class Fall(NamedTuple):
    """How a stretch of annealing goes: temperatures at its two ends, and rounds."""

    hot: float
    cold: float
    rounds: int


def taken(materials: int, most: int) -> Taken:
    """Nothing taken, room for `most`."""
    return Taken(np.zeros(materials, np.int64), np.zeros(materials, np.int64), np.array([0, most], np.int64))


@njit(cache=True, nogil=True)
def _take_mates(st: Arrays, now: State, out: Taken, i: int) -> None:
    """Mark material i and the mates of its class in its aisle."""
    a, k = st.aisle[now.where[i]], st.class_of[i]
    for n in range(st.class_start[k], st.class_start[k + 1]):
        j = st.class_members[n]
        if out.marked[j] == 0 and st.aisle[now.where[j]] == a and out.size[0] < out.size[1]:
            out.marked[j] = 1
            out.items[out.size[0]] = j
            out.size[0] += 1


@njit(cache=True, nogil=True)
def _related(now: State, a: int) -> int:
    """An aisle drawn by how many models it shares with aisle a; any where it shares none."""
    models, aisles = now.visits.shape
    weight = np.zeros(aisles)
    for m in range(models):
        if now.visits[m, a] > 0:
            for b in range(aisles):
                if b != a and now.visits[m, b] > 0:
                    weight[b] += 1.0
    left = share(now.dice) * weight.sum()
    for b in range(aisles):
        left -= weight[b]
        if left < 0:
            return b
    return below(now.dice, aisles)


@njit(cache=True, nogil=True)
def _take_aisles(st: Arrays, now: State, out: Taken, a: int) -> None:
    """Mark part of two or three aisles that share models."""
    b = _related(now, a)
    c = _related(now, b) if share(now.dice) < 0.4 else b
    part = 1.0 if share(now.dice) < 0.3 else share(now.dice)
    materials = len(now.where)
    begin = below(now.dice, materials)
    for n in range(materials):
        i = (begin + n) % materials
        here = st.aisle[now.where[i]]
        if (here == a or here == b or here == c) and share(now.dice) < part:  # noqa: PLR1714, SIM109 - compiled
            _take_mates(st, now, out, i)


@njit(cache=True, nogil=True)
def _take_visit(st: Arrays, now: State, out: Taken, m: int, a: int) -> None:
    """Mark what model m has in an aisle where it has little, and as much of a related aisle, to make room."""
    aisles = now.visits.shape[1]
    for _ in range(3):
        b = below(now.dice, aisles)
        if 0 < now.visits[m, b] < now.visits[m, a]:
            a = b
    for n in range(st.members_start[m], st.members_start[m + 1]):
        if st.aisle[now.where[st.members[n]]] == a:
            _take_mates(st, now, out, st.members[n])
    b = _related(now, a)
    wanted = 2 * out.size[0] + 2
    materials = len(now.where)
    begin = below(now.dice, materials)
    for n in range(materials):
        i = (begin + n) % materials
        if out.size[0] >= wanted:
            break
        if st.aisle[now.where[i]] == b:
            _take_mates(st, now, out, i)


@njit(cache=True, nogil=True)
def ruin(st: Arrays, now: State, out: Taken) -> None:
    """Mark materials, by one of four ways drawn at random."""
    materials = len(now.where)
    out.size[0] = 0
    way = share(now.dice)
    i = below(now.dice, materials)
    uses = st.use_start[i + 1] - st.use_start[i]
    a = st.aisle[now.where[i]]
    if way < 0.3 or uses == 0:
        _take_aisles(st, now, out, a)
        return
    m = st.use[st.use_start[i] + below(now.dice, uses)]
    if way < 0.8:
        _take_visit(st, now, out, m, a)
    elif way < 0.9:
        for n in range(st.members_start[m], st.members_start[m + 1]):
            _take_mates(st, now, out, st.members[n])
    else:
        for _ in range(2 + below(now.dice, 8)):
            _take_mates(st, now, out, below(now.dice, materials))


@njit(cache=True, nogil=True)
def _ranks(st: Arrays, now: State, way: int) -> Floats:
    """A random rank of each model [M]; by way 0 the costly ones tend to come first."""
    rank = np.empty(now.visits.shape[0] if way < 2 else 0)
    for m in range(len(rank)):
        rank[m] = share(now.dice) * (st.walk[m, 0] if way == 0 else 1.0)
    return rank


@njit(cache=True, nogil=True)
def in_order(st: Arrays, now: State, out: Ints) -> Ints:
    """An order of laying in: model by model, by what the models cost, or by size; classes stay together."""
    key = np.empty(len(out))
    way = below(now.dice, 4)
    rank = _ranks(st, now, way)
    noise = below(now.dice, 1 << 30)
    for n in range(len(out)):
        i = out[n]
        size = st.need[st.profile[i], now.where[i]]
        value = 0.0
        for u in range(st.use_start[i], st.use_start[i + 1]):
            value = max(value, rank[st.use[u]]) if way < 2 else value + st.walk[st.use[u], 0]
        if way == 3:
            value = size * (0.8 + 0.4 * share(now.dice))
        mixed = ((st.class_of[i] * 2654435761 + noise) % 1000003) / 1000003.0
        key[n] = -(value * (1.0 + (0.3 * mixed if way == 2 else 0.0)) + 1e-7 * mixed + 1e-10 * size)
    return out[np.argsort(key)]


@njit(cache=True, nogil=True)
def _undo(st: Arrays, now: State, out: Ints, old: Ints) -> None:
    """Put materials back to where they lay."""
    for i in out:
        if now.where[i] >= 0:
            take_out(st, now, i)
    for n in range(len(out)):
        lay_in(st, now, out[n], old[n])


@njit(cache=True, nogil=True)
def anneal(st: Arrays, now: State, out: Taken, record: Ints, costs: Floats, fall: Fall) -> None:
    """Ruin and recreate while the temperature falls; `costs` [2] are those of `now` and of the best, kept up to date.

    `record` [I] takes the segments of the best plan met.
    """
    old = np.empty(len(now.where), np.int64)
    cooling = (fall.cold / fall.hot) ** (1.0 / max(1, fall.rounds))
    heat = fall.hot
    for _ in range(fall.rounds):
        heat *= cooling
        ruin(st, now, out)
        items = in_order(st, now, out.items[: out.size[0]])
        change = 0.0
        for n in range(len(items)):
            out.marked[items[n]] = 0
            old[n] = now.where[items[n]]
            change -= take_out(st, now, items[n])
        change += recreate(st, now, items, 0.5 * below(now.dice, 3), BLINK)
        if change > -heat * np.log(share(now.dice)):
            _undo(st, now, items, old)
            continue
        costs[0] += change
        if share(now.dice) < _EXCHANGED:
            costs[0] += try_exchange(st, now, -heat * np.log(share(now.dice)))
        if costs[0] < costs[1] - 1e-9 * abs(costs[1]):
            costs[1] = costs[0]
            record[:] = now.where
