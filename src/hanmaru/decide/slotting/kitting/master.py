"""The restricted master of column generation by aisle: which fillings, in which shares, at the least cost (HiGHS).

M. E. Luebbecke, J. Desrosiers, "Selected topics in column generation", Operations Research 53 (2005).
"""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.relaxed import Relaxed
from hanmaru.decide.slotting.kitting.served import IN, OUT
from hanmaru.decide.slotting.kitting.store import Floats, Ints

_INF = highspy.kHighsInf
_DUAL, _PRIMAL = 1, 4
"""The simplex of HiGHS that goes on where bounds were changed, and where columns came."""
_A_FEW, _NO_LIMIT = 20, 2**31 - 1
_FIRST_ROOM = 1024
_MANY, _FEW = 8, 3
"""More columns than so many a row are too many; so many are kept."""
_PAYS = 1e-7
"""By what part of the cost a column must better it."""
_USED = 1e-9


@dataclass(frozen=True)
class Mixture:
    """An optimum of the restricted master."""

    cost: float
    prices: Prices
    rent: Floats
    """[A]: the duals of the aisles; a column pays where what it holds is worth more than it costs less that."""
    enters: Floats
    """[M, A]: by what share a model enters each aisle."""
    volumes: Floats
    """[K, A]: what lies where."""
    sets: Ints
    """[B, M]: the models of the columns used."""
    at: Ints
    """[B]: their aisles."""
    share: Floats
    """[B]: how much of each."""
    whole: bool
    """Whether no stand-in was needed."""


class Master:
    """Columns grow; what is fixed is changed from node to node."""

    def __init__(self, part: Relaxed) -> None:
        """Nothing but dear stand-ins, so that it is feasible whatever is fixed."""
        self._part = part
        self._classes, self._models, self._aisles = len(part.volume), len(part.least), len(part.capacity)
        self._seen: set[bytes] = set()
        self._names: list[bytes] = []
        self._held: list[tuple[Ints, Floats]] = []
        self._sets = np.zeros((_FIRST_ROOM, self._models), np.int8)
        self._at = np.zeros(_FIRST_ROOM, np.int64)
        self._off = np.zeros(_FIRST_ROOM, bool)
        self.columns = 0
        self._status = np.zeros((self._models, self._aisles), np.int64)
        self._beside = _beside(part)
        self._lp = highspy.Highs()
        self._lp.silent()
        self._lp.setOptionValue("presolve", "off")
        self._bounded = False
        free = np.full(self._classes + self._models, _INF)
        once = np.ones(self._aisles)
        lower = np.concatenate([part.volume, part.least, once])
        upper = np.concatenate([free, once])
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

    def add(self, sets: Ints, amounts: Floats, a: int, now: Mixture | None = None) -> int:
        """Add a filling of aisle a, and of those beside of the same capacity; answers to how many it was new.

        With a mixture only where it betters that. `sets` [M], `amounts` [K].
        """
        fresh = 0
        for b in self._beside[a]:
            cost = float(self._part.walk[:, b] @ sets)
            worth = 0.0 if now is None else float(now.prices.price @ amounts + now.prices.extra @ sets + now.rent[b])
            if now is None or worth > cost + _PAYS * abs(now.cost):
                fresh += self._add(sets, amounts, b, cost)
        return fresh

    def _add(self, sets: Ints, amounts: Floats, a: int, cost: float) -> int:
        name = bytes([a % 256, a // 256]) + sets.astype(np.int8).tobytes() + np.rint(amounts * 1024).tobytes()
        if name in self._seen:
            return 0
        self._seen.add(name)
        self._names.append(name)
        taken, entered = np.flatnonzero(amounts > 0), np.flatnonzero(sets)
        self._held.append((taken, amounts[taken]))
        rows = np.concatenate([taken, self._classes + entered, [self._classes + self._models + a]]).astype(np.int32)
        values = np.concatenate([amounts[taken], np.ones(len(entered) + 1)])
        off = bool(_barred(self._status[:, a], sets))
        self._lp.addCol(cost, 0.0, 0.0 if off else _INF, len(rows), rows, values)
        if self.columns == len(self._at):
            self._sets = np.concatenate([self._sets, np.zeros_like(self._sets)])
            self._at = np.concatenate([self._at, np.zeros_like(self._at)])
            self._off = np.concatenate([self._off, np.zeros_like(self._off)])
        self._sets[self.columns], self._at[self.columns], self._off[self.columns] = sets, a, off
        self.columns += 1
        return 1

    def trim(self) -> None:
        """Where columns have become many, forget those shut, and those farthest from paying at the last optimum."""
        rows = self._classes + self._models + self._aisles
        if self.columns <= _MANY * rows:
            return
        reduced = np.array(self._lp.getSolution().col_dual)[self._first :]
        reduced[self._off[: self.columns]] = np.inf
        kept = np.sort(np.argsort(reduced, kind="stable")[: _FEW * rows])
        gone = np.setdiff1d(np.arange(self.columns), kept)
        self._lp.deleteCols(len(gone), (gone + self._first).astype(np.int32))
        self._names, self._held = [self._names[n] for n in kept], [self._held[n] for n in kept]
        self._seen = set(self._names)
        self._sets, self._at, self._off = self._sets[kept], self._at[kept], self._off[kept]
        self.columns = len(kept)

    def fix(self, status: Ints) -> None:
        """Shut the columns that `status` [M, A] does not allow, and open those that it does."""
        self._status = status
        self._bounded = True
        sets, at = self._sets[: self.columns], self._at[: self.columns]
        off = _barred(status.T[at], sets)
        changed = np.flatnonzero(off != self._off[: self.columns])
        if len(changed):
            upper = np.where(off[changed], 0.0, _INF)
            which = (changed + self._first).astype(np.int32)
            self._lp.changeColsBounds(len(changed), which, np.zeros(len(changed)), upper)
        self._off[: self.columns] = off

    def count(self, least: Floats, most: Floats) -> None:
        """Let each model enter so many aisles, [M] each."""
        self._bounded = True
        which = (self._classes + np.arange(self._models)).astype(np.int32)
        for row, low, high in zip(which.tolist(), least.tolist(), most.tolist(), strict=True):
            self._lp.changeRowBounds(row, low, high if high < self._aisles else _INF)

    def rise(self, change: Callable[[], None], cost: float) -> float:
        """By about how much `change` of what is let raises the optimum `cost`: a few steps of the dual simplex."""
        basis = self._lp.getBasis()
        change()
        self._lp.setOptionValue("simplex_strategy", _DUAL)
        self._lp.setOptionValue("simplex_iteration_limit", _A_FEW)
        self._lp.run()
        reached = float(self._lp.getInfo().objective_function_value)
        self._lp.setOptionValue("simplex_iteration_limit", _NO_LIMIT)
        self._lp.setBasis(basis)
        return max(0.0, reached - cost)

    def solve(self) -> Mixture:
        """The optimum over the columns there are."""
        self._lp.setOptionValue("simplex_strategy", _DUAL if self._bounded else _PRIMAL)
        self._lp.run()
        self._bounded = False
        solution = self._lp.getSolution()
        value, dual = np.array(solution.col_value), np.array(solution.row_dual)
        used = np.flatnonzero(value[self._first :] > _USED)
        share, sets, at = value[self._first :][used], self._sets[used].astype(np.int64), self._at[used]
        enters = np.zeros((self._models, self._aisles))
        np.add.at(enters.T, at, share[:, None] * sets)
        edge = self._classes + self._models
        prices = Prices(np.maximum(0.0, dual[: self._classes]), dual[self._classes : edge])
        whole = bool(value[: self._first].sum() < 1e-7)
        cost = float(self._lp.getInfo().objective_function_value)
        return Mixture(cost, prices, dual[edge:], enters, self._volumes(used, share), sets, at, share, whole)

    def _volumes(self, used: Ints, share: Floats) -> Floats:
        """[K, A]: what lies where."""
        volumes = np.zeros((self._classes, self._aisles))
        for n, part in zip(used.tolist(), share.tolist(), strict=True):
            taken, amounts = self._held[n]
            volumes[taken, self._at[n]] += part * amounts
        return volumes


def _barred(status: Ints, sets: Ints | NDArray[np.int8]) -> NDArray[np.bool_]:
    """Whether columns [..., M] are shut where `status` [..., M] holds."""
    inside = sets == 1
    barred: NDArray[np.bool_] = (((status == OUT) & inside) | ((status == IN) & ~inside)).any(axis=-1)
    return barred


def _beside(part: Relaxed) -> list[list[int]]:
    """Of each aisle: itself, and those next to it by weight that have the same capacity."""
    order = np.argsort(part.walk.sum(axis=0), kind="stable").tolist()
    beside: list[list[int]] = [[] for _ in part.capacity]
    for place, a in enumerate(order):
        near = order[max(0, place - 1) : place + 2]
        beside[a] = [b for b in near if part.capacity[b] == part.capacity[a]]
    return beside
