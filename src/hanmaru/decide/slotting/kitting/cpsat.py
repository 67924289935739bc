"""Calls CP-SAT so that a stop is heard within a tenth of a second, and so that what it throws harms nobody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

from ortools.sat.python import cp_model

from hanmaru.decide.slotting.heard import solve_heard
from hanmaru.decide.slotting.watch import Watch

_SECONDS_ENOUGH = 1e8


@dataclass(frozen=True)
class Effort:
    """How long CP-SAT may take: `work` is its own deterministic measure, about a second each; workers; seed."""

    work: float = inf
    seconds: float = inf
    workers: int = 1
    by_turns: bool = False
    """Whether workers take turns in a fixed order, so that the outcome does not depend on which is fast."""
    seed: int = 0


@dataclass(frozen=True)
class Answer:
    """What CP-SAT found: the values of the variables asked for (None without a solution), and its bound."""

    values: tuple[int, ...] | None
    objective: float
    bound: float
    proven: bool
    infeasible: bool


NOTHING = Answer(None, inf, -inf, proven=False, infeasible=False)


class _Heard(cp_model.CpSolverSolutionCallback):
    def __init__(self, wanted: Sequence[cp_model.IntVar], tell: Callable[[float, tuple[int, ...]], None]) -> None:
        super().__init__()
        self._wanted = wanted
        self._tell = tell

    def on_solution_callback(self) -> None:
        """Pass a solution on."""
        self._tell(self.objective_value, tuple(self.value(variable) for variable in self._wanted))


def call(
    model: cp_model.CpModel,
    wanted: Sequence[cp_model.IntVar],
    watch: Watch,
    effort: Effort,
    hear: Callable[[float, tuple[int, ...] | None], None] | None = None,
) -> Answer:
    """Solve; `hear` is told (bound, None) and (objective, values) while it runs, in the caller's own thread."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = effort.workers
    solver.parameters.random_seed = effort.seed % 2**31
    solver.parameters.max_time_in_seconds = min(effort.seconds, watch.left, _SECONDS_ENOUGH)
    solver.parameters.interleave_search = effort.by_turns
    if effort.work < inf:
        solver.parameters.max_deterministic_time = effort.work
    news: list[tuple[float, tuple[int, ...] | None]] = []
    callback = None
    if hear is not None:
        solver.best_bound_callback = lambda bound: news.append((bound, None))
        callback = _Heard(wanted, lambda objective, values: news.append((objective, values)))

    def meanwhile() -> None:
        while hear is not None and news:
            hear(*news.pop(0))

    status = solve_heard(solver, model, watch, callback, meanwhile=meanwhile)
    return _answer(solver, status, wanted)


def _answer(solver: cp_model.CpSolver, status: cp_model.CpSolverStatus, wanted: Sequence[cp_model.IntVar]) -> Answer:
    if status == cp_model.INFEASIBLE:
        return Answer(None, inf, inf, proven=True, infeasible=True)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return NOTHING
    values = tuple(solver.value(variable) for variable in wanted)
    proven = status == cp_model.OPTIMAL
    return Answer(values, solver.objective_value, solver.best_objective_bound, proven=proven, infeasible=False)
