"""The Lagrangian bound: "each material once" priced, a shortest path over positions, no material twice in a row.

Forward and backward values give every pair the least that any path through it costs: a pair that costs more than the
best plan known goes (reduced-cost fixing). All in whole numbers. After Abdul-Razaq and Potts (1988) and Tanaka,
Fujikuma and Araki (2009).
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.scaled import Whole
from hanmaru.decide.slotting.bulk.timed import Pairs, with_parts
from hanmaru.decide.slotting.watch import Watch

CHUNK = 2_000_000
NEVER = np.int64(1) << 60
FAR = np.int64(1) << 59
"""No path costs this much: what is more was never reached."""


class Side(NamedTuple):
    """Values at every place t: the best path up to t (or from t on), and the best whose material next to t differs.

    `best` ends in the pair `pair` with material `item`, `other` in the pair `second`; `rest` is the best one next to
    which free space may stand, in the pair `third`; `idle` the best with free space next to t.
    """

    best: Whole
    item: Whole
    pair: Whole
    other: Whole
    second: Whole
    rest: Whole
    third: Whole
    idle: Whole


def side(steps: int) -> Side:
    """Values for coordinates 0 .. steps."""
    return Side(*(np.zeros(steps + 1, dtype=np.int64) for _ in range(8)))


@njit(cache=True)
def _clear(values: Side, origin: int) -> None:
    """Begin anew from one end."""
    for t in range(len(values.best)):
        values.best[t] = values.other[t] = values.rest[t] = values.idle[t] = NEVER
        values.item[t] = values.pair[t] = values.second[t] = values.third[t] = -1
    values.best[origin] = values.rest[origin] = 0


@njit(cache=True)
def reach(values: Side, t: int, item: int, rest: np.bool_) -> int:
    """The best path to t beside which `item` may stand."""
    value = values.other[t] if values.item[t] == item else values.best[t]
    return int(min(value, values.idle[t])) if rest else int(value)


@njit(cache=True)
def _forward(  # noqa: C901, PLR0912 - one loop, its state in registers
    pairs: Pairs, price: Whole, values: Side, begin: int, end: int
) -> None:
    """Write the values at the places begin .. end - 1, those on their left known."""
    if begin == 0:
        _clear(values, 0)
    for t in range(max(1, begin), end):
        values.idle[t] = min(values.idle[t - 1], values.rest[t - 1])
        best, other, rest = NEVER, NEVER, NEVER
        one = two = three = winner = -1
        for part in range(pairs.span[t], pairs.span[t + 1]):
            start = t - pairs.width[pairs.item[pairs.part[part]]]
            here, next_best = values.best[start], values.other[start]
            last, idle = values.item[start], values.idle[start]
            for pair in range(pairs.part[part], pairs.part[part + 1]):
                item = pairs.item[pair]
                value = next_best if item == last else here
                if pairs.before[pair] and idle < value:
                    value = idle
                value += pairs.cost[pair] - price[item]
                if pairs.after[pair] and value < rest:
                    rest, three = value, pair
                if value >= other:
                    continue
                if value >= best:
                    if item != winner:
                        other, two = value, pair
                    continue
                if item != winner:
                    other, two = best, one
                best, one, winner = value, pair, item
        if best < FAR:
            values.best[t], values.pair[t], values.item[t] = best, one, winner
        if other < FAR:
            values.other[t], values.second[t] = other, two
        if rest < FAR:
            values.rest[t], values.third[t] = rest, three


@njit(cache=True)
def _idle_from(values: Side, t: int) -> int:
    """Go back over free space; the pair on its left, -1 for none."""
    t -= 1
    while values.idle[t] <= values.rest[t] and values.idle[t] < NEVER:
        t -= 1
    return int(values.third[t])


@njit(cache=True)
def trace(pairs: Pairs, values: Side, path: Whole) -> int:
    """Write the best path's pairs, right to left, to `path`; how many."""
    t = len(values.best) - 1
    pair = _idle_from(values, t) if values.idle[t] < values.best[t] else values.pair[t]
    count = 0
    while pair >= 0:
        path[count] = pair
        count += 1
        item = pairs.item[pair]
        while pairs.first[t] > pair:
            t -= 1
        t -= pairs.width[item]
        same = values.item[t] == item
        straight = values.other[t] if same else values.best[t]
        if pairs.before[pair] and values.idle[t] < straight:
            pair = _idle_from(values, t)
        else:
            pair = values.second[t] if same else values.pair[t]
    return count


@njit(cache=True)
def _backward(  # noqa: C901 - one loop, its state in registers
    pairs: Pairs, price: Whole, left: Side, values: Side, through: Whole, span: tuple[int, int]
) -> None:
    """Write the values of paths to the right end, and to `through` the cost of the best path through every pair.

    For the places span[0] .. span[1] - 1, those on their right known.
    """
    steps = len(values.best) - 1
    if span[1] > steps:
        _clear(values, steps)
    for t in range(span[1] - 1, max(1, span[0]) - 1, -1):
        if t < steps:
            values.idle[t] = min(values.idle[t + 1], values.rest[t + 1])
        here, next_best, first, idle = values.best[t], values.other[t], values.item[t], values.idle[t]
        for part in range(pairs.span[t], pairs.span[t + 1]):
            start = t - pairs.width[pairs.item[pairs.part[part]]]
            best, other, winner = values.best[start], values.other[start], values.item[start]
            for pair in range(pairs.part[part], pairs.part[part + 1]):
                item = pairs.item[pair]
                value = next_best if item == first else here
                if pairs.after[pair] and idle < value:
                    value = idle
                value = min(NEVER, value + pairs.cost[pair] - price[item])
                through[pair] = reach(left, start, item, pairs.before[pair]) + value
                if pairs.before[pair] and value < values.rest[start]:
                    values.rest[start] = value
                if value < best:
                    if item != winner:
                        other = best
                    best, winner = value, item
                elif value < other and item != winner:
                    other = value
            values.best[start], values.other[start], values.item[start] = best, other, winner


def spans(pairs: Pairs, chunk: int = CHUNK) -> list[tuple[int, int]]:
    """Stretches of places, each swept in some 20 ms."""
    places = len(pairs.first) - 1
    cuts = np.searchsorted(pairs.first, np.arange(chunk, len(pairs.item), chunk)).tolist()
    bounds = sorted({0, *cuts, places})
    return list(pairwise(bounds))


def forward(pairs: Pairs, price: Whole, values: Side, watch: Watch) -> int | None:
    """Values of the best paths from the left; the cost of the best path, prices subtracted. None if time is over."""
    for begin, end in spans(pairs):
        if watch.over:
            return None
        _forward(pairs, price, values, begin, end)
    return int(min(values.best[-1], values.idle[-1]))


def backward(pairs: Pairs, price: Whole, left: Side, values: Side, watch: Watch) -> Whole | None:
    """Values of the best paths to the right end, and the cost of the best path through every pair; None: time over."""
    through = np.empty(len(pairs.item), dtype=np.int64)
    for span in reversed(spans(pairs)):
        if watch.over:
            return None
        _backward(pairs, price, left, values, through, span)
    return through


def keep(pairs: Pairs, kept: NDArray[np.bool_]) -> Pairs:
    """Only the pairs marked."""
    count = np.concatenate([[0], np.cumsum(kept)])
    fewer = pairs._replace(
        first=count[pairs.first],
        item=pairs.item[kept],
        cost=pairs.cost[kept],
        before=pairs.before[kept],
        after=pairs.after[kept],
    )
    return with_parts(fewer)
