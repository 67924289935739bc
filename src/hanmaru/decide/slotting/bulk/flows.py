"""What it costs to begin a material's zone at a coordinate: convex, piecewise linear, read in a few steps."""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.bulk.scaled import Scaled, Whole

BUCKETS = 12
FAR = np.int64(1) << 62
STAYS = 1 << 58
"""The toll of what must stay where it is."""


class Flows(NamedTuple):
    """The cost of centre x is slope[i, k] * x + offset[i, k], k supply points lying at or below x.

    `table[x >> shift]` is the least k of x's bucket; `ideal` the leftmost start of least cost within all coordinates.
    Beginning anywhere but at `home` costs `toll` more: 0 where nothing has to stay, STAYS where it must.
    """

    width: Whole
    half: Whole
    slope: Whole
    offset: Whole
    points: Whole
    table: Whole
    shift: int
    ideal: Whole
    home: Whole
    toll: Whole


def flows(problem: Scaled) -> Flows:
    """The cost functions of all materials."""
    trips, points = problem.trips, problem.points
    n = len(problem.widths)
    zero = np.zeros((n, 1), dtype=np.int64)
    below = np.hstack([zero, np.cumsum(trips, axis=1)])
    moment = np.hstack([zero, np.cumsum(trips * points, axis=1)])
    slope = 2 * below - below[:, -1:]
    offset = moment[:, -1:] - 2 * moment
    end = max(room.end for room in problem.rooms)
    shift = max(0, end.bit_length() - BUCKETS)
    begins = np.arange((end >> shift) + 2, dtype=np.int64) << shift
    table = np.searchsorted(points, begins, side="right").astype(np.int64)
    where = np.argmax(slope >= 0, axis=1)
    best = np.where(where > 0, points[np.maximum(where - 1, 0)], 0) if len(points) else np.zeros(n, dtype=np.int64)
    return Flows(
        problem.widths.astype(np.int64),
        problem.halves.astype(np.int64),
        np.ascontiguousarray(slope),
        np.ascontiguousarray(offset),
        np.append(points, FAR).astype(np.int64),
        table,
        shift,
        (best - problem.halves).astype(np.int64),
        np.full(n, -1, dtype=np.int64),
        np.zeros(n, dtype=np.int64),
    )


@njit(cache=True)
def cost(flow: Flows, item: int, start: int) -> int:
    """The cost of `item` beginning at `start`."""
    x = start + flow.half[item]
    k = flow.table[x >> flow.shift]
    while x >= flow.points[k]:
        k += 1
    toll = flow.toll[item] if start != flow.home[item] else 0
    return int(flow.slope[item, k] * x + flow.offset[item, k] + toll)
