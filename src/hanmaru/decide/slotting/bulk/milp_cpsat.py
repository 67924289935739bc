"""The mixed-integer programme (1) to (12) handed to CP-SAT."""

from math import ceil

import numpy as np
from ortools.sat.python import cp_model

from hanmaru.decide.slotting.bulk.incumbent import Incumbent
from hanmaru.decide.slotting.bulk.linear import Programme, programme
from hanmaru.decide.slotting.heard import solve_heard


class _Listener(cp_model.CpSolverSolutionCallback):
    """Takes plans as they are found, by their order: the timing is exact."""

    def __init__(self, best: Incumbent, centres: list[cp_model.IntVar]) -> None:
        super().__init__()
        self.best, self.centres = best, centres

    def on_solution_callback(self) -> None:
        """Take a plan."""
        begins = np.array([self.value(centre) for centre in self.centres]) - self.best.problem.halves
        self.best.offer(np.argsort(begins, kind="stable").astype(np.int64))


def solve_cpsat(best: Incumbent, seed: int) -> None:
    """Let CP-SAT search until the watch is over; the incumbent takes its plans (re-timed exactly) and its bound."""
    model, centres = _build(programme(best.problem))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed % (1 << 31)
    solver.best_bound_callback = lambda bound: best.prove(min(best.cost, ceil(bound - 1e-6)))
    if solve_heard(solver, model, best.watch, _Listener(best, centres)) == cp_model.OPTIMAL:
        best.prove(best.cost)


def _build(programme_: Programme) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """The model and the centres, which are whole: a best plan has them at multiples of the unit."""
    model, length = cp_model.CpModel(), programme_.length
    centres = [model.new_int_var(half, length - half, "") for half in programme_.halves]
    price = []
    for i, k in programme_.flows:
        way = model.new_int_var(0, length, "")
        model.add(way >= centres[i] - programme_.points[k])
        model.add(way >= programme_.points[k] - centres[i])
        price.append(programme_.trips[i][k] * way)
    for i, j in programme_.pairs:
        apart, left = programme_.halves[i] + programme_.halves[j], model.new_bool_var("")
        model.add(centres[i] + apart <= centres[j] + length * (1 - left))
        model.add(centres[j] + apart <= centres[i] + length * left)
    model.minimize(sum(price))
    return model, centres
