"""Checks a plan of bulk supply: equations (1) to (12) of the formulation, and the rules, each looked at by itself."""

from collections.abc import Mapping
from itertools import pairwise
from math import fsum
from typing import Any, NamedTuple

from hanmaru.decide.slotting.check.report import RELATIVE, Report, check_figures, checked, number


class _Strip(NamedTuple):
    name: str
    begin: float
    end: float
    detour: float
    forbidden: tuple[tuple[float, float], ...]


class _Zone(NamedTuple):
    strip: str
    start: float
    end: float
    material: str

    @property
    def centre(self) -> float:
        return (self.start + self.end) / 2


def check_bulk(instance: object, plan: object) -> Report:
    """Answer what is wrong with a plan for an instance, both as JSON gives them."""
    return checked(_look, instance, plan)


def _look(instance: Mapping[str, Any], plan: Mapping[str, Any], report: Report) -> None:
    centres, strips = plan["positions"], _strips(instance)
    materials = {entry["id"]: entry for entry in instance["materials"]}
    for name in materials.keys() - centres.keys():
        report.add("missing", material=name)
    for name in centres.keys() - materials.keys():
        report.add("unknown", material=name)
    on = {name: _strip_of(name, instance, plan) for name in materials.keys() & centres.keys()}
    for name in [name for name in on if on[name] not in strips]:
        report.add("strip", material=name, strip=on.pop(name))
    placed = [(name, number(centres[name]), number(materials[name]["width"])) for name in on]
    zones = sorted(_Zone(on[name], centre - width / 2, centre + width / 2, name) for name, centre, width in placed)
    slack, rules = RELATIVE * float(instance["length"]), instance.get("rules", {})
    _check_ends(zones, strips, slack, report)
    for strip in strips:
        alone = [zone for zone in zones if zone.strip == strip]
        _check_overlaps(alone, float(rules.get("clearance", 0)), slack, report)
    _check_rules(instance, zones, slack, report)
    _check_moved(instance, zones, slack, report)
    if len(placed) == len(materials):
        detours = {name: strips[strip].detour for name, strip in on.items()}
        check_figures(plan, bulk_objective(instance, centres, detours), report)


def bulk_objective(
    instance: Mapping[str, Any], centres: Mapping[str, float], detours: Mapping[str, float] | None = None
) -> float:
    """Answer equation (1): trips times the way between a zone's centre and the supply point, over all.

    `detours`: by material, what each of its trips is longer because of its strip.
    """
    points = [float(point) for point in instance["supply_points"]]
    longer = detours or {}
    return fsum(
        float(trips) * (abs(float(centres[entry["id"]]) - points[int(point)]) + longer.get(entry["id"], 0.0))
        for entry in instance["materials"]
        for point, trips in entry["trips"].items()
    )


def _strips(instance: Mapping[str, Any]) -> dict[str, _Strip]:
    """Answer the strips by name; without any, one as long as the instance says."""
    strips = [
        _Strip(one["id"], float(one["from"]), float(one["to"]), float(one.get("detour", 0)), _pairs(one))
        for one in instance.get("strips", ())
    ]
    return {strip.name: strip for strip in strips or [_Strip("", 0.0, float(instance["length"]), 0.0, ())]}


def _pairs(entry: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    return tuple((float(one["from"]), float(one["to"])) for one in entry.get("forbidden", ()))


def _strip_of(name: str, instance: Mapping[str, Any], plan: Mapping[str, Any]) -> str:
    """Answer the strip that a plan tells for a material; with a single one it need not tell."""
    strips = instance.get("strips", ())
    return str(plan.get("strips", {}).get(name, strips[0]["id"] if len(strips) == 1 else "")) if strips else ""


def _check_ends(zones: list[_Zone], strips: Mapping[str, _Strip], slack: float, report: Report) -> None:
    for zone in zones:
        strip = strips[zone.strip]
        by = max(strip.begin - zone.start, zone.end - strip.end)
        if by > slack or zone.start != zone.start:
            report.add("strip_end", material=zone.material, start=zone.start, end=zone.end, by=by)
        for begin, stop in strip.forbidden:
            _check_forbidden(zone, (begin, stop), slack, report)


def _check_forbidden(zone: _Zone, stretch: tuple[float, float], slack: float, report: Report) -> None:
    begin, stop = stretch
    if min(zone.end, stop) - max(zone.start, begin) > slack:
        data = {"start": zone.start, "end": zone.end, "from": begin, "to": stop}
        report.add("forbidden", material=zone.material, **data)


def _check_overlaps(zones: list[_Zone], clearance: float, slack: float, report: Report) -> None:
    """Zones come by their starts: each is held against the one that reaches furthest before it."""
    furthest: _Zone | None = None
    for zone in zones:
        gap = zone.start - furthest.end if furthest else clearance
        if furthest and gap < -slack:
            report.add("overlap", material=furthest.material, other=zone.material, by=-gap)
        elif furthest and gap < clearance - slack:
            report.add("clearance", material=furthest.material, other=zone.material, gap=gap, least=clearance)
        if furthest is None or zone.end > furthest.end:
            furthest = zone


def _check_rules(instance: Mapping[str, Any], zones: list[_Zone], slack: float, report: Report) -> None:
    rules, by_name = instance.get("rules", {}), {zone.material: zone for zone in zones}
    for stretch in _pairs(rules):
        for zone in zones:
            _check_forbidden(zone, stretch, slack, report)
    _check_fixed(instance, by_name, slack, report)
    for group in rules.get("together", ()):
        _check_together(set(group), zones, float(rules.get("clearance", 0)) + slack, report)
    for pair in rules.get("apart", ()):
        one, other = (by_name.get(name) for name in pair["materials"])
        if one and other and (distance := abs(one.centre - other.centre)) < pair["distance"] - slack:
            names = {"material": one.material, "other": other.material}
            report.add("apart", distance=distance, least=float(pair["distance"]), **names)


def _check_fixed(instance: Mapping[str, Any], zones: Mapping[str, _Zone], slack: float, report: Report) -> None:
    """What is fixed lies on the strip that the rules tell for it, else on the first."""
    rules, strips = instance.get("rules", {}), instance.get("strips", ())
    told = dict(rules.get("strips", {}))
    for name, centre in rules.get("fixed", {}).items():
        if name in zones and abs(zones[name].centre - centre) > slack:
            report.add("fixed", material=name, fixed=float(centre), centre=zones[name].centre)
        if strips:
            told.setdefault(name, strips[0]["id"])
    for name, strip in told.items():
        if name in zones and zones[name].strip != strip:
            report.add("other_strip", material=name, asked=strip, strip=zones[name].strip)


def _check_together(group: set[str], zones: list[_Zone], most: float, report: Report) -> None:
    """Members follow each other on one strip, and no more than the clear gap is between two."""
    places = [place for place, zone in enumerate(zones) if zone.material in group]
    for left, right in pairwise(places):
        one, other = zones[left], zones[right]
        if right != left + 1 or one.strip != other.strip or other.start - one.end > most:
            report.add("together", material=one.material, other=other.material)


def _check_moved(instance: Mapping[str, Any], zones: list[_Zone], slack: float, report: Report) -> None:
    today, most = instance.get("today"), instance.get("rules", {}).get("most_moved")
    if most is None or today is None:
        return
    moved = sum(abs(zone.centre - today[zone.material]) > slack for zone in zones if zone.material in today)
    if moved > most:
        report.add("most_moved", moved=moved, most=most)
