"""Pictures of a search and its plan, as SVG."""

from collections.abc import Sequence
from math import inf
from typing import Final

from hanmaru.central.slotting.problems import Plan, Problem
from hanmaru.central.slotting.queries import CurvePoint
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.pictures import flows, passes, store, strip
from hanmaru.decide.slotting.pictures.convergence import convergence
from hanmaru.decide.slotting.pictures.saving import saving
from hanmaru.decide.slotting.watch import Step

ON_STRIP: Final = {"layout": strip.layout, "flows": flows.flows, "passes": passes.passes}
IN_BINS: Final = {"layout": store.layout, "heat": store.heat}


def names(problem: Problem) -> tuple[str, ...]:
    """The pictures that there are of a problem's plans, besides the convergence."""
    return tuple(ON_STRIP) if isinstance(problem, BulkProblem) else (*IN_BINS, "kit")


def drawn(name: str, problem: Problem, plan: Plan, language: str, kit: str = "") -> str | None:
    """A picture of a plan as a document of its own; None where there is no such picture.

    ``kit`` names the model whose bins are lit; without one it is that whose picking costs most.
    """
    if isinstance(problem, BulkProblem) and isinstance(plan, BulkPlan):
        return ON_STRIP[name](problem, plan, language).svg(language) if name in ON_STRIP else None
    assert isinstance(problem, KittingProblem)  # noqa: S101 -- there are two kinds
    assert isinstance(plan, KittingPlan)  # noqa: S101 -- the same
    if name == "kit":
        known = {model.key for model in problem.models}
        lit = kit if kit in known else store.dearest(problem, plan.places)
        return store.lit(problem, plan, lit, language).svg(language)
    return IN_BINS[name](problem, plan, language).svg(language) if name in IN_BINS else None


def progress(
    history: tuple[tuple[float, float | None, float], ...], seconds: float, *, optimal: bool, language: str
) -> str:
    """How best and bound came nearer to each other, as a document of its own; "" before there is a plan."""
    steps = tuple(Step(at, inf if best is None else best, bound) for at, best, bound in history)
    if not steps or steps[-1].best == inf:
        return ""
    last = steps[-1]
    # The picture looks at the history alone; the plan itself may not be there yet.
    plan = BulkPlan(last.best, last.bound, optimal, seconds, 0, "", {}, steps)
    return convergence(plan, language).svg(language)


def saved(points: Sequence[CurvePoint], language: str) -> str:
    """The travel against the number of materials moved, as a document of its own; points from none moved on."""
    return saving([(one.moved, one.travel) for one in points], language).svg(language)
