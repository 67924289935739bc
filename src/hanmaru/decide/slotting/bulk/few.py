"""The best layout with few moves, and the proof, by CP-SAT: most materials stay, which leaves it little to decide.

Unlike the annealing it may move what rules bind to each other, so it also finds layouts where today's breaks a rule.
"""

from math import ceil, inf

import numpy as np
from ortools.sat.python import cp_model

from hanmaru.decide.slotting.bulk.conflict import Question, rules_in
from hanmaru.decide.slotting.bulk.moves import Moves
from hanmaru.decide.slotting.bulk.scaled import Whole
from hanmaru.decide.slotting.heard import solve_heard

MOST = 120
"""Materials of a layout; beyond, CP-SAT does no better than the annealing."""
PATIENCE = 60.0
"""CP-SAT's deterministic seconds where there is no limit."""

CLOSE = 1e-7
"""Lengths are told in so fine units that the last of them are worth no search."""


class _Listener(cp_model.CpSolverSolutionCallback):
    """Takes layouts as they are found."""

    def __init__(self, moves: Moves, begins: list[cp_model.IntVar]) -> None:
        super().__init__()
        self.moves, self.begins = moves, begins

    def on_solution_callback(self) -> None:
        """Take a layout."""
        begin = self.moves.home.copy()
        begin[: len(self.begins)] = [self.value(one) for one in self.begins]
        self.moves.take(begin)
        self.moves.watch.found(float(self.moves.whole.objective(min(self.moves.costs.values()))))


def improve_few(moves: Moves, most: int) -> int:
    """Improve the plans of at most so many moves until the best is proven or the watch is over; a bound of their cost.

    Finds none where no layout keeps all rules with so few moves.
    """
    count = moves.materials
    if count > MOST:
        return 0
    keys = [material.key for material in moves.problem.materials]
    question = Question(moves.problem, moves.whole, rules_in(moves.problem), moves.today)
    begins = [question.begin[key] for key in keys]
    _price(question.model, moves, begins)
    if moves.costs:
        for one, at in zip(begins, moves.begins[moves.best(most)].tolist(), strict=False):
            question.model.add_hint(one, at)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.relative_gap_limit = CLOSE
    if moves.watch.limit == inf:
        solver.parameters.max_deterministic_time = PATIENCE
    status = solve_heard(solver, question.model, moves.watch, _Listener(moves, begins))
    if status == cp_model.INFEASIBLE:
        return 0
    off = count * int(moves.whole.trips.sum())  # today's places are rounded to units
    return max(0, ceil(solver.best_objective_bound - 1e-6) - off)


def _price(model: cp_model.CpModel, moves: Moves, begins: list[cp_model.IntVar]) -> None:
    """Ask for the least trips times distance."""
    whole: Whole = moves.whole.trips
    end, paid = moves.whole.rooms[0].end, []
    for item, supply in np.argwhere(whole[: len(begins)]).tolist():
        way, centre = model.new_int_var(0, end, ""), begins[item] + int(moves.whole.halves[item])
        model.add(way >= centre - int(moves.whole.points[supply]))
        model.add(way >= int(moves.whole.points[supply]) - centre)
        paid.append(int(whole[item, supply]) * way)
    model.minimize(sum(paid))
