"""Plans annealed at several temperatures side by side, which neighbours exchange: parallel tempering.

A plan that rests at a low temperature gives way to one that came down from a higher, where it can still change as a
whole. R. H. Swendsen, J.-S. Wang, "Replica Monte Carlo simulation of spin-glasses", Phys. Rev. Lett. 57 (1986); K.
Hukushima, K. Nemoto, "Exchange Monte Carlo method and application to spin glass simulations", J. Phys. Soc. Japan 65
(1996). It knows no limit and goes through the same plans whatever time it has.
"""

from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait

import numpy as np

from hanmaru.decide.slotting.kitting.falling import Annealed, Best, Falling, at_once, scale_of
from hanmaru.decide.slotting.kitting.laying import arrays
from hanmaru.decide.slotting.kitting.refined import Refining
from hanmaru.decide.slotting.kitting.ruin import Fall
from hanmaru.decide.slotting.kitting.store import Ints, Store

_HANDS = 2
_RUNGS = 8
_COLD, _HOT = 0.06, 0.3
"""The lowest and the highest temperature, in mean costs of entering an aisle."""
_ROUNDS = 500
"""Rounds of each plan between two exchanges."""
_ALIKE = 1.5
"""Plans that cost so many times the cheapest are not begun with: a large store is long about bettering them."""
_FIRST, _GROWTH = 4, 2
"""Exchanges of the first generation; each later one has this part of all before."""
_EVERY = 16
"""After so many exchanges the plans at the lowest temperatures, one a hand, are cooled down."""
_COOLED, _COOLING = 6.0, 3000
"""They end so many times colder, after so many rounds."""
_REFINED, _OF_USE = 64, 0.004
"""After so many exchanges what has been cooled down is refined; twice as many each time that gains no such part."""
_A_LITTLE = 0.05


class Tempering:
    """Plans from cold to hot; `best` is the cheapest ever met."""

    def __init__(self, store: Store, plans: Sequence[Ints], seed: int) -> None:
        """Begin with plans given as segments [I], the cheapest first."""
        self._store, self._st, self._seed = store, arrays(store), seed
        begin = [Best(plan, store.objective(plan)) for plan in plans]
        self._begin = [one for one in begin if one.cost <= _ALIKE * begin[0].cost]
        self._rungs: list[Annealed] = []
        self._heats = (np.geomspace(_COLD, _HOT, _RUNGS) * scale_of(store)).tolist()
        self._rounds = min(_ROUNDS, at_once(store))
        self._rng = np.random.default_rng(seed)
        self._exchanges = 0
        self._halted = False
        self._refining = Refining(store, lambda: self._halted)
        self._patience, self._refined = _REFINED, 0
        self.best = self._begin[0]

    def generations(self, number: int) -> Generator[int, None, None]:
        """Better the best plan; yields the number of the generation about ten times a second."""
        self._halted = False
        with ThreadPoolExecutor(_HANDS) as hands:
            try:
                for generation in range(number):
                    yield from (generation for _ in self._generation(hands))
            finally:
                self._halted = True

    def _generation(self, hands: Executor) -> Iterator[None]:
        """Exchange as often as is due, and cool down or refine meanwhile."""
        while len(self._rungs) < _RUNGS:
            self._rungs.append(self._rung(len(self._rungs)))
            yield
        at_a_time = max(1, at_once(self._store) * _HANDS // (self._rounds * _RUNGS))
        end = self._exchanges + max(_FIRST, self._exchanges // _GROWTH)
        while self._exchanges < end:
            for _ in range(min(at_a_time, end - self._exchanges, _EVERY - self._exchanges % _EVERY)):
                self._sweep(hands)
            self._take(self._rungs)
            yield
            if self._exchanges % _EVERY == 0:
                yield from self._cool(hands)

    def _rung(self, n: int) -> Annealed:
        """The plan that begins at the n-th temperature: in a large store what goes with it takes a while to lay out."""
        return Annealed(self._store, self._st, self._begin[n % len(self._begin)], self._seed * 1_000_003 + n)

    def _sweep(self, hands: Executor) -> None:
        """Anneal every plan at its temperature, then let neighbours exchange theirs."""
        list(hands.map(self._anneal, range(_HANDS)))
        for n in range(self._exchanges % 2, _RUNGS - 1, 2):
            cold, hot = self._rungs[n : n + 2]
            wins = (1 / self._heats[n] - 1 / self._heats[n + 1]) * (cold.cost - hot.cost)
            if np.log(1.0 - self._rng.random()) <= wins:
                self._rungs[n : n + 2] = hot, cold
        self._exchanges += 1

    def _anneal(self, hand: int) -> None:
        for n in range(hand, _RUNGS, _HANDS):
            self._rungs[n].go(Fall(self._heats[n], self._heats[n], self._rounds))

    def _cool(self, hands: Executor) -> Iterator[None]:
        """Cool copies of the coldest plans down, side by side."""
        falling = []
        for n, heat in enumerate(self._heats[:_HANDS]):
            start = Best(self._rungs[n].where, self._rungs[n].cost)
            seed = self._seed * 1_000_003 + _RUNGS + _HANDS * self._exchanges + n
            falling.append(Falling(self._store, self._st, start, Fall(heat, heat / _COOLED, _COOLING), seed))
        while any(list(hands.map(Falling.step, falling))):
            yield
        self._take(falling)
        if self._exchanges >= self._refined + self._patience:
            yield from self._refine(hands, [one.best for one in falling])

    def _refine(self, hands: Executor, plans: Sequence[Best]) -> Iterator[None]:
        """Refine plans side by side; what comes out goes on at the lowest temperatures."""
        seeds = [self._seed * 1_000_003 + _HANDS * self._exchanges + n for n in range(_HANDS)]
        jobs = [hands.submit(self._refining.refined, plan, seed) for plan, seed in zip(plans, seeds, strict=True)]
        while wait(jobs, _A_LITTLE).not_done:
            yield
        found = [job.result() for job in jobs]
        self._refined = self._exchanges
        self._patience *= 2
        for n, (plan, better) in enumerate(zip(plans, found, strict=True)):
            if better is not None and better.cost < plan.cost * (1 - _OF_USE):
                self._patience = _REFINED
            if better is not None and better.cost < self._rungs[n].cost:
                self._rungs[n] = Annealed(self._store, self._st, better, seeds[n])
        self._take(self._rungs)

    def _take(self, found: Sequence[Annealed | Falling]) -> None:
        """Keep the cheapest plan met."""
        least = min((one.best for one in found), key=lambda one: one.cost)
        if least.cost < self.best.cost:
            self.best = Best(least.where.copy(), least.cost)
