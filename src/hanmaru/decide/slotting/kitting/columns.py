"""Column generation for one node: prices that raise its bound as far as that goes.

Every aisle is priced exactly, which is what makes a bound, at prices that a `bundle` of what is known says are best
near the best so far.
"""

from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np

from hanmaru.decide.slotting.kitting.bundle import Bundle, Hope
from hanmaru.decide.slotting.kitting.filling import Offer, Prices, empty, fill
from hanmaru.decide.slotting.kitting.frame import Frame, offered
from hanmaru.decide.slotting.kitting.master import Master, Mixture
from hanmaru.decide.slotting.kitting.pool import Filling, Pool
from hanmaru.decide.slotting.kitting.pricing import Limits
from hanmaru.decide.slotting.kitting.relaxed import Relaxed
from hanmaru.decide.slotting.kitting.store import Floats, Ints

HANDS = 2
_FARTHEST, _FARTHER, _NEARER = 8.0, 1.5, 0.4
"""Steps go up to so many times as far as usual, or so many times less; and how that changes at once."""
_GOOD, _BAD = 0.5, 0.1
"""Steps that bring this part of what was hoped were good; less than that, bad."""
_BETWEEN = 8
"""Steps until the mixture is looked at."""
_LOOSE = 0.03
"""The part of what a step may bring by which the worth of all aisles may be less sharp."""
_LEFT = 0.3
"""The part of what a branch brings its master that the bound may leave."""
_ROUNDS = 1000
_NODES = 1_000_000
"""Nodes of an exact filling."""
_TOO_MANY = 100
"""More fillings a row than so many are too many."""


class Columns:
    """A pool of fillings, a master of them, and what finds more."""

    def __init__(self, part: Relaxed, halt: Ints, hands: Executor | None = None) -> None:
        """No filling yet; `halt` [1] made 1 from outside ends the work soon. `hands` has `HANDS` threads."""
        self.part = part
        self._pool = Pool(part)
        self.master = Master(part, self._pool, halt)
        self.out = empty(part)
        self.inbox: list[Filling] = []
        """Fillings found elsewhere."""
        self.outbox: list[Filling] = []
        """Fillings found here that others do not know."""
        self._rows = len(part.volume) + len(part.least) + len(part.capacity)
        self._halt, self._hands = halt, hands
        self._far = 1.0

    def alone(self) -> None:
        """Go on with one hand."""
        self._hands = None

    def fork(self) -> "Columns":
        """Another that knows the same fillings, and has one hand."""
        other = Columns(self.part, self._halt)
        other.inbox = self._pool.all()
        return other

    @property
    def halted(self) -> bool:
        """Whether to end."""
        return bool(self._halt[0] != 0)

    def begin(self, plan: Ints, volumes: Floats) -> None:
        """Add the aisles of a plan: `plan` [A, M] says which models enter, `volumes` [A, K] what is laid in."""
        for a in range(len(self.part.capacity)):
            self._pool.add(plan[a], volumes[a])

    def converge(
        self, frame: Frame, limit: Callable[[], float], sharp: float, note: Callable[[float], None]
    ) -> Mixture | None:
        """Raise the bound of a node until it is within `sharp` of the master's cost; None where it need not go on.

        Far below `limit` it is raised less sharply, but keeps most of what its branch brought. It need not go on where
        the bound has reached `limit`, nor where the halt was told. `note` hears each better bound.
        """
        while self.inbox:
            self._pool.add(*self.inbox.pop())
        mixture = self._extended(self.master.load(frame, _TOO_MANY * self._rows))
        bundle = Bundle(self.part, frame, mixture.cost)
        bundle.begin(self.master.cuts(), mixture.used, mixture.share)
        if frame.bound == -np.inf:
            self._raise(frame, frame.prices, 0.5 * sharp, note)
        begun = frame.bound
        for turn in range(1, _ROUNDS):
            missing = limit() - max(frame.bound, 0.0)
            enough = max(sharp, min(frame.early * missing, _LEFT * (mixture.cost - begun)))
            if self.halted or missing <= 0:
                return None
            if mixture.whole and mixture.cost - max(frame.bound, 0.0) <= enough:
                break
            hope = self._hope(bundle, frame)
            before, known, hoped = frame.bound, self._pool.size, max(1e-9, hope.bound - frame.bound)
            bound = self._raise(frame, hope.prices, max(0.5 * sharp, _LOOSE * min(hoped, missing)), note)
            for sets, amounts in zip(self.out.sets, self.out.amounts, strict=True):
                self._add(sets, amounts)
            near = hope.bound - frame.bound < enough
            if near and self._far >= _FARTHEST and self._pool.size == known and bound <= before:
                break
            if near or turn % _BETWEEN == 0:
                mixture = self._extended(self.master.solve())
            self._far = _farther(self._far, 1.0 if near else (bound - before) / hoped)
        return None if self.halted else self._extended(self.master.solve())

    def _hope(self, bundle: Bundle, frame: Frame) -> Hope:
        """Where to look next; where the pool says otherwise, once more with what it says."""
        hope = bundle.step(frame, self.master.cuts(), self._far)
        if self.master.extend(hope.prices, -hope.worth):
            hope = bundle.step(frame, self.master.cuts(), self._far)
        return hope

    def _extended(self, mixture: Mixture) -> Mixture:
        """The mixture when nothing of the pool betters it any more."""
        while self.master.extend(mixture.prices, mixture.rent) and not self.halted:
            mixture = self.master.solve()
        return mixture

    def _add(self, sets: Ints, amounts: Floats) -> None:
        if self._pool.add(sets, amounts):
            self.outbox.append((sets.copy(), amounts.copy()))

    def _raise(self, frame: Frame, prices: Prices, slack: float, note: Callable[[float], None]) -> float:
        """Price all aisles exactly; what that bounds, kept where it is the best of the node; nothing at the halt."""
        bound = self.measure(frame, prices, slack)
        if bound > frame.bound:
            frame.bound, frame.prices = bound, prices
            note(bound)
        return bound

    def measure(self, frame: Frame, prices: Prices, slack: float) -> float:
        """The bound of a node at some prices, sharp to `slack` over all aisles; fillings come into `out`."""
        limits = Limits(0.0, 0.0, slack / len(self.part.capacity), _NODES, self._halt)
        work = (self.part, self._offer(frame, prices), frame.status, limits, self.out)
        if self._hands is None:
            fill(*work, (0, 1))
        else:
            for job in [self._hands.submit(fill, *work, (first, HANDS)) for first in range(HANDS)]:
                job.result()
        return self._bound(frame, prices, self.out.worth)

    def _offer(self, frame: Frame, prices: Prices) -> Offer:
        return offered(prices, frame.spans, len(frame.status))

    def _bound(self, frame: Frame, prices: Prices, worth: Floats) -> float:
        extra = prices.extra
        counted = np.where(extra > 0, extra * frame.least, extra * frame.most).sum()
        return float((prices.price * self.part.volume).sum() + counted - worth.sum())


def _farther(far: float, came: float) -> float:
    """How far to go after a step that raised the bound by the part `came` of what was hoped."""
    times = _FARTHER if came > _GOOD else 1.0 if came >= _BAD else max(_NEARER, 0.9 / (1 - came))
    return min(_FARTHEST, max(1 / _FARTHEST, far * times))
