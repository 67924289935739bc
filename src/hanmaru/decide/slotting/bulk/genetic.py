"""The source's genetic algorithm, and the same with exact timing in its decoder: the baselines.

A chromosome is an order of materials. The source decodes it from the left end without gaps; the fair variant gives
every order its best coordinates. Population 100, elite 10 %, 4 parents a generation, crossover rate 0.7 (half
single-point with parameter 0.3, half Davis' order crossover with parameter 0.4), swap mutation 0.05. What the source
leaves open: parents are won in tournaments of two, every child takes two of the four parents in turn, the children
replace all but the elite, and a mutation swaps two random genes of a child.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.chance import draw, share
from hanmaru.decide.slotting.bulk.flows import Flows, cost
from hanmaru.decide.slotting.bulk.incumbent import Incumbent
from hanmaru.decide.slotting.bulk.scaled import Whole
from hanmaru.decide.slotting.bulk.timing import Heap, heap, time_order

POPULATION = 100
ELITE = 10
PARENTS = 4
CROSSOVER = 0.7
CUT = 0.3
ORDERED = 0.4
MUTATION = 0.05
GENERATIONS = 5_000
CHUNK_NANOSECONDS = 30_000_000
TIMED_NANOSECONDS = 300
PACKED_NANOSECONDS = 10


class Herd(NamedTuple):
    """Orders (population, n) and costs, those of the next generation; scratch (n); the dice; timing's heap, if any."""

    order: Whole
    cost: Whole
    child: Whole
    child_cost: Whole
    begin: Whole
    seen: NDArray[np.bool_]
    dice: Whole
    store: Heap


@njit(cache=True)
def packed(flow: Flows, order: Whole, begin: Whole, origin: int) -> int:
    """Place an order from the left end without gaps: write its starts; its cost."""
    total, at = 0, origin
    for place in range(len(order)):
        begin[place] = at
        total += cost(flow, order[place], at)
        at += flow.width[order[place]]
    return total


@njit(cache=True)
def _decode(flow: Flows, herd: Herd, order: Whole, room: tuple[int, int]) -> int:
    """The cost of an order: exactly timed where there is a heap, else packed."""
    if len(herd.store.at) > 0:
        return int(time_order(flow, order, herd.begin, room, herd.store))
    return int(packed(flow, order, herd.begin, room[0]))


@njit(cache=True)
def shuffle(dice: Whole, order: Whole, first: int) -> None:
    """Put the genes from `first` on into a random order."""
    for place in range(len(order) - 1, first, -1):
        other = first + draw(dice, place - first + 1)
        order[place], order[other] = order[other], order[place]


@njit(cache=True)
def _copy(order: Whole, to: Whole) -> None:
    for place in range(len(order)):
        to[place] = order[place]


@njit(cache=True)
def _single_point(herd: Herd, parent: Whole, child: Whole) -> None:
    """Keep the head of a parent; the missing genes follow at random."""
    _copy(parent, child)
    shuffle(herd.dice, child, max(1, int(CUT * len(parent))))


@njit(cache=True)
def _ordered(herd: Herd, parent: Whole, other: Whole, child: Whole) -> None:
    """Davis' order crossover: keep a stretch of one parent, fill up from its end on in the order of the other."""
    n = len(parent)
    length = max(1, int(ORDERED * n))
    first = draw(herd.dice, n - length + 1)
    for place in range(n):
        herd.seen[parent[place]] = first <= place < first + length
        child[place] = parent[place]
    place = (first + length) % n
    for step in range(n):
        gene = other[(first + length + step) % n]
        if not herd.seen[gene]:
            child[place] = gene
            place = (place + 1) % n


@njit(cache=True)
def _tournament(herd: Herd) -> int:
    one, other = draw(herd.dice, POPULATION), draw(herd.dice, POPULATION)
    return one if herd.cost[one] <= herd.cost[other] else other


@njit(cache=True)
def _breed(herd: Herd, parents: Whole, number: int, child: Whole) -> None:
    """Make a child of two of the parents."""
    one, other = parents[number % PARENTS], parents[(number + 1) % PARENTS]
    if share(herd.dice) > CROSSOVER:
        _copy(herd.order[one], child)
    elif draw(herd.dice, 2) == 0:
        _single_point(herd, herd.order[one], child)
    else:
        _ordered(herd, herd.order[one], herd.order[other], child)
    if share(herd.dice) <= MUTATION:
        a, b = draw(herd.dice, len(child)), draw(herd.dice, len(child))
        child[a], child[b] = child[b], child[a]


@njit(cache=True)
def _best_first(herd: Herd, number: int) -> None:
    """Swap the best of the orders from `number` on to that number."""
    best = number
    for other in range(number + 1, POPULATION):
        if herd.cost[other] < herd.cost[best]:
            best = other
    herd.cost[number], herd.cost[best] = herd.cost[best], herd.cost[number]
    for place in range(herd.order.shape[1]):
        gene = herd.order[number, place]
        herd.order[number, place] = herd.order[best, place]
        herd.order[best, place] = gene


@njit(cache=True)
def _generation(flow: Flows, herd: Herd, parents: Whole, room: tuple[int, int]) -> None:
    """Make the next generation: the elite lives on, the rest are children."""
    for number in range(PARENTS):
        parents[number] = _tournament(herd)
    for number in range(ELITE, POPULATION):
        _breed(herd, parents, number, herd.child[number])
        herd.child_cost[number] = _decode(flow, herd, herd.child[number], room)
    for number in range(ELITE):
        _best_first(herd, number)
    for number in range(ELITE, POPULATION):
        _copy(herd.child[number], herd.order[number])
        herd.cost[number] = herd.child_cost[number]


@njit(cache=True)
def _first(flow: Flows, herd: Herd, room: tuple[int, int]) -> None:
    """The first generation: the given order, the rest at random."""
    for number in range(POPULATION):
        if number > 0:
            _copy(herd.order[0], herd.order[number])
            shuffle(herd.dice, herd.order[number], 0)
        herd.cost[number] = _decode(flow, herd, herd.order[number], room)


@njit(cache=True)
def evolve(flow: Flows, herd: Herd, room: tuple[int, int], generations: int) -> int:
    """Make so many generations (none: the first); write the starts of the best order, which is then number 0; its cost.

    The elite must be in front.
    """
    parents = np.zeros(PARENTS, dtype=np.int64)
    for _ in range(generations):
        _generation(flow, herd, parents, room)
    _best_first(herd, 0)
    return _decode(flow, herd, herd.order[0], room)


def _herd(n: int, store: Heap, seed: int) -> Herd:
    square = (POPULATION, n)
    dice = np.array([seed * 2654435761 + 88172645463325252], dtype=np.int64)
    return Herd(
        np.zeros(square, dtype=np.int64),
        np.zeros(POPULATION, dtype=np.int64),
        np.zeros(square, dtype=np.int64),
        np.zeros(POPULATION, dtype=np.int64),
        np.zeros(n, dtype=np.int64),
        np.zeros(n, dtype=np.bool_),
        dice,
        store,
    )


@dataclass(frozen=True, slots=True)
class Genes:
    """How the genetic algorithm is run: with exact timing in its decoder or packed, for how many generations."""

    timed: bool
    generations: int = GENERATIONS


def evolve_all(best: Incumbent, seed: int, genes: Genes) -> None:
    """Run the genetic algorithm; the incumbent takes the best of every stretch of generations.

    Its first order is by the distance of the supply points from the reference, as the source begins.
    """
    n = len(best.order)
    store = heap(best.flow) if genes.timed else Heap(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    herd = _herd(n, store, seed)
    herd.order[0] = best.order
    room = (best.problem.rooms[0].begin, best.problem.rooms[0].end)
    _first(best.flow, herd, room)
    best.take(herd.order[0], herd.begin, evolve(best.flow, herd, room, 0))
    chunk = max(1, CHUNK_NANOSECONDS // (POPULATION * n * (TIMED_NANOSECONDS if genes.timed else PACKED_NANOSECONDS)))
    for done in range(0, genes.generations, chunk):
        if best.watch.over:
            break
        cost_found = evolve(best.flow, herd, room, min(chunk, genes.generations - done))
        best.take(herd.order[0], herd.begin, int(cost_found))
