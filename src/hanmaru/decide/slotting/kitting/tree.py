"""Branch and price: the relaxation by aisles closed by branching, until no better plan is left.

A node says of each model between how many aisles it enters, and of some that it must or must not enter an aisle. Its
bound is column generation (`columns`). Nodes are taken by their bound, several side by side, each with a master of its
own; what fillings are found with one, the others hear of.
"""

import heapq
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from hanmaru.decide.slotting.kitting.branching import Branching, Way, either
from hanmaru.decide.slotting.kitting.columns import Columns
from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.frame import Frame, every, settled
from hanmaru.decide.slotting.kitting.master import Mixture
from hanmaru.decide.slotting.kitting.served import OPEN
from hanmaru.decide.slotting.kitting.store import Floats, Ints

_FINE = 0.1
"""The part of a grain by which a node's bound may be less sharp, over all aisles."""
_EARLY = 0.2
"""The part of what is missing by which the bound of a node below the root may be less sharp."""
_A_LITTLE = 0.05


@dataclass(frozen=True)
class Goal:
    """What a tree is to reach."""

    limit: Callable[[], float]
    """What is bounded by this or more need not be looked into."""
    grain: float
    """Differences much smaller than this do not matter."""
    lay: Callable[[Ints], bool | None]
    """Lays all in where no model enters other aisles than those of [M, A]; False if that cannot be, None if unknown."""
    hint: Callable[[Floats, int], None]
    """Hears what a node, by its number, lays where: volumes [K, A]."""


@dataclass(order=True)
class Node:
    """A part of the plans."""

    bound: float
    number: int
    frame: Frame = field(compare=False)
    way: Way | None = field(default=None, compare=False)


class Tree:
    """Grows until it is closed or told to halt; no plan costs less than `bound`, at any time."""

    def __init__(self, columns: Columns, prices: Prices, goal: Goal) -> None:
        """Begin at prices that need not be good."""
        self._columns, self._part, self._goal = [columns], columns.part, goal
        models, aisles = self._part.walk.shape
        self._sharp = _FINE * goal.grain
        self._branching = Branching(self._part, goal.grain)
        most, status = np.full(models, float(aisles)), np.zeros((models, aisles), np.int64)
        frame = Frame(status, every(models, aisles), self._part.least.copy(), most, prices)
        self._open = [Node(-np.inf, 0, settled(frame))]
        self._going: dict[Future[list[Node]], tuple[Node, Columns]] = {}
        self._made = 0
        self._left = np.inf
        self.bound = -np.inf

    @property
    def stuck(self) -> bool:
        """Whether a node was left that could not be closed."""
        return self._left < self._goal.limit()

    def begin(self) -> None:
        """Look into the root with all hands."""
        children = self._look(self._open[0], self._columns[0])
        if not self._halted:
            self._open = sorted(children)
            self._note()
        self._columns[0].alone()

    def grow(self, hands: Executor, number: int) -> bool:
        """Look into the nodes of the least bounds, `number` at a time; False where none is left or at the halt."""
        while len(self._columns) < number and not self._going:
            self._columns.append(self._columns[0].fork())
        busy = [id(columns) for _, columns in self._going.values()]
        free = [columns for columns in self._columns if id(columns) not in busy][: number - len(busy)]
        for columns in free:
            if self._open and not self._halted:
                node = heapq.heappop(self._open)
                self._going[hands.submit(self._look, node, columns)] = node, columns
        if not self._going:
            return False
        done, _ = wait(self._going, _A_LITTLE, FIRST_COMPLETED)
        for job in done:
            self._done(job)
        self._note()
        return True

    def _done(self, job: Future[list[Node]]) -> None:
        """Take the children of a node, and let others know what was found with it."""
        children = job.result()
        node, columns = self._going[job]
        del self._going[job]
        for child in [node] if self._halted else children:
            heapq.heappush(self._open, child)
        for other in self._columns:
            if other is not columns:
                other.inbox.extend(columns.outbox)
        columns.outbox.clear()

    @property
    def _halted(self) -> bool:
        return self._columns[0].halted

    def _note(self, now: float = np.inf) -> None:
        """Keep the bound of all; `now` is that of the root while it is looked into."""
        going = [node.bound for node, _ in self._going.values()]
        rest = [node.bound for node in self._open[:1]] if now == np.inf else []
        self.bound = max(self.bound, min([self._left, now, *going, *rest]))

    def _look(self, node: Node, columns: Columns) -> list[Node]:
        """Bound a node; its children, none where it is done with."""
        if self._halted or node.bound >= self._goal.limit():
            return []
        frame = node.frame
        mixture = columns.converge(frame, self._goal.limit, self._sharp, partial(self._raise, node))
        if node.way is not None and not columns.halted:
            self._branching.learn(node.way, self._goal.limit() if mixture is None else mixture.cost)
        if mixture is None or node.bound >= self._goal.limit():
            return []
        self._goal.hint(mixture.volumes, node.number)
        frame.basis = columns.master.basis()
        spare = self._goal.limit() - mixture.cost
        ways = self._branching.choose(frame, mixture, columns.master, spare)
        if ways is None:
            return self._whole(frame, mixture)
        return [self._numbered(way.frame, way) for way in ways]

    def _raise(self, node: Node, bound: float) -> None:
        node.bound = max(node.bound, bound)
        if node.number == 0:
            self._note(node.bound)

    def _numbered(self, frame: Frame, way: Way | None = None) -> Node:
        self._made += 1
        return Node(frame.bound, self._made, replace(frame, early=_EARLY), way)

    def _whole(self, node: Frame, mixture: Mixture) -> list[Node]:
        """A mixture that is none: lay it in, or go on without it."""
        enters = np.rint(mixture.enters).astype(np.int64)
        laid = self._goal.lay(enters)
        if laid is None or not mixture.whole:
            self._left = min(self._left, node.bound)
            return []
        open_to = np.where((node.status == OPEN) & (enters == 0), self._part.walk, np.inf)
        if (laid and node.bound >= self._goal.limit()) or np.isinf(open_to.min()):
            return []
        m, a = divmod(int(open_to.argmin()), len(self._part.capacity))
        return [self._numbered(child) for child in either(node, m, a)]
