"""The restricted master of column generation by aisle: which fillings, in which shares, at the least cost (HiGHS).

M. E. Luebbecke, J. Desrosiers, "Selected topics in column generation", Operations Research 53 (2005).
"""

from dataclasses import dataclass

import highspy
import numpy as np

from hanmaru.decide.slotting.kitting.filling import IN, OUT, Filled, Prices
from hanmaru.decide.slotting.kitting.lagrange import Relaxed
from hanmaru.decide.slotting.kitting.store import Floats, Ints

_INF = highspy.kHighsInf


@dataclass(frozen=True)
class Mixture:
    """An optimum of the restricted master."""

    cost: float
    prices: Prices
    enters: Floats
    """[M, A]: by what share a model enters each aisle, times how often the aisle counts."""
    whole: bool
    """Whether no stand-in was needed."""


class Master:
    """Columns grow; what is fixed is changed from node to node."""

    def __init__(self, part: Relaxed) -> None:
        """Nothing but dear stand-ins, so that it is feasible whatever is fixed."""
        self._part = part
        self._classes, self._models, self._aisles = len(part.volume), len(part.least), len(part.capacity)
        self._seen: set[bytes] = set()
        self._sets: list[Ints] = []
        self._at: list[int] = []
        self._off = np.zeros(0, bool)
        self._lp = highspy.Highs()
        self._lp.silent()
        free = np.full(self._classes + self._models, _INF)
        lower = np.concatenate([part.volume, part.least, part.times])
        upper = np.concatenate([free, part.times])
        none = np.zeros(0, np.int32)
        self._lp.addRows(len(lower), lower, upper, 0, np.zeros(len(lower), np.int32), none, np.zeros(0))
        self._stand_in()

    def _stand_in(self) -> None:
        dear = self._part.walk.max(axis=1)
        per_class = np.add.reduceat(np.append(dear[self._part.use], 0.0), self._part.use_start[:-1])
        per_class[np.diff(self._part.use_start) == 0] = 0.0
        cost = 2.0 * np.concatenate([per_class, dear, np.full(self._aisles, dear.sum())]) + 1.0
        count = len(cost)
        self._first = count
        rows = np.arange(count, dtype=np.int32)
        self._lp.addCols(count, cost, np.zeros(count), np.full(count, _INF), count, rows, rows, np.ones(count))

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self._at)

    def add(self, filled: Filled, status: Ints) -> int:
        """Add what the aisles hold, also to those beside of the same capacity; `status` [M, A] shuts what it must."""
        fresh = 0
        looked_at = np.flatnonzero(self._part.times > 0)
        for place, a in enumerate(looked_at.tolist()):
            for b in looked_at[max(0, place - 1) : place + 2].tolist():
                if self._part.capacity[b] == self._part.capacity[a]:
                    fresh += self._add(filled.sets[a], filled.amounts[a], b)
        self.fix(status)
        return fresh

    def _add(self, sets: Ints, amounts: Floats, a: int) -> int:
        name = bytes([a % 256, a // 256]) + sets.tobytes() + np.rint(amounts * 1024).astype(np.int64).tobytes()
        if name in self._seen:
            return 0
        self._seen.add(name)
        taken, entered = np.flatnonzero(amounts > 0), np.flatnonzero(sets)
        rows = np.concatenate([taken, self._classes + entered, [self._classes + self._models + a]]).astype(np.int32)
        values = np.concatenate([amounts[taken], np.ones(len(entered) + 1)])
        self._lp.addCol(float(self._part.walk[entered, a].sum()), 0.0, _INF, len(rows), rows, values)
        self._sets.append(sets.copy())
        self._at.append(a)
        return 1

    def fix(self, status: Ints) -> None:
        """Shut the columns that `status` [M, A] does not allow, and open those that it does."""
        if not self._at:
            return
        sets, at = np.array(self._sets) == 1, np.array(self._at)
        here = status.T[at]
        off = ((here == OUT) & sets).any(axis=1) | ((here == IN) & ~sets).any(axis=1)
        before = np.zeros(len(off), bool)
        before[: len(self._off)] = self._off
        changed = np.flatnonzero(off != before)
        if len(changed):
            upper = np.where(off[changed], 0.0, _INF)
            which = (changed + self._first).astype(np.int32)
            self._lp.changeColsBounds(len(changed), which, np.zeros(len(changed)), upper)
        self._off = off

    def count(self, least: Floats, most: Floats) -> None:
        """Let each model enter so many aisles, [M] each."""
        which = (self._classes + np.arange(self._models)).astype(np.int32)
        for row, low, high in zip(which.tolist(), least.tolist(), most.tolist(), strict=True):
            self._lp.changeRowBounds(row, low, high if high < self._aisles else _INF)

    def solve(self) -> Mixture:
        """The optimum over the columns there are."""
        self._lp.run()
        solution = self._lp.getSolution()
        value, dual = np.array(solution.col_value), np.array(solution.row_dual)
        share = value[self._first :]
        enters = np.zeros((self._models, self._aisles))
        used = np.flatnonzero(share > 1e-9)
        for n in used.tolist():
            enters[:, self._at[n]] += share[n] * self._sets[n]
        prices = Prices(np.maximum(0.0, dual[: self._classes]), dual[self._classes : self._classes + self._models])
        whole = bool(value[: self._first].sum() < 1e-7)
        return Mixture(float(self._lp.getInfo().objective_function_value), prices, enters, whole)
