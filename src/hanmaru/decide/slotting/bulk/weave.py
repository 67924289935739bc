"""The first network: what may follow what among the pairs left; neighbours that had better be swapped are left out."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.flows import Flows, cost
from hanmaru.decide.slotting.bulk.network import Index, Network
from hanmaru.decide.slotting.bulk.relax import NEVER, Side, reach, spans
from hanmaru.decide.slotting.bulk.scaled import Whole
from hanmaru.decide.slotting.bulk.timed import Grid, Pairs
from hanmaru.decide.slotting.watch import Watch

CHUNK = 20_000
"""Pairs whose arcs are made before the watch is asked."""


class Ends(NamedTuple):
    """For every pair its place, and the best path up to and from it, both with its own cost.

    by[first[t]] .. by[first[t + 1] - 1] are the pairs that begin at t.
    """

    start: Whole
    left: Whole
    right: Whole
    first: Whole
    by: Whole


class Ground(NamedTuple):
    """What tells whether neighbours had better be swapped: their costs by coordinate; which items (n) may be at all."""

    flow: Flows
    coordinate: Whole
    wall: Whole
    swaps: NDArray[np.bool_]


def ground(grid: Grid, flow: Flows, swaps: NDArray[np.bool_]) -> Ground:
    """The grid's coordinates and walls."""
    return Ground(flow, grid.coordinate, grid.wall.astype(np.int64), swaps)


@njit(cache=True)
def ends(pairs: Pairs, price: Whole, left: Side, right: Side) -> Ends:
    """The best paths up to and from every pair."""
    size, steps = len(pairs.item), len(left.best) - 1
    start, first, by = np.empty(size, np.int64), np.zeros(steps + 2, np.int64), np.empty(size, np.int64)
    upto, onward = np.empty(size, np.int64), np.empty(size, np.int64)
    for t in range(1, steps + 1):
        for pair in range(pairs.first[t], pairs.first[t + 1]):
            item = pairs.item[pair]
            start[pair] = t - pairs.width[item]
            own = pairs.cost[pair] - price[item]
            upto[pair] = min(NEVER, reach(left, start[pair], item, pairs.before[pair]) + own)
            onward[pair] = min(NEVER, reach(right, t, item, pairs.after[pair]) + own)
            first[start[pair] + 1] += 1
    for t in range(steps + 1):
        first[t + 1] += first[t]
    place = first.copy()
    for pair in range(size):
        by[place[start[pair]]] = pair
        place[start[pair]] += 1
    return Ends(start, upto, onward, first, by)


@njit(cache=True)
def _in_order(on: Ground, one: int, other: int, start: int) -> bool:
    """Whether item `one` at place `start`, then `other`, is no dearer than the two swapped; a tie by number."""
    flow, at = on.flow, on.coordinate[start]
    here = cost(flow, one, at) + cost(flow, other, at + flow.width[one])
    there = cost(flow, other, at) + cost(flow, one, at + flow.width[other])
    return here < there or (here == there and one < other)


@njit(cache=True)
def _number(pairs: Pairs, around: Ends, node: Index, idle: Index) -> int:
    """Number the nodes by place: free space first where something may begin after it; how many nodes."""
    count = 1
    for t in range(len(idle)):
        for k in range(around.first[t], around.first[t + 1]):
            if t > 0 and idle[t] < 0 and pairs.before[around.by[k]]:
                idle[t] = count
                count += 1
        for pair in range(pairs.first[t], pairs.first[t + 1]):
            node[pair] = count
            count += 1
    return count + 1


class Draft(NamedTuple):
    """The network being made: its nodes, the arcs so far, and how many there are of both (2)."""

    item: Index
    end: Index
    cost: Whole
    first: Whole
    to: Index
    made: Whole


@njit(cache=True)
def _node(draft: Draft, item: int, end: int, paid: int) -> None:
    """Begin the next node; the arcs added from now on are its own."""
    at = draft.made[0]
    draft.item[at], draft.end[at], draft.cost[at], draft.first[at] = item, end, paid, draft.made[1]
    draft.made[0] = at + 1


@njit(cache=True)
def _arc(draft: Draft, to: int) -> None:
    """Add an arc; one node of -1 is none. What there is no room for is counted alone."""
    if to >= 0:
        if draft.made[1] < len(draft.to):
            draft.to[draft.made[1]] = to
        draft.made[1] += 1


@njit(cache=True)
def _after_pair(pairs: Pairs, around: Ends, on: Ground, node: Index, pair: int, most: int, draft: Draft) -> None:
    """Add the arcs to the pairs that may stand right of `pair`, wall to wall."""
    item = pairs.item[pair]
    t = around.start[pair] + pairs.width[item]
    ask = on.swaps[item] and on.wall[t] == 0
    for k in range(around.first[t], around.first[t + 1]):
        other = around.by[k]
        if around.right[other] > most or pairs.item[other] == item:
            continue
        if not ask or not on.swaps[pairs.item[other]] or _in_order(on, item, pairs.item[other], around.start[pair]):
            _arc(draft, node[other])


@njit(cache=True)
def _rests(idle: Index) -> Index:
    """The next free space at or right of every place, -1 for none."""
    rest = np.full(len(idle) + 1, -1, np.int32)
    for t in range(len(idle) - 1, -1, -1):
        rest[t] = idle[t] if idle[t] >= 0 else rest[t + 1]
    return rest


class Numbers(NamedTuple):
    """The nodes' numbers: by pair, of free space by place (-1: none), the next free space by place, the right end."""

    node: Index
    idle: Index
    rest: Index
    last: int


@njit(cache=True)
def _weave(
    pairs: Pairs, around: Ends, on: Ground, net: Numbers, limit: int, draft: Draft, span: tuple[int, int]
) -> None:
    """Add the nodes and arcs of the places span[0] .. span[1] - 1."""
    steps = len(pairs.first) - 2
    if span[0] == 0:
        _node(draft, -1, -1, 0)
        for k in range(around.first[0], around.first[1]):
            _arc(draft, net.node[around.by[k]])
        _arc(draft, net.rest[1])
    for t in range(span[0], span[1]):
        if net.idle[t] >= 0:
            _node(draft, -1, -1, 0)
            for k in range(around.first[t], around.first[t + 1]):
                _arc(draft, net.node[around.by[k]] if pairs.before[around.by[k]] else -1)
            _arc(draft, net.rest[t + 1])
        for pair in range(pairs.first[t], pairs.first[t + 1]):
            _node(draft, pairs.item[pair], t, pairs.cost[pair])
            _after_pair(pairs, around, on, net.node, pair, limit - around.left[pair], draft)
            if t == steps or pairs.after[pair]:
                _arc(draft, net.last)
                _arc(draft, net.rest[t + 1])


def weave(pairs: Pairs, around: Ends, on: Ground, limit: int, most: int, watch: Watch) -> Network | None:
    """The network of paths that cost at most `limit` (prices subtracted); None if over `most` arcs, or time is up."""
    places = len(pairs.first) - 1
    node, idle = np.full(len(pairs.item), -1, np.int32), np.full(places, -1, np.int32)
    nodes = _number(pairs, around, node, idle)
    numbers = Numbers(node, idle, _rests(idle), nodes - 1)
    draft = Draft(
        np.full(nodes, -1, np.int32),
        np.full(nodes, -1, np.int32),
        np.zeros(nodes, np.int64),
        np.zeros(nodes + 1, np.int64),
        np.empty(most, np.int32),
        np.zeros(2, np.int64),
    )
    for span in spans(pairs, CHUNK):
        _weave(pairs, around, on, numbers, limit, draft, span)
        if watch.over or draft.made[1] > most:
            return None
    draft.first[nodes - 1] = draft.first[nodes] = draft.made[1]
    return Network(draft.item, draft.end, draft.cost, draft.first, draft.to[: draft.made[1]].copy())
