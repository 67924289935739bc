"""Where every material lies along the strip: one entry for all methods."""

from typing import Literal

from hanmaru.decide.slotting.bulk.exact import search_and_prove
from hanmaru.decide.slotting.bulk.flows import flows
from hanmaru.decide.slotting.bulk.genetic import Genes, evolve_all
from hanmaru.decide.slotting.bulk.incumbent import Incumbent, incumbent, lower
from hanmaru.decide.slotting.bulk.milp_cpsat import solve_cpsat
from hanmaru.decide.slotting.bulk.milp_highs import solve_highs
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.bulk.scaled import scaled
from hanmaru.decide.slotting.watch import Watch

Method = Literal["auto", "exact", "ga", "ga-timed", "milp-highs", "milp-cpsat"]


def solve_bulk(problem: BulkProblem, watch: Watch, seed: int = 0, method: Method = "auto") -> BulkPlan:
    """Answer the best plan found until the watch is over or nothing is left to do.

    `auto` and `exact` search and prove; the others are the source's methods (`ga-timed` with exact timing in its
    decoder). The same seed gives the same plan wherever the watch does not end the search, and a later end never a
    worse one.
    """
    whole = scaled(problem)
    best = incumbent(whole, flows(whole), watch)
    if not len(best.order):
        return BulkPlan(0.0, 0.0, True, watch.seconds, seed, method, {}, tuple(watch.history))  # noqa: FBT003
    if method != "ga":
        best.offer(best.order)
    match method:
        case "ga" | "ga-timed":
            evolve_all(best, seed, Genes(timed=method == "ga-timed"))
        case "milp-highs":
            solve_highs(best, seed)
        case "milp-cpsat":
            solve_cpsat(best, seed)
        case _:
            search_and_prove(best, seed)
    return _plan(problem, best, seed, method)


def _plan(problem: BulkProblem, best: Incumbent, seed: int, method: Method) -> BulkPlan:
    whole = best.problem
    centres = dict(zip(best.order.tolist(), (best.begin + whole.halves[best.order]).tolist(), strict=True))
    objective = float(whole.objective(best.cost))
    bound = objective if best.optimal else min(objective, lower(whole.objective(best.bound) - whole.blur))
    return BulkPlan(
        objective=objective,
        bound=bound,
        optimal=best.optimal,
        seconds=best.watch.seconds,
        seed=seed,
        method=method,
        positions={material.key: float(centres[item] * whole.unit) for item, material in enumerate(problem.materials)},
        history=tuple(best.watch.history),
    )
