"""Orders under rules: several rooms, groups that stand together, least distances; every room is timed exactly.

An order is a row of tokens: groups (single materials too) and walls between rooms. What cannot be kept by timing is
paid for: `weight` for every unit of length by which it is broken.
"""

from math import log
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.chance import draw, share
from hanmaru.decide.slotting.bulk.flows import Flows, cost
from hanmaru.decide.slotting.bulk.scaled import Whole
from hanmaru.decide.slotting.bulk.timing import Heap, add, worthless

UNSET = np.int64(1) << 61


class Rules(NamedTuple):
    """Rules as numbers: rooms (R, 3: begin, end, detour); items of group g: member[group[g]] .. member[group[g+1]-1].

    `allowed` (n, R) tells where an item may lie, `load` (n) its trips in all. Pairs to keep apart (P, 3: item, item,
    distance); items to keep from fixed centres (Q, 3: item, coordinate, distance). Items that must adjoin a fixed zone
    (B, 4: group, room, coordinate of its left edge, of its right edge with the gap).
    """

    room: Whole
    group: Whole
    member: Whole
    allowed: Whole
    load: Whole
    apart: Whole
    away: Whole
    beside: Whole
    weight: int


class State(NamedTuple):
    """Tokens (groups and walls, walls being the numbers from that of groups on), and what they were decoded to.

    Starts and rooms of the items (n); scratch (n): the items of one room in order, the last of a group marked, leads.
    """

    token: Whole
    begin: Whole
    inside: Whole
    seq: Whole
    last: Whole
    lead: Whole
    store: Heap
    dice: Whole


@njit(cache=True)
def _lead(flow: Flows, rules: Rules, state: State, count: int) -> int:
    """Write how far to the right of the packed sum of widths every item must lie to keep its distance; the last."""
    lead = packed = 0
    for place in range(count):
        item = state.seq[place]
        for row in range(rules.apart.shape[0]):
            one, other = rules.apart[row, 0], rules.apart[row, 1]
            if item not in (one, other):
                continue
            partner = one + other - item
            before = 0
            for left in range(place):
                if state.seq[left] == partner:
                    centre = before + state.lead[left] + flow.half[partner]
                    lead = max(lead, centre + rules.apart[row, 2] - packed - flow.half[item])
                before += flow.width[state.seq[left]]
        state.lead[place] = lead
        packed += flow.width[item]
    for place in range(count - 2, -1, -1):
        if state.last[place] == 0:
            state.lead[place] = state.lead[place + 1]
    return int(lead)


@njit(cache=True)
def _time_room(flow: Flows, rules: Rules, state: State, room: int, count: int) -> int:
    """Set the starts of the items of one room; their cost, what is too long paid for."""
    lead = _lead(flow, rules, state, count) if rules.apart.shape[0] > 0 else 0
    size, before, surplus = 0, rules.room[room, 0], 0
    for place in range(count):
        item = state.seq[place]
        ahead = state.lead[place] if lead > 0 else 0
        size = add(flow, state.store, size, item, before + ahead)
        surplus += flow.slope[item, flow.slope.shape[1] - 1]
        before += flow.width[item]
        if state.last[place] == 0:
            state.begin[item] = UNSET
            continue
        size = worthless(state.store, size, surplus)
        surplus = 0
        state.begin[item] = state.store.at[0] if size > 0 else 0
    latest = rules.room[room, 1] - before - lead
    total = rules.weight * max(0, -latest)
    for place in range(count - 1, -1, -1):
        item = state.seq[place]
        latest = max(0, min(latest, state.begin[item]))
        before -= flow.width[item]
        at = latest + before + (state.lead[place] if lead > 0 else 0)
        state.begin[item], state.inside[item] = at, room
        total += cost(flow, item, max(0, min(at, rules.room[room, 1] - flow.width[item])))
        total += rules.room[room, 2] * rules.load[item] + (
            0 if rules.allowed[item, room] else rules.weight * flow.width[item]
        )
    return int(total)


@njit(cache=True)
def _broken(flow: Flows, rules: Rules, state: State) -> int:
    """By how much distances between rooms and to fixed materials are too short, and groups part from fixed zones."""
    total = 0
    for row in range(rules.apart.shape[0]):
        one, other = rules.apart[row, 0], rules.apart[row, 1]
        way = state.begin[one] + flow.half[one] - state.begin[other] - flow.half[other]
        total += max(0, rules.apart[row, 2] - abs(way))
    for row in range(rules.away.shape[0]):
        one = rules.away[row, 0]
        total += max(0, rules.away[row, 2] - abs(state.begin[one] + flow.half[one] - rules.away[row, 1]))
    for row in range(rules.beside.shape[0]):
        group = rules.beside[row, 0]
        first, last = rules.member[rules.group[group]], rules.member[rules.group[group + 1] - 1]
        left = abs(state.begin[first] - rules.beside[row, 3])
        right = abs(state.begin[last] + flow.width[last] - rules.beside[row, 2])
        total += min(left, right)
    return int(total)


@njit(cache=True)
def decode(flow: Flows, rules: Rules, state: State) -> int:
    """Set all starts of an order; its cost, broken rules paid for."""
    groups = len(rules.group) - 1
    total = room = count = 0
    for place in range(len(state.token) + 1):
        token = state.token[place] if place < len(state.token) else groups
        if token >= groups:
            total += _time_room(flow, rules, state, room, count)
            room, count = room + 1, 0
            continue
        for number in range(rules.group[token], rules.group[token + 1]):
            state.seq[count] = rules.member[number]
            state.last[count] = 1 if number == rules.group[token + 1] - 1 else 0
            count += 1
    return total + rules.weight * _broken(flow, rules, state)


@njit(cache=True)
def _turn(token: Whole, a: int, b: int) -> None:
    """Move what is at a to b, those between step aside."""
    item, step = token[a], 1 if a < b else -1
    for place in range(a, b, step):
        token[place] = token[place + step]
    token[b] = item


@njit(cache=True)
def _swap(row: Whole, a: int, b: int) -> None:
    row[a], row[b] = row[b], row[a]


@njit(cache=True)
def step(flow: Flows, rules: Rules, state: State, paid: int, bar: float) -> int:
    """Try a move: swap two tokens, move one, or swap two members of a group; the cost afterwards."""
    tokens, members = len(state.token), len(rules.member)
    kind = draw(state.dice, 5)
    a, b = draw(state.dice, tokens), draw(state.dice, tokens)
    if kind == 4:
        a, group = draw(state.dice, members), 0
        while rules.group[group + 1] <= a:
            group += 1
        b = rules.group[group] + draw(state.dice, rules.group[group + 1] - rules.group[group])
    if a == b:
        return paid
    if kind == 4:
        _swap(rules.member, a, b)
    elif kind < 2:
        _swap(state.token, a, b)
    else:
        _turn(state.token, a, b)
    now = decode(flow, rules, state)
    if now - paid <= bar:
        return now
    if kind == 4:
        _swap(rules.member, a, b)
    elif kind < 2:
        _swap(state.token, a, b)
    else:
        _turn(state.token, b, a)
    return paid


@njit(cache=True)
def cool(flow: Flows, rules: Rules, state: State, paid: int, heat: NDArray[np.float64], moves: int) -> int:
    """Make so many moves; `heat` (2) is the temperature and its factor per move, changed. The cost afterwards."""
    for _ in range(moves):
        paid = step(flow, rules, state, paid, -heat[0] * log(share(state.dice)))
        heat[0] *= heat[1]
    return paid
