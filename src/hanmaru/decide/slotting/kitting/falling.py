"""One fall of the temperature: plans annealed by ruin and recreate, a chunk of rounds at a time."""

from dataclasses import dataclass

import numpy as np

from hanmaru.decide.slotting.kitting.laying import Arrays, state
from hanmaru.decide.slotting.kitting.ruin import Fall, anneal, taken
from hanmaru.decide.slotting.kitting.store import Ints, Store

_MOST = 60
"""Materials taken out in one round."""
_CHUNK = 40_000_000
"""Elementary steps of a compiled call: a tenth of a second at most."""


@dataclass
class Best:
    """The best plan so far: segments [I], and what it costs."""

    where: Ints
    cost: float


class Annealed:
    """A plan being annealed; `best` is the best met, `cost` what it costs now."""

    def __init__(self, store: Store, st: Arrays, best: Best, seed: int) -> None:
        """Begin at a copy of `best`."""
        self.best = Best(best.where.copy(), best.cost)
        self._store, self._st = store, st
        self._now = state(store, best.where, seed)
        self._out = taken(store.materials, store.models, min(_MOST, store.materials))
        self._costs = np.array([best.cost, best.cost])

    @property
    def cost(self) -> float:
        """What the plan costs as it is now."""
        return float(self._costs[0])

    @property
    def where(self) -> Ints:
        """The plan as it is now, segments [I]."""
        return self._now.where

    def go(self, fall: Fall) -> None:
        """Anneal on."""
        anneal(self._st, self._now, self._out, self.best.where, self._costs, fall)
        if self._costs[1] < self.best.cost:
            self.best.cost = self._store.objective(self.best.where)


class Falling:
    """One fall of the temperature from a plan, a chunk of rounds at a time; `best` is the best plan met."""

    def __init__(self, store: Store, st: Arrays, best: Best, fall: Fall, seed: int) -> None:
        """Begin at a copy of `best`."""
        self._plan = Annealed(store, st, best, seed)
        self._fall, self._done, self._chunk = fall, 0, at_once(store)

    @property
    def best(self) -> Best:
        """The best plan met."""
        return self._plan.best

    def step(self) -> bool:
        """Go on by a chunk; whether there is more to do."""
        fall = self._fall
        done = min(fall.rounds, self._done + self._chunk)
        hot, cold = (fall.hot * (fall.cold / fall.hot) ** (at / fall.rounds) for at in (self._done, done))
        self._plan.go(Fall(hot, cold, done - self._done))
        self._done = done
        return done < fall.rounds


def at_once(store: Store) -> int:
    """How many rounds take a tenth of a second at most."""
    most = min(_MOST, store.materials)
    each = store.materials + most * store.aisles * (2 + len(store.use) // max(1, store.materials))
    return max(10, _CHUNK // each)


def scale_of(store: Store) -> float:
    """What temperatures are measured in: the mean cost of entering an aisle."""
    return max(1e-9, float(store.walk.mean()) if store.models else 1.0)
