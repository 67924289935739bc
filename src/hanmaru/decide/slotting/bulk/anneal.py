"""Simulated annealing over orders with idle space: swaps, shifts and hops over the whole strip, at 0.1 to 2 us each.

Every move keeps the free stretches it does not touch, so that its price is that of a few materials and of the block
between them, which moves as one. `timing` sets the coordinates exactly between rounds.
"""

from math import exp, log
from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.bulk.chance import draw, share
from hanmaru.decide.slotting.bulk.flows import Flows, cost
from hanmaru.decide.slotting.bulk.scaled import Whole


class Line(NamedTuple):
    """A plan of one room, left to right: the materials (n), their starts (n) and costs (n); state of the dice (1)."""

    seq: Whole
    begin: Whole
    paid: Whole
    dice: Whole
    room: tuple[int, int]


@njit(cache=True)
def pay(flow: Flows, line: Line) -> int:
    """Write all costs anew; their sum."""
    total = 0
    for place in range(len(line.seq)):
        line.paid[place] = cost(flow, line.seq[place], line.begin[place])
        total += line.paid[place]
    return total


@njit(cache=True)
def _block(flow: Flows, line: Line, first: int, last: int, by: int) -> int:
    """What it costs to shift the places first .. last - 1."""
    if by == 0:
        return 0
    total = 0
    for place in range(first, last):
        total += cost(flow, line.seq[place], line.begin[place] + by) - line.paid[place]
    return total


@njit(cache=True)
def _shift(line: Line, first: int, last: int, by: int) -> None:
    for place in range(first, last):
        line.begin[place] += by


@njit(cache=True)
def _repay(flow: Flows, line: Line, first: int, last: int) -> None:
    for place in range(first, last):
        line.paid[place] = cost(flow, line.seq[place], line.begin[place])


@njit(cache=True)
def _right(line: Line, place: int) -> int:
    """The coordinate up to which the material at `place` may stretch to the right."""
    return int(line.begin[place + 1]) if place + 1 < len(line.seq) else line.room[1]


@njit(cache=True)
def _left(flow: Flows, line: Line, place: int) -> int:
    return int(line.begin[place - 1] + flow.width[line.seq[place - 1]]) if place > 0 else line.room[0]


@njit(cache=True)
def _spot(flow: Flows, item: int, low: int, high: int) -> int:
    """Where an item best begins between two coordinates: its ideal, or where it is today if that saves its toll."""
    at, home = min(max(flow.ideal[item], low), high), flow.home[item]
    if low <= home <= high and cost(flow, item, home) < cost(flow, item, at):
        at = home
    return int(at)


@njit(cache=True)
def _swap(flow: Flows, line: Line, a: int, b: int, bar: float) -> int:
    """Swap the materials at the places a < b, the block between them moves by the difference; what it saved."""
    first, second = line.seq[a], line.seq[b]
    by = flow.width[second] - flow.width[first]
    delta = cost(flow, second, line.begin[a]) + cost(flow, first, line.begin[b] + by) - line.paid[a] - line.paid[b]
    delta += _block(flow, line, a + 1, b, by)
    if delta > bar:
        return 0
    line.seq[a], line.seq[b] = second, first
    _shift(line, a + 1, b + 1, by)
    _repay(flow, line, a, b + 1)
    return int(delta)


@njit(cache=True)
def _exchange(flow: Flows, line: Line, a: int, b: int, bar: float) -> int:
    """Swap two materials where both fit without moving a neighbour, each at its best; what it saved."""
    first, second = line.seq[a], line.seq[b]
    low, high = _left(flow, line, a), _right(line, a) - flow.width[second]
    other_low, other_high = _left(flow, line, b), _right(line, b) - flow.width[first]
    if b == a + 1 or high < low or other_high < other_low:
        return 0
    here = _spot(flow, second, low, high)
    there = _spot(flow, first, other_low, other_high)
    delta = cost(flow, second, here) + cost(flow, first, there) - line.paid[a] - line.paid[b]
    if delta > bar:
        return 0
    line.seq[a], line.seq[b] = second, first
    line.begin[a], line.begin[b] = here, there
    _repay(flow, line, a, a + 1)
    _repay(flow, line, b, b + 1)
    return int(delta)


@njit(cache=True)
def _rotate(line: Line, a: int, b: int, at: int) -> None:
    """Move the material at place a to place b, beginning `at`; those between step aside in the order."""
    item = line.seq[a]
    step = 1 if a < b else -1
    for place in range(a, b, step):
        line.seq[place] = line.seq[place + step]
        line.begin[place] = line.begin[place + step]
        line.paid[place] = line.paid[place + step]
    line.seq[b] = item
    line.begin[b] = at


@njit(cache=True)
def _insert(flow: Flows, line: Line, a: int, b: int, bar: float) -> int:
    """Take the material at a out, close its place by moving the block up to b, and put it there; what it saved."""
    item = line.seq[a]
    width = flow.width[item]
    if a < b:
        by, first, last = -width, a + 1, b + 1
        high = _right(line, b) - width
        low = line.begin[b] + flow.width[line.seq[b]] - width
    else:
        by, first, last = width, b, a
        low, high = _left(flow, line, b), line.begin[b]
    at = _spot(flow, item, low, high)
    delta = cost(flow, item, at) - line.paid[a] + _block(flow, line, first, last, by)
    if delta > bar:
        return 0
    _shift(line, first, last, by)
    _rotate(line, a, b, at)
    _repay(flow, line, min(a, b), max(a, b) + 1)
    return int(delta)


@njit(cache=True)
def _hop(flow: Flows, line: Line, a: int, b: int, bar: float) -> int:
    """Put the material at a into the free stretch right of b (a < b) or left of b, moving nothing else."""
    item = line.seq[a]
    if a < b:
        low, high = line.begin[b] + flow.width[line.seq[b]], _right(line, b) - flow.width[item]
    else:
        low, high = _left(flow, line, b), line.begin[b] - flow.width[item]
    if high < low:
        return 0
    at = _spot(flow, item, low, high)
    delta = cost(flow, item, at) - line.paid[a]
    if delta > bar:
        return 0
    _rotate(line, a, b, at)
    _repay(flow, line, b, b + 1)
    return int(delta)


@njit(cache=True)
def _slide(flow: Flows, line: Line, a: int, b: int, bar: float) -> int:
    """Shift the block a .. b into the free stretch beside it, wholly or in part; what it saved."""
    left = _left(flow, line, a) - line.begin[a]
    right = _right(line, b) - line.begin[b] - flow.width[line.seq[b]]
    by = left if draw(line.dice, 2) == 0 else right
    if by == 0:
        return 0
    kind = draw(line.dice, 3)
    if kind == 1:
        place = a + draw(line.dice, b - a + 1)
        item = line.seq[place]
        target = flow.home[item] if flow.home[item] >= 0 and draw(line.dice, 2) == 0 else flow.ideal[item]
        by = min(max(target - line.begin[place], left), right)
    elif kind == 2:
        by = left + draw(line.dice, right - left + 1) if right - left < 1 << 30 else left
    delta = _block(flow, line, a, b + 1, by)
    if delta > bar:
        return 0
    _shift(line, a, b + 1, by)
    _repay(flow, line, a, b + 1)
    return int(delta)


@njit(cache=True)
def _mate(dice: Whole, n: int, a: int) -> int:
    """Another place: every second one anywhere, the others near by."""
    if n < 8 or draw(dice, 2) == 0:
        b = draw(dice, n - 1)
        return b + 1 if b >= a else b
    reach = 1 + draw(dice, max(2, n >> 3))
    b = a + reach if draw(dice, 2) == 0 else a - reach
    return b if 0 <= b < n else (a - reach if b >= n else a + reach)


@njit(cache=True)
def _move(flow: Flows, line: Line, slack: int, bar: float) -> int:
    """Try one move, free stretches among what is moved where there is slack; what it saved."""
    n = len(line.seq)
    a = draw(line.dice, n)
    b = _mate(line.dice, n, a)
    kind = draw(line.dice, 8 if slack > 0 else 4)
    if kind < 2:
        return _swap(flow, line, min(a, b), max(a, b), bar)
    if kind < 4:
        return _insert(flow, line, a, b, bar)
    if kind == 4:
        return _exchange(flow, line, min(a, b), max(a, b), bar)
    if kind == 5:
        return _hop(flow, line, a, b, bar)
    return _slide(flow, line, min(a, b), max(a, b) if draw(line.dice, 2) == 0 else min(a, b), bar)


@njit(cache=True)
def anneal(flow: Flows, line: Line, hot: float, cold: float, moves: int, of: tuple[int, int]) -> int:
    """Make `moves` moves of a round, from number of[0] of of[1] on, cooling from `hot` to `cold`; the sum they saved.

    A place for a single material is not searched: at least two are needed.
    """
    slack = line.room[1] - line.room[0]
    for item in line.seq:
        slack -= flow.width[item]
    rate = log(cold / hot) / of[1]
    total = 0
    for number in range(of[0], of[0] + moves):
        heat = hot * exp(rate * number)
        total += _move(flow, line, slack, -heat * log(share(line.dice)))
    return total


@njit(cache=True)
def warmth(flow: Flows, line: Line, tries: int) -> float:
    """The mean change of cost that a random swap makes, made or not."""
    n = len(line.seq)
    total = 0.0
    for _ in range(tries):
        a = draw(line.dice, n)
        b = _mate(line.dice, n, a)
        a, b = min(a, b), max(a, b)
        by = flow.width[line.seq[b]] - flow.width[line.seq[a]]
        delta = cost(flow, line.seq[b], line.begin[a]) + cost(flow, line.seq[a], line.begin[b] + by)
        total += abs(delta - line.paid[a] - line.paid[b] + _block(flow, line, a + 1, b, by))
    return total / tries


def line_of(order: Whole, room: tuple[int, int], seed: int) -> Line:
    """A line of this order; coordinates and costs are still to be set."""
    n = len(order)
    dice = np.array([seed * 2654435761 + 88172645463325252], dtype=np.int64)
    return Line(order.astype(np.int64), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64), dice, room)
