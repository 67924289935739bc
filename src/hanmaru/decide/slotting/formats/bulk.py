"""Bulk supply from and to plain dicts. What is wrong is refused before a solver sees it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem, BulkRules, Material
from hanmaru.decide.slotting.errors import (
    DuplicateId,
    FixedForbidden,
    FixedOverlap,
    InTwoGroups,
    MaterialTooWide,
    MissingKey,
    NoToday,
    NoTrips,
    OutsideStrip,
    TooFarApart,
    TooWide,
    UnknownMaterial,
    UnknownSupplyPoint,
)
from hanmaru.decide.slotting.formats import history
from hanmaru.decide.slotting.formats.conform import conform, shown, wrong
from hanmaru.decide.slotting.formats.schemas import BULK_INSTANCE, BULK_PLAN

TOLERANCE: Final = 1e-9
"""Share of the strip's length that sums of written numbers may be off: 0.1 + 0.2 is more than 0.3."""

Stretch = tuple[float, float]


def problem_of(document: object) -> BulkProblem:
    """Answer the problem that an instance describes. Raise what `slotting.errors` has, naming the key."""
    conform(document, BULK_INSTANCE)
    instance: Mapping[str, Any] = document  # type: ignore[assignment]  # conforms
    points = [float(point) for point in instance["supply_points"]]
    materials = _materials(instance["materials"], len(points))
    widths = {material.key: material.width for material in materials}
    length = float(instance["length"])
    rules = _rules(instance.get("rules", {}))
    _check_forbidden(rules.forbidden, length)
    _check_widths(materials, length, rules)
    today = instance.get("today")
    if today is not None:
        _check_centres("today", today, widths, length)
    _check_rules(rules, widths, length, today)
    return BulkProblem(
        length=length,
        supply_points=tuple(points),
        materials=tuple(materials),
        today=None if today is None else {key: float(centre) for key, centre in today.items()},
        rules=rules,
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
    if rules := _rules_document(problem.rules):
        instance["rules"] = rules
    return instance


def plan_of(document: object, problem: BulkProblem) -> BulkPlan:
    """Answer the plan that a document describes. Whether it keeps the rules is the checker's part, not asked here."""
    conform(document, BULK_PLAN)
    plan: Mapping[str, Any] = document  # type: ignore[assignment]  # conforms
    _check_known("positions", plan["positions"], {material.key for material in problem.materials})
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
    )


def plan_document(plan: BulkPlan) -> dict[str, Any]:
    """Answer a plan as JSON has it."""
    return {
        "objective": plan.objective,
        "bound": plan.bound,
        "optimal": plan.optimal,
        "seconds": round(plan.seconds, 3),
        "seed": plan.seed,
        "method": plan.method,
        "positions": dict(plan.positions),
        "history": history.written(plan.history),
    }


def free_stretches(length: float, forbidden: Iterable[Stretch]) -> list[Stretch]:
    """Answer the stretches of a strip that the forbidden ones leave, from left to right."""
    free, reached = [], 0.0
    for start, end in sorted(forbidden):
        if start > reached:
            free.append((reached, start))
        reached = max(reached, end)
    return [*free, (reached, length)] if reached < length else free


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


def _check_widths(materials: Sequence[Material], length: float, rules: BulkRules) -> None:
    """Refuse what cannot lie side by side however it is ordered. Raise TooWide or MaterialTooWide."""
    stretches = free_stretches(length, rules.forbidden)
    slack = TOLERANCE * length
    longest = max((end - start for start, end in stretches), default=0.0)
    for place, material in enumerate(materials):
        if (excess := material.width - longest) > slack:
            sizes = {"width": shown(material.width), "free": shown(longest), "excess": shown(excess)}
            raise MaterialTooWide(key=f"materials[{place}].width", id=material.key, **sizes)
    free = sum(end - start for start, end in stretches)
    # Of the gaps between neighbours, at most one less than there are stretches can fall on what is forbidden.
    gaps = rules.clearance * max(0, len(materials) - len(stretches))
    needed = sum(material.width for material in materials) + gaps
    if (excess := needed - free) > slack:
        raise TooWide(needed=shown(needed), free=shown(free), excess=shown(excess))


def _check_known(key: str, named: Iterable[str], known: Iterable[str]) -> None:
    for name in named:
        if name not in known:
            raise UnknownMaterial(key=key, id=shown(name))


def _check_centres(key: str, centres: Mapping[str, float], widths: Mapping[str, float], length: float) -> None:
    _check_known(key, centres, widths)
    for name, centre in centres.items():
        start, end = centre - widths[name] / 2, centre + widths[name] / 2
        if start < -TOLERANCE * length or end > length * (1 + TOLERANCE):
            raise OutsideStrip(key=f"{key}.{name}", start=shown(start), end=shown(end), length=shown(length))


def _rules(entry: Mapping[str, Any]) -> BulkRules:
    return BulkRules(
        fixed={key: float(centre) for key, centre in entry.get("fixed", {}).items()},
        forbidden=tuple((float(one["from"]), float(one["to"])) for one in entry.get("forbidden", ())),
        together=tuple(tuple(group) for group in entry.get("together", ())),
        apart=tuple((*one["materials"], float(one["distance"])) for one in entry.get("apart", ())),
        clearance=float(entry.get("clearance", 0)),
        most_moved=None if "most_moved" not in entry else int(entry["most_moved"]),
    )


def _check_rules(
    rules: BulkRules, widths: Mapping[str, float], length: float, today: Mapping[str, float] | None
) -> None:
    _check_centres("rules.fixed", rules.fixed, widths, length)
    _check_fixed(rules, widths, length)
    _check_groups(rules.together, widths)
    _check_apart(rules.apart, widths, length)
    if rules.most_moved is not None:
        for name in widths:
            if name not in (today or {}):
                raise NoToday(key="rules.most_moved", id=name)


def _check_forbidden(stretches: Sequence[Stretch], length: float) -> None:
    for place, (start, end) in enumerate(stretches):
        key = f"rules.forbidden[{place}]"
        if end <= start:
            error = wrong("direction", key, end)
            error.data |= {"start": shown(start), "end": shown(end)}
            raise error
        if end > length * (1 + TOLERANCE):
            raise OutsideStrip(key=key, start=shown(start), end=shown(end), length=shown(length))


def _check_fixed(rules: BulkRules, widths: Mapping[str, float], length: float) -> None:
    """Refuse fixed zones on each other or on what is forbidden. Raise FixedOverlap or FixedForbidden."""
    zones = sorted((centre - widths[key] / 2, centre + widths[key] / 2, key) for key, centre in rules.fixed.items())
    slack = TOLERANCE * length
    for (_, end, one), (start, _, other) in pairwise(zones):
        if (by := end + rules.clearance - start) > slack:
            raise FixedOverlap(one=one, other=other, by=shown(by))
    for start, end, key in zones:
        for begin, stop in rules.forbidden:
            if min(end, stop) - max(start, begin) > slack:
                places = {"start": shown(start), "end": shown(end), "from": shown(begin), "to": shown(stop)}
                raise FixedForbidden(id=key, **places)


def _check_groups(groups: Sequence[Sequence[str]], widths: Mapping[str, float]) -> None:
    seen: set[str] = set()
    for place, group in enumerate(groups):
        key = f"rules.together[{place}]"
        _check_known(key, group, widths)
        for number, name in enumerate(group):
            if name in group[:number]:
                raise DuplicateId(key=key, id=name)
            if name in seen:
                raise InTwoGroups(key=key, id=name)
        seen.update(group)


def _check_apart(pairs: Sequence[tuple[str, str, float]], widths: Mapping[str, float], length: float) -> None:
    for place, (one, other, distance) in enumerate(pairs):
        key = f"rules.apart[{place}]"
        _check_known(f"{key}.materials", (one, other), widths)
        if one == other:
            raise DuplicateId(key=f"{key}.materials", id=one)
        most = length - (widths[one] + widths[other]) / 2
        if distance > most + TOLERANCE * length:
            raise TooFarApart(key=f"{key}.distance", most=shown(most), distance=shown(distance))


def _rules_document(rules: BulkRules) -> dict[str, Any]:
    """Answer the rules that say anything."""
    document = {
        "fixed": dict(rules.fixed),
        "forbidden": [{"from": start, "to": end} for start, end in rules.forbidden],
        "together": [list(group) for group in rules.together],
        "apart": [{"materials": [one, other], "distance": distance} for one, other, distance in rules.apart],
        "clearance": rules.clearance,
    }
    said = {key: value for key, value in document.items() if value}
    return said if rules.most_moved is None else {**said, "most_moved": rules.most_moved}
