"""What a plan promised, and what the picks that happened since have come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import fmean, stdev
from typing import Any, Final

from django.utils import timezone

from hanmaru.central.slotting import moves, reading
from hanmaru.central.slotting.queries.relocations import RelocationCard
from hanmaru.central.warehouse import queries as warehouse
from hanmaru.decide.slotting.kitting.problem import KittingProblem

WEEK: Final = timedelta(days=7)
ENOUGH: Final = 10
"""Orders from which a mean says something."""
LITTLE: Final = 5
"""Percent by which a way may be longer than promised and the promise is kept."""
LONGEST: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Measured:
    """Metres of way an order, into the aisles where it was picked: in the week before, promised, and since.

    A figure is None where no order was picked; ``error`` is the standard error of that since, which tells how far
    chance moves a mean of so few orders. ``early``: less than a week has passed.
    """

    promised: float
    before: float | None
    orders_before: int
    since: float | None
    orders_since: int
    error: float
    early: bool

    @property
    def off_percent(self) -> float | None:
        """By how many percent the way since is longer than promised; negative when shorter."""
        return round(100 * (self.since / self.promised - 1), 1) if self.since is not None and self.promised else None

    @property
    def broken(self) -> bool:
        """Whether the way since is longer than promised, by more than a little."""
        return self.off_percent is not None and self.off_percent > LITTLE

    @property
    def chance(self) -> bool:
        """Whether it may be longer by chance: the promise is not beyond two standard errors."""
        return self.since is not None and self.since - 2 * self.error <= self.promised * (1 + LITTLE / 100)

    @property
    def bars(self) -> tuple[int, int, int]:
        """How long the ways are beside each other, the longest 100: before, promised, since."""
        ways = (self.before or 0, self.promised, self.since or 0)
        longest = max(ways) or 1
        before, promised, since = (round(100 * way / longest) for way in ways)
        return before, promised, since

    @property
    def few(self) -> bool:
        """Whether too few orders were picked since to judge by."""
        return self.orders_since < ENOUGH

    @property
    def less_percent(self) -> float | None:
        """By how many percent the way is shorter than in the week before."""
        return round(100 * (1 - self.since / self.before), 1) if self.since is not None and self.before else None

    @property
    def more_percent(self) -> float | None:
        """The same the other way round."""
        return None if self.less_percent is None else -self.less_percent


def measured(
    relocation: RelocationCard, problem: KittingProblem, house: Mapping[str, Any], promised: float
) -> Measured:
    """The ways before the relocation was accepted and after it had ended, for orders picked in the study's bins."""
    weights = {aisle.key: aisle.weight for aisle in problem.aisles}
    aisle_of = {one: aisle for aisle, rows in moves.house_bins(house).items() for row in rows for one in row}
    begun, ended = relocation.created_at, relocation.ended_at or timezone.now()
    until = min(timezone.now(), ended + LONGEST)
    before = _ways(begun - WEEK, begun, aisle_of, weights)
    since = _ways(ended, until, aisle_of, weights)
    return Measured(
        promised,
        fmean(before) if before else None,
        len(before),
        fmean(since) if since else None,
        len(since),
        stdev(since) / sqrt(len(since)) if len(since) > 1 else 0,
        early=until - ended < WEEK,
    )


def _ways(since: datetime, until: datetime, aisle_of: Mapping[int, str], weights: Mapping[str, float]) -> list[float]:
    visits = ((order, aisle_of[place]) for order, place in warehouse.walked(since, until) if place in aisle_of)
    return reading.walks(visits, weights)
