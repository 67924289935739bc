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

from hanmaru.decide.slotting.bulk.flows import Flows, cost
from hanmaru.decide.slotting.bulk.scaled import Scaled, Whole

LARGEST = 40_000_000
TALL = 1 << 55
MOST_SCALE = 1 << 16


class Pairs(NamedTuple):
    """Pairs sorted by where they end: those that end at t are first[t] .. first[t + 1] - 1.

    `before`: free space may stand on its left; `after`: on its right. Where it may not, moving it there by a step is no
    dearer, so a best plan exists without.
    """

    first: Whole
    item: NDArray[np.int32]
    cost: Whole
    before: NDArray[np.bool_]
    after: NDArray[np.bool_]
    width: Whole


@dataclass(frozen=True, slots=True)
class Grid:
    """Where a material may begin or end: `coordinate` (steps + 1) in units of the scaled problem, room after room.

    Only coordinates that a best plan can use: all widths are multiples of a period, so that within a block all starts
    leave the same rest, which is that of its anchor. A width counts `width` (n) places of the grid. The last place of
    a room is the first of the next: its coordinate is the latter's, and `wall` is set.
    A cost of the scaled problem is `base` + `worth` * the sum of the pairs' costs / `scale`.
    """

    coordinate: Whole
    wall: NDArray[np.bool_]
    width: Whole
    base: int
    worth: int
    scale: int

    @property
    def steps(self) -> int:
        """The number of places, less one."""
        return len(self.coordinate) - 1

    def inner(self, cost_outside: int) -> int:
        """The sum of pairs' costs that stands for this cost of the scaled problem."""
        return (cost_outside - self.base) // self.worth * self.scale

    def outer(self, bound: int) -> int:
        """The least cost of the scaled problem that a plan can have whose pairs cost at least `bound`."""
        return self.base + self.worth * -(-bound // self.scale)


def places(problem: Scaled) -> tuple[Whole, NDArray[np.bool_], Whole] | None:
    """The coordinates on which a best plan lies, the walls among them, and widths counted in them. None: too many."""
    period = gcd(*(int(width) for width in problem.widths))
    rests = {0}
    for room in problem.rooms:
        rests.add(room.length % period)
        if problem.slack > 0 or len(problem.rooms) > 1:
            anchors = np.subtract.outer(problem.points - room.begin, problem.halves) % period
            rests.update(np.unique(anchors).tolist())
    rest = np.array(sorted(rests), dtype=np.int64)
    count = sum(room.length for room in problem.rooms) // period * len(rest)
    if count * len(problem.widths) > LARGEST:
        return None
    coordinates, walls = [], []
    for room in problem.rooms:
        local = (np.arange(room.length // period + 1, dtype=np.int64)[:, None] * period + rest).ravel()
        local = local[local < room.length] + room.begin
        coordinates.append(local)
        walls.append(np.arange(len(local)) == 0)
    coordinates.append(np.array([problem.rooms[-1].end], dtype=np.int64))
    walls.append(np.ones(1, dtype=np.bool_))
    return np.concatenate(coordinates), np.concatenate(walls), problem.widths // period * len(rest)


@njit(cache=True)
def _table(flow: Flows, coordinate: Whole, wall: NDArray[np.bool_], width: Whole, table: Whole) -> None:
    """Write the cost of every item (row) at every start (column); -1 where it may not begin."""
    items, columns = table.shape
    for item in range(items):
        free = 0
        for column in range(columns - 1, -1, -1):
            free = free + 1 if column + 1 < columns and not wall[column + 1] else min(1, columns - 1 - column)
            table[item, column] = cost(flow, item, coordinate[column]) if free >= width[item] else -1


@njit(cache=True)
def _may_rest(table: Whole, item: int, start: int, slack: int) -> tuple[bool, bool]:
    """Whether free space may stand before and after an item that begins here."""
    if slack == 0:
        return False, False
    here = table[item, start]
    left = table[item, start - 1] if start > 0 else -1
    right = table[item, start + 1]
    return left < 0 or left > here, right < 0 or right >= here


@njit(cache=True)
def _fill(table: Whole, slack: int, pairs: Pairs) -> None:
    """Write all pairs, by their ends."""
    items, columns = table.shape
    count = 0
    for end in range(columns):
        pairs.first[end] = count
        for item in range(items):
            start = end - pairs.width[item]
            if start < 0 or table[item, start] < 0:
                continue
            pairs.item[count] = item
            pairs.cost[count] = table[item, start]
            pairs.before[count], pairs.after[count] = _may_rest(table, item, start, slack)
            count += 1
    pairs.first[columns] = count


def time_index(problem: Scaled, flow: Flows) -> tuple[Grid, Pairs] | None:
    """The model, its costs made small whole numbers; None where it is too large."""
    found = places(problem)
    if found is None:
        return None
    coordinate, wall, width = found
    table = np.empty((len(width), len(coordinate)), dtype=np.int64)
    _table(flow, coordinate, wall, width, table)
    allowed = table >= 0
    least = np.where(allowed, table, np.iinfo(np.int64).max).min(axis=1)
    table -= least[:, None]
    worth = int(np.gcd.reduce(table, axis=None, where=allowed, initial=0)) or 1
    table //= worth
    table[~allowed] = -1
    total = int(table.max(axis=1).sum()) or 1
    scale = 1
    while scale < MOST_SCALE and total * scale * 4 < TALL:
        scale *= 2
    size = int(allowed.sum())
    pairs = Pairs(
        np.zeros(len(coordinate) + 1, dtype=np.int64),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.bool_),
        np.empty(size, dtype=np.bool_),
        width,
    )
    _fill(table, problem.slack, pairs)
    np.multiply(pairs.cost, scale, out=pairs.cost)
    return Grid(coordinate, wall, width, int(least.sum()), worth, scale), pairs
