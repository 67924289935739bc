"""Laying materials in and taking them out, compiled: the steps of which every search is made."""

from typing import NamedTuple

import numpy as np

from hanmaru.decide.slotting.compiled import compiled
from hanmaru.decide.slotting.kitting.chance import dice, share
from hanmaru.decide.slotting.kitting.store import Floats, Ints, Store


class Arrays(NamedTuple):
    """What compiled parts need of a store; see `store.Store` for shapes."""

    start: Ints
    aisle: Ints
    bins: Ints
    need: Ints
    least_need: Ints
    """[P]: the least that a material of each profile takes of any segment where it may lie."""
    profile: Ints
    use_start: Ints
    use: Ints
    walk: Floats
    linear: Floats
    cost_row: Ints
    apart_start: Ints
    apart: Ints
    members_start: Ints
    members: Ints
    class_of: Ints
    class_start: Ints
    class_members: Ints
    kind: Ints


class State(NamedTuple):
    """A plan being changed."""

    where: Ints
    """[I]: the segment of each material, -1 while it lies nowhere."""
    free: Ints
    """[S]: free bins."""
    room: Ints
    """[A]: the most free bins of a segment of each aisle."""
    visits: Ints
    """[M, A]: how many materials of a model lie in an aisle."""
    outside: Ints
    """[M]: how many materials of a model lie nowhere; at least 1 for each of which one does."""
    dice: Ints
    opening: Floats
    """[A]: what the material at hand would pay for entering each aisle."""
    unpaid: Floats
    """[M, A]: what entering would cost a model; 0 where it enters."""


def arrays(store: Store) -> Arrays:
    """The arrays of a store."""
    seg = store.segments
    least = np.where(store.need > 0, store.need, np.iinfo(np.int64).max).min(axis=1)
    return Arrays(
        seg.start, np.ascontiguousarray(seg.aisle), np.ascontiguousarray(seg.bins), store.need, least, store.profile,
        store.use_start, store.use, store.walk, store.linear, store.cost_row, store.apart_start, store.apart,
        store.members_start, store.members, store.class_of, store.class_start, store.class_members, store.kind,
    )  # fmt: skip


def state(store: Store, where: Ints, seed: int = 0) -> State:
    """The state of a plan given as segments [I]; -1 for materials that lie nowhere yet."""
    laid = where >= 0
    rows = np.repeat(np.arange(store.materials), np.diff(store.use_start))
    free = store.segments.bins.copy()
    np.subtract.at(free, where[laid], store.need[store.profile[laid], where[laid]])
    count = np.zeros((store.models, store.aisles), np.int64)
    used = laid[rows]
    np.add.at(count, (store.use[used], store.segments.aisle[where[rows[used]]]), 1)
    outside = np.bincount(store.use[~used], minlength=store.models).astype(np.int64)
    unpaid = np.where(count > 0, 0.0, store.walk)
    room = np.zeros(store.aisles, np.int64)
    np.maximum.at(room, store.segments.aisle, free)
    return State(where.copy(), free, room, count, outside, dice(seed), np.zeros(store.aisles), unpaid)


@compiled
def most_free(st: Arrays, now: State, a: int) -> int:
    """The most free bins of a segment of aisle a."""
    most = 0
    for s in range(st.start[a], st.start[a + 1]):
        most = max(most, now.free[s])
    return most


@compiled
def take_out(st: Arrays, now: State, i: int) -> float:
    """Take material i out; the cost saved."""
    s = now.where[i]
    a = st.aisle[s]
    now.where[i] = -1
    now.free[s] += st.need[st.profile[i], s]
    now.room[a] = max(now.room[a], now.free[s])
    saved = st.linear[st.cost_row[i], s]
    for n in range(st.use_start[i], st.use_start[i + 1]):
        m = st.use[n]
        now.visits[m, a] -= 1
        now.outside[m] += 1
        if now.visits[m, a] == 0:
            saved += st.walk[m, a]
            now.unpaid[m, a] = st.walk[m, a]
    return float(saved)


@compiled
def lay_in(st: Arrays, now: State, i: int, s: int) -> float:
    """Lay material i into segment s; what it costs."""
    a = st.aisle[s]
    now.where[i] = s
    now.free[s] -= st.need[st.profile[i], s]
    now.room[a] = most_free(st, now, a)
    cost = st.linear[st.cost_row[i], s]
    for n in range(st.use_start[i], st.use_start[i + 1]):
        m = st.use[n]
        cost += now.unpaid[m, a]
        now.unpaid[m, a] = 0.0
        now.visits[m, a] += 1
        now.outside[m] -= 1
    return float(cost)


@compiled
def best_segment(st: Arrays, now: State, i: int, a: int) -> int:
    """The segment of aisle a for material i: the cheapest, then the tightest; -1 if none has room."""
    for n in range(st.apart_start[i], st.apart_start[i + 1]):
        s = now.where[st.apart[n]]
        if s >= 0 and st.aisle[s] == a:
            return -1
    best, cost, rest = -1, np.inf, 0
    p, c = st.profile[i], st.cost_row[i]
    for s in range(st.start[a], st.start[a + 1]):
        left = now.free[s] - st.need[p, s]
        if st.need[p, s] == 0 or left < 0:
            continue
        if st.linear[c, s] < cost or (st.linear[c, s] == cost and left < rest):
            best, cost, rest = s, st.linear[c, s], left
    return best


@compiled
def open_to(st: Arrays, now: State, i: int, shared: float) -> None:
    """What material i pays in each aisle for models that do not enter it yet, shared with those still to be laid in.

    By the power `shared`: 0, 0.5 or 1. Into `now.opening`; aisle by aisle inside, so that the processor takes several
    at a time.
    """
    opening = now.opening
    opening[:] = 0.0
    for n in range(st.use_start[i], st.use_start[i + 1]):
        m = st.use[n]
        part = 1.0 if shared == 0 else 1.0 / (now.outside[m] if shared == 1 else np.sqrt(now.outside[m]))
        for a in range(len(opening)):
            opening[a] += part * now.unpaid[m, a]


@compiled
def choose(st: Arrays, now: State, i: int, shared: float, blink: float) -> int:
    """The segment where material i costs least; an aisle is overlooked with probability `blink`; -1 if none."""
    best, chosen = np.inf, -1
    open_to(st, now, i, shared)
    need = st.least_need[st.profile[i]]
    for a in range(len(st.start) - 1):
        cost = now.opening[a]
        if cost >= best or now.room[a] < need or (blink > 0 and share(now.dice) < blink):
            continue
        s = best_segment(st, now, i, a)
        if s >= 0 and cost + st.linear[st.cost_row[i], s] < best:
            best, chosen = cost + st.linear[st.cost_row[i], s], s
    return chosen


@compiled
def recreate(st: Arrays, now: State, out: Ints, shared: float, blink: float, most: float = np.inf) -> float:
    """Lay the materials `out` in, in this order; what it costs, inf if one finds no room or it costs more than `most`.

    The opening of an aisle is shared among the materials of the model still outside, by the power `shared`.
    """
    total = 0.0
    for i in out:
        s = choose(st, now, i, shared, blink)
        if s < 0 and blink > 0:
            s = choose(st, now, i, shared, 0.0)
        if s < 0:
            return np.inf
        total += lay_in(st, now, i, s)
        if total > most:
            return np.inf
    return total
