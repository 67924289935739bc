"""Branch and price: the relaxation by aisles closed by branching, until no better plan is left.

A node says of each model between how many aisles it enters, and of some that it must or must not enter an aisle. Its
bound is column generation with prices smoothed towards the best (P. Wentges, Int. Trans. Oper. Res. 4 (1997)). Nodes
are taken by their bound; the branch is the one that raises the restricted master most (strong branching: T. Achterberg,
T. Koch, A. Martin, Oper. Res. Letters 33 (2005)).
"""

import heapq
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np

from hanmaru.decide.slotting.kitting.filling import IN, OPEN, OUT, Prices, empty, fill, forced
from hanmaru.decide.slotting.kitting.lagrange import Relaxed
from hanmaru.decide.slotting.kitting.master import Master, Mixture
from hanmaru.decide.slotting.kitting.pricing import Limits
from hanmaru.decide.slotting.kitting.store import Floats, Ints

HANDS = 2
_SMOOTH, _SMOOTH_LATER = 0.8, 0.5
"""How much of the best prices goes into the next, at the root and after."""
_ROUNDS = 400
_CANDIDATES = 8
_WHOLE = 1e-5
_FINE = 0.05
"""The part of a grain by which a node's bound may be less sharp, over all aisles."""
_EARLY = 0.15
"""The part of what is missing by which a node's bound may be less sharp where it will be branched on anyway."""
_LOOSE = 0.1
"""The part of what is missing by which the worth of all aisles may be less sharp on the way."""
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
    halt: Ints
    """[1]: made 1 from outside, it ends the tree soon."""
    pool: Executor
    """Threads that fill aisles side by side, `HANDS` of them at a time."""


@dataclass(order=True)
class Node:
    """A part of the plans."""

    bound: float
    number: int
    status: Ints = field(compare=False)
    """[M, A]: open, out or in."""
    least: Floats = field(compare=False)
    most: Floats = field(compare=False)
    """[M]: between how many aisles each model enters."""
    prices: Prices = field(compare=False)
    spare: float = field(compare=False, default=np.inf)
    """By how much the bound could still rise when settling was tried last."""


class Tree:
    """Grows until it is closed or told to halt; no plan costs less than `bound`, at any time."""

    def __init__(self, part: Relaxed, prices: Prices, goal: Goal) -> None:
        """Begin at prices found by a climb."""
        models, aisles = part.walk.shape
        self._part, self._goal = part, goal
        self._sharp = _FINE * goal.grain / aisles
        self._master = Master(part)
        self._out = empty(part)
        most = np.full(models, float(aisles))
        self._open = [Node(-np.inf, 0, np.zeros((models, aisles), np.int64), part.least.copy(), most, prices)]
        self._made = 0
        self._left = np.inf
        self.bound = -np.inf

    @property
    def stuck(self) -> bool:
        """Whether a node was left that could not be closed."""
        return self._left < self._goal.limit()

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

    def root(self) -> Prices:
        """Bound the whole as far as that goes without branching; the best prices. Aisles may stand for others."""
        self._converge(self._open[0])
        return self._open[0].prices

    @property
    def _halted(self) -> bool:
        return bool(self._goal.halt[0] != 0)

    def _note(self, now: float = np.inf) -> None:
        """Keep the bound of all; `now` is that of the node being looked into, which is still the first."""
        rest = self._open if now == np.inf else self._open[1:3]
        least = min((node.bound for node in rest[:2]), default=np.inf)
        self.bound = max(self.bound, min(self._left, now, least))

    def _look(self, node: Node) -> list[Node]:
        """Bound a node; its children, none where it is done with."""
        self._let(node)
        mixture = self._converge(node)
        if mixture is None or node.bound >= self._goal.limit():
            return []
        self._settle(node)
        pairs = list(self._counts(node, mixture)) + list(self._entries(node, mixture))
        if not pairs:
            return self._whole(node, mixture)
        chosen = max(pairs, key=lambda pair: self._score(pair, mixture.cost)) if len(pairs) > 1 else pairs[0]
        return [self._numbered(child) for child in chosen]

    def _let(self, node: Node) -> None:
        self._master.fix(node.status)
        self._master.count(node.least, node.most)

    def _measure(self, node: Node, prices: Prices, slack: float) -> float:
        """The bound of a node at some prices; what the aisles hold comes into `_out`."""
        limits = Limits(0.0, 0.0, max(self._sharp, slack), 1_000_000, self._goal.halt)
        work = (self._part, prices, node.status, limits, self._out)
        jobs = [self._goal.pool.submit(fill, *work, (first, HANDS)) for first in range(HANDS)]
        for job in jobs:
            job.result()
        extra = prices.extra
        counted = np.where(extra > 0, extra * node.least, extra * node.most).sum()
        return float((prices.price * self._part.volume).sum() + counted - (self._part.times * self._out.worth).sum())

    def _converge(self, node: Node) -> Mixture | None:
        """Column generation: raises the node's bound as far as it goes; None where it need not go on."""
        aisles = len(self._part.capacity)
        self._better(node, node.prices, self._measure(node, node.prices, 0.0))
        self._master.add(self._out, node.status)
        usual = _SMOOTH if node.number == 0 else _SMOOTH_LATER
        mixture, smooth = None, usual
        for _ in range(_ROUNDS):
            if node.bound >= self._goal.limit() or self._halted:
                return None
            mixture = self._master.solve()
            rest = mixture.cost - node.bound
            if rest < max(2 * self._sharp * aisles, _EARLY * (self._goal.limit() - node.bound)):
                break
            prices = _between(node.prices, mixture.prices, smooth)
            slack = _LOOSE * min(rest, self._goal.limit() - node.bound) / aisles
            better = self._better(node, prices, self._measure(node, prices, slack))
            fresh = self._master.add(self._out, node.status)
            smooth = usual if fresh or better else 0.5 * smooth
            if smooth < 0.01:
                break
        return mixture

    def _better(self, node: Node, prices: Prices, bound: float) -> bool:
        if bound <= node.bound:
            return False
        node.bound, node.prices = bound, prices
        self._note(bound)
        return True

    def _settle(self, node: Node) -> None:
        """Settle what the other way would cost too much."""
        spare = self._goal.limit() - node.bound
        if spare > min(_NEAR * abs(node.bound), _NEARER * node.spare) or node.status.size > _PRICED:
            return
        node.spare, node.status = spare, node.status.copy()
        spare = self._goal.limit() - self._measure(node, node.prices, 0.0)
        limits = Limits(0.0, 0.0, self._sharp, 20_000, self._goal.halt)
        forced(self._part, node.prices, node.status, spare, limits, self._out)

    def _score(self, pair: tuple[Node, Node], cost: float) -> float:
        """By how much both branches raise the master as it is; what is beyond the limit does not count."""
        spare = max(self._goal.grain, self._goal.limit() - cost)
        rises = []
        for child in pair:
            self._let(child)
            rise = self._master.solve().cost - cost
            rises.append(min(max(0.01 * self._goal.grain, rise), spare))
        return rises[0] * rises[1]

    def _numbered(self, node: Node) -> Node:
        self._made += 1
        return replace(node, number=self._made)

    def _counts(self, node: Node, mixture: Mixture) -> list[tuple[Node, Node]]:
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

    def _entries(self, node: Node, mixture: Mixture) -> list[tuple[Node, Node]]:
        """Branches on whether a model enters an aisle, the dearest first."""
        loose = np.minimum(mixture.enters, 1 - mixture.enters)
        order = np.argsort(-loose * self._part.walk, axis=None)[:_CANDIDATES].tolist()
        places = [divmod(flat, len(self._part.capacity)) for flat in order]
        return [self._either(node, m, a) for m, a in places if loose[m, a] > _WHOLE]

    def _either(self, node: Node, m: int, a: int) -> tuple[Node, Node]:
        out, entered = node.status.copy(), node.status.copy()
        out[m, a], entered[m, a] = OUT, IN
        return replace(node, status=out), replace(node, status=entered)

    def _whole(self, node: Node, mixture: Mixture) -> list[Node]:
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


def _between(one: Prices, other: Prices, part: float) -> Prices:
    return Prices(part * one.price + (1 - part) * other.price, part * one.extra + (1 - part) * other.extra)
