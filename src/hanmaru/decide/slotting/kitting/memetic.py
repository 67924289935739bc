"""Plans annealed side by side and crossed with each other, in falls of the temperature that last ever longer.

What both parents lay into one aisle stays together in their child: it starts as the better parent, is annealed by whole
groups of materials first, and by classes at the end. A memetic algorithm (P. Moscato, Caltech report C3P 826, 1989); to
coarsen by what parents agree on is the combination of R. Andre, S. Schlag, C. Schulz, "Memetic multilevel hypergraph
partitioning", GECCO 2018. It knows no limit and goes through the same plans whatever time it has.
"""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from hanmaru.decide.slotting.kitting.laying import Arrays, arrays, state
from hanmaru.decide.slotting.kitting.ruin import Fall, anneal, taken
from hanmaru.decide.slotting.kitting.store import Ints, Store

_HANDS = 2
_ELITE = 6
_FEWEST_ROUNDS, _PART = 2000, 12
"""Rounds of a fall: at least so many, and this part of all rounds before."""
_HOT, COLD = (0.6, 1.0), 0.05
"""Where falls begin, in mean costs of entering an aisle: those of new plans, and after groups."""
_HEATS_OF_GROUPS = (0.1, 0.3)
COOLED = 50.0
"""A fall ends at this part of where it began."""
_MOST = 60
"""Materials taken out in one round."""
_CHUNK = 40_000_000
"""Elementary steps of a compiled call: a tenth of a second at most."""


@dataclass
class Best:
    """The best plan so far: segments [I], and what it costs."""

    where: Ints
    cost: float


class Falling:
    """One fall of the temperature from a plan, a chunk of rounds at a time; `best` is the best plan met."""

    def __init__(self, store: Store, st: Arrays, best: Best, fall: Fall, seed: int) -> None:
        """Begin at a copy of `best`; materials of one class of `st` are taken out together."""
        self.best = Best(best.where.copy(), best.cost)
        self._store, self._st, self._fall, self._done = store, st, fall, 0
        self._now = state(store, best.where, seed)
        most = min(_MOST, store.materials)
        self._out = taken(store.materials, most)
        each = store.materials + most * store.aisles * (2 + len(store.use) // max(1, store.materials))
        self._chunk = max(10, _CHUNK // each)
        self._costs = np.array([best.cost, best.cost])

    def step(self) -> bool:
        """Go on by a chunk; whether there is more to do."""
        fall = self._fall
        done = min(fall.rounds, self._done + self._chunk)
        hot, cold = (fall.hot * (fall.cold / fall.hot) ** (at / fall.rounds) for at in (self._done, done))
        anneal(self._st, self._now, self._out, self.best.where, self._costs, Fall(hot, cold, done - self._done))
        if self._costs[1] < self.best.cost:
            self.best.cost = self._store.objective(self.best.where)
        self._done = done
        return done < fall.rounds


class Population:
    """The best plans met, of which `best` is the cheapest."""

    def __init__(self, store: Store, plans: Sequence[Ints], seed: int) -> None:
        """Begin with plans given as segments [I], the cheapest first."""
        self._store, self._st = store, arrays(store)
        self._plans = [Best(plan, store.objective(plan)) for plan in plans]
        self._elite = self._plans[:1]
        self._rng, self._seed = np.random.default_rng(seed), seed
        self._falls = self._rounds = 0
        self._scale = scale_of(store)
        self.best = self._plans[0]

    def generations(self, number: int) -> Generator[int, None, None]:
        """Better the best plan; yields the number of the generation about ten times a second."""
        with ThreadPoolExecutor(_HANDS) as hands:
            for generation in range(number):
                for _ in self._generation(generation, hands):
                    yield generation

    def _generation(self, generation: int, hands: Executor) -> Iterator[None]:
        """New plans, each crossed with one of the elite; then some of the elite with each other."""
        rounds = max(_FEWEST_ROUNDS, self._rounds // _PART)
        starts = [self._plans[(_HANDS * generation + n) % len(self._plans)] for n in range(_HANDS)]
        falls = [self._fall(start, heat, rounds) for start, heat in zip(starts, _HOT, strict=True)]
        yield from self._side_by_side(falls, hands)
        fresh = [one.best for one in falls]
        mates = [self._elite[n] for n in self._rng.integers(len(self._elite), size=_HANDS)]
        heat = _HEATS_OF_GROUPS[generation % 2]
        yield from self._cross(list(zip(fresh, mates, strict=True)), heat, rounds // 2, hands)
        self._keep(fresh)
        drawn = [self._elite[n] for n in self._rng.permutation(len(self._elite))[: 2 * _HANDS]]
        pairs = list(zip(drawn[::2], drawn[1::2], strict=False))
        yield from self._cross(pairs, _HEATS_OF_GROUPS[1 - generation % 2], rounds // 2, hands)

    def _cross(self, pairs: list[tuple[Best, Best]], heat: float, rounds: int, hands: Executor) -> Iterator[None]:
        """A child of each pair: the better parent annealed by what both agree on, then by classes as all are."""
        groups = []
        for pair in pairs:
            st = together(self._store, self._st, *pair)
            groups.append(self._fall(min(pair, key=lambda one: one.cost), heat, rounds, st))
        yield from self._side_by_side(groups, hands)
        single = [self._fall(one.best, COLD, rounds) for one in groups]
        yield from self._side_by_side(single, hands)
        self._keep([one.best for one in single])

    def _keep(self, plans: Sequence[Best]) -> None:
        """Take plans into the elite that cost otherwise than those there."""
        known = {one.cost: one for one in [*reversed(plans), *self._elite]}
        self._elite = sorted(known.values(), key=lambda one: one.cost)[:_ELITE]

    def _fall(self, best: Best, heat: float, rounds: int, st: Arrays | None = None) -> Falling:
        self._falls += 1
        self._rounds += rounds
        fall = Fall(heat * self._scale, heat * self._scale / COOLED, rounds)
        return Falling(self._store, st or self._st, best, fall, self._seed * 1_000_003 + self._falls)

    def _side_by_side(self, falls: Sequence[Falling], hands: Executor) -> Iterator[None]:
        """Let all fall in step, so that what is found when does not depend on the machine."""
        going = list(falls)
        while going:
            more = list(hands.map(Falling.step, going))
            self.best = min([self.best, *(one.best for one in going)], key=lambda one: one.cost)
            yield
            going = [one for one, goes_on in zip(going, more, strict=True) if goes_on]


def scale_of(store: Store) -> float:
    """What temperatures are measured in: the mean cost of entering an aisle."""
    return max(1e-9, float(store.walk.mean()) if store.models else 1.0)


def together(store: Store, st: Arrays, one: Best, other: Best) -> Arrays:
    """The arrays of a store in which materials that both plans lay into one aisle are of one class."""
    aisle = store.segments.aisle
    _, group = np.unique(aisle[one.where] * store.aisles + aisle[other.where], return_inverse=True)
    start = np.concatenate([[0], np.cumsum(np.bincount(group))]).astype(np.int64)
    members = np.argsort(group, kind="stable").astype(np.int64)
    return st._replace(class_of=group.astype(np.int64), class_start=start, class_members=members)
