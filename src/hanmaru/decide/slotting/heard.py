"""CP-SAT at work while somebody may press stop: it searches in a thread, and the watch is asked all the while."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from ortools.sat.python import cp_model

from hanmaru.decide.slotting.watch import Watch

LOOK_SECONDS = 0.05


def solve_heard(
    solver: cp_model.CpSolver,
    model: cp_model.CpModel,
    watch: Watch,
    listener: cp_model.CpSolverSolutionCallback | None = None,
    *,
    looks: int = 0,
    meanwhile: Callable[[], object] | None = None,
) -> cp_model.CpSolverStatus:
    """Answer the status at which the solver ends, by itself or because the watch is over.

    A watch that is over already leaves it `looks` times LOOK_SECONDS: a first answer is often that near. `meanwhile` is
    called in the caller's own thread at every look and at the end.
    """
    with ThreadPoolExecutor(1) as beside:
        search = beside.submit(_solve, solver, model, listener)
        while wait([search], LOOK_SECONDS).not_done:
            if meanwhile is not None:
                meanwhile()
            looks -= 1
            if looks < 0 and watch.over:
                solver.stop_search()
    if meanwhile is not None:
        meanwhile()
    return search.result()


def _solve(
    solver: cp_model.CpSolver, model: cp_model.CpModel, listener: cp_model.CpSolverSolutionCallback | None
) -> cp_model.CpSolverStatus:
    """Solve; ortools 9.15 once threw an IndexError out of its middle, which counts as nothing found."""
    try:
        return solver.solve(model, listener)
    except (IndexError, RuntimeError, SystemError, ValueError):
        return cp_model.UNKNOWN
