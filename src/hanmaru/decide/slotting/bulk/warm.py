"""Prices to begin with, read off a plan: what space is worth along it, and so what every material ought to pay.

Where a plan is good, shifting a zone neither gains nor loses: the price of space on its right is that on its left less
the slope of the zone's own cost. Free space is worth nothing, so a block of zones that touch is reckoned from the side
that lies free: from its left, unless it leans on the room's left end. A material's price is its cost plus that of its
space.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.flows import cost
from hanmaru.decide.slotting.bulk.incumbent import Incumbent
from hanmaru.decide.slotting.bulk.scaled import Whole
from hanmaru.decide.slotting.bulk.timed import Grid


def warm_prices(best: Incumbent, grid: Grid) -> NDArray[np.float64]:
    """Prices (n) of the pairs' costs."""
    return (worths(best) - grid.least) / grid.worth * grid.scale


def worths(best: Incumbent) -> NDArray[np.float64]:
    """What every item (n) ought to pay, as the problem has costs."""
    places = np.lexsort((best.begin, best.rooms))
    item, begin, room = best.order[places], best.begin[places], best.rooms[places]
    width = best.flow.width[item]
    ends = np.array([one.end for one in best.problem.rooms], dtype=np.int64)[room]
    starts = np.array([one.begin - one.narrowed for one in best.problem.rooms], dtype=np.int64)[room]
    slope = _slopes(best, item, begin, starts, ends - width)
    worth = np.zeros(len(item))
    for first, last in pairwise(_blocks(room, begin, begin + width)):
        block = slice(first, last)
        worth[block] = np.cumsum(slope[block]) - slope[block]
        leans = begin[first] == starts[first] and begin[last - 1] + width[last - 1] < ends[first]
        worth[block] = (slope[block].sum() if leans else 0.0) - worth[block]
    if best.problem.slack == 0:  # nothing lies free: any worth will do that is nowhere negative
        worth -= worth.min()
    trips = best.problem.trips[item].sum(axis=1)
    detour = np.array([one.detour for one in best.problem.rooms], dtype=np.int64)[room]
    here = np.array([cost(best.flow, int(one), int(place)) for one, place in zip(item, begin, strict=True)])
    prices = np.zeros(len(item))
    prices[item] = here + detour * trips + width * (worth - slope / 2)
    return prices


def _slopes(best: Incumbent, items: Whole, begins: Whole, least: Whole, most: Whole) -> NDArray[np.float64]:
    """How steeply every zone's own cost rises about where it begins, over its width."""
    half = best.flow.width[items] // 2
    low, high = np.maximum(least, begins - half), np.minimum(most, begins + half)
    return np.array(
        [
            (cost(best.flow, int(item), int(up)) - cost(best.flow, int(item), int(down))) / max(1, up - down)
            for item, down, up in zip(items, low, high, strict=True)
        ]
    )


def _blocks(room: Whole, begin: Whole, end: Whole) -> list[int]:
    """Where blocks of zones that touch begin in the order along the rooms, and the number of zones."""
    cuts = np.flatnonzero((room[1:] != room[:-1]) | (begin[1:] != end[:-1])) + 1
    return [0, *cuts.tolist(), len(room)]
