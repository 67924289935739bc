"""Kitting supply from and to plain dicts. What is wrong is refused before a solver sees it."""

from collections.abc import Mapping, Sequence
from typing import Any

from hanmaru.decide.slotting.errors import DuplicateId, FitsNoRack, FitsNoSize, MissingKey, TooManyBins, UnknownMaterial
from hanmaru.decide.slotting.formats import history
from hanmaru.decide.slotting.formats.conform import conform, shown
from hanmaru.decide.slotting.formats.kitting_rules import (
    Floor,
    bins_needed,
    check_today,
    places_document,
    places_of,
    rules_document,
    rules_of,
)
from hanmaru.decide.slotting.formats.schemas import KITTING_INSTANCE, KITTING_PLAN
from hanmaru.decide.slotting.kitting.problem import Aisle, KittingPlan, KittingProblem, KittingRules, Material, Model


def problem_of(document: object) -> KittingProblem:
    """Answer the problem that an instance describes. Raise what `slotting.errors` has, naming the key."""
    conform(document, KITTING_INSTANCE)
    instance: Mapping[str, Any] = document  # type: ignore[assignment]  # conforms
    for kind in ("aisles", "materials", "models"):
        _check_ids(kind, instance[kind])
    aisles = tuple(
        Aisle(one["id"], float(one["weight"]), tuple(int(bins) for bins in one["racks"])) for one in instance["aisles"]
    )
    materials = tuple(Material(one["id"], int(one["bins"])) for one in instance["materials"])
    models = _models(instance["models"], materials)
    floor = Floor(aisles, materials, models)
    rules = rules_of(instance.get("rules", {}), floor)
    _check_bins(floor, rules)
    today = places_of("today", instance["today"], floor, rules) if "today" in instance else None
    check_today(rules, today, floor)
    return KittingProblem(aisles, materials, models, today, rules)


def document_of(problem: KittingProblem) -> dict[str, Any]:
    """Answer the instance of a problem; `problem_of` reads it back to the same."""
    names = [material.key for material in problem.materials]
    instance: dict[str, Any] = {
        "aisles": [{"id": one.key, "weight": one.weight, "racks": list(one.racks)} for one in problem.aisles],
        "materials": [{"id": one.key, "bins": one.bins} for one in problem.materials],
        "models": [
            {"id": one.key, "frequency": one.frequency, "materials": [names[index] for index in one.materials]}
            for one in problem.models
        ],
    }
    if problem.today is not None:
        instance["today"] = places_document(problem.today, problem.aisles)
    if rules := rules_document(problem):
        instance["rules"] = rules
    return instance


def plan_of(document: object, problem: KittingProblem) -> KittingPlan:
    """Answer the plan that a document describes. Whether bins are taken twice is the checker's part, not asked here."""
    conform(document, KITTING_PLAN)
    plan: Mapping[str, Any] = document  # type: ignore[assignment]  # conforms
    for material in problem.materials:
        if material.key not in plan["places"]:
            raise MissingKey(key=f"places.{material.key}", what="where its run of bins begins")
    floor = Floor(problem.aisles, problem.materials, problem.models)
    return KittingPlan(
        objective=float(plan["objective"]),
        bound=float(plan["bound"]),
        optimal=plan.get("optimal", False),
        seconds=float(plan["seconds"]),
        seed=int(plan["seed"]),
        method=plan.get("method", ""),
        places=places_of("places", plan["places"], floor, problem.rules),
        history=history.read(plan.get("history", ())),
    )


def plan_document(plan: KittingPlan, problem: KittingProblem) -> dict[str, Any]:
    """Answer a plan of the problem as JSON has it."""
    return {
        "objective": plan.objective,
        "bound": plan.bound,
        "optimal": plan.optimal,
        "seconds": round(plan.seconds, 3),
        "seed": plan.seed,
        "method": plan.method,
        "places": places_document(plan.places, problem.aisles),
        "history": history.written(plan.history),
    }


def _check_ids(kind: str, entries: Sequence[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        if entry["id"] in seen:
            raise DuplicateId(key=f"{kind}[{place}].id", id=entry["id"])
        seen.add(entry["id"])


def _check_bins(floor: Floor, rules: KittingRules) -> None:
    """Refuse what no arrangement can hold. Raise FitsNoRack or TooManyBins."""
    longest: dict[str, int] = {}
    for number, aisle in enumerate(floor.aisles):
        for rack, bins in enumerate(aisle.racks):
            size = rules.bin_size.get((number, rack), "")
            longest[size] = max(longest.get(size, 0), bins)
    for place, material in enumerate(floor.materials):
        needs = {size: bins_needed(material.key, floor, rules, size) for size in longest}
        if not any(needs.values()):
            raise FitsNoSize(key=f"materials[{place}].id", id=material.key, sizes=", ".join(sorted(longest)))
        if not any(0 < bins <= longest[size] for size, bins in needs.items()):
            size = next(size for size, bins in needs.items() if bins)
            raise FitsNoRack(key=f"materials[{place}].bins", id=material.key, bins=needs[size], longest=longest[size])
    needed = sum(material.bins for material in floor.materials)
    has = sum(sum(aisle.racks) for aisle in floor.aisles) - _blocked(rules)
    if needed > has and not rules.bin_size:  # of several sizes the solver sees whether they suffice
        raise TooManyBins(needed=needed, has=has, excess=needed - has)


def _blocked(rules: KittingRules) -> int:
    """How many bins hold nothing; stretches may overlap."""
    return len({(one.aisle, one.rack, one.first_bin + n) for one in rules.blocked for n in range(one.bins)})


def _models(entries: Sequence[Mapping[str, Any]], materials: Sequence[Material]) -> tuple[Model, ...]:
    index = {material.key: number for number, material in enumerate(materials)}
    models = []
    for place, entry in enumerate(entries):
        numbers: dict[int, None] = {}
        for number, name in enumerate(entry["materials"]):
            key = f"models[{place}].materials[{number}]"
            if name not in index:
                raise UnknownMaterial(key=key, id=shown(name))
            if index[name] in numbers:
                raise DuplicateId(key=key, id=name)
            numbers[index[name]] = None
        models.append(Model(entry["id"], float(entry["frequency"]), tuple(numbers)))
    return tuple(models)
