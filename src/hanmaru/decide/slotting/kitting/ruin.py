"""Ruin and recreate: takes the materials of a few aisles or models out and lays them in again, by annealing.

G. Schrimpf, J. Schneider, H. Stamm-Wilbrandt, G. Dueck, "Record breaking optimization results using the ruin and
recreate principle", J. Comp. Phys. 159 (2000). A model pays for an aisle once, so a material alone shows little of
what a place is worth: the opening of an aisle is shared among the materials of the model still to be laid in.
"""

from typing import NamedTuple

import numpy as np

from hanmaru.decide.slotting.compiled import compiled, overwrite
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
    key: Floats
    """[I]: by what they are put in order."""
    rank: Floats
    """[M]."""
    old: Ints
    """[I]: where they lay."""


class Fall(NamedTuple):
    """How a stretch of annealing goes: temperatures at its two ends, and rounds."""

    hot: float
    cold: float
    rounds: int


def taken(materials: int, models: int, most: int) -> Taken:
    """Nothing taken, room for `most`."""
    none = np.zeros(materials, np.int64)
    size = np.array([0, most], np.int64)
    return Taken(none, none.copy(), size, np.zeros(materials), np.zeros(models), none.copy())


@compiled
def _take_mates(st: Arrays, now: State, out: Taken, i: int) -> None:
    """Mark material i and the mates of its class in its aisle."""
    a, k = st.aisle[now.where[i]], st.class_of[i]
    for n in range(st.class_start[k], st.class_start[k + 1]):
        j = st.class_members[n]
        if out.marked[j] == 0 and st.aisle[now.where[j]] == a and out.size[0] < out.size[1]:
            out.marked[j] = 1
            out.items[out.size[0]] = j
            out.size[0] += 1


@compiled
def _related(now: State, a: int) -> int:
    """An aisle drawn by how many models it shares with aisle a; any where it shares none."""
    models, aisles = now.visits.shape
    weight = now.opening
    weight[:] = 0.0
    for m in range(models):
        if now.visits[m, a] > 0:
            for b in range(aisles):
                weight[b] += 1.0 * (now.visits[m, b] > 0)
    weight[a] = 0.0
    left = share(now.dice) * weight.sum()
    for b in range(aisles):
        left -= weight[b]
        if left < 0:
            return b
    return below(now.dice, aisles)


@compiled
def _take_aisles(st: Arrays, now: State, out: Taken, a: int) -> None:
    """Mark part of two or three aisles that share models."""
    b = _related(now, a)
    c = _related(now, b) if share(now.dice) < 0.4 else b
    part = 1.0 if share(now.dice) < 0.3 else share(now.dice)
    materials = len(now.where)
    i = below(now.dice, materials)
    for _ in range(materials):
        i = i + 1 if i + 1 < materials else 0
        here = st.aisle[now.where[i]]
        if (here == a or here == b or here == c) and share(now.dice) < part:  # noqa: PLR1714, SIM109 - compiled
            _take_mates(st, now, out, i)


@compiled
def _take_visit(st: Arrays, now: State, out: Taken, m: int, a: int) -> None:
    """Mark what model m has in an aisle, most likely where that is little, and as much of a related one, for room.

    It is in aisle a at least.
    """
    most = -1.0
    for b in range(now.visits.shape[1]):
        if now.visits[m, b] > 0:
            drawn = share(now.dice) / now.visits[m, b]
            if drawn > most:
                a, most = b, drawn
    for n in range(st.members_start[m], st.members_start[m + 1]):
        if st.aisle[now.where[st.members[n]]] == a:
            _take_mates(st, now, out, st.members[n])
    b = _related(now, a)
    wanted = 2 * out.size[0] + 2
    materials = len(now.where)
    i = below(now.dice, materials)
    for _ in range(materials):
        i = i + 1 if i + 1 < materials else 0
        if out.size[0] >= wanted:
            break
        if st.aisle[now.where[i]] == b:
            _take_mates(st, now, out, i)


@compiled
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


@compiled
def _draw_ranks(st: Arrays, now: State, out: Taken, way: int) -> None:
    """A random rank of each model; by way 0 the costly ones tend to come first."""
    for m in range(len(out.rank) if way < 2 else 0):
        out.rank[m] = share(now.dice) * (st.walk[m, 0] if way == 0 else 1.0)


@compiled
def put_in_order(st: Arrays, now: State, out: Taken) -> None:
    """Put them in an order of laying in: model by model, by what the models cost, or by size; classes stay together."""
    items, key = out.items, out.key
    way = below(now.dice, 4)
    _draw_ranks(st, now, out, way)
    noise = below(now.dice, 1 << 30)
    for n in range(out.size[0]):
        i = items[n]
        size = st.need[st.profile[i], now.where[i]]
        value = 0.0
        for u in range(st.use_start[i], st.use_start[i + 1]):
            value = max(value, out.rank[st.use[u]]) if way < 2 else value + st.walk[st.use[u], 0]
        if way == 3:
            value = size * (0.8 + 0.4 * share(now.dice))
        mixed = ((st.class_of[i] * 2654435761 + noise) % 1000003) / 1000003.0
        mine = value * (1.0 + (0.3 * mixed if way == 2 else 0.0)) + 1e-7 * mixed + 1e-10 * size
        at = n
        while at > 0 and key[at - 1] < mine:
            key[at], items[at] = key[at - 1], items[at - 1]
            at -= 1
        key[at], items[at] = mine, i


@compiled
def _undo(st: Arrays, now: State, out: Taken) -> None:
    """Put materials back to where they lay."""
    for n in range(out.size[0]):
        if now.where[out.items[n]] >= 0:
            take_out(st, now, out.items[n])
    for n in range(out.size[0]):
        lay_in(st, now, out.items[n], out.old[n])


@compiled
def _take_all_out(st: Arrays, now: State, out: Taken) -> float:
    """Take out what is marked; the cost saved."""
    saved = 0.0
    for n in range(out.size[0]):
        i = out.items[n]
        out.marked[i] = 0
        out.old[n] = now.where[i]
        saved += take_out(st, now, i)
    return saved


@compiled
def anneal(st: Arrays, now: State, out: Taken, record: Ints, costs: Floats, fall: Fall) -> None:
    """Ruin and recreate while the temperature falls; `costs` [2] are those of `now` and of the best, kept up to date.

    `record` [I] takes the segments of the best plan met.
    """
    cooling = (fall.cold / fall.hot) ** (1.0 / max(1, fall.rounds))
    heat = fall.hot
    for _ in range(fall.rounds):
        heat *= cooling
        ruin(st, now, out)
        put_in_order(st, now, out)
        change = -_take_all_out(st, now, out)
        most = -heat * np.log(share(now.dice))
        change += recreate(st, now, out.items[: out.size[0]], 0.5 * below(now.dice, 3), BLINK, most - change)
        if change == np.inf:
            _undo(st, now, out)
            continue
        costs[0] += change
        if share(now.dice) < _EXCHANGED:
            costs[0] += try_exchange(st, now, -heat * np.log(share(now.dice)))
        if costs[0] < costs[1] - 1e-9 * abs(costs[1]):
            costs[1] = costs[0]
            overwrite(record, now.where)
