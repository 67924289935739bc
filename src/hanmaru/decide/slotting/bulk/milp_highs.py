"""The mixed-integer programme (1) to (12) handed to HiGHS."""

from fractions import Fraction
from math import ceil, inf
from typing import Any

import highspy
import numpy as np

from hanmaru.decide.slotting.bulk.incumbent import Incumbent
from hanmaru.decide.slotting.bulk.linear import Programme, programme

SAFE = Fraction(1, 10**6)
"""HiGHS counts in floats: of its bound this share is not believed."""


def solve_highs(best: Incumbent, seed: int) -> None:
    """Let HiGHS search until the watch is over; the incumbent takes its plans (re-timed exactly) and its bound."""
    model = programme(best.problem)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003 - HiGHS has it so
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", seed)
    solver.setOptionValue("mip_rel_gap", 0.0)
    _build(solver, model)
    _listen(solver, best, len(model.halves))
    solver.solve()
    info = solver.getInfo()
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        _take(best, solver.getSolution().col_value[: len(model.halves)])
    _believe(best, info.mip_dual_bound)


def _believe(best: Incumbent, bound: float) -> None:
    """Take a bound, less what floats may err; costs are whole numbers."""
    if 0 < bound < inf:
        best.prove(min(best.cost, ceil(Fraction(bound) * (1 - SAFE) - SAFE)))


def _take(best: Incumbent, centres: Any) -> None:
    """Take a plan by its order: floats are not exact, the timing is."""
    begins = np.asarray(centres) - best.problem.halves
    best.offer(np.argsort(begins, kind="stable").astype(np.int64))


def _listen(solver: highspy.Highs, best: Incumbent, n: int) -> None:
    """Hear of plans and bounds, and end the search when the watch is over."""

    def hear(event: Any) -> None:
        if best.watch.over:
            event.interrupt()

    def improved(event: Any) -> None:
        _take(best, event.data_out.mip_solution[:n])

    solver.HandleUserInterrupt = True
    solver.cbMipInterrupt.subscribe(hear)
    solver.cbSimplexInterrupt.subscribe(hear)
    solver.cbMipImprovingSolution.subscribe(improved)


def _build(solver: highspy.Highs, model: Programme) -> None:
    """Add variables x (8, 9), d and y, and the rows (2) to (7)."""
    n, length = len(model.halves), float(model.length)
    for half in model.halves:
        solver.addVar(float(half), length - half)
    flows = model.flows
    for number, (i, k) in enumerate(flows):
        solver.addVar(0.0, length)
        solver.changeColCost(n + number, float(model.trips[i][k]))
        for sign in (1.0, -1.0):
            columns, values = np.array([n + number, i], dtype=np.int32), np.array([1.0, -sign])
            solver.addRow(-sign * model.points[k], inf, 2, columns, values)
    for number, (i, j) in enumerate(model.pairs):
        column = n + len(flows) + number
        solver.addVar(0.0, 1.0)
        solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        apart = float(model.halves[i] + model.halves[j])
        columns = np.array([j, i, column], dtype=np.int32)
        solver.addRow(apart - length, inf, 3, columns, np.array([1.0, -1.0, -length]))
        solver.addRow(apart, inf, 3, columns, np.array([-1.0, 1.0, length]))
