"""The time-indexed model: one pair for every material and every start on a grid, and what it costs.

A best plan begins every material at a multiple of the grid's step: in a block without idle space that touches no
strip end, some centre lies at a supply point (else the block could be shifted), and a full strip begins at sums of
widths. So a minimum over the pairs is the minimum.
"""

from dataclasses import dataclass
from math import gcd
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.flows import STAYS, Flows, cost
from hanmaru.decide.slotting.bulk.scaled import Scaled, Whole

LARGEST = 40_000_000
COARSE = 3_000_000
"""Pairs of a model whose grid is coarser than the widths: it bounds, and seldom proves to the last digit."""
NOWHERE, SENSIBLE, ANYWHERE = 0, 1, 2
"""Where free space may stand beside a pair: nowhere, where no shift by a place would save it, or anywhere."""
TALL = 1 << 55
HIGHEST = 1 << 58
"""No path costs more, or earns more by prices: sums of whole numbers neither overflow nor pass for unreachable."""
MOST_SCALE = 1 << 16


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
    period = gcd(*(int(width) for width in problem.widths))
    rests = {0}
    for room in problem.rooms:
        rests.add(room.length % period)
        if problem.slack > 0 or len(problem.rooms) > 1:
            anchors = np.subtract.outer(problem.points - room.begin, problem.halves) % period
            rests.update(np.unique(anchors).tolist())
        if home is not None:
            rests.update(((home - room.begin) % period).tolist())
    rest = np.array(sorted(rests), dtype=np.int64)
    if sum(room.length for room in problem.rooms) // period * len(rest) * len(problem.widths) > LARGEST:
        return None
    coordinates = []
    for room in problem.rooms:
        local = (np.arange(room.length // period + 1, dtype=np.int64)[:, None] * period + rest).ravel()
        coordinates.append(local[local < room.length] + room.begin)
    coordinates.append(np.array([problem.rooms[-1].end], dtype=np.int64))
    rooms = np.repeat(np.arange(len(coordinates)), [len(part) for part in coordinates])
    return Places(
        np.concatenate(coordinates),
        np.diff(rooms, prepend=-1) > 0,
        np.minimum(rooms, len(problem.rooms) - 1).astype(np.int64),
        problem.widths // period * len(rest),
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


@njit(cache=True)
def _table(flow: Flows, at: Places, extra: Whole, table: Whole) -> None:
    """Write the cost of every item (row) at every start (column); -1 where it may not begin.

    `extra` (items, rooms) is the cost of detours, -1 where an item may not lie in a room.
    """
    items, columns = table.shape
    for item in range(items):
        free = 0
        for column in range(columns - 1, -1, -1):
            free = free + 1 if column + 1 < columns and not at.wall[column + 1] else min(1, columns - 1 - column)
            more = extra[item, at.room[column]]
            stays = flow.toll[item] < STAYS or at.coordinate[column] == flow.home[item]
            fits = more >= 0 and free >= at.width[item] and stays
            start = at.coordinate[column]
            if at.cell > 1:  # what it costs at least within the cell, as far as it can begin there
                latest = at.coordinate[columns - 1] - flow.width[item]
                fits = fits and start <= latest
                start = min(max(start, flow.ideal[item]), start + at.cell - 1, latest)
            table[item, column] = cost(flow, item, start) + more if fits else -1


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
def _fill(table: Whole, idle: int, pairs: Pairs, order: Whole) -> None:
    """Write all pairs, by their ends and in this order of items."""
    columns = table.shape[1]
    count = 0
    for end in range(columns):
        pairs.first[end] = count
        for item in order:
            start = end - pairs.width[item]
            if start < 0 or table[item, start] < 0:
                continue
            pairs.item[count] = item
            pairs.cost[count] = table[item, start]
            pairs.before[count], pairs.after[count] = _may_rest(table, item, start, idle)
            count += 1
    pairs.first[columns] = count


def time_index(
    problem: Scaled, flow: Flows, extra: Whole | None = None, *, bound: bool = False, coarse: bool = False
) -> Model | None:
    """The model, its costs made small whole numbers; None where it is too large.

    `extra` (items, rooms) is what a room costs an item, -1 where it may not lie. `bound`: rules bind materials to each
    other or to where they are, so that none may be shifted alone. `coarse`: on a grid coarser than the widths, of a
    single room; its minimum is a bound only.
    """
    at = coarse_places(problem) if coarse else places(problem, flow.home if flow.toll.any() else None)
    if at is None:
        return None
    table = np.empty((len(at.width), len(at.coordinate)), dtype=np.int64)
    _table(flow, at, np.zeros((len(at.width), len(problem.rooms)), np.int64) if extra is None else extra, table)
    allowed = table >= 0
    least = np.where(allowed, table, np.iinfo(np.int64).max).min(axis=1)
    table -= least[:, None]
    often = (len(at.coordinate) - 1) // max(1, int(at.width.min())) + 1
    worth = int(np.gcd.reduce(table, axis=None, where=allowed, initial=0)) or 1
    if coarse:  # rounded off, a bound stays a bound
        worth = max(worth, int(table.max()) * often * MOST_SCALE // HIGHEST + 1)
    table //= worth
    table[~allowed] = -1
    total = int(table.max(axis=1).sum()) or 1
    most = max(total * 4 * HIGHEST // TALL, int(table.max()) * often * 4)
    if most >= HIGHEST:
        return None
    scale = 1
    while scale < MOST_SCALE and most * scale < HIGHEST:
        scale *= 2
    size = int(allowed.sum())
    pairs = Pairs(
        np.zeros(len(at.coordinate) + 1, dtype=np.int64),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.bool_),
        np.empty(size, dtype=np.bool_),
        at.width,
        np.zeros(0, dtype=np.int64),
        np.zeros(0, dtype=np.int64),
    )
    idle = ANYWHERE if bound or coarse else SENSIBLE if problem.slack > 0 else NOWHERE
    _fill(table, idle, pairs, np.argsort(at.width, kind="stable"))
    np.multiply(pairs.cost, scale, out=pairs.cost)
    pairs = with_parts(pairs)
    return Grid(at.coordinate, at.wall, at.room, at.width, least, worth, scale, HIGHEST // (2 * often)), pairs
