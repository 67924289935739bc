"""The linear relaxation of the best filling of one aisle, exactly: closures of a graph by maximum flow.

At a price `level` of room, classes are worth volume x (price - level) and need their models: the best set of both is a
maximum closure (J. C. Picard, Management Science 22 (1976)), a minimum cut of a network in which classes send what they
are worth to the models that they need, and models take up to what they cost. What no model takes is what the closure
is worth. The relaxation is the level at which that plus the room is least. Blocking flows: E. A. Dinic, 1970.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.compiled import compiled
from hanmaru.decide.slotting.kitting.served import IN, OPEN, OUT, Asked
from hanmaru.decide.slotting.kitting.store import Floats, Ints

_FAR = 1 << 30
_EVALUATIONS = 40
"""Levels tried at most; whichever was the last, what is answered is a bound."""


class Net(NamedTuple):
    """The network of an aisle, and where its flow stands. U arcs lie beside `use`."""

    order: Ints
    """[K]: the classes, the dearest first."""
    arc_class: Ints
    """[U]."""
    back_start: Ints
    back_end: Ints
    back: Ints
    """Arcs of live classes into model m: back[back_start[m]] .. back[back_end[m] - 1]."""
    flow: Floats
    """[U]."""
    live: Ints
    """[K]: the classes that are worth anything and that no model keeps out, the dearest first."""
    live_count: Ints
    """[2]: how many are live; and how many of these are worth more than their room, as others hold no flow."""
    excess: Floats
    """[K]: what no model has taken yet."""
    slack: Floats
    """[M]: what each could still take; 0 for those that are not open."""
    class_far: Ints
    model_far: Ints
    """[K], [M]: steps to a model with slack; after `closed` 1 for the models in the closure."""
    class_next: Ints
    model_next: Ints
    """[K], [M]: the arc to be tried next."""
    queue: Ints
    """[K + M]."""
    path: Ints
    """[2 M + 4]: arcs of the path being looked for."""
    inside: Ints
    """[K]: 1 for classes in the closure found last."""
    figures: Floats
    """[2]: volume of that closure, and its worth at level 0 less the cost of its models."""
    small: Ints
    large: Ints
    """[M]: 1 for the models of the closures below and above the room between which the relaxation mixes."""


@njit(cache=True, nogil=True)
def network(q: Asked) -> Net:
    """Lay out the network of an aisle."""
    classes, models, arcs = len(q.price), len(q.cost), len(q.use)
    of = np.zeros(arcs, np.int64)
    start = np.zeros(models + 1, np.int64)
    for k in range(classes):
        for n in range(q.use_start[k], q.use_start[k + 1]):
            of[n] = k
            start[q.use[n] + 1] += 1
    start = np.cumsum(start)
    return Net(
        np.argsort(-q.price), of, start, start[:-1].copy(), np.zeros(arcs, np.int64), np.zeros(arcs),
        np.zeros(classes, np.int64), np.zeros(2, np.int64), np.zeros(classes), np.zeros(models),
        np.zeros(classes, np.int64), np.zeros(models, np.int64), np.zeros(classes, np.int64),
        np.zeros(models, np.int64), np.zeros(classes + models, np.int64), np.zeros(2 * models + 4, np.int64),
        np.zeros(classes, np.int64), np.zeros(2), np.zeros(models, np.int64), np.zeros(models, np.int64),
    )  # fmt: skip


@compiled
def admit(q: Asked, net: Net, status: Ints) -> None:
    """List the classes that are live; others hold no flow."""
    count = 0
    for m in range(len(q.cost)):
        net.back_end[m] = net.back_start[m]
    for k in net.order:
        first, last = q.use_start[k], q.use_start[k + 1]
        live = q.price[k] > 0
        for n in range(first, last):
            live = live and status[q.use[n]] != OUT
        if live:
            net.live[count] = k
            count += 1
            for n in range(first, last):
                m = q.use[n]
                net.back[net.back_end[m]] = n
                net.back_end[m] += 1
        else:
            net.excess[k], net.inside[k], net.class_far[k] = 0.0, 0, 0
            for n in range(first, last):
                net.flow[n] = 0.0
    net.live_count[0] = net.live_count[1] = count


@compiled
def supply(q: Asked, net: Net, status: Ints, level: float) -> None:
    """Bring excess and slack to a level of price and to what is open; flow that there is too much of is taken back."""
    for m in range(len(q.cost)):
        net.slack[m] = q.cost[m] if status[m] == OPEN else 0.0
    before, count = net.live_count[1], 0
    while count < net.live_count[0] and q.price[net.live[count]] > level:
        k = net.live[count]
        left = q.volume[k] * (q.price[k] - level)
        for n in range(q.use_start[k], q.use_start[k + 1]):
            m = q.use[n]
            part = min(net.flow[n], left, net.slack[m])
            net.flow[n] = part
            left -= part
            net.slack[m] -= part
        net.excess[k] = left
        count += 1
    for at in range(count, before):
        k = net.live[at]
        net.excess[k], net.inside[k], net.class_far[k] = 0.0, 0, 0
        for n in range(q.use_start[k], q.use_start[k + 1]):
            net.flow[n] = 0.0
    net.live_count[1] = count


@compiled
def _greedily(q: Asked, net: Net, status: Ints, small: float) -> None:
    """Let every class send what the models that it needs take at once."""
    for at in range(net.live_count[1]):
        k = net.live[at]
        for n in range(q.use_start[k], q.use_start[k + 1]):
            if net.excess[k] <= small:
                break
            m = q.use[n]
            if status[m] == OPEN and net.slack[m] > 0:
                part = min(net.excess[k], net.slack[m])
                net.flow[n] += part
                net.excess[k] -= part
                net.slack[m] -= part


@compiled
def _measure(q: Asked, net: Net, small: float) -> bool:
    """How far every class and model is from slack; whether any class with excess has a way."""
    for at in range(net.live_count[1]):
        net.class_far[net.live[at]] = _FAR
    last = 0
    for m in range(len(q.cost)):
        net.model_far[m] = _FAR
        if net.slack[m] > small:
            net.model_far[m] = 0
            net.queue[last] = m
            last += 1
    way = False
    first = 0
    while first < last:
        m = net.queue[first]
        first += 1
        for place in range(net.back_start[m], net.back_end[m]):
            k = net.arc_class[net.back[place]]
            if net.class_far[k] < _FAR:
                continue
            net.class_far[k] = net.model_far[m] + 1
            way = way or net.excess[k] > small
            for n in range(q.use_start[k], q.use_start[k + 1]):
                if net.flow[n] > small and net.model_far[q.use[n]] == _FAR:
                    net.model_far[q.use[n]] = net.class_far[k] + 1
                    net.queue[last] = q.use[n]
                    last += 1
    return way


@compiled
def _forward(q: Asked, net: Net, status: Ints, k: int) -> int:
    """The next arc from class k towards slack; -1 if none is left."""
    while net.class_next[k] < q.use_start[k + 1]:
        m = q.use[net.class_next[k]]
        if status[m] == OPEN and net.model_far[m] == net.class_far[k] - 1:
            return int(net.class_next[k])
        net.class_next[k] += 1
    return -1


@compiled
def _backward(net: Net, m: int, small: float) -> int:
    """The next arc on which model m gives back towards slack; -1 if none is left."""
    while net.model_next[m] < net.back_end[m]:
        n = net.back[net.model_next[m]]
        if net.flow[n] > small and net.class_far[net.arc_class[n]] == net.model_far[m] - 1:
            return int(n)
        net.model_next[m] += 1
    return -1


@compiled
def _augment(q: Asked, net: Net, start: int, depth: int) -> None:
    """Send along the path of depth + 1 forward arcs and the backward arcs between as much as goes."""
    last = q.use[net.path[2 * depth]]
    part = min(net.excess[start], net.slack[last])
    for at in range(depth):
        part = min(part, net.flow[net.path[2 * at + 1]])
    net.excess[start] -= part
    net.slack[last] -= part
    net.flow[net.path[2 * depth]] += part
    for at in range(depth):
        net.flow[net.path[2 * at]] += part
        net.flow[net.path[2 * at + 1]] -= part


@compiled
def _send(q: Asked, net: Net, status: Ints, start: int, small: float) -> None:
    """Send the excess of a class along shortest ways until there is none left."""
    depth, k = 0, start
    while net.excess[start] > small:
        n = _forward(q, net, status, k)
        if n < 0:
            if depth == 0:
                return
            depth -= 1
            k = net.arc_class[net.path[2 * depth]]
            net.model_next[q.use[net.path[2 * depth]]] += 1
            continue
        m = q.use[n]
        net.path[2 * depth] = n
        if net.model_far[m] == 0:
            if net.slack[m] > small:
                _augment(q, net, start, depth)
                depth, k = 0, start
            else:
                net.class_next[k] += 1
            continue
        back = _backward(net, m, small)
        if back < 0:
            net.class_next[k] += 1
            continue
        net.path[2 * depth + 1] = back
        k = net.arc_class[back]
        depth += 1


@compiled
def flow(q: Asked, net: Net, status: Ints, small: float) -> float:
    """Send as much as goes; what is left over."""
    _greedily(q, net, status, small)
    while _measure(q, net, small):
        for m in range(len(q.cost)):
            net.model_next[m] = net.back_start[m]
        for at in range(net.live_count[1]):
            net.class_next[net.live[at]] = q.use_start[net.live[at]]
        for at in range(net.live_count[1]):
            k = net.live[at]
            if net.excess[k] > small and net.class_far[k] < _FAR:
                _send(q, net, status, k, small)
    left = 0.0
    for at in range(net.live_count[1]):
        left += net.excess[net.live[at]]
    return left


@compiled
def closed(q: Asked, net: Net, status: Ints, small: float) -> None:
    """The smallest best closure after `flow`: its classes, volume, and worth at level 0 less the cost of its models."""
    net.figures[0] = net.figures[1] = 0.0
    last = 0
    for at in range(net.live_count[1]):
        k = net.live[at]
        net.inside[k] = 1 if net.excess[k] > small else 0
        if net.inside[k] == 1:
            net.queue[last] = k
            last += 1
    for m in range(len(q.cost)):
        net.model_far[m] = 0
    first = 0
    while first < last:
        k = net.queue[first]
        first += 1
        net.figures[0] += q.volume[k]
        net.figures[1] += q.volume[k] * q.price[k]
        for n in range(q.use_start[k], q.use_start[k + 1]):
            m = q.use[n]
            if status[m] != OPEN or net.model_far[m] == 1:
                continue
            net.model_far[m] = 1
            net.figures[1] -= q.cost[m]
            for place in range(net.back_start[m], net.back_end[m]):
                other = net.arc_class[net.back[place]]
                if net.flow[net.back[place]] > small and net.inside[other] == 0:
                    net.inside[other] = 1
                    net.queue[last] = other
                    last += 1


@compiled
def _noted(net: Net, models: Ints) -> None:
    """Note the models of the closure found last."""
    for m in range(len(models)):
        models[m] = net.model_far[m]


@njit(cache=True, nogil=True)
def relaxation(q: Asked, net: Net, status: Ints, room: float, level: float, goal: float) -> tuple[float, float, float]:
    """The linear relaxation without the cost of models that are in, and its level; begun at a level.

    And what the flow bounds as it stands, which may be less sharp.

    It ends early where it is at most `goal`, or cannot come to be; with NaN for the goal it does not.
    """
    admit(q, net, status)
    small = 1e-10 * (1.0 + room * q.price.max())
    best, at, value = np.inf, level, np.inf
    net.small[:] = 0
    net.large[:] = 0
    low_worth, low_slope = -np.inf, -1.0
    high_worth, high_slope = 0.0, room
    for _ in range(_EVALUATIONS):
        supply(q, net, status, level)
        value = room * level + flow(q, net, status, small)
        if value < best:
            best, at = value, level
        if best <= goal:
            break
        closed(q, net, status, small)
        slope = room - net.figures[0]
        if slope < 0:
            low_worth, low_slope = net.figures[1], slope
            _noted(net, net.large)
        else:
            high_worth, high_slope = net.figures[1], slope
            _noted(net, net.small)
        if low_worth == -np.inf:
            if level <= 0.0:
                break
            level = max(0.0, 0.5 * level) if level > 1e-6 * best / room else 0.0
            continue
        level = (low_worth - high_worth) / (high_slope - low_slope)
        crossing = low_worth + low_slope * level
        if crossing > goal or best - crossing <= small:
            break
    return best, at, value


@njit(cache=True, nogil=True)
def settle(net: Net, status: Ints, value: float, goal: float) -> float:
    """Take models in or out where all fillings worth more than `goal` agree; what others are worth at most.

    The flow bounds by `value`. A model that enters for nothing leaves what it takes to the classes, so its slack is
    what entering loses; one that stays out loses the excess of the classes that need it (reduced costs).
    """
    most = -np.inf
    for m in range(len(status)):
        if status[m] != OPEN:
            continue
        lost = 0.0
        for place in range(net.back_start[m], net.back_end[m]):
            lost += net.excess[net.arc_class[net.back[place]]]
        entered, left = value - net.slack[m], value - lost
        if entered <= goal:
            status[m], most = OUT, max(most, entered)
        elif left <= goal:
            status[m], most = IN, max(most, left)
    return most
