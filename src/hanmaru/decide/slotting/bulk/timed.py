"""The time-indexed model: one pair for every material and every start on a grid, and what it costs.

A best plan begins every material at a multiple of the grid's step: in a block without idle space that touches no
strip end, some centre lies at a supply point (else the block could be shifted), and a full strip begins at sums of
widths. So a minimum over the pairs is the minimum.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import gcd
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.flows import STAYS, Flows, cost
from hanmaru.decide.slotting.bulk.scaled import Scaled, Whole
from hanmaru.decide.slotting.watch import Watch

LARGEST = 40_000_000
COARSE = 3_000_000
"""Pairs of a model whose grid is coarser than the widths: it bounds, and seldom proves to the last digit."""
NOWHERE, SENSIBLE, ANYWHERE = 0, 1, 2
"""Where free space may stand beside a pair: nowhere, where no shift by a place would save it, or anywhere."""
TALL = 1 << 55
HIGHEST = 1 << 58
"""No path costs more, or earns more by prices: sums of whole numbers neither overflow nor pass for unreachable."""
MOST_SCALE = 1 << 16
CHUNK = 2_000_000
"""Pairs made before the watch is asked."""


class Pairs(NamedTuple):
    """Pairs sorted by where they end, then by width: those that end at t are first[t] .. first[t + 1] - 1.

    Pairs of one end and width are a part: those of t are the parts span[t] .. span[t + 1] - 1, and part p is the pairs
    part[p] .. part[p + 1] - 1.

    `before`: free space may stand on its left; `after`: on its right. Where it may not, moving it there by a step is no
    dearer, so a best plan exists without.
    """

    first: Whole
    item: NDArray[np.int32]
    cost: Whole
    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    width: Whole
    span: Whole
    part: Whole


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a material may begin or end: `coordinate` (steps + 1) in units of the scaled problem, room after room.

    Only coordinates that a best plan can use: all widths are multiples of a period, so that within a block all starts
    leave the same rest, which is that of its anchor. A width counts `width` (n) places of the grid. The last place of
    a room is the first of the next: its coordinate is the latter's, and `wall` is set. `room` is a place's room.
    A cost of the scaled problem is the sum of `least` (n) + `worth` * the sum of the pairs' costs / `scale`.
    No price may be more than `dearest`: a path may use the narrowest material as often as there is place for it.
    """

    coordinate: Whole
    wall: NDArray[np.bool_]
    room: Whole
    width: Whole
    least: Whole
    worth: int
    scale: int
    dearest: int

    @property
    def base(self) -> int:
        """What all items cost at least, each alone."""
        return int(self.least.sum())

    @property
    def steps(self) -> int:
        """The number of places, less one."""
        return len(self.coordinate) - 1

    def inner(self, cost_outside: int) -> int:
        """The least sum of pairs' costs that stands for at least this cost of the scaled problem."""
        return -((self.base - cost_outside) // self.worth) * self.scale

    def outer(self, bound: int) -> int:
        """The least cost of the scaled problem that a plan can have whose pairs cost at least `bound`."""
        return self.base + self.worth * -(-bound // self.scale)


class Places(NamedTuple):
    """Coordinates, walls and rooms of all places, the widths counted in places, the starts that share a place."""

    coordinate: Whole
    wall: NDArray[np.bool_]
    room: Whole
    width: Whole
    cell: int


def places(problem: Scaled, home: Whole | None = None) -> Places | None:
    """The places on which a best plan lies, what may stay at `home` included. None: too many."""
    room = problem.rooms[0]
    anchors = {room.begin, room.end}
    if problem.slack > 0:
        anchors.update(np.unique(np.subtract.outer(problem.points, problem.halves)).tolist())
    if home is not None:
        anchors.update(home.tolist())
    return places_from(problem.widths, [(room.begin, room.end)], anchors)


def places_from(
    widths: Whole, stretches: Sequence[tuple[int, int]], anchors: Collection[int], shifts: Collection[int] = ()
) -> Places | None:
    """The places of these stretches that lie some widths from an anchor, or from a place shifted by one of `shifts`.

    None: too many.
    """
    period, length = gcd(*(int(width) for width in widths)), sum(end - begin for begin, end in stretches)
    rests = {anchor % period for anchor in anchors}
    new = rests
    while new:
        new = {(rest + way) % period for rest in new for shift in shifts for way in (shift, -shift)} - rests
        rests = rests | new
        if length // period * len(rests) * len(widths) > LARGEST:
            return None
    coordinates = []
    for begin, end in stretches:
        rest = np.array(sorted((rest - begin) % period for rest in rests), dtype=np.int64)
        local = (np.arange((end - begin) // period + 1, dtype=np.int64)[:, None] * period + rest).ravel()
        coordinates.append(local[local < end - begin] + begin)
    coordinates.append(np.array([stretches[-1][1]], dtype=np.int64))
    rooms = np.repeat(np.arange(len(coordinates)), [len(part) for part in coordinates])
    return Places(
        np.concatenate(coordinates),
        np.diff(rooms, prepend=-1) > 0,
        np.minimum(rooms, len(stretches) - 1).astype(np.int64),
        widths // period * len(rests),
        1,
    )


def coarse_places(problem: Scaled) -> Places | None:
    """Cells of equal length in a single room, and the widths rounded off to them. None: something is narrower.

    A zone begins in the cell of its start. One that begins where the zone before it ends, or later, does so at least
    as many cells later as the width before it has whole ones: every plan stays one, and costs no less.
    """
    room = problem.rooms[0]
    cell = -(-room.length * len(problem.widths) // COARSE)
    if len(problem.rooms) > 1 or cell > problem.widths.min():
        return None
    begins = np.arange(0, room.length, cell, dtype=np.int64) + room.begin
    none = np.zeros(len(begins) + 1, dtype=np.int64)
    first = np.zeros(len(begins) + 1, dtype=np.bool_)
    first[0] = True
    return Places(np.append(begins, room.end), first, none, problem.widths // cell, int(cell))


Model = tuple[Grid, Pairs]


def free_places(at: Places) -> Whole:
    """How many places a zone may take from every place on: as far as the end of the room."""
    last = len(at.coordinate) - 1
    ends = np.append(np.flatnonzero(at.wall[1:]) + 1, last)
    here = np.arange(last + 1)
    free = ends[np.minimum(np.searchsorted(ends, here, side="right"), len(ends) - 1)] - here
    free[last] = 0
    return free.astype(np.int64)


@njit(cache=True)
def _row(flow: Flows, at: Places, free: Whole, item: int, row: Whole) -> None:
    """Write the cost of an item at every start; -1 where it may not begin."""
    columns = len(row)
    for column in range(columns):
        start = at.coordinate[column]
        fits = free[column] >= at.width[item] and (flow.toll[item] < STAYS or start == flow.home[item])
        if at.cell > 1:  # what it costs at least within the cell, as far as it can begin there
            latest = at.coordinate[columns - 1] - flow.width[item]
            fits = fits and start <= latest
            start = min(max(start, flow.ideal[item]), start + at.cell - 1, latest)
        row[column] = cost(flow, item, start) if fits else -1


@njit(cache=True)
def _may_rest(table: Whole, item: int, start: int, idle: int) -> tuple[bool, bool]:
    """Whether free space may stand before and after an item that begins here."""
    if idle != SENSIBLE:
        return idle == ANYWHERE, idle == ANYWHERE
    here = table[item, start]
    left = table[item, start - 1] if start > 0 else -1
    right = table[item, start + 1]
    return left < 0 or left > here, right < 0 or right >= here


@njit(cache=True)
def _parts(first: Whole, item: NDArray[np.int32], width: Whole, span: Whole, part: Whole) -> int:
    """Write the parts; how many there are."""
    count = 0
    for end in range(len(first) - 1):
        span[end] = count
        for pair in range(first[end], first[end + 1]):
            if pair == first[end] or width[item[pair]] != width[item[pair - 1]]:
                part[count] = pair
                count += 1
    span[len(first) - 1], part[count] = count, len(item)
    return count


def with_parts(pairs: Pairs) -> Pairs:
    """The same pairs, their parts found anew."""
    span, part = np.empty_like(pairs.first), np.empty(len(pairs.item) + 1, dtype=np.int64)
    count = _parts(pairs.first, pairs.item, pairs.width, span, part)
    return pairs._replace(span=span, part=part[: count + 1].copy())


@njit(cache=True)
def _fill(table: Whole, idle: Whole, pairs: Pairs, order: Whole, span: tuple[int, int]) -> None:
    """Write the pairs that end at the places span[0] .. span[1] - 1, by their ends and in this order of items."""
    count = pairs.first[span[0]]
    for end in range(span[0], span[1]):
        pairs.first[end] = count
        for item in order:
            start = end - pairs.width[item]
            if start < 0 or table[item, start] < 0:
                continue
            pairs.item[count] = item
            pairs.cost[count] = table[item, start]
            pairs.before[count], pairs.after[count] = _may_rest(table, item, start, idle[item])
            count += 1
    pairs.first[span[1]] = count


def time_index(
    problem: Scaled, flow: Flows, watch: Watch, *, bound: bool = False, coarse: bool = False
) -> Model | None:
    """The model, its costs made small whole numbers; None where it is too large, or time is over.

    `bound`: rules bind materials to where they are, so that none may be shifted alone. `coarse`: on a grid coarser
    than the widths, of a single room; its minimum is a bound only.
    """
    at = coarse_places(problem) if coarse else places(problem, flow.home if flow.toll.any() else None)
    if at is None:
        return None
    table, free = np.empty((len(at.width), len(at.coordinate)), dtype=np.int64), free_places(at)
    for item in range(len(table)):
        if watch.over:
            return None
        _row(flow, at, free, item, table[item])
    idle = ANYWHERE if bound or coarse else SENSIBLE if problem.slack > 0 else NOWHERE
    return model_of(at, table, np.full(len(table), idle, dtype=np.int64), watch)


def model_of(at: Places, table: Whole, idle: Whole, watch: Watch) -> Model | None:
    """The model of a table of costs (items, places), -1 where an item may not begin; it is written over.

    `idle` (items) tells where free space may stand beside an item. None where numbers would be too large, or time is
    over.
    """
    measured = _measured(table, watch)
    if measured is None:
        return None
    least, worth = measured
    often = (len(at.coordinate) - 1) // max(1, int(at.width.min())) + 1
    if at.cell > 1:  # rounded off, a bound stays a bound
        worth = max(worth, int(table.max()) * often * MOST_SCALE // HIGHEST + 1)
    for row in table:
        if watch.over:
            return None
        row[row >= 0] //= worth
    total = int(table.max(axis=1).sum()) or 1
    most = max(total * 4 * HIGHEST // TALL, int(table.max()) * often * 4)
    if most >= HIGHEST:
        return None
    scale = 1
    while scale < MOST_SCALE and most * scale < HIGHEST:
        scale *= 2
    pairs = _paired(at, table, idle, watch)
    if pairs is None:
        return None
    np.multiply(pairs.cost, scale, out=pairs.cost)
    return (
        Grid(at.coordinate, at.wall, at.room, at.width, least, worth, scale, HIGHEST // (2 * often)),
        with_parts(pairs),
    )


def _measured(table: Whole, watch: Watch) -> tuple[Whole, int] | None:
    """What every item costs at least, and of what all that is more is a multiple; the table tells only what is more."""
    least, worth = np.zeros(len(table), dtype=np.int64), 0
    for item, row in enumerate(table):
        if watch.over:
            return None
        allowed = row >= 0
        least[item] = row[allowed].min()
        row[allowed] -= least[item]
        if worth != 1:
            worth = int(np.gcd(worth, np.gcd.reduce(row[allowed])))
    return least, worth or 1


def _paired(at: Places, table: Whole, idle: Whole, watch: Watch) -> Pairs | None:
    """All pairs; None if time is over."""
    size, columns = int((table >= 0).sum()), len(at.coordinate)
    pairs = Pairs(
        np.zeros(columns + 1, dtype=np.int64),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.bool_),
        np.empty(size, dtype=np.bool_),
        at.width,
        np.zeros(0, dtype=np.int64),
        np.zeros(0, dtype=np.int64),
    )
    order, stride = np.argsort(at.width, kind="stable"), max(1, CHUNK // len(table))
    for begin in range(0, columns, stride):
        if watch.over:
            return None
        _fill(table, idle, pairs, order, (begin, min(columns, begin + stride)))
    return pairs
