"""The source's model handed to CP-SAT, variable by variable as it stands."""

from math import inf

import numpy as np
from ortools.sat.python import cp_model

from hanmaru.decide.slotting.kitting.cpsat import Effort, call
from hanmaru.decide.slotting.kitting.milp import Program, program, segments_of
from hanmaru.decide.slotting.kitting.store import Ints, Store
from hanmaru.decide.slotting.watch import Watch

_LARGEST = 2**31
_WORKERS = 2


def solve_cpsat(store: Store, watch: Watch, seed: int) -> tuple[Ints | None, float]:
    """Segments [I] of the best plan found (None if none was), and the solver's lower bound."""
    p = program(store)
    scale = _scale(p)
    model, columns = _model(p, scale)

    def hear(value: float, values: tuple[int, ...] | None) -> None:
        if values is None:
            watch.proved(value / scale)
        else:
            watch.found(store.objective(segments_of(store, p, [float(v) for v in values])))

    answer = call(model, columns, watch, Effort(workers=_WORKERS, seed=seed), hear)
    bound = max(0.0, answer.bound / scale, watch.bound)
    if answer.values is None:
        return None, watch.bound
    return segments_of(store, p, [float(v) for v in answer.values]), bound


def _scale(p: Program) -> float:
    """What to multiply costs by so that they are whole, or near enough: rounded down, so that bounds hold."""
    costs = np.array(p.cost)
    for scale in (1.0, 10.0, 100.0, 1000.0):
        if np.allclose(costs * scale, np.rint(costs * scale), rtol=0, atol=1e-7):
            return scale
    return _LARGEST / max(1.0, float(costs.max()))


def _model(p: Program, scale: float) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    columns = [model.new_bool_var("") for _ in p.cost]
    for row, (low, high) in enumerate(zip(p.low, p.high, strict=True)):
        part = slice(p.start[row], p.start[row + 1])
        total = cp_model.LinearExpr.weighted_sum(
            [columns[n] for n in p.index[part]], [int(value) for value in p.value[part]]
        )
        if low == high:
            model.add(total == int(low))
        elif high == inf:
            model.add(total >= int(low))
        else:
            model.add(total <= int(high))
    whole = [int(np.floor(cost * scale + 1e-6)) for cost in p.cost]
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, whole))
    return model, columns
