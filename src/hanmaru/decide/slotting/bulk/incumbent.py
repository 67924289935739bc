"""The best plan so far, of one room: who finds a better one puts it here, and the watch hears of it."""

from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter

import numpy as np

from hanmaru.decide.slotting.bulk.flows import Flows, cost
from hanmaru.decide.slotting.bulk.scaled import Scaled, Whole
from hanmaru.decide.slotting.bulk.timing import heap, time_order
from hanmaru.decide.slotting.watch import Watch

NOTHING = 1 << 62
"""The cost where there is no plan."""


@dataclass(slots=True)
class Incumbent:
    """The best order (n) and starts (n) known and their cost; `bound` is a cost below which no plan lies."""

    problem: Scaled
    flow: Flows
    watch: Watch
    order: Whole
    begin: Whole
    cost: int
    bound: int = 0

    def offer(self, order: Whole) -> int:
        """Time an order exactly, keep it where it is better; its cost."""
        begin = np.empty(len(order), dtype=np.int64)
        room = self.problem.rooms[0]
        cost = int(time_order(self.flow, order, begin, (room.begin, room.end), heap(self.flow)))
        self.take(order, begin, cost)
        return cost

    def offer_path(self, items: Whole, _starts: Whole, _rooms: Whole) -> None:
        """Time the order of a path that uses every item once, left to right, with its starts and their rooms."""
        self.offer(items)

    def take(self, order: Whole, begin: Whole, cost: int) -> None:
        """Keep an order with these starts where it is better."""
        if cost < self.cost:
            self.cost, self.order, self.begin = cost, order.copy(), begin.copy()
            self.watch.found(float(self.problem.objective(cost)))

    def prove(self, bound: int) -> None:
        """Take a lower bound of the cost."""
        if bound > self.bound:
            self.bound = min(bound, self.cost)
            value = self.problem.objective(self.bound) - self.problem.blur
            self.watch.proved(float(value) if self.optimal and not self.problem.blur else lower(value))

    def alone(self) -> int:
        """What all materials cost at least, each alone in the first room: a bound without any search."""
        room = self.problem.rooms[0]
        latest = room.end - self.flow.width
        starts = np.minimum(np.maximum(self.flow.ideal, room.begin), latest)
        return sum(cost(self.flow, item, int(start)) for item, start in enumerate(starts))

    @property
    def rooms(self) -> Whole:
        """The room in which every item lies."""
        return np.zeros_like(self.order)

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return self.cost < NOTHING

    @property
    def optimal(self) -> bool:
        """Whether no plan is better."""
        return self.bound >= self.cost


def lower(value: Fraction) -> float:
    """A float that is no larger."""
    near = float(value)
    return max(0.0, near if Fraction(near) <= value else nextafter(near, -inf))


def incumbent(problem: Scaled, flow: Flows, watch: Watch) -> Incumbent:
    """Nothing yet but an order: that of where each material would best lie alone."""
    order = np.argsort(flow.ideal + flow.half, kind="stable").astype(np.int64)
    return Incumbent(problem, flow, watch, order, np.zeros_like(order), NOTHING)
