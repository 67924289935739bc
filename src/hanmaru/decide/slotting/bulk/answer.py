"""From whole numbers back to a plan in the problem's own units."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import fsum
from typing import Literal

from hanmaru.decide.slotting.bulk.incumbent import Incumbent, lower
from hanmaru.decide.slotting.bulk.numbers import exact
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.bulk.rooms import rooms_of, strips_of
from hanmaru.decide.slotting.watch import Watch

Method = Literal["auto", "exact", "ga", "ga-timed", "milp-highs", "milp-cpsat"]

SAME = 1e-6
"""Share by which a proven plan may lie above its bound where numbers have too many digits to reckon without error."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: the problem, the watch, the seed, the method."""

    problem: BulkProblem
    watch: Watch
    seed: int
    method: Method


def objective_of(problem: BulkProblem, positions: Mapping[str, float], strips: Mapping[str, int]) -> float:
    """Equation (1), detours included, of the plan's numbers as they are written: who adds them up gets the same."""
    detours = [strip.detour for strip in strips_of(problem)]
    return fsum(
        amount * (abs(positions[material.key] - point) + detours[strips.get(material.key, 0)])
        for material in problem.materials
        for amount, point in zip(material.trips, problem.supply_points, strict=True)
        if amount
    )


def answer(
    asked: Asked, centres: Mapping[str, Fraction], strips: Mapping[str, int], bound: Fraction, *, optimal: bool = False
) -> BulkPlan:
    """The plan of these centres and strips (by number); its bound is no more than its objective."""
    positions = {material.key: float(centres[material.key]) for material in asked.problem.materials}
    objective = objective_of(asked.problem, positions, strips)
    named = strips_of(asked.problem)
    return BulkPlan(
        objective=objective,
        bound=objective if optimal else min(objective, lower(bound)),
        optimal=optimal,
        seconds=asked.watch.seconds,
        seed=asked.seed,
        method=asked.method,
        positions=positions,
        history=tuple(asked.watch.history),
        strips={key: named[number].key for key, number in strips.items()} if asked.problem.strips else {},
    )


def where(asked: Asked, best: Incumbent) -> tuple[dict[str, Fraction], dict[str, int]]:
    """The centres and strips (by number) of the incumbent's plan, what is fixed included."""
    whole, materials = best.problem, asked.problem.materials
    centres = {materials[stand.item].key: stand.centre for stand in whole.stands}
    strips = {materials[stand.item].key: stand.strip for stand in whole.stands}
    rooms = best.rooms.tolist()
    begins = {place: begin * whole.unit for place, begin in zip(best.order.tolist(), best.begin.tolist(), strict=True)}
    if whole.blur:
        begins = _cleared(asked.problem, best, begins)
    for place, begin in begins.items():
        key = materials[whole.items[place]].key
        centres[key] = begin + exact(materials[whole.items[place]].width) / 2
        strips[key] = whole.rooms[rooms[place]].strip
    return centres, strips


def _cleared(problem: BulkProblem, best: Incumbent, begins: Mapping[int, Fraction]) -> dict[int, Fraction]:
    """The same plan with the widths that were rounded off: zones give way to the right, then to the left."""
    gap, cleared, rooms = exact(problem.rules.clearance), dict(begins), best.rooms.tolist()
    for number, room in enumerate(rooms_of(problem)):
        inside = [place for place in sorted(begins, key=begins.__getitem__) if rooms[place] == number]
        widths = {place: exact(problem.materials[best.problem.items[place]].width) + gap for place in inside}
        reached = room.begin
        for place in inside:
            cleared[place] = max(begins[place], reached)
            reached = cleared[place] + widths[place]
        reached = room.end
        for place in reversed(inside):
            cleared[place] = min(cleared[place], reached - widths[place])
            reached = cleared[place]
    return cleared


def plan_of(asked: Asked, best: Incumbent) -> BulkPlan:
    """The plan that the incumbent is."""
    whole = best.problem
    bound = whole.objective(best.bound) - whole.blur
    plan = answer(asked, *where(asked, best), bound, optimal=best.optimal and whole.blur == 0)
    proven = best.optimal and plan.objective - plan.bound <= SAME * plan.objective
    return replace(plan, optimal=plan.optimal or proven)
