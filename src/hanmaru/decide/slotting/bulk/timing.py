"""The best coordinates for a given order: convex costs under "not before the one on the left", solved exactly.

With every material's start counted from the sum of the widths before it, the coordinates need only not decrease: an
isotonic regression with convex piecewise-linear costs. The slope trick keeps the breakpoints of the cheapest cost so
far in a heap; O(n K log(n K)), after Vidal, Crainic, Gendreau, Prins: Timing problems and algorithms (2015).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.bulk.flows import Flows, cost
from hanmaru.decide.slotting.bulk.scaled import Whole


class Heap(NamedTuple):
    """A heap of breakpoints, the rightmost on top: coordinate and by how much the slope rises there."""

    at: Whole
    rise: Whole


def heap(flow: Flows) -> Heap:
    """Room for all breakpoints of all materials."""
    size = flow.slope.shape[0] * flow.slope.shape[1] + 1
    return Heap(np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64))


@njit(cache=True)
def _push(store: Heap, size: int, at: int, rise: int) -> int:
    """Add a breakpoint; the new size."""
    place = size
    while place > 0:
        above = (place - 1) >> 1
        if store.at[above] >= at:
            break
        store.at[place] = store.at[above]
        store.rise[place] = store.rise[above]
        place = above
    store.at[place] = at
    store.rise[place] = rise
    return size + 1


@njit(cache=True)
def _pop(store: Heap, size: int) -> int:
    """Take the rightmost breakpoint away; the new size."""
    size -= 1
    at, rise = store.at[size], store.rise[size]
    place, below = 0, 1
    while below < size:
        if below + 1 < size and store.at[below + 1] > store.at[below]:
            below += 1
        if store.at[below] <= at:
            break
        store.at[place] = store.at[below]
        store.rise[place] = store.rise[below]
        place, below = below, 2 * below + 1
    store.at[place] = at
    store.rise[place] = rise
    return size


@njit(cache=True)
def add(flow: Flows, store: Heap, size: int, item: int, before: int) -> int:
    """Add a material's breakpoints, its start counted from `before`; the new size."""
    for k in range(flow.slope.shape[1] - 1):
        rise = flow.slope[item, k + 1] - flow.slope[item, k]
        if rise > 0:
            size = _push(store, size, flow.points[k] - flow.half[item] - before, rise)
    return size


@njit(cache=True)
def worthless(store: Heap, size: int, surplus: int) -> int:
    """Drop what lies right of the cheapest coordinate, where the slope is `surplus`; the new size."""
    while surplus > 0:
        if store.rise[0] <= surplus:
            surplus -= store.rise[0]
            size = _pop(store, size)
        else:
            store.rise[0] -= surplus
            surplus = 0
    return size


@njit(cache=True)
def time_order(flow: Flows, seq: Whole, begin: Whole, room: tuple[int, int], store: Heap) -> int:
    """Write the best starts of the order `seq` (n) within the room (from, to) to `begin` (n); the cost.

    The widths must fit. Materials without trips follow their left neighbour.
    """
    n, last, size, before = len(seq), flow.slope.shape[1] - 1, 0, room[0]
    for place in range(n):
        size = add(flow, store, size, seq[place], before)
        size = worthless(store, size, flow.slope[seq[place], last])
        begin[place] = store.at[0] if size > 0 else 0
        before += flow.width[seq[place]]
    latest = room[1] - before
    total = 0
    for place in range(n - 1, -1, -1):
        latest = max(0, min(latest, begin[place]))
        before -= flow.width[seq[place]]
        begin[place] = latest + before
        total += cost(flow, seq[place], begin[place])
    return total


@njit(cache=True)
def best_order(flow: Flows, room: tuple[int, int], store: Heap) -> Whole:
    """The cheapest of all orders (n), by trying each: for a few materials only. Heap's algorithm."""
    n = len(flow.width)
    seq, turn = np.arange(n), np.zeros(n, np.int64)
    begin, best = np.empty(n, np.int64), seq.copy()
    least = time_order(flow, seq, begin, room, store)
    k = 1
    while k < n:
        if turn[k] == k:
            turn[k] = 0
            k += 1
            continue
        other = 0 if k % 2 == 0 else turn[k]
        seq[k], seq[other] = seq[other], seq[k]
        cost = time_order(flow, seq, begin, room, store)
        if cost < least:
            least, best = cost, seq.copy()
        turn[k] += 1
        k = 1
    return best
