"""The source's genetic algorithm: an order of materials, laid in one after the other from the in/out point.

Population 100, elite 10 %, four parents a generation, crossover 0.7 (half single-point with parameter 0.3 and the tail
at random, half Davis' order crossover with parameter 0.4), swap mutation 0.05, 5,000 generations. The first
individuals stand in the order of their models' frequency, of their number of models, and of their bins, descending.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from hanmaru.decide.slotting.kitting.chance import below, share
from hanmaru.decide.slotting.kitting.laying import Arrays, State, arrays, lay_in, most_free, state
from hanmaru.decide.slotting.kitting.store import Floats, Ints, Store
from hanmaru.decide.slotting.watch import Watch

POPULATION = 100
ELITE = 10
PARENTS = 4
CROSSOVER = 0.7
TAIL_FROM = 0.3
DAVIS = 0.4
MUTATION = 0.05
GENERATIONS = 5000
_STEP = 10_000_000
"""Materials laid in by one compiled call, about."""


class People(NamedTuple):
    """A population."""

    orders: Ints
    """[n, I]: an order of materials each."""
    costs: Floats
    """[n]."""
    walked: Ints
    """[S]: segments as the decoder walks them."""


def genetic(store: Store, watch: Watch, seed: int, generations: int = GENERATIONS) -> tuple[Ints | None, float]:
    """Run the algorithm; the segments [I] of its best and their cost, (None, inf) if no order could be laid in."""
    st = arrays(store)
    now = state(store, np.full(store.materials, -1, np.int64), seed)
    walked = _nearest_first(store)
    orders = _first(store, seed)
    people = People(orders, np.array([decode(st, now, walked, order) for order in orders]), walked)
    step = max(1, _STEP // (10 * POPULATION * store.materials))
    for done in range(0, generations, step):
        evolve(st, now, people, min(step, generations - done))
        watch.found(float(people.costs.min()))
        if watch.over:
            break
    best = decode(st, now, walked, orders[int(people.costs.argmin())])
    return (now.where.copy(), best) if best < np.inf else (None, best)


def _nearest_first(store: Store) -> Ints:
    """Segments [S] as the decoder walks them: aisles by their weight, then as they stand."""
    weight = np.array([aisle.weight for aisle in store.problem.aisles])
    return np.argsort(weight[store.segments.aisle], kind="stable").astype(np.int64)


def _first(store: Store, seed: int) -> Ints:
    """The first population [POPULATION, I]."""
    rng = np.random.default_rng(seed)
    frequency = np.array([model.frequency for model in store.problem.models])[store.model_index]
    picks = np.zeros(store.materials)
    np.add.at(picks, np.repeat(np.arange(store.materials), np.diff(store.use_start)), frequency[store.use])
    bins = np.array([material.bins for material in store.problem.materials])
    ranked = [np.argsort(-by, kind="stable") for by in (picks, np.diff(store.use_start), bins)]
    return np.array([*ranked, *(rng.permutation(store.materials) for _ in range(POPULATION - 3))], np.int64)


@njit(cache=True, nogil=True)
def _apart(st: Arrays, now: State, i: int, a: int) -> bool:
    """Whether nothing that must not lie beside material i lies in aisle a."""
    for n in range(st.apart_start[i], st.apart_start[i + 1]):
        s = now.where[st.apart[n]]
        if s >= 0 and st.aisle[s] == a:
            return False
    return True


@njit(cache=True, nogil=True)
def decode(st: Arrays, now: State, walked: Ints, order: Ints) -> float:
    """Lay the materials in, in this order, without going back; its cost. `now` is emptied first and holds the plan.

    A material that the rest of a rack cannot hold moves on as a whole. What finds no room before the end of the store
    fills gaps left behind, and an order that cannot be laid in costs inf.
    """
    now.where[:] = -1
    now.free[:] = st.bins
    now.visits[:] = 0
    now.unpaid[:] = st.walk
    for a in range(len(now.room)):
        now.room[a] = most_free(st, now, a)
    cost = 0.0
    at, size = 0, len(walked)
    for i in order:
        p = st.profile[i]
        found = False
        for n in range(size):
            s = walked[(at + n) % size]
            if 0 < st.need[p, s] <= now.free[s] and _apart(st, now, i, st.aisle[s]):
                cost += lay_in(st, now, i, s)
                at = at + n if at + n < size else at
                found = True
                break
        if not found:
            return np.inf
    return cost


@njit(cache=True, nogil=True)
def _single_point(state: Ints, one: Ints, child: Ints) -> None:
    """The head of one parent, and the missing genes at random."""
    head = int(len(one) * TAIL_FROM)
    child[:] = one
    for n in range(len(one) - 1, head, -1):
        other = head + below(state, n - head + 1)
        child[n], child[other] = child[other], child[n]


@njit(cache=True, nogil=True)
def _order_crossover(state: Ints, one: Ints, other: Ints, child: Ints) -> None:
    """Davis: a stretch of one parent stays where it is, the rest follows in the order of the other."""
    size = len(one)
    length = max(1, int(size * DAVIS))
    begin = below(state, size - length + 1)
    kept = np.zeros(size, np.bool_)
    for n in range(begin, begin + length):
        child[n] = one[n]
        kept[one[n]] = True
    at = (begin + length) % size
    for n in range(size):
        gene = other[(begin + length + n) % size]
        if not kept[gene]:
            child[at] = gene
            at = (at + 1) % size


@njit(cache=True, nogil=True)
def _breed(state: Ints, one: Ints, other: Ints, child: Ints) -> None:
    """A child of two parents, or a copy of the first; sometimes with two genes exchanged."""
    if share(state) > CROSSOVER:
        child[:] = one
    elif share(state) < 0.5:
        _single_point(state, one, child)
    else:
        _order_crossover(state, one, other, child)
    if share(state) < MUTATION:
        a, b = below(state, len(child)), below(state, len(child))
        child[a], child[b] = child[b], child[a]


@njit(cache=True, nogil=True)
def evolve(st: Arrays, now: State, people: People, generations: int) -> None:
    """Go on by so many generations, in place."""
    members = len(people.costs)
    fresh = np.empty_like(people.orders)
    for _ in range(generations):
        ranked = np.argsort(people.costs)
        kept = people.costs[ranked[:ELITE]].copy()
        for n in range(members):
            if n < ELITE:
                fresh[n] = people.orders[ranked[n]]
            else:
                one, other = ranked[n % PARENTS], ranked[(n + 1) % PARENTS]
                _breed(now.dice, people.orders[one], people.orders[other], fresh[n])
        people.orders[:] = fresh
        people.costs[:ELITE] = kept
        for n in range(ELITE, members):
            people.costs[n] = decode(st, now, people.walked, fresh[n])
