"""Checks a plan of kitting supply: equations (13) to (21) of the formulation, bin by bin."""

from collections.abc import Mapping
from math import fsum
from typing import Any

from hanmaru.decide.slotting.check.report import Report, check_figures, checked


def check_kitting(instance: object, plan: object) -> Report:
    """Answer what is wrong with a plan for an instance, both as JSON gives them."""
    return checked(_look, instance, plan)


def _look(instance: Mapping[str, Any], plan: Mapping[str, Any], report: Report) -> None:
    places, needs = plan["places"], {entry["id"]: entry["bins"] for entry in instance["materials"]}
    for name in needs.keys() - places.keys():
        report.add("missing", material=name)
    for name in places.keys() - needs.keys():
        report.add("unknown", material=name)
    racks = {aisle["id"]: aisle["racks"] for aisle in instance["aisles"]}
    taken: dict[tuple[str, int, int], str] = {}
    for name, bins in needs.items():
        if name in places:
            _take(name, bins, places[name], racks, taken, report)
    if needs.keys() <= places.keys() and all(places[name]["aisle"] in racks for name in needs):
        check_figures(plan, kitting_objective(instance, places), report)


def kitting_objective(instance: Mapping[str, Any], places: Mapping[str, Mapping[str, Any]]) -> float:
    """Answer equation (13): over all models, frequency times the weights of the aisles that must be entered."""
    weights = {aisle["id"]: float(aisle["weight"]) for aisle in instance["aisles"]}
    return fsum(
        float(model["frequency"]) * weights[aisle]
        for model in instance["models"]
        for aisle in {places[name]["aisle"] for name in model["materials"]}
    )


def _take(
    name: str,
    bins: int,
    place: Mapping[str, Any],
    racks: Mapping[str, list[int]],
    taken: dict[tuple[str, int, int], str],
    report: Report,
) -> None:
    """Take a material's bins one by one; note where there are none, or somebody has them."""
    aisle, rack, first = place["aisle"], place["rack"], place["first_bin"]
    if aisle not in racks:
        report.add("aisle", material=name, aisle=aisle)
        return
    if rack not in range(len(racks[aisle])):
        report.add("rack", material=name, rack=rack, aisle=aisle)
        return
    has, last = racks[aisle][rack], first + bins - 1
    if first not in range(has) or last >= has:
        report.add("rack_end", material=name, first=first, last=last, has=has)
        return
    for number in range(int(first), int(last) + 1):
        other = taken.setdefault((aisle, int(rack), number), name)
        if other != name:
            report.add("bin_twice", material=name, other=other, bin=number, rack=rack, aisle=aisle)
            return
