"""Bulk supply from and to plain dicts. What is wrong is refused before a solver sees it."""

from collections.abc import Mapping, Sequence
from typing import Any

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem, Material
from hanmaru.decide.slotting.errors import DuplicateId, MissingKey, NoTrips, UnknownSupplyPoint
from hanmaru.decide.slotting.formats import history
from hanmaru.decide.slotting.formats.conform import conform, shown
from hanmaru.decide.slotting.formats.rules import (
    Ground,
    check_centres,
    check_known,
    check_rules,
    check_strips,
    rules_document,
    rules_of,
)
from hanmaru.decide.slotting.formats.schemas import BULK_INSTANCE, BULK_PLAN
from hanmaru.decide.slotting.formats.strips import check_forbidden, check_widths, strips_document, strips_of


def problem_of(document: object) -> BulkProblem:
    """Answer the problem that an instance describes. Raise what `slotting.errors` has, naming the key."""
    conform(document, BULK_INSTANCE)
    instance: Mapping[str, Any] = document  # type: ignore[assignment]  # conforms
    points = [float(point) for point in instance["supply_points"]]
    materials = _materials(instance["materials"], len(points))
    widths = {material.key: material.width for material in materials}
    length = float(instance["length"])
    rules = rules_of(instance.get("rules", {}))
    check_forbidden("rules.forbidden", rules.forbidden, (0.0, length))
    strips = strips_of(instance.get("strips", ()), length)
    check_widths(materials, length, rules, strips)
    today = instance.get("today")
    if today is not None:
        check_centres("today", today, widths, length)
    ground = Ground(widths, length, tuple(strip.key for strip in strips))
    check_rules(rules, ground, today)
    check_strips("today_strips", instance.get("today_strips", {}), ground)
    return BulkProblem(
        length=length,
        supply_points=tuple(points),
        materials=tuple(materials),
        today=None if today is None else {key: float(centre) for key, centre in today.items()},
        rules=rules,
        strips=strips,
        today_strips=dict(instance.get("today_strips", {})),
    )


def document_of(problem: BulkProblem) -> dict[str, Any]:
    """Answer the instance of a problem; `problem_of` reads it back to the same."""
    instance: dict[str, Any] = {
        "length": problem.length,
        "supply_points": list(problem.supply_points),
        "materials": [
            {
                "id": material.key,
                "width": material.width,
                "trips": {str(point): trips for point, trips in enumerate(material.trips) if trips},
            }
            for material in problem.materials
        ],
    }
    if problem.today is not None:
        instance["today"] = dict(problem.today)
    if problem.today_strips:
        instance["today_strips"] = dict(problem.today_strips)
    if rules := rules_document(problem.rules):
        instance["rules"] = rules
    if problem.strips:
        instance["strips"] = strips_document(problem.strips)
    return instance


def plan_of(document: object, problem: BulkProblem) -> BulkPlan:
    """Answer the plan that a document describes. Whether it keeps the rules is the checker's part, not asked here."""
    conform(document, BULK_PLAN)
    plan: Mapping[str, Any] = document  # type: ignore[assignment]  # conforms
    check_known("positions", plan["positions"], {material.key for material in problem.materials})
    for material in problem.materials:
        if material.key not in plan["positions"]:
            raise MissingKey(key=f"positions.{material.key}", what="the centre of its zone")
    return BulkPlan(
        objective=float(plan["objective"]),
        bound=float(plan["bound"]),
        optimal=plan["optimal"],
        seconds=float(plan["seconds"]),
        seed=int(plan["seed"]),
        method=plan.get("method", ""),
        positions={key: float(centre) for key, centre in plan["positions"].items()},
        history=history.read(plan.get("history", ())),
        strips=dict(plan.get("strips", {})),
    )


def plan_document(plan: BulkPlan) -> dict[str, Any]:
    """Answer a plan as JSON has it."""
    document: dict[str, Any] = {
        "objective": plan.objective,
        "bound": plan.bound,
        "optimal": plan.optimal,
        "seconds": round(plan.seconds, 3),
        "seed": plan.seed,
        "method": plan.method,
        "positions": dict(plan.positions),
        "history": history.written(plan.history),
    }
    return {**document, "strips": dict(plan.strips)} if plan.strips else document


def _materials(entries: Sequence[Mapping[str, Any]], points: int) -> list[Material]:
    numbers = {str(point): point for point in range(points)}
    seen: set[str] = set()
    materials = []
    for place, entry in enumerate(entries):
        key = f"materials[{place}]"
        if entry["id"] in seen:
            raise DuplicateId(key=f"{key}.id", id=entry["id"])
        seen.add(entry["id"])
        trips = [0.0] * points
        for number, count in entry["trips"].items():
            if number not in numbers:
                raise UnknownSupplyPoint(key=f"{key}.trips", id=shown(number), last=points - 1)
            trips[numbers[number]] = float(count)
        if not any(trips):
            raise NoTrips(key=f"{key}.trips", id=entry["id"])
        materials.append(Material(entry["id"], float(entry["width"]), tuple(trips)))
    return materials
