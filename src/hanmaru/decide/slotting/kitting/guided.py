"""Plans by what a node of the tree knows: whole materials laid where most of their class lies, and annealed a little.

The deeper a node, the more of its mixture is settled. Relaxation induced neighbourhoods: E. Danna, E. Rothberg, C. Le
Pape, Math. Programming 102 (2005).
"""

from collections.abc import Callable

import numpy as np

from hanmaru.decide.slotting.kitting.falling import Best, Falling, scale_of
from hanmaru.decide.slotting.kitting.laying import arrays
from hanmaru.decide.slotting.kitting.partition import lay_out
from hanmaru.decide.slotting.kitting.ruin import Fall
from hanmaru.decide.slotting.kitting.store import Floats, Ints, Store

_HOT, _COOLED = 0.05, 50.0
"""A fall begins at this many mean costs of entering an aisle, and ends so many times colder."""
_ROUNDS = 3000


class Guided:
    """Makes plans of mixtures."""

    def __init__(self, store: Store, halted: Callable[[], bool]) -> None:
        """For a store; ends soon when `halted` says so."""
        self._store, self._st, self._halted = store, arrays(store), halted
        hot = _HOT * scale_of(store)
        self._fall = Fall(hot, hot / _COOLED, _ROUNDS)

    def plan(self, volumes: Floats, seed: int) -> Best | None:
        """A plan near a mixture, which lays `volumes` [K, A] of the classes into the aisles; None if it finds none."""
        where = lay_out(self._store, self._nearest(volumes))
        if where is None:
            return None
        falling = Falling(self._store, self._st, Best(where, self._store.objective(where)), self._fall, seed)
        while falling.step() and not self._halted():
            pass
        return falling.best

    def _nearest(self, volumes: Floats) -> Ints:
        """The aisle of each material, [I]: the largest choose first, each where most is left of its class."""
        left, aisle = volumes.copy(), np.zeros(self._store.materials, np.int64)
        for i in np.argsort(-self._store.volume, kind="stable").tolist():
            of_class = left[self._store.class_of[i]]
            aisle[i] = of_class.argmax()
            of_class[aisle[i]] -= self._store.volume[i]
        return aisle
