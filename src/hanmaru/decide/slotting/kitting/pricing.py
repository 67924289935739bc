"""The best filling of one aisle at given prices, proven: branch and bound over the models.

A node is bounded by the linear relaxation (`closure`), which mixes two sets of models, one that leaves room and one
that has not enough; a model that is in the larger alone is branched on.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.kitting.closure import Net, network, relaxation, settle
from hanmaru.decide.slotting.kitting.served import IN, OPEN, OUT, Asked, Ranked, better, ranked, taken
from hanmaru.decide.slotting.kitting.store import Floats, Ints


class Found(NamedTuple):
    """The best filling so far."""

    sets: Ints
    """[M]: 1 for models in it."""
    filled: Floats
    """[K]."""
    value: Floats
    """[3]: its worth, an upper bound of any, nodes used."""


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
def _try(q: Asked, r: Ranked, sets: Ints, room: float, found: Found) -> None:
    """Better a set of models and keep it if it is the best."""
    value = better(q, r, sets, room)
    if value > found.value[0]:
        found.value[0] = value
        taken(r, sets, room, found.filled)
        found.sets[:] = sets


@njit(cache=True, nogil=True)
def _branch_on(q: Asked, net: Net, status: Ints) -> int:
    """Of the models in the larger closure alone the dearest by cost and by what its classes are worth; -1 if none."""
    weight = np.zeros(len(q.cost))
    for k in net.live[: net.live_count[1]]:
        if net.inside[k] == 1:
            for n in range(q.use_start[k], q.use_start[k + 1]):
                weight[q.use[n]] += q.volume[k] * q.price[k]
    best, chosen = -1.0, -1
    for m in range(len(weight)):
        if status[m] == OPEN and net.large[m] == 1 and net.small[m] == 0 and weight[m] ** 2 * q.cost[m] > best:
            best, chosen = weight[m] ** 2 * q.cost[m], m
    return chosen


@njit(cache=True, nogil=True)
def _look(q: Asked, r: Ranked, net: Net, status: Ints, levels: Floats, limits: Limits, found: Found) -> int:
    """Bound a node, from levels[0], which becomes its own level; the model to branch on, -1 where it is done with."""
    goal = max(found.value[0], limits.floor) + limits.tolerance
    found.value[2] += 1
    paid = 0.0
    for m in range(len(status)):
        paid += q.cost[m] if status[m] == IN else 0.0
    bound = np.inf
    for exactly in (False, True):
        enough = np.nan if exactly else goal + paid
        now, levels[0], value = relaxation(q, net, status, limits.room, levels[0], enough)
        bound = min(bound, now - paid)
        if bound <= goal or found.value[2] >= limits.nodes or limits.halt[0] != 0:
            found.value[1] = max(found.value[1], bound)
            return -1
        m = _branch_on(q, net, status)
        if m >= 0:
            found.value[1] = max(found.value[1], settle(net, status, value, goal + paid) - paid)
            return m
    sets = np.zeros(len(status), np.int64)
    for m in range(len(sets)):
        sets[m] = 1 if status[m] == IN or net.large[m] == 1 or net.small[m] == 1 else 0
    _try(q, r, sets, limits.room, found)
    found.value[1] = max(found.value[1], bound)
    return -1


@njit(cache=True, nogil=True)
def price_aisle(q: Asked, limits: Limits, found: Found) -> None:
    """Solve it into `found`; its bound is at most max(floor, value) + tolerance unless the nodes run out.

    The models that `found` holds before are tried first.
    """
    models, deepest = len(q.cost), len(q.cost) + 2
    r, net = ranked(q, limits.halt), network(q)
    found.value[:] = 0.0
    found.filled[:] = 0.0
    first = found.sets.copy()
    found.sets[:] = 0
    _try(q, r, first, limits.room, found)
    status = np.zeros((deepest, models), np.int64)
    flows = np.zeros((deepest, len(q.use)))
    levels = np.full((deepest, 1), q.price.max() if len(q.price) else 0.0)
    branch = np.full(deepest, -1, np.int64)
    turn = np.zeros(deepest, np.int64)
    depth = 0
    while depth >= 0:
        if turn[depth] == 0:
            net.flow[:] = flows[depth]
            branch[depth] = _look(q, r, net, status[depth], levels[depth], limits, found)
            flows[depth] = net.flow
        if branch[depth] < 0 or turn[depth] == 2:
            turn[depth] = 0
            depth -= 1
            continue
        turn[depth] += 1
        if status[depth, branch[depth]] != OPEN and status[depth, branch[depth]] != (IN if turn[depth] == 1 else OUT):
            continue
        status[depth + 1] = status[depth]
        flows[depth + 1] = flows[depth]
        levels[depth + 1] = levels[depth]
        status[depth + 1, branch[depth]] = IN if turn[depth] == 1 else OUT
        depth += 1
    found.value[1] = max(found.value[0], found.value[1])
