"""The restricted master of column generation by aisle: which fillings, in which shares, at the least cost (HiGHS).

M. E. Luebbecke, J. Desrosiers, "Selected topics in column generation", Operations Research 53 (2005).
"""

from dataclasses import dataclass

import highspy
import numpy as np

from hanmaru.decide.slotting.kitting.bundle import Cuts
from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.frame import Basis, Frame
from hanmaru.decide.slotting.kitting.pool import Pool
from hanmaru.decide.slotting.kitting.relaxed import Relaxed
from hanmaru.decide.slotting.kitting.served import IN, OUT
from hanmaru.decide.slotting.kitting.store import Flags, Floats, Ints

_INF = highspy.kHighsInf
_BASIC, _LOWER = highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kLower
_DUAL, _PRIMAL = 1, 4
"""The simplex of HiGHS that goes on where bounds were changed, and where columns came."""
_A_FEW, _AT_A_TIME = 20, 500
"""Steps of the simplex that tell about how much a branch brings; and those between two looks at the halt."""
_AT_FIRST = 3
"""Columns a row that a node begins with."""
_CELLS = 10_000_000
"""But no more than fill so many cells."""
_AT_ONCE = 16
"""Columns an aisle taken from the pool at once."""
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
    used: Ints
    """[B]: which columns of all these are."""
    at: Ints
    """[B]: their aisles."""
    share: Floats
    """[B]: how much of each."""
    whole: bool
    """Whether it is solved, and no stand-in was needed."""


class Master:
    """Fillings of a pool in aisles, some of them at a time; laid out anew for each node."""

    def __init__(self, part: Relaxed, pool: Pool, halt: Ints) -> None:
        """Nothing but dear stand-ins, so that it is feasible whatever is fixed.

        `halt` [1] made 1 from outside ends the work soon.
        """
        self._part, self._pool, self._halt = part, pool, halt
        self._classes, self._models, self._aisles = len(part.volume), len(part.least), len(part.capacity)
        self._lp = highspy.Highs()
        self._lp.silent()
        self._lp.setOptionValue("presolve", "off")
        self._lp.setOptionValue("simplex_scale_strategy", 0)
        self._lp.setOptionValue("simplex_iteration_limit", _AT_A_TIME)
        once = np.ones(self._aisles)
        self._dear = part.walk.max(axis=1, initial=0.0)
        per_class = np.add.reduceat(np.append(self._dear[part.use], 0.0), part.use_start[:-1])
        per_class[np.diff(part.use_start) == 0] = 0.0
        self._add_rows(once, once)
        self._add_rows(part.volume, np.full(self._classes, _INF))
        self._stand_in(per_class)
        self._reached = 0.0
        self._empty()

    def _add_rows(self, lower: Floats, upper: Floats) -> None:
        none = np.zeros(0, np.int32)
        self._lp.addRows(len(lower), lower, upper, 0, np.zeros(len(lower), np.int32), none, np.zeros(0))

    def _stand_in(self, cost: Floats) -> None:
        """Add a stand-in for each of the last rows, dearer than `cost`."""
        number = len(cost)
        ones = np.arange(number, dtype=np.int32)
        rows = ones + self._lp.getNumRow() - number
        free = np.full(number, _INF)
        self._lp.addCols(number, 2.0 * cost + 1.0, np.zeros(number), free, number, ones, rows, np.ones(number))

    def _empty(self) -> None:
        """Leave nothing but what every node has."""
        columns = np.arange(self._classes, self._lp.getNumCol(), dtype=np.int32)
        rows = np.arange(self._aisles + self._classes, self._lp.getNumRow(), dtype=np.int32)
        if len(columns):
            self._lp.deleteCols(len(columns), columns)
        if len(rows):
            self._lp.deleteRows(len(rows), rows)
        self._which = self._at = np.zeros(0, np.int64)
        self._sets = np.zeros((0, self._models), bool)
        self._cells = np.zeros((2, 0), np.int64), np.zeros(0)
        self._cost = np.zeros(0)
        self._inside = np.zeros((self._pool.size, self._aisles), bool)

    @property
    def _first(self) -> int:
        """The first column that is no stand-in."""
        return int(self._lp.getNumCol()) - len(self._which)

    @property
    def columns(self) -> int:
        """How many columns it has, stand-ins apart."""
        return len(self._which)

    def load(self, frame: Frame, most: int) -> Mixture:
        """Lay it out for a node, with the fillings nearest to paying at its prices; the optimum over these.

        Where the pool has more than `most` fillings, the farther half of these is forgotten.
        """
        self._frame = frame
        self._pool.let(frame.status, frame.spans)
        reduced = self._pool.reduced(frame.prices)
        missing = reduced - reduced.min(axis=0)
        if self._pool.size > most:
            kept = np.union1d(_least(missing.min(axis=1), most // 2), 0)
            self._pool.keep(kept)
            missing = missing[kept]
        self._empty()
        self._add_rows(frame.least, self._most(frame))
        self._stand_in(self._dear[frame.spans.model])
        basic = self._basic(frame.basis)
        self._take(*np.divmod(self._near(missing.ravel(), basic), self._aisles))
        self._begin_at(frame.basis, basic)
        return self.solve(_DUAL if frame.basis else _PRIMAL)

    def _near(self, missing: Floats, basic: Ints) -> Ints:
        """The pairs of filling and aisle to begin with: those that miss least, the empty ones, and those of a basis."""
        rows = self._lp.getNumRow()
        number = min(_AT_FIRST * rows, _CELLS // rows)
        near = np.zeros(len(missing), bool)
        near[_least(missing, number)] = True
        near &= np.isfinite(missing)
        near[: self._aisles] = True
        near[basic] = True
        return np.flatnonzero(near)

    def _basic(self, basis: Basis | None) -> Ints:
        """The pairs of a basis as far as they are still known."""
        if basis is None:
            return np.zeros(0, np.int64)
        place = self._pool.placed(basis.names)
        return place[place >= 0] * self._aisles + basis.at[place >= 0]

    def _begin_at(self, basis: Basis | None, basic: Ints) -> None:
        if basis is None:
            return
        inside = np.isin(self._which * self._aisles + self._at, basic)
        start = highspy.HighsBasis()
        new = self._first - len(basis.stand_ins)
        own = [*basis.stand_ins.tolist(), *[False] * new, *inside.tolist()]
        start.col_status = [_BASIC if one else _LOWER for one in own]
        start.row_status = [*basis.rows, *[_BASIC] * new]
        start.valid = start.alien = True
        self._lp.setBasis(start)

    def basis(self) -> Basis:
        """Where the simplex stands."""
        now = self._basis = self._lp.getBasis()
        basic = np.array([one == _BASIC for one in now.col_status])
        own = np.flatnonzero(basic[self._first :])
        names = self._pool.named(self._which[own])
        return Basis(names, self._at[own], basic[: self._first], list(now.row_status))

    def _take(self, which: Ints, at: Ints) -> None:
        """Take fillings `which` [P] in aisles `at` [P]."""
        sets, amounts = self._pool.taken(which, at)
        cost = (self._part.walk.T[at] * sets).sum(axis=1)
        spans = self._frame.spans
        rows = np.concatenate([np.eye(self._aisles)[at], amounts, sets[:, spans.model] & spans.over.T[at]], axis=1)
        of, row = np.nonzero(rows)
        starts = np.searchsorted(of, np.arange(len(which))).astype(np.int32)
        free = np.full(len(which), _INF)
        self._lp.addCols(
            len(which), cost, np.zeros(len(which)), free, len(row), starts, row.astype(np.int32), rows[of, row]
        )
        inner = row >= self._aisles
        places = np.stack([of[inner] + len(self._which), row[inner] - self._aisles])
        self._cells = np.concatenate([self._cells[0], places], axis=1), np.append(self._cells[1], rows[of, row][inner])
        self._cost = np.append(self._cost, cost)
        self._which, self._at = np.append(self._which, which), np.append(self._at, at)
        self._sets = np.concatenate([self._sets, sets])
        if len(self._inside) < self._pool.size:
            more = np.zeros((self._pool.size - len(self._inside), self._aisles), bool)
            self._inside = np.concatenate([self._inside, more])
        self._inside[which, at] = True

    def cuts(self) -> Cuts:
        """The columns as what they say of prices."""
        (of, row), number = self._cells
        start = np.searchsorted(of, np.arange(len(self._which) + 1))
        first = np.concatenate([[0], np.cumsum(np.bincount(self._at, minlength=self._aisles))])
        return Cuts(start, row, number, self._cost, np.argsort(self._at, kind="stable"), first)

    def extend(self, prices: Prices, rent: Floats) -> int:
        """Take what the pool has that pays most at prices and rents [A]; how many columns these are."""
        which, at = self._pool.paying(prices, rent, self._inside, _AT_ONCE, _PAYS * (1 + abs(self._reached)))
        if len(which):
            self._take(which, at)
        return len(which)

    def rise(self, child: Frame, cost: float) -> float:
        """By about how much what a child forbids raises the optimum `cost`: a few steps of the dual simplex."""
        known, count = len(self._frame.least), self._lp.getNumRow()
        rows = np.flatnonzero((child.least[:known] != self._frame.least) | (child.most[:known] != self._frame.most))
        shut = self._shut(child)
        self._bound(rows, child, shut, 0.0)
        for x in range(known, len(child.least)):
            of = (self._first + np.flatnonzero(self._counted(child, x))).astype(np.int32)
            self._lp.addRow(child.least[x], self._most(child)[x], len(of), of, np.ones(len(of)))
        self._lp.setOptionValue("simplex_strategy", _DUAL)
        self._lp.setOptionValue("simplex_iteration_limit", _A_FEW)
        self._lp.run()
        reached = float(self._lp.getInfo().objective_function_value)
        self._lp.setOptionValue("simplex_iteration_limit", _AT_A_TIME)
        self._bound(rows, self._frame, shut, _INF)
        if len(child.least) > known:
            added = np.arange(count, self._lp.getNumRow(), dtype=np.int32)
            self._lp.deleteRows(len(added), added)
        self._lp.setBasis(self._basis)
        return max(0.0, reached - cost)

    def _counted(self, frame: Frame, x: int) -> Flags:
        """The columns that a span counts."""
        counted: Flags = self._sets[:, frame.spans.model[x]] & frame.spans.over[x][self._at]
        return counted

    def _most(self, frame: Frame) -> Floats:
        """How often models may enter at most, [X]; infinite where that says nothing."""
        return np.where(frame.most < frame.spans.over.sum(axis=1), frame.most, _INF)

    def _shut(self, child: Frame) -> Ints:
        """The columns that a child does not allow."""
        shut = np.zeros(len(self._at), bool)
        for m, a in np.argwhere(child.status != self._frame.status).tolist():
            status = child.status[m, a]
            shut |= (self._at == a) & ((status == OUT) & self._sets[:, m] | (status == IN) & ~self._sets[:, m])
        return np.flatnonzero(shut)

    def _bound(self, rows: Ints, frame: Frame, shut: Ints, upper: float) -> None:
        which = (self._aisles + self._classes + rows).astype(np.int32)
        self._lp.changeRowsBounds(len(which), which, frame.least[rows], self._most(frame)[rows])
        columns = (self._first + shut).astype(np.int32)
        self._lp.changeColsBounds(len(columns), columns, np.zeros(len(columns)), np.full(len(columns), upper))

    def solve(self, strategy: int = _PRIMAL) -> Mixture:
        """The optimum over the columns there are."""
        self._lp.setOptionValue("simplex_strategy", strategy)
        self._lp.run()
        while self._lp.getModelStatus() == highspy.HighsModelStatus.kIterationLimit and self._halt[0] == 0:
            self._lp.run()
        solution = self._lp.getSolution()
        value, dual = np.array(solution.col_value), np.array(solution.row_dual)
        used = np.flatnonzero(value[self._first :] > _USED)
        share, at = value[self._first :][used], self._at[used]
        sets = self._sets[used].astype(np.int64)
        enters, volumes = np.zeros((self._models, self._aisles)), np.zeros((self._classes, self._aisles))
        np.add.at(enters.T, at, share[:, None] * sets)
        np.add.at(volumes.T, at, share[:, None] * self._pool.taken(self._which[used], at)[1])
        rent, paid, extra = np.split(dual, [self._aisles, self._aisles + self._classes])
        prices = Prices(np.maximum(0.0, paid), extra)
        solved = self._lp.getModelStatus() == highspy.HighsModelStatus.kOptimal
        whole = bool(solved and value[: self._first].sum() < 1e-7)
        cost = self._reached = float(self._lp.getInfo().objective_function_value)
        return Mixture(cost, prices, rent, enters, volumes, sets, used, at, share, whole)


def _least(values: Floats, number: int) -> Ints:
    """The places of the least values, in order."""
    return np.sort(np.argpartition(values, min(number, len(values)) - 1)[:number])
