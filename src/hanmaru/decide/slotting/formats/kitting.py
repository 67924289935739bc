"""Kitting supply from and to plain dicts. What is wrong is refused before a solver sees it."""

from collections.abc import Mapping, Sequence
from typing import Any

from hanmaru.decide.slotting.errors import (
    DuplicateId,
    FitsNoRack,
    MissingKey,
    TooManyBins,
    UnknownAisle,
    UnknownBins,
    UnknownMaterial,
)
from hanmaru.decide.slotting.formats import history
from hanmaru.decide.slotting.formats.conform import conform, shown
from hanmaru.decide.slotting.formats.schemas import KITTING_INSTANCE, KITTING_PLAN
from hanmaru.decide.slotting.kitting.problem import Aisle, KittingPlan, KittingProblem, Material, Model, Place


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
    _check_bins(materials, aisles)
    problem = KittingProblem(aisles, materials, _models(instance["models"], materials))
    if "today" not in instance:
        return problem
    return KittingProblem(aisles, materials, problem.models, _places("today", instance["today"], problem))


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
        instance["today"] = _places_document(problem.today, problem)
    return instance


def plan_of(document: object, problem: KittingProblem) -> KittingPlan:
    """Answer the plan that a document describes. Whether bins are taken twice is the checker's part, not asked here."""
    conform(document, KITTING_PLAN)
    plan: Mapping[str, Any] = document  # type: ignore[assignment]  # conforms
    for material in problem.materials:
        if material.key not in plan["places"]:
            raise MissingKey(key=f"places.{material.key}", what="where its run of bins begins")
    return KittingPlan(
        objective=float(plan["objective"]),
        bound=float(plan["bound"]),
        optimal=plan.get("optimal", False),
        seconds=float(plan["seconds"]),
        seed=int(plan["seed"]),
        method=plan.get("method", ""),
        places=_places("places", plan["places"], problem),
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
        "places": _places_document(plan.places, problem),
        "history": history.written(plan.history),
    }


def _check_ids(kind: str, entries: Sequence[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        if entry["id"] in seen:
            raise DuplicateId(key=f"{kind}[{place}].id", id=entry["id"])
        seen.add(entry["id"])


def _check_bins(materials: Sequence[Material], aisles: Sequence[Aisle]) -> None:
    """Refuse what no arrangement can hold. Raise FitsNoRack or TooManyBins."""
    longest = max(max(aisle.racks) for aisle in aisles)
    for place, material in enumerate(materials):
        if material.bins > longest:
            raise FitsNoRack(key=f"materials[{place}].bins", id=material.key, bins=material.bins, longest=longest)
    needed, has = sum(material.bins for material in materials), sum(sum(aisle.racks) for aisle in aisles)
    if needed > has:
        raise TooManyBins(needed=needed, has=has, excess=needed - has)


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


def _places(key: str, entries: Mapping[str, Mapping[str, Any]], problem: KittingProblem) -> dict[str, Place]:
    aisles = {aisle.key: number for number, aisle in enumerate(problem.aisles)}
    bins = {material.key: material.bins for material in problem.materials}
    places = {}
    for name, entry in entries.items():
        if name not in bins:
            raise UnknownMaterial(key=key, id=shown(name))
        if entry["aisle"] not in aisles:
            raise UnknownAisle(key=f"{key}.{name}.aisle", id=shown(entry["aisle"]))
        place = Place(aisles[entry["aisle"]], int(entry["rack"]), int(entry["first_bin"]))
        racks = problem.aisles[place.aisle].racks
        has = racks[place.rack] if place.rack < len(racks) else 0
        if place.first_bin + bins[name] > has:
            facts = {"bins": bins[name], "first": place.first_bin, "rack": place.rack, "has": has}
            raise UnknownBins(key=f"{key}.{name}", id=name, aisle=entry["aisle"], **facts)
        places[name] = place
    return places


def _places_document(places: Mapping[str, Place], problem: KittingProblem) -> dict[str, dict[str, Any]]:
    return {
        name: {"aisle": problem.aisles[place.aisle].key, "rack": place.rack, "first_bin": place.first_bin}
        for name, place in places.items()
    }
