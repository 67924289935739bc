"""From whole numbers back to a plan in the problem's own units."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from hanmaru.decide.slotting.bulk.incumbent import Incumbent, lower
from hanmaru.decide.slotting.bulk.numbers import exact
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.bulk.rooms import strips_of
from hanmaru.decide.slotting.watch import Watch

Method = Literal["auto", "exact", "ga", "ga-timed", "milp-highs", "milp-cpsat"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: the problem, the watch, the seed, the method."""

    problem: BulkProblem
    watch: Watch
    seed: int
    method: Method


def objective_of(problem: BulkProblem, centres: Mapping[str, Fraction], strips: Mapping[str, int]) -> Fraction:
    """Equation (1), detours included."""
    detours = [exact(strip.detour) for strip in strips_of(problem)]
    points = [exact(point) for point in problem.supply_points]
    return sum(
        (
            exact(amount) * (abs(centres[material.key] - point) + detours[strips.get(material.key, 0)])
            for material in problem.materials
            for amount, point in zip(material.trips, points, strict=True)
        ),
        Fraction(0),
    )


def answer(
    asked: Asked, centres: Mapping[str, Fraction], strips: Mapping[str, int], bound: Fraction, *, optimal: bool = False
) -> BulkPlan:
    """The plan of these centres and strips (by number); its bound is no more than its objective."""
    objective = float(objective_of(asked.problem, centres, strips))
    named = strips_of(asked.problem)
    return BulkPlan(
        objective=objective,
        bound=objective if optimal else min(objective, lower(bound)),
        optimal=optimal,
        seconds=asked.watch.seconds,
        seed=asked.seed,
        method=asked.method,
        positions={material.key: float(centres[material.key]) for material in asked.problem.materials},
        history=tuple(asked.watch.history),
        strips={key: named[number].key for key, number in strips.items()} if asked.problem.strips else {},
    )


def where(asked: Asked, best: Incumbent) -> tuple[dict[str, Fraction], dict[str, int]]:
    """The centres and strips (by number) of the incumbent's plan, what is fixed included."""
    whole, materials = best.problem, asked.problem.materials
    centres = {materials[stand.item].key: stand.centre for stand in whole.stands}
    strips = {materials[stand.item].key: stand.strip for stand in whole.stands}
    rooms = best.rooms.tolist()
    for place, begin in zip(best.order.tolist(), best.begin.tolist(), strict=True):
        key = materials[whole.items[place]].key
        centres[key] = (begin + int(whole.halves[place])) * whole.unit
        strips[key] = whole.rooms[rooms[place]].strip
    return centres, strips


def plan_of(asked: Asked, best: Incumbent) -> BulkPlan:
    """The plan that the incumbent is."""
    bound = best.problem.objective(best.bound) - best.problem.blur
    return answer(asked, *where(asked, best), bound, optimal=best.optimal and best.problem.blur == 0)
