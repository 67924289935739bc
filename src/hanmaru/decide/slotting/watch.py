"""The clock, the stop rule and the history of one search: handed in, so that a search itself knows no time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Step:
    """The best objective known and the best lower bound, `seconds` after the start; `inf` and 0 while unknown."""

    seconds: float
    best: float
    bound: float

    @property
    def gap(self) -> float:
        """The share of the best that may be too much: (best - bound) / best; 0 where nothing is."""
        if self.best == inf:
            return 1.0
        return (self.best - self.bound) / self.best if self.best > 0 else 0.0


def _nobody(_step: Step) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class Watch:
    """Ends a search after `limit` seconds of `clock`, or as soon as `stop` answers True; collects what it finds.

    `tell` hears every step: a better plan, or a better bound. A search asks `over` at least ten times a second.
    """

    clock: Clock
    limit: float = inf
    stop: Callable[[], bool] = bool
    tell: Callable[[Step], None] = _nobody
    history: list[Step] = field(default_factory=list)
    begun: float = field(init=False)

    def __post_init__(self) -> None:
        """Start now."""
        self.begun = self.clock()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.begun

    @property
    def left(self) -> float:
        """Seconds left, at least 0; `inf` without a limit."""
        return max(0.0, self.limit - self.seconds)

    @property
    def over(self) -> bool:
        """Whether to end now with the best found."""
        return self.stop() or self.seconds >= self.limit

    @property
    def best(self) -> float:
        """The best objective told, `inf` before the first."""
        return self.history[-1].best if self.history else inf

    @property
    def bound(self) -> float:
        """The best lower bound told, 0 before the first."""
        return self.history[-1].bound if self.history else 0.0

    def keep_back(self, seconds: float) -> None:
        """End so much earlier: what follows the search takes that long."""
        self.limit -= seconds

    def found(self, objective: float) -> None:
        """Take a plan's objective; one that is no better changes nothing."""
        if objective < self.best:
            self._step(Step(self.seconds, objective, self.bound))

    def proved(self, bound: float) -> None:
        """Take a lower bound; one that is no better changes nothing."""
        if bound > self.bound:
            self._step(Step(self.seconds, self.best, bound))

    def _step(self, step: Step) -> None:
        self.history.append(step)
        self.tell(step)
