"""Why everything lies where it lies, as a part of a plan's document: for those who ask for it."""

from dataclasses import replace
from typing import Any, Final

from hanmaru.decide.slotting.bulk.explain import Why, explain
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.kitting.costs import Costs
from hanmaru.decide.slotting.kitting.explain import Explainer
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem

MOST: Final = 5
"""So many pulls, exchanges and other aisles are told of each material."""
NEIGHBOURS: Final = 10
"""So many neighbours on each side a material is held against for exchanges: those further away cost more."""


def why_along(problem: BulkProblem, plan: BulkPlan) -> dict[str, dict[str, Any]]:
    """Answer the explanation of a strip, by material."""
    found = {}
    for key in {plan.strips.get(one.key, "") for one in problem.materials}:
        line = [one for one in problem.materials if plan.strips.get(one.key, "") == key]
        line.sort(key=lambda one: plan.positions[one.key])
        for place, material in enumerate(line):
            near = tuple(line[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 1])
            found[material.key] = _along(explain(replace(problem, materials=near), plan, material.key))
    return {one.key: found[one.key] for one in problem.materials}


def _along(why: Why) -> dict[str, Any]:
    pulls = sorted(why.pulls, key=lambda pull: -pull.trips)[:MOST]
    return {
        "cost": why.objective,
        "pulls": [{"supply_point": one.supply_point, "trips": one.trips, "way": one.way} for one in pulls],
        "left": why.left,
        "right": why.right,
        "alone_at": why.alone_at,
        "alone": why.alone,
        "swaps": [
            {"material": other, "change": change}
            for other, change in sorted(why.swaps.items(), key=lambda swap: swap[1])[:MOST]
        ],
    }


def why_inside(problem: KittingProblem, plan: KittingPlan) -> dict[str, dict[str, Any]]:
    """Answer the explanation of a store, by material."""
    explainer, costs = Explainer(problem, plan.places), Costs(problem)
    found = {}
    for i, material in enumerate(problem.materials):
        reason, place = explainer.reason(i), plan.places[material.key]
        alone = sum(pull.cost for pull in reason.pulls if not pull.companions)
        found[material.key] = {
            "cost": alone + costs.lying(i, (place.aisle, place.rack)),
            "pulls": [
                {"model": one.model, "cost": one.cost, "companions": one.companions} for one in reason.pulls[:MOST]
            ],
            "elsewhere": [
                {"aisle": one.aisle, "change": one.change, "room": one.room}
                for one in reason.elsewhere[:MOST]
                if one.allowed
            ],
        }
    return found


def with_why(document: dict[str, Any], problem: BulkProblem | KittingProblem, plan: Any) -> dict[str, Any]:
    """Answer a plan's document with its gap and why everything lies where it lies."""
    gap = (plan.objective - plan.bound) / plan.objective if plan.objective > 0 else 0.0
    why = why_along(problem, plan) if isinstance(problem, BulkProblem) else why_inside(problem, plan)
    return {**document, "gap": max(0.0, gap), "why": why}
