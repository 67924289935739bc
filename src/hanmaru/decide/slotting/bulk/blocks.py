"""Groups that stand together, as blocks: what the cheapest order of a block's members costs at every start.

Members stand side by side, so where a block begins, an order tells where each begins. The cheapest order is found by
dynamic programming over the sets of members that stand leftmost (Held and Karp 1962); a single material is a block of
one.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.bulk.flows import Flows, cost
from hanmaru.decide.slotting.bulk.relax import FAR
from hanmaru.decide.slotting.bulk.scaled import Whole
from hanmaru.decide.slotting.bulk.timed import Places, free_places
from hanmaru.decide.slotting.watch import Watch

WIDEST = 12
"""Members of a block: 4,096 sets of them are looked at for every start."""
CHUNK = 2_000_000


class Blocks(NamedTuple):
    """Items of block b: member[first[b]] .. member[first[b + 1] - 1]. Scratch by set of members: cost, width, last.

    `trips` (n) of the items, `detour` (halls). Items may begin at low .. high (n, halls), keep a distance from fixed
    centres: away (Q, 3: item, coordinate, distance), and keep off pillars (P, 3: hall, begin, end).
    """

    first: Whole
    member: Whole
    trips: Whole
    detour: Whole
    low: Whole
    high: Whole
    away: Whole
    pillar: Whole
    paid: Whole
    wide: Whole
    come: Whole


@njit(cache=True)
def _may(flow: Flows, blocks: Blocks, item: int, hall: int, start: int) -> bool:
    """Whether an item may begin here."""
    if start < blocks.low[item, hall] or start > blocks.high[item, hall]:
        return False
    for row in range(blocks.away.shape[0]):
        centre = start + flow.half[item]
        if blocks.away[row, 0] == item and abs(centre - blocks.away[row, 1]) < blocks.away[row, 2]:
            return False
    for row in range(blocks.pillar.shape[0]):
        clear = start >= blocks.pillar[row, 2] or start + 2 * flow.half[item] <= blocks.pillar[row, 1]
        if blocks.pillar[row, 0] == hall and not clear:
            return False
    return True


@njit(cache=True)
def _best(flow: Flows, blocks: Blocks, block: int, hall: int, start: int) -> int:
    """The cost of a block that begins here, detours included, FAR where it may not; the scratch tells its order."""
    first, count = blocks.first[block], blocks.first[block + 1] - blocks.first[block]
    blocks.paid[0] = blocks.wide[0] = 0
    for chosen in range(1, 1 << count):
        least, last = FAR, -1
        for number in range(count):
            rest = chosen ^ (1 << number)
            if rest > chosen:
                continue
            item = blocks.member[first + number]
            at = start + blocks.wide[rest]
            blocks.wide[chosen] = blocks.wide[rest] + flow.width[item]
            if blocks.paid[rest] < FAR and _may(flow, blocks, item, hall, at):
                paid = blocks.paid[rest] + cost(flow, item, at) + blocks.trips[item] * blocks.detour[hall]
                if paid < least:
                    least, last = paid, number
        blocks.paid[chosen], blocks.come[chosen] = least, last
    return int(blocks.paid[(1 << count) - 1])


@njit(cache=True)
def _row(flow: Flows, blocks: Blocks, at: Places, free: Whole, block: int, row: Whole, span: tuple[int, int]) -> None:
    """Write the cost of a block at these starts; -1 where it may not begin."""
    for column in range(span[0], span[1]):
        row[column] = -1
        if free[column] >= at.width[block]:
            paid = _best(flow, blocks, block, at.room[column], at.coordinate[column])
            if paid < FAR:
                row[column] = paid


def table_of(flow: Flows, blocks: Blocks, at: Places, watch: Watch) -> Whole | None:
    """The cost of every block at every start (blocks, places), -1 where it may not begin; None if time is over."""
    table, free = np.empty((len(at.width), len(at.coordinate)), dtype=np.int64), free_places(at)
    for block, row in enumerate(table):
        stride = max(1, CHUNK >> int(blocks.first[block + 1] - blocks.first[block] + 3))
        for begin in range(0, len(row), stride):
            if watch.over:
                return None
            _row(flow, blocks, at, free, block, row, (begin, min(len(row), begin + stride)))
    return table


def lay_block(flow: Flows, blocks: Blocks, block: int, hall: int, start: int, begin: Whole) -> None:
    """Write the starts of a block's members to `begin` (n), in their cheapest order."""
    _best(flow, blocks, block, hall, start)
    first, count = int(blocks.first[block]), int(blocks.first[block + 1] - blocks.first[block])
    chosen = (1 << count) - 1
    while chosen:
        number = int(blocks.come[chosen])
        chosen ^= 1 << number
        begin[blocks.member[first + number]] = start + blocks.wide[chosen]
