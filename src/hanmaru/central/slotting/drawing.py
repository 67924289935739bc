"""Pictures of a search and its plan, as SVG."""

from collections.abc import Sequence
from math import inf
from typing import Final

from hanmaru.central.slotting.problems import Plan, Problem
from hanmaru.central.slotting.queries import CurvePoint
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.pictures import flows, passes, store, strip, upright
from hanmaru.decide.slotting.pictures.canvas import MEDIUM, NARROW, WIDE, Format
from hanmaru.decide.slotting.pictures.convergence import convergence
from hanmaru.decide.slotting.pictures.saving import saving
from hanmaru.decide.slotting.watch import Step

FORMS: Final = (WIDE, MEDIUM, NARROW)
"""For a desk, a tablet, a phone."""
ON_STRIP: Final = {"layout": strip.layout, "flows": flows.flows, "passes": passes.passes}
UPRIGHT: Final = {"layout": upright.layout, "flows": upright.flows, "passes": upright.passes}
IN_BINS: Final = {"layout": store.layout, "heat": store.heat}


def names(problem: Problem) -> tuple[str, ...]:
    """The pictures that there are of a problem's plans, besides the convergence."""
    return tuple(ON_STRIP) if isinstance(problem, BulkProblem) else (*IN_BINS, "kit")


def drawn(name: str, problem: Problem, plan: Plan, language: str, *, kit: str = "", form: Format = WIDE) -> str | None:
    """A picture of a plan as a document of its own; None where there is no such picture.

    ``kit`` names the model whose bins are lit; without one it is that whose picking costs most. Of a strip there is one
    picture for tablet and phone, upright.
    """
    if isinstance(problem, BulkProblem) and isinstance(plan, BulkPlan):
        ways = ON_STRIP if form == WIDE else UPRIGHT
        return ways[name](problem, plan, language).svg(language) if name in ways else None
    assert isinstance(problem, KittingProblem)  # noqa: S101 -- there are two kinds
    assert isinstance(plan, KittingPlan)  # noqa: S101 -- the same
    if name == "kit":
        known = {model.key for model in problem.models}
        lit = kit if kit in known else store.dearest(problem, plan.places)
        return store.lit(problem, plan, lit, language, form).svg(language)
    return IN_BINS[name](problem, plan, language, form).svg(language) if name in IN_BINS else None


def progress(
    history: tuple[tuple[float, float | None, float], ...], seconds: float, *, optimal: bool, language: str
) -> list[str]:
    """How best and bound came nearer to each other, in each of the forms; none before there is a plan."""
    steps = tuple(Step(at, inf if best is None else best, bound) for at, best, bound in history)
    if not steps or steps[-1].best == inf:
        return []
    last = steps[-1]
    # The picture looks at the history alone; the plan itself may not be there yet.
    plan = BulkPlan(last.best, last.bound, optimal, seconds, 0, "", {}, steps)
    return [convergence(plan, language, form).svg(language) for form in FORMS]


def saved(points: Sequence[CurvePoint], language: str) -> list[str]:
    """The travel against the number of materials moved, in each of the forms; points from none moved on."""
    told = [(one.moved, one.travel) for one in points]
    return [saving(told, language, form).svg(language) for form in FORMS]
