"""Checks a plan of bulk supply: equations (1) to (12) of the formulation, and the rules, each looked at by itself."""

from collections.abc import Mapping
from itertools import pairwise
from math import fsum
from typing import Any, NamedTuple

from hanmaru.decide.slotting.check.report import RELATIVE, Report, check_figures, checked, number


class _Zone(NamedTuple):
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
    length, centres = float(instance["length"]), plan["positions"]
    materials = {entry["id"]: entry for entry in instance["materials"]}
    for name in materials.keys() - centres.keys():
        report.add("missing", material=name)
    for name in centres.keys() - materials.keys():
        report.add("unknown", material=name)
    placed = [(name, number(centres[name]), number(one["width"])) for name, one in materials.items() if name in centres]
    zones = sorted(_Zone(centre - width / 2, centre + width / 2, name) for name, centre, width in placed)
    slack = RELATIVE * length
    _check_ends(zones, length, slack, report)
    rules = instance.get("rules", {})
    _check_overlaps(zones, float(rules.get("clearance", 0)), slack, report)
    _check_rules(rules, zones, slack, report)
    _check_moved(instance, zones, slack, report)
    if len(placed) == len(materials):
        check_figures(plan, bulk_objective(instance, centres), report)


def bulk_objective(instance: Mapping[str, Any], centres: Mapping[str, float]) -> float:
    """Answer equation (1): trips times the way between a zone's centre and the supply point, over all."""
    points = [float(point) for point in instance["supply_points"]]
    return fsum(
        float(trips) * abs(float(centres[entry["id"]]) - points[int(point)])
        for entry in instance["materials"]
        for point, trips in entry["trips"].items()
    )


def _check_ends(zones: list[_Zone], length: float, slack: float, report: Report) -> None:
    for zone in zones:
        by = max(-zone.start, zone.end - length)
        if by > slack or zone.start != zone.start:
            report.add("strip_end", material=zone.material, start=zone.start, end=zone.end, by=by)


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


def _check_rules(rules: Mapping[str, Any], zones: list[_Zone], slack: float, report: Report) -> None:
    by_name = {zone.material: zone for zone in zones}
    for name, centre in rules.get("fixed", {}).items():
        if name in by_name and abs(by_name[name].centre - centre) > slack:
            report.add("fixed", material=name, fixed=float(centre), centre=by_name[name].centre)
    for stretch in rules.get("forbidden", ()):
        begin, stop = float(stretch["from"]), float(stretch["to"])
        for zone in zones:
            if min(zone.end, stop) - max(zone.start, begin) > slack:
                data = {"start": zone.start, "end": zone.end, "from": begin, "to": stop}
                report.add("forbidden", material=zone.material, **data)
    for group in rules.get("together", ()):
        _check_together(set(group), zones, report)
    for pair in rules.get("apart", ()):
        one, other = (by_name.get(name) for name in pair["materials"])
        if one and other and (distance := abs(one.centre - other.centre)) < pair["distance"] - slack:
            names = {"material": one.material, "other": other.material}
            report.add("apart", distance=distance, least=float(pair["distance"]), **names)


def _check_together(group: set[str], zones: list[_Zone], report: Report) -> None:
    places = [place for place, zone in enumerate(zones) if zone.material in group]
    for left, right in pairwise(places):
        if right != left + 1:
            report.add("together", material=zones[left].material, other=zones[right].material)


def _check_moved(instance: Mapping[str, Any], zones: list[_Zone], slack: float, report: Report) -> None:
    today, most = instance.get("today"), instance.get("rules", {}).get("most_moved")
    if most is None or today is None:
        return
    moved = sum(abs(zone.centre - today[zone.material]) > slack for zone in zones if zone.material in today)
    if moved > most:
        report.add("most_moved", moved=moved, most=most)
