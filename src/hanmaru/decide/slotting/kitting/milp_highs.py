"""The source's model handed to HiGHS (Q. Huangfu, J. A. J. Hall, Math. Programming Computation 10 (2018))."""

from concurrent.futures import ThreadPoolExecutor, wait
from math import inf, isfinite
from typing import Any

import highspy
import numpy as np

from hanmaru.decide.slotting.kitting.milp import Program, program, segments_of
from hanmaru.decide.slotting.kitting.store import Ints, Store
from hanmaru.decide.slotting.watch import Watch

_ASK_EVERY = 0.05


def solve_highs(store: Store, watch: Watch, seed: int) -> tuple[Ints | None, float]:
    """Segments [I] of the best plan found (None if none was), and the solver's lower bound."""
    p = program(store)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS names its options so
    solver.setOptionValue("random_seed", seed % 2**31)
    if isfinite(watch.left):
        solver.setOptionValue("time_limit", watch.left)
    solver.passModel(_model(p))
    solver.HandleUserInterrupt = True
    solver.cbMipLogging += lambda event: _tell(watch, event)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(solver.run)
        while wait([running], _ASK_EVERY).not_done:
            if watch.over:
                solver.cancelSolve()
        running.result()
    info = solver.getInfo()
    bound = max(0.0, info.mip_dual_bound) if isfinite(info.mip_dual_bound) else 0.0
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None, bound
    return segments_of(store, p, list(solver.getSolution().col_value)), bound


def _tell(watch: Watch, event: Any) -> None:
    if isfinite(event.data_out.mip_primal_bound):
        watch.found(event.data_out.mip_primal_bound)
    if isfinite(event.data_out.mip_dual_bound):
        watch.proved(event.data_out.mip_dual_bound)


def _model(p: Program) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    columns, rows = len(p.cost), len(p.low)
    lp.num_col_, lp.num_row_ = columns, rows
    lp.col_cost_ = np.array(p.cost)
    lp.col_lower_, lp.col_upper_ = np.zeros(columns), np.ones(columns)
    lp.row_lower_, lp.row_upper_ = _bounds(p.low), _bounds(p.high)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(p.start, np.int32)
    lp.a_matrix_.index_ = np.array(p.index, np.int32)
    lp.a_matrix_.value_ = np.array(p.value)
    return lp


def _bounds(values: list[float]) -> Any:
    bounds = np.array(values)
    bounds[bounds == inf] = highspy.kHighsInf
    bounds[bounds == -inf] = -highspy.kHighsInf
    return bounds
