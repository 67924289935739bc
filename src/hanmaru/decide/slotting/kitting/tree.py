"""Branch and price: the relaxation by aisles closed by branching, until no better plan is left.

A node says of each model between how many aisles it enters, and of some that it must or must not enter an aisle. Its
bound is column generation (`columns`). Nodes are taken by their bound; the branch is the one that raises the restricted
master most (strong branching: T. Achterberg, T. Koch, A. Martin, Oper. Res. Letters 33 (2005)).
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from hanmaru.decide.slotting.kitting.columns import Columns, Frame
from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.master import Mixture
from hanmaru.decide.slotting.kitting.served import IN, OPEN, OUT
from hanmaru.decide.slotting.kitting.store import Ints

_CANDIDATES = 8
_WHOLE = 1e-5
_FINE = 0.1
"""The part of a grain by which a node's bound may be less sharp, over all aisles."""
_EARLY = 0.15
"""The part of what is missing by which the bound of a node below the root may be less sharp."""
_NEAR = 0.06
"""The gap from which on settling is tried."""
_NEARER = 0.6
"""To what part the gap must have shrunk before settling is tried again."""
_PRICED = 1000
"""The most pairs of model and aisle that are tried to be settled."""


@dataclass(frozen=True)
class Goal:
    """What a tree is to reach."""

    limit: Callable[[], float]
    """What is bounded by this or more need not be looked into."""
    grain: float
    """Differences much smaller than this do not matter."""
    lay: Callable[[Ints], bool | None]
    """Lays all in where no model enters other aisles than those of [M, A]; False if that cannot be, None if unknown."""


@dataclass(order=True)
class Node:
    """A part of the plans."""

    bound: float
    number: int
    frame: Frame = field(compare=False)


class Tree:
    """Grows until it is closed or told to halt; no plan costs less than `bound`, at any time."""

    def __init__(self, columns: Columns, prices: Prices, goal: Goal) -> None:
        """Begin at prices that need not be good."""
        self._columns, self._part, self._goal = columns, columns.part, goal
        models, aisles = self._part.walk.shape
        self._sharp = _FINE * goal.grain
        most = np.full(models, float(aisles))
        frame = Frame(np.zeros((models, aisles), np.int64), self._part.least.copy(), most, prices)
        self._open = [Node(-np.inf, 0, frame)]
        self._made = 0
        self._left = np.inf
        self.bound = -np.inf

    @property
    def stuck(self) -> bool:
        """Whether a node was left that could not be closed."""
        return self._left < self._goal.limit()

    def root(self) -> None:
        """Find columns for the whole, and a bound that is not sharp yet."""
        self._columns.probe(self._open[0].frame, self._goal.grain, self._note)

    def grow(self) -> bool:
        """Look into the node of the least bound; False where none is left or the halt was told."""
        if not self._open or self._halted:
            return False
        node = self._open[0]
        children = self._look(node) if node.bound < self._goal.limit() else []
        if not self._halted:
            heapq.heappop(self._open)
            for child in children:
                heapq.heappush(self._open, child)
            self._note()
        return True

    @property
    def _halted(self) -> bool:
        return self._columns.halted

    def _note(self, now: float = np.inf) -> None:
        """Keep the bound of all; `now` is that of the node being looked into, which is still the first."""
        rest = self._open if now == np.inf else self._open[1:3]
        least = min((node.bound for node in rest[:2]), default=np.inf)
        self.bound = max(self.bound, min(self._left, now, least))

    def _look(self, node: Node) -> list[Node]:
        """Bound a node; its children, none where it is done with."""
        frame = node.frame
        mixture = self._columns.converge(frame, self._goal.limit, self._sharp, self._note)
        node.bound = max(node.bound, frame.bound)
        if mixture is None or node.bound >= self._goal.limit():
            return []
        self._settle(frame)
        pairs = list(self._counts(frame, mixture)) + list(self._entries(frame, mixture))
        if not pairs:
            return self._whole(frame, mixture)
        chosen = max(pairs, key=lambda pair: self._score(pair, mixture.cost)) if len(pairs) > 1 else pairs[0]
        return [self._numbered(child) for child in chosen]

    def _settle(self, frame: Frame) -> None:
        """Settle what the other way would cost too much."""
        spare = self._goal.limit() - frame.bound
        if spare > min(_NEAR * abs(frame.bound), _NEARER * frame.spare) or frame.status.size > _PRICED:
            return
        frame.spare, frame.status = spare, frame.status.copy()
        self._columns.settle(frame, self._goal.limit(), self._sharp)

    def _score(self, pair: tuple[Frame, Frame], cost: float) -> float:
        """By how much both branches raise the master as it is; what is beyond the limit does not count."""
        spare = max(self._goal.grain, self._goal.limit() - cost)
        rises = []
        for child in pair:
            rise = self._columns.master.rise(partial(self._columns.let, child), cost)
            rises.append(min(max(0.01 * self._goal.grain, rise), spare))
        return rises[0] * rises[1]

    def _numbered(self, frame: Frame) -> Node:
        self._made += 1
        return Node(frame.bound, self._made, replace(frame, early=_EARLY))

    def _counts(self, node: Frame, mixture: Mixture) -> list[tuple[Frame, Frame]]:
        """Branches on in how many aisles a model enters, the dearest first."""
        count = mixture.enters.sum(axis=1)
        split = np.abs(count - np.rint(count)) * self._part.walk.mean(axis=1)
        answer = []
        for m in np.argsort(-split)[:_CANDIDATES].tolist():
            if abs(count[m] - round(count[m])) > _WHOLE:
                most, least = node.most.copy(), node.least.copy()
                most[m], least[m] = np.floor(count[m]), np.floor(count[m]) + 1
                answer.append((replace(node, most=most), replace(node, least=least)))
        return answer

    def _entries(self, node: Frame, mixture: Mixture) -> list[tuple[Frame, Frame]]:
        """Branches on whether a model enters an aisle, the dearest first."""
        loose = np.minimum(mixture.enters, 1 - mixture.enters)
        order = np.argsort(-loose * self._part.walk, axis=None)[:_CANDIDATES].tolist()
        places = [divmod(flat, len(self._part.capacity)) for flat in order]
        return [self._either(node, m, a) for m, a in places if loose[m, a] > _WHOLE]

    def _either(self, node: Frame, m: int, a: int) -> tuple[Frame, Frame]:
        out, entered = node.status.copy(), node.status.copy()
        out[m, a], entered[m, a] = OUT, IN
        return replace(node, status=out), replace(node, status=entered)

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
        return [self._numbered(child) for child in self._either(node, m, a)]
