"""Aisles that are alike exchange all that lies in them: what no material by itself would begin.

Where entering the n-th aisle costs more than the one before, what many models come for belongs in front. A material
that leaves its aisle for that pays for entering another, a whole aisle does not.
"""

import numpy as np

from hanmaru.decide.slotting.compiled import compiled
from hanmaru.decide.slotting.kitting.chance import below
from hanmaru.decide.slotting.kitting.laying import Arrays, State


@compiled
def best_exchange(st: Arrays, now: State, a: int) -> tuple[int, float]:
    """The aisle with which a had best exchange all, -1 if none is alike; by how much the cost changes then."""
    change = now.opening
    change[:] = 0.0
    for m in range(now.visits.shape[0]):
        here = now.visits[m, a] > 0
        for b in range(len(change)):
            change[b] += (here - 1.0 * (now.visits[m, b] > 0)) * (st.walk[m, b] - st.walk[m, a])
    best, least = -1, np.inf
    for b in range(len(change)):
        if b != a and st.kind[b] == st.kind[a] and change[b] < least:
            best, least = b, change[b]
    return best, least


@compiled
def exchange(st: Arrays, now: State, a: int, b: int) -> None:
    """Let all that lies in aisles a and b, which are alike, change places."""
    there = st.start[b] - st.start[a]
    for i in range(len(now.where)):
        at = st.aisle[now.where[i]]
        if at == a:
            now.where[i] += there
        elif at == b:
            now.where[i] -= there
    for s in range(st.start[a], st.start[a + 1]):
        now.free[s], now.free[s + there] = now.free[s + there], now.free[s]
    now.room[a], now.room[b] = now.room[b], now.room[a]
    for m in range(now.visits.shape[0]):
        now.visits[m, a], now.visits[m, b] = now.visits[m, b], now.visits[m, a]
        now.unpaid[m, a] = 0.0 if now.visits[m, a] > 0 else st.walk[m, a]
        now.unpaid[m, b] = 0.0 if now.visits[m, b] > 0 else st.walk[m, b]


@compiled
def try_exchange(st: Arrays, now: State, most: float) -> float:
    """Let an aisle drawn at random exchange all with the best for that, if the change is `most` at most; the change."""
    a = below(now.dice, now.visits.shape[1])
    b, change = best_exchange(st, now, a)
    if b < 0 or change > most:
        return 0.0
    exchange(st, now, a, b)
    return change
