"""Column generation for one node: prices that raise its bound as far as that goes.

Columns are looked for by `probe` at prices smoothed towards the best (P. Wentges, Int. Trans. Oper. Res. 4 (1997)), as
long as that finds any; only then is every aisle priced exactly, which is what makes a bound.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from hanmaru.decide.slotting.kitting.filling import Prices, empty, fill, forced
from hanmaru.decide.slotting.kitting.master import Master, Mixture
from hanmaru.decide.slotting.kitting.pricing import Limits
from hanmaru.decide.slotting.kitting.probe import Starts, probe, unprobed
from hanmaru.decide.slotting.kitting.relaxed import Relaxed, ranks
from hanmaru.decide.slotting.kitting.store import Floats, Ints

HANDS = 2
_MOST = 12
"""Fillings kept of an aisle and round."""
_SMOOTH = 0.8
"""How much of the best prices goes into the next."""
_LEAST_SMOOTH = 0.05
_LOOSE = 0.1
"""The part of what is missing by which the worth of all aisles may be less sharp on the way."""
_ROUNDS = 1000
_NODES, _NODES_OF_A_TRIAL = 1_000_000, 20_000
"""Nodes of an exact filling, and of one that a model must, or must not, enter."""


@dataclass
class Frame:
    """What a node allows, and how far its bound has come."""

    status: Ints
    """[M, A]: open, out or in."""
    least: Floats
    most: Floats
    """[M]: between how many aisles each model enters."""
    prices: Prices
    bound: float = -np.inf
    """Proven."""
    early: float = 0.02
    """The part of what is missing by which the bound may be less sharp."""
    spare: float = np.inf
    """By how much the bound could still rise when settling was tried last."""


class Columns:
    """A master and what fills it."""

    def __init__(self, part: Relaxed, halt: Ints, pool: Executor) -> None:
        """No column yet; `halt` [1] made 1 from outside ends the work soon. `pool` has `HANDS` threads."""
        self.part = part
        self.master = Master(part)
        self.out = empty(part)
        self._rank = ranks(part)
        self._found = unprobed(part, _MOST)
        self._halt, self._pool = halt, pool
        self._round = 0

    @property
    def halted(self) -> bool:
        """Whether to end."""
        return bool(self._halt[0] != 0)

    def begin(self, plan: Ints, volumes: Floats) -> None:
        """Add the aisles of a plan: `plan` [A, M] says which models enter, `volumes` [A, K] what is laid in."""
        for a in range(len(self.part.capacity)):
            self.master.add(plan[a], volumes[a], a)

    def let(self, frame: Frame) -> None:
        """Make the master that of a node."""
        self.master.fix(frame.status)
        self.master.count(frame.least, frame.most)

    def converge(
        self, frame: Frame, limit: Callable[[], float], sharp: float, note: Callable[[float], None]
    ) -> Mixture | None:
        """Raise the bound of a node until it is within `sharp` of the master's cost; None where it need not go on.

        Far below `limit` it is raised less sharply. It need not go on where the bound has reached `limit`, nor where
        the halt was told. `note` hears each better bound.
        """
        self.let(frame)
        smooth, mixture = _SMOOTH, self.master.solve()
        for _ in range(_ROUNDS):
            rest = mixture.cost - max(frame.bound, 0.0)
            if rest <= max(sharp, frame.early * (limit() - max(frame.bound, 0.0))):
                break
            prices = between(frame.prices, mixture.prices, smooth)
            better = self._raise(frame, prices, max(0.5 * sharp, _LOOSE * min(rest, limit() - frame.bound)), note)
            if self.halted or frame.bound >= limit():
                return None
            fresh = self._take(mixture)
            if not fresh and not better and smooth == 0.0:
                break
            smooth = _less(smooth, fresh)
            mixture = self.master.solve()
        return None if self.halted else mixture

    def _raise(self, frame: Frame, prices: Prices, slack: float, note: Callable[[float], None]) -> bool:
        """Price all aisles exactly; whether that bettered the bound of the node."""
        bound = self.measure(frame, prices, slack)
        if bound <= frame.bound:
            return False
        frame.bound, frame.prices = bound, prices
        note(bound)
        return True

    def probe(self, frame: Frame, sharp: float, note: Callable[[float], None]) -> None:
        """Columns by probing until no more are found, or those there are come within `sharp`; good prices.

        Each time what is missing has halved it is bounded, and `note` hears each better bound. Columns far from paying
        are forgotten.
        """
        self.let(frame)
        hope, smooth, next_time = -np.inf, _SMOOTH, np.inf
        mixture = self.master.solve()
        for _ in range(_ROUNDS):
            if self.halted or mixture.cost - hope < sharp:
                break
            self.master.trim()
            prices = between(frame.prices, mixture.prices, smooth)
            here = self._probe(frame, prices, mixture)
            if here > hope:
                frame.prices, hope = prices, here
            if mixture.cost - hope < next_time:
                next_time = 0.5 * (mixture.cost - hope)
                self._raise(frame, frame.prices, _LOOSE * next_time, note)
            fresh = self._keep(mixture)
            if fresh == 0 and smooth == 0.0:
                break
            smooth = _less(smooth, fresh)
            mixture = self.master.solve()

    def _probe(self, frame: Frame, prices: Prices, mixture: Mixture) -> float:
        """Probe all aisles; what the bound at these prices is at most."""
        starts = Starts(mixture.sets, self._rank[mixture.at], self._halt)
        self._round += 1
        work = (self.part, prices, frame.status, starts, 7 * self._round, self._found)
        for job in [self._pool.submit(probe, *work, (first, HANDS)) for first in range(HANDS)]:
            job.result()
        return self._bound(frame, prices, self._found.worth)

    def _keep(self, mixture: Mixture) -> int:
        """Add what was found and pays; how many columns that are."""
        found = self._found
        return sum(
            self.master.add(found.sets[a, n], found.amounts[a, n], a, mixture)
            for a in range(len(self.part.capacity))
            for n in range(int(found.number[a]))
        )

    def _take(self, mixture: Mixture) -> int:
        """Add the exact fillings that pay."""
        return sum(
            self.master.add(self.out.sets[a], self.out.amounts[a], a, mixture) for a in range(len(self.part.capacity))
        )

    def measure(self, frame: Frame, prices: Prices, slack: float) -> float:
        """The bound of a node at some prices, sharp to `slack` over all aisles; fillings come into `out`."""
        limits = Limits(0.0, 0.0, slack / len(self.part.capacity), _NODES, self._halt)
        work = (self.part, prices, frame.status, limits, self.out)
        for job in [self._pool.submit(fill, *work, (first, HANDS)) for first in range(HANDS)]:
            job.result()
        return self._bound(frame, prices, self.out.worth)

    def settle(self, frame: Frame, limit: float, sharp: float) -> None:
        """Settle in the frame what the other way would raise the bound beyond the limit."""
        spare = limit - self.measure(frame, frame.prices, sharp)
        limits = Limits(0.0, 0.0, sharp / len(self.part.capacity), _NODES_OF_A_TRIAL, self._halt)
        forced(self.part, frame.prices, frame.status, spare, limits, self.out)

    def _bound(self, frame: Frame, prices: Prices, worth: Floats) -> float:
        extra = prices.extra
        counted = np.where(extra > 0, extra * frame.least, extra * frame.most).sum()
        return float((prices.price * self.part.volume).sum() + counted - worth.sum())


def _less(smooth: float, fresh: int) -> float:
    """How much to smooth after a round that brought so many columns: less and less while there are none."""
    if fresh:
        return _SMOOTH
    return smooth / 2 if smooth > _LEAST_SMOOTH else 0.0


def between(one: Prices, other: Prices, part: float) -> Prices:
    """A mixture of prices, `part` of the one."""
    return Prices(part * one.price + (1 - part) * other.price, part * one.extra + (1 - part) * other.extra)
