"""The best filling of one aisle at given prices: a knapsack in which materials need their models to be there.

maximise sum_k price[k] x[k] - sum_m cost[m] z[m] with sum_k x[k] <= room, 0 <= x[k] <= volume[k], and x[k] > 0 only
where z[m] = 1 for all models m of class k: the precedence-constrained knapsack of column generation by aisle.
Branch and bound over the models. A node is bounded by sharing the cost of every open model out among its classes
(multipliers of x[k] <= volume[k] z[m]), which leaves a fractional knapsack; shares are moved from classes that stay
out of the knapsack to those in it, sweep by sweep (dual ascent).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.kitting.store import Floats, Ints

_OPEN, _OUT, _IN = 0, 1, 2
_SWEEPS = 12


class Asked(NamedTuple):
    """One aisle: K classes, M models."""

    price: Floats
    """[K]: what a unit of volume of each class is worth."""
    volume: Floats
    """[K]."""
    use_start: Ints
    """[K + 1]: models of class k are use[use_start[k]] .. use[use_start[k + 1] - 1]."""
    use: Ints
    cost: Floats
    """[M]: what it costs that a model enters, 0 or more."""


class Found(NamedTuple):
    """The best filling so far."""

    sets: Ints
    """[M]: 1 for models in it."""
    filled: Floats
    """[K]."""
    value: Floats
    """[3]: its worth, an upper bound of any, nodes used."""


class Node(NamedTuple):
    """A node of the tree."""

    status: Ints
    """[M]: open, out or in."""
    share: Floats
    """[U], beside `use`: how much of the model's cost a unit of volume of the class bears."""


class Work(NamedTuple):
    """Room for the bounding of a node."""

    rest: Floats
    """[K]: prices less what is borne; -1 for classes that are out."""
    slack: Floats
    """[M]: cost not borne yet."""
    filled: Floats
    """[K]."""


class Limits(NamedTuple):
    """When to end: fillings worth no more than `floor` are not looked for, and better by `tolerance` neither."""

    room: float
    floor: float
    tolerance: float
    nodes: int
    halt: Ints
    """[1]: made 1 from outside, it ends the search at once; the bound holds nevertheless."""


def nothing(classes: int, models: int) -> Found:
    """No filling yet."""
    return Found(np.zeros(models, np.int64), np.zeros(classes), np.zeros(3))


@njit(cache=True, nogil=True)
def _knapsack(rest: Floats, volume: Floats, room: float, filled: Floats) -> tuple[float, float]:
    """The continuous knapsack: its value and its threshold; `filled` [K] takes the amounts."""
    value, threshold = 0.0, 0.0
    filled[:] = 0.0
    for k in np.argsort(-rest):
        if rest[k] <= 0 or room <= 0:
            break
        filled[k] = min(volume[k], room)
        room -= filled[k]
        value += filled[k] * rest[k]
        if room <= 0:
            threshold = rest[k]
    return value, threshold


@njit(cache=True, nogil=True)
def _shift(q: Asked, node: Node, work: Work, k: int, level: float) -> None:
    """Bring class k to the level: above it takes costs on, below it gives back what it bears."""
    for n in range(q.use_start[k], q.use_start[k + 1]):
        m = q.use[n]
        if node.status[m] != _OPEN:
            continue
        if work.rest[k] > level:
            part = min(work.slack[m] / q.volume[k], work.rest[k] - level)
        else:
            part = -min(node.share[n], level - work.rest[k])
        node.share[n] += part
        work.slack[m] -= part * q.volume[k]
        work.rest[k] -= part


@njit(cache=True, nogil=True)
def _enter(q: Asked, node: Node, work: Work) -> float:
    """Reckon prices and costs at a node; the cost of models that are in."""
    base = 0.0
    for m in range(len(q.cost)):
        work.slack[m] = q.cost[m]
        base += q.cost[m] if node.status[m] == _IN else 0.0
    for k in range(len(q.price)):
        work.rest[k] = q.price[k]
        for n in range(q.use_start[k], q.use_start[k + 1]):
            if node.status[q.use[n]] == _OUT:
                work.rest[k] = -1.0
        for n in range(q.use_start[k], q.use_start[k + 1]):
            if work.rest[k] <= -1.0 or node.status[q.use[n]] != _OPEN:
                node.share[n] = 0.0
            work.slack[q.use[n]] -= node.share[n] * q.volume[k]
            work.rest[k] -= node.share[n]
    return base


@njit(cache=True, nogil=True)
def _bound(q: Asked, node: Node, work: Work, room: float, goal: float, sweeps: int) -> float:
    """An upper bound of a node, by sweeps until it is no more than `goal` or stands still."""
    base = _enter(q, node, work)
    out = work.rest <= -1.0
    best = np.inf
    for sweep in range(sweeps):
        value, level = _knapsack(work.rest, q.volume, room, work.filled)
        gain = best - (value - base)
        best = min(best, value - base)
        if best <= goal or (sweep > 2 and gain < 1e-4 * abs(best - goal)):
            break
        for k in range(len(q.price)):
            if work.rest[k] < level and not out[k]:
                _shift(q, node, work, k, level)
        level *= 0.999 if sweep % 2 == 1 else 1.0
        for k in range(len(q.price)):
            if work.rest[k] > level:
                _shift(q, node, work, k, level)
    return float(best)


@njit(cache=True, nogil=True)
def _fill(q: Asked, sets: Ints, room: float, inside: Floats) -> float:
    """The best filling for these models, which then become those that it needs; its worth."""
    rest = q.price.copy()
    for k in range(len(rest)):
        for n in range(q.use_start[k], q.use_start[k + 1]):
            if sets[q.use[n]] == 0:
                rest[k] = -1.0
    value, _ = _knapsack(rest, q.volume, room, inside)
    sets[:] = 0
    for k in range(len(rest)):
        if inside[k] > 0:
            for n in range(q.use_start[k], q.use_start[k + 1]):
                sets[q.use[n]] = 1
    return float(value - (q.cost * sets).sum())


@njit(cache=True, nogil=True)
def _begin(q: Asked, limits: Limits, found: Found) -> None:
    """Fill for the models handed in, bettered one model in or out at a time; nothing where that is worth nothing."""
    sets, inside = found.sets.copy(), np.empty(len(q.price))
    value = _fill(q, sets, limits.room, inside)
    found.value[:] = 0.0
    while value > found.value[0]:
        found.value[0] = value
        found.sets[:] = sets
        found.filled[:] = inside
        for m in range(len(q.cost)):
            trial = found.sets.copy()
            trial[m] = 1 - trial[m]
            other = _fill(q, trial, limits.room, inside)
            if other > value + 1e-9:
                value = other
                sets[:] = trial
        if value > found.value[0]:
            value = _fill(q, sets, limits.room, inside)
    if found.value[0] <= 0:
        found.sets[:] = 0
        found.filled[:] = 0.0


@njit(cache=True, nogil=True)
def _try(q: Asked, node: Node, work: Work, room: float, found: Found) -> None:
    """Round a node to a filling: the models that are in, and those of the classes filled at least by half."""
    sets = np.zeros(len(q.cost), np.int64)
    inside = np.empty(len(q.price))
    for k in range(len(q.price)):
        if work.filled[k] > 0.5 * q.volume[k]:
            for n in range(q.use_start[k], q.use_start[k + 1]):
                sets[q.use[n]] = 1
    for m in range(len(q.cost)):
        if node.status[m] != _OPEN:
            sets[m] = 1 if node.status[m] == _IN else 0
    value = _fill(q, sets, room, inside)
    if value > found.value[0]:
        found.value[0] = value
        found.sets[:] = sets
        found.filled[:] = inside


@njit(cache=True, nogil=True)
def _branch_on(q: Asked, node: Node, work: Work) -> int:
    """The open model that costs most together with what its classes fill; -1 if none is filled."""
    weight = np.zeros(len(q.cost))
    for k in range(len(q.price)):
        if work.filled[k] > 0:
            for n in range(q.use_start[k], q.use_start[k + 1]):
                weight[q.use[n]] += work.filled[k] * q.price[k]
    best, chosen = 0.0, -1
    for m in range(len(weight)):
        if node.status[m] == _OPEN and weight[m] > 0 and weight[m] + q.cost[m] > best:
            best, chosen = weight[m] + q.cost[m], m
    return chosen


@njit(cache=True, nogil=True)
def _look(q: Asked, node: Node, work: Work, limits: Limits, found: Found) -> int:
    """Bound a node; the model to branch on, -1 where it is done with."""
    goal = max(found.value[0], limits.floor) + limits.tolerance
    sweeps = _SWEEPS if found.value[2] > 0 else 4 * _SWEEPS
    found.value[2] += 1
    bound = _bound(q, node, work, limits.room, goal, sweeps)
    if bound > goal:
        _try(q, node, work, limits.room, found)
        goal = max(found.value[0], limits.floor) + limits.tolerance
    if bound > goal and found.value[2] < limits.nodes and limits.halt[0] == 0:
        m = _branch_on(q, node, work)
        if m >= 0:
            return m
    found.value[1] = max(found.value[1], bound)
    return -1


@njit(cache=True, nogil=True)
def price_aisle(q: Asked, limits: Limits, found: Found) -> None:
    """Solve it into `found`; its bound is at most max(floor, value) + tolerance unless the nodes run out.

    The models that `found` holds before are tried first.
    """
    models, deepest = len(q.cost), len(q.cost) + 2
    _begin(q, limits, found)
    status = np.zeros((deepest, models), np.int64)
    shares = np.zeros((deepest, len(q.use)))
    work = Work(np.empty(len(q.price)), np.empty(models), np.empty(len(q.price)))
    branch = np.full(deepest, -1, np.int64)
    turn = np.zeros(deepest, np.int64)
    depth = 0
    while depth >= 0:
        if turn[depth] == 0:
            branch[depth] = _look(q, Node(status[depth], shares[depth]), work, limits, found)
        if branch[depth] < 0 or turn[depth] == 2:
            turn[depth] = 0
            depth -= 1
            continue
        turn[depth] += 1
        status[depth + 1] = status[depth]
        shares[depth + 1] = shares[depth]
        status[depth + 1, branch[depth]] = _IN if turn[depth] == 1 else _OUT
        depth += 1
    found.value[1] = max(found.value[0], found.value[1])
