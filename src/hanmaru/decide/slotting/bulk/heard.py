"""CP-SAT at work while somebody may press stop: it searches in a thread, and the watch is asked all the while."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waiting
from typing import Any

from ortools.sat.python import cp_model

from hanmaru.decide.slotting.watch import Watch

LOOK_SECONDS = 0.2


def solve_heard(
    solver: cp_model.CpSolver,
    model: cp_model.CpModel,
    watch: Watch,
    listener: cp_model.CpSolverSolutionCallback | None = None,
    looks: int = 0,
) -> Any:
    """Answer the status at which the solver ends, by itself or because the watch is over.

    A watch that is over already leaves it `looks` times LOOK_SECONDS: a first answer is often that near.
    """
    with ThreadPoolExecutor(1) as beside:
        search = beside.submit(solver.solve, model, listener)
        while not _ended(search):
            looks -= 1
            if looks < 0 and watch.over:
                solver.stop_search()
    return search.result()


def _ended(search: Future[Any]) -> bool:
    """Whether the search ends within a short while."""
    try:
        search.result(LOOK_SECONDS)
    except Waiting:
        return False
    return True
