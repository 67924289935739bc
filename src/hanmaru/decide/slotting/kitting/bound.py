"""The climb of the rigorous bound beside the search: in a thread of its own, as compiled code lets others run."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Self

from hanmaru.decide.slotting.kitting.lagrange import climb, first_prices, foot, relaxed
from hanmaru.decide.slotting.kitting.store import Ints, Store

_NODES = (100_000, 100_000, 300_000)
_LOOKED_AT = (7, 15, 100_000)
"""Of aisles that differ in weight alone, how many are looked at."""
_TOLERANCES = (1e-2, 2e-3, 5e-5)
"""By how much of the objective, over all aisles, the bound may be less sharp."""
_STEPS = 4
_A_LITTLE = 0.05
_SLOW = 0.02
"""The pace at which a climb has come to rest, and looks deeper into each aisle or ends."""


class Bounding:
    """Climbs from a plan's prices until it rests or is left; `bound` holds at any time.

    `known` answers the best objective known.
    """

    def __init__(self, store: Store, where: Ints, known: Callable[[], float]) -> None:
        """Begin at the prices of the plan `where` [I]."""
        self._parts = [relaxed(store, looked_at) for looked_at in _LOOKED_AT]
        self._at = foot(self._parts[0], 0.5 * first_prices(store, self._parts[0], where))
        self._known = known
        self._pool = ThreadPoolExecutor(1)
        self._job: Future[None] | None = None
        self._base = float(store.aisle_linear.min(axis=1).sum())

    @property
    def bound(self) -> float:
        """The best bound so far."""
        return max(0.0, float(self._at.figures[0])) + self._base

    @property
    def rests(self) -> bool:
        """Whether it climbs no more."""
        return self._job is not None and self._job.done()

    def wait(self) -> None:
        """Wait a little for it to go on."""
        if self._job is not None:
            wait([self._job], _A_LITTLE)

    def __enter__(self) -> Self:
        self._job = self._pool.submit(self._climb)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._at.halt[0] = 1
        self._pool.shutdown()
        if self._job is not None and kind is None:
            self._job.result()

    def _climb(self) -> None:
        """Climb in ever finer steps: first with little care for what an aisle is worth, then with more."""
        figures = self._at.figures
        care = 0
        while self._at.halt[0] == 0:
            target = self._known() - self._base
            tolerance = target / len(self._parts[care].capacity) * _TOLERANCES[care]
            climb(self._parts[care], self._at, target, tolerance, _NODES[care], _STEPS)
            if figures[0] >= target or (figures[1] < _SLOW and care == len(_NODES) - 1):
                return
            if figures[1] < _SLOW:
                care += 1
                figures[1] = 3 * _SLOW
                self._at.price[:], self._at.extra[:] = self._at.best_price, self._at.best_extra
