"""Prices to begin with, read off a plan: what space is worth along it, and so what every material ought to pay.

Where a plan is good, shifting a zone neither gains nor loses: the price of space on its right is that on its left less
the slope of the zone's own cost. Free space is worth nothing. A material's price is its cost plus that of its space.
"""

import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.flows import cost
from hanmaru.decide.slotting.bulk.incumbent import Incumbent
from hanmaru.decide.slotting.bulk.timed import Grid


def warm_prices(best: Incumbent, grid: Grid) -> NDArray[np.float64]:
    """Prices (n) of the pairs' costs."""
    flow, whole = best.flow, best.problem
    prices = np.zeros(len(best.order))
    rooms = best.rooms
    worth, reached = 0.0, None
    for place in np.lexsort((best.begin, rooms)).tolist():
        item, begin, room = int(best.order[place]), int(best.begin[place]), int(rooms[place])
        width = int(flow.width[item])
        if reached != (room, begin):
            worth = 0.0
        low = max(whole.rooms[room].begin, begin - width // 2)
        high = min(whole.rooms[room].end - width, begin + width // 2)
        slope = (cost(flow, item, high) - cost(flow, item, low)) / (high - low) if high > low else 0.0
        here = cost(flow, item, begin) + whole.rooms[room].detour * int(whole.trips[item].sum())
        prices[item] = here + width * (worth - slope / 2)
        worth -= slope
        reached = (room, begin + width)
    return (prices - grid.least) / grid.worth * grid.scale
