"""The rigorous bound beside the search: in a thread of its own, as compiled code lets others run.

Column generation from the prices of a plan, then branch and price until the best plan is proven.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Self

import numpy as np

from hanmaru.decide.slotting.kitting.columns import HANDS, Columns
from hanmaru.decide.slotting.kitting.falling import Best
from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.guided import Guided
from hanmaru.decide.slotting.kitting.leaf import lay_within
from hanmaru.decide.slotting.kitting.relaxed import first_prices, laid, relaxed
from hanmaru.decide.slotting.kitting.store import Floats, Ints, Store
from hanmaru.decide.slotting.kitting.tree import Goal, Tree
from hanmaru.decide.slotting.kitting.whole import whole
from hanmaru.decide.slotting.watch import Watch

_A_LITTLE = 0.05
_GRAIN = 5e-4
"""What part of the objective is too little to care for."""


class Bounding:
    """Bounds from a plan's prices until the plan is proven or left; `bound` holds at any time.

    `known` answers the best objective known.
    """

    def __init__(self, store: Store, where: Ints, known: Callable[[], float]) -> None:
        """Begin at the prices of the plan `where` [I]."""
        self._store = store
        self._where = where
        self._costs = whole(store)
        self._known = known
        self._halt = np.zeros(1, np.int64)
        self._tree: Tree | None = None
        self._closed = False
        self._pool = ThreadPoolExecutor(1)
        self._hands = ThreadPoolExecutor(HANDS)
        self._job: Future[None] | None = None
        self._base = float(store.aisle_linear.min(axis=1).sum())
        self._plans: list[Best] = []
        self._guided = Guided(store, lambda: bool(self._halt[0] != 0))

    @property
    def bound(self) -> float:
        """The best bound so far."""
        if self._closed:
            return self._least()
        grown = self._tree.bound if self._tree else 0.0
        return min(self._least(), max(0.0, grown) + self._base)

    def _least(self) -> float:
        """The best objective known, here or outside."""
        return min([self._known(), *(one.cost for one in self._plans)])

    @property
    def best(self) -> Best | None:
        """The best plan met on the way."""
        return min(self._plans, key=lambda one: one.cost, default=None)

    @property
    def rests(self) -> bool:
        """Whether it bounds no more."""
        return self._job is not None and self._job.done()

    def wait(self) -> None:
        """Wait a little for it to go on."""
        if self._job is not None:
            wait([self._job], _A_LITTLE)

    def __enter__(self) -> Self:
        self._job = self._pool.submit(self._prove)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._halt[0] = 1
        self._pool.shutdown()
        self._hands.shutdown()
        if self._job is not None and kind is None:
            self._job.result()

    def _prove(self) -> None:
        if self._store.models == 0:
            return
        grain = max(self._costs.step, _GRAIN * self._store.objective(self._where))
        part = relaxed(self._store)
        columns = Columns(part, self._halt, self._hands)
        columns.begin(*laid(self._store, part, self._where))
        prices = Prices(0.5 * first_prices(self._store, part, self._where), np.zeros(self._store.models))
        self._tree = Tree(columns, prices, Goal(self._limit, grain, self._lay, self._hear))
        self._tree.begin()
        while self._tree.grow(self._hands, HANDS):
            pass
        self._closed = self._halt[0] == 0 and not self._tree.stuck

    def _limit(self) -> float:
        """What a plan must stay below, in what entering aisles costs, to be better."""
        least = self._least()
        return least - self._base - max(0.999 * self._costs.step, 1e-9 * abs(least))

    def _hear(self, volumes: Floats, number: int) -> None:
        """Try what a node lays where."""
        plan = self._guided.plan(volumes, number)
        if plan is not None:
            self._take(plan)

    def _take(self, plan: Best) -> None:
        if plan.cost < self._least():
            self._plans.append(plan)

    def _lay(self, enters: Ints) -> bool | None:
        """Lay all in within the aisles entered; False where that cannot be, None where it is not known."""
        where, sure = lay_within(self._store, enters, Watch(float, stop=lambda: bool(self._halt[0] != 0)))
        if where is None:
            return False if sure else None
        self._take(Best(where, self._store.objective(where)))
        return True if self._store.plain else None
