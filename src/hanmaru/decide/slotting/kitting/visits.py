"""Which models enter which aisles, bettered for a few models while the visits of all others are kept: fix and optimise.

Where it is settled who enters what, materials go where all their models do; how much of which class lies in which
aisle is a flow. So a mixed integer programme that opens the visits of a few models (HiGHS) moves all the rest out of
the way, over any number of aisles. F. Sahling, L. Buschkuehl, H. Tempelmeier, S. Helber, "Solving a multi-level
capacitated lot sizing problem with multi-period setup carry-over via a fix-and-optimize heuristic", Computers &
Operations Research 36 (2009).
"""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from hanmaru.decide.slotting.kitting.store import Flags, Ints, Store

_INF = highspy.kHighsInf
_NODES = 100
"""Nodes of one programme at most."""
_BETTER = 1e-6
"""By what part of the whole cost a programme must better it."""


@dataclass(frozen=True)
class Visits:
    """Which models enter which aisles, and what all costs."""

    entered: Flags
    """[M, A]."""
    cost: float


class Programmes:
    """The programmes of one store.

    Materials are split here, and nothing is said of what must lie apart: what comes out may not be possible.
    """

    def __init__(self, store: Store, halted: Callable[[], bool]) -> None:
        """Of a store; a programme ends soon when `halted` says so."""
        self._walk, self._capacity, self._halted = store.walk, store.capacity, halted
        alike = np.column_stack([store.class_of, store.aisle_linear])
        _, first, of = np.unique(alike, axis=0, return_index=True, return_inverse=True)
        self._volume = np.bincount(of, weights=store.volume)
        self._linear = store.aisle_linear[first] * np.bincount(of)[:, None]
        self._uses = np.zeros((len(first), store.models), bool)
        self._uses[np.repeat(of, np.diff(store.use_start)), store.use] = True

    def better(self, now: Visits, models: Ints) -> Visits:
        """The best with the visits of `models` open, the others no more than now; `now` where it finds none."""
        free = np.zeros(now.entered.shape, bool)
        free[models] = True
        shut = (~(now.entered | free)).astype(np.float32)
        spots = np.nonzero((self._uses.astype(np.float32) @ shut == 0) & np.isfinite(self._linear))
        kept = float((self._walk * (now.entered & ~free)).sum())
        solver = self._solver(now.cost * (1 - _BETTER) - kept)
        solver.passModel(self._programme(free, *spots))
        solver.run()
        if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return now
        values = np.array(solver.getSolution().col_value)
        entered = now.entered.copy()
        entered[free] = values[len(spots[0]) :] > 0.5
        linear = float(values[: len(spots[0])] @ self._linear[spots])
        cost = float((self._walk * entered).sum()) + linear
        return Visits(entered, cost) if cost < now.cost * (1 - _BETTER) else now

    def _solver(self, limit: float) -> highspy.Highs:
        """A solver that wants less than `limit`, and gives up when halted."""
        solver = highspy.Highs()
        for name, value in (("output_flag", False), ("parallel", "off"), ("mip_max_nodes", _NODES)):
            solver.setOptionValue(name, value)
        solver.setOptionValue("objective_bound", limit)
        solver.cbMipInterrupt += lambda event: event.interrupt() if self._halted() else None
        return solver

    def _programme(self, free: Flags, k: Ints, a: Ints) -> highspy.HighsLp:
        """Shares of what lies alike, `k`, in aisles, `a`, then the visits that are open.

        All lies somewhere, no aisle overflows, and what lies where a visit is open needs it.
        """
        at, m = np.nonzero(self._uses[k] & free[:, a].T)
        visit = (np.cumsum(free) - 1).reshape(free.shape)
        spots, kinds, aisles, needs = len(k), len(self._volume), len(self._capacity), len(at)
        rows = kinds + aisles + np.arange(needs)
        every = np.arange(spots)
        column = np.concatenate([every, every, at, spots + visit[m, a[at]]])
        row = np.concatenate([k, kinds + a, rows, rows])
        value = np.concatenate([np.ones(spots), self._volume[k], np.ones(needs), -np.ones(needs)])
        order = np.argsort(column, kind="stable")
        lp, visits = highspy.HighsLp(), int(free.sum())
        lp.num_col_, lp.num_row_ = spots + visits, kinds + aisles + needs
        lp.col_cost_ = np.concatenate([self._linear[k, a], self._walk[free]])
        lp.col_lower_, lp.col_upper_ = np.zeros(spots + visits), np.ones(spots + visits)
        lp.row_lower_ = np.concatenate([np.ones(kinds), np.full(aisles + needs, -_INF)])
        lp.row_upper_ = np.concatenate([np.ones(kinds), self._capacity, np.zeros(needs)])
        split, whole = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
        lp.integrality_ = [split] * spots + [whole] * visits
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.searchsorted(column[order], np.arange(spots + visits + 1)).astype(np.int32)
        lp.a_matrix_.index_, lp.a_matrix_.value_ = row[order].astype(np.int32), value[order]
        return lp


def visits_of(store: Store, where: Ints) -> Visits:
    """Those of a plan given as segments [I]."""
    return Visits(store.entered(where), store.objective(where))
