"""Pictures of a search and its plan, as SVG."""

from collections.abc import Sequence
from math import inf
from typing import Final

from django.utils.translation import gettext as _

from hanmaru.central.slotting.problems import Plan, Problem
from hanmaru.central.slotting.queries import CurvePoint
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.pictures import flows, passes, store, strip
from hanmaru.decide.slotting.pictures.along import nice
from hanmaru.decide.slotting.pictures.canvas import MARGIN, WIDTH, Picture, circle, heading, line, path, text
from hanmaru.decide.slotting.pictures.convergence import convergence
from hanmaru.decide.slotting.pictures.palette import INK_SOFT, LINE, PINE
from hanmaru.decide.slotting.pictures.words import figure
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


_LEFT, _RIGHT, _TOP, _HIGH = 150, WIDTH - MARGIN, 100, 280
"""Where the curve stands in its picture."""


def saved(points: Sequence[CurvePoint], language: str) -> str:
    """The travel against the number of materials moved, as a document of its own; points from none moved on."""
    most, top = max(one.moved for one in points) or 1, points[0].travel or 1.0
    low = min(one.travel for one in points) * 0.9

    def at(one: CurvePoint) -> tuple[float, float]:
        return _LEFT + one.moved / most * (_RIGHT - _LEFT), _TOP + (top - one.travel) / ((top - low) or 1) * _HIGH

    title, note = _("What moving few materials saves"), _("The travel, by how many materials change their place.")
    parts = [heading(title, note)]
    step = nice(top - low, 5)
    tick = step * (low // step + 1)
    while tick <= top:
        y = _TOP + (top - tick) / ((top - low) or 1) * _HIGH
        parts.append(line(_LEFT, y, _RIGHT, y, LINE))
        parts.append(text(_LEFT - 14, y + 5, figure(tick), 15, fill=INK_SOFT, text_anchor="end"))
        tick += step
    every = max(1, round(nice(most, 8)))
    for moved in range(0, most + 1, every):
        x = _LEFT + moved / most * (_RIGHT - _LEFT)
        parts.append(text(x, _TOP + _HIGH + 27, str(moved), 15, fill=INK_SOFT, text_anchor="middle"))
    places = [at(one) for one in points]
    steps = f"M{places[0][0]:.1f} {places[0][1]:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in places[1:])
    parts.append(path(steps, stroke=PINE, stroke_width=3.5, stroke_linejoin="round"))
    tips = [
        _("%(moved)s moved: %(travel)s") % {"moved": one.moved, "travel": figure(round(one.travel))} for one in points
    ]
    parts += [circle(x, y, 5, PINE, tip=tip) for (x, y), tip in zip(places, tips, strict=True)]
    parts.append(line(_LEFT, _TOP + _HIGH, _RIGHT, _TOP + _HIGH, INK_SOFT))
    return Picture(title, _TOP + _HIGH + 50, "".join(parts)).svg(language)
