"""Plans refined: visits of a few models at a time opened and bettered, then whole materials laid within them."""

from collections.abc import Callable

import numpy as np

from hanmaru.decide.slotting.kitting.falling import Best
from hanmaru.decide.slotting.kitting.leaf import lay_within
from hanmaru.decide.slotting.kitting.store import Store
from hanmaru.decide.slotting.kitting.visits import Programmes, visits_of
from hanmaru.decide.slotting.watch import Watch

_OPEN = 4
"""Models whose visits are open at once."""
_IN_VAIN = 15
"""Ends after so many draws in a row that bettered nothing."""
_WORK = 2.0
"""What laying whole materials may take, in CP-SAT's own measure of about a second each."""
_CELLS = 12_000
"""Classes times aisles: programmes of larger stores take too long."""


class Refining:
    """Refines plans of one store."""

    def __init__(self, store: Store, halted: Callable[[], bool]) -> None:
        """Of a store; ends soon when `halted` says so."""
        self._store, self._halted = store, halted
        able = store.models > 0 and (len(store.class_start) - 1) * store.aisles <= _CELLS
        self._programmes = Programmes(store, halted) if able else None

    def refined(self, plan: Best, seed: int) -> Best | None:
        """A cheaper plan than this; None if it finds none, or the store is too large."""
        if self._programmes is None:
            return None
        rng = np.random.default_rng(seed)
        begun = visits = visits_of(self._store, plan.where)
        vain = 0
        while vain < _IN_VAIN:
            if self._halted():
                return None
            before, models = visits, rng.choice(self._store.models, min(_OPEN, self._store.models), replace=False)
            visits = self._programmes.better(before, models)
            vain = vain + 1 if visits is before else 0
        if visits is begun:
            return None
        enters = visits.entered.astype(np.int64)
        where, _ = lay_within(self._store, enters, Watch(float, stop=self._halted), _WORK)
        if where is None:
            return None
        cost = self._store.objective(where)
        return Best(where, cost) if cost < plan.cost else None
