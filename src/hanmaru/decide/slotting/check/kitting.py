"""Checks a plan of kitting supply: equations (13) to (21) of the formulation bin by bin, and every rule by itself."""

from collections.abc import Mapping
from math import fsum, inf
from typing import Any, NamedTuple

from hanmaru.decide.slotting.check.report import Report, check_figures, checked, number

Document = Mapping[str, Any]
At = tuple[str, int, int]
"""Aisle, rack, first bin."""


class _Rack(NamedTuple):
    """What is told of a rack: its level, the size of its bins ("" is ordinary), and how many it has."""

    level: int
    size: str
    bins: int


class Store:
    """What an instance tells, by names, and which bins are taken so far."""

    def __init__(self, instance: Document) -> None:
        self.rules: Document = instance.get("rules", {})
        self.needs = {entry["id"]: int(entry["bins"]) for entry in instance["materials"]}
        self.racks = racks_of(instance)
        self.aisles = {one["id"] for one in instance["aisles"]}
        self.taken = {
            (one["aisle"], int(one["rack"]), int(one["first_bin"]) + offset): ""
            for one in self.rules.get("blocked", ())
            for offset in range(int(one["bins"]))
        }

    def needed(self, name: str, size: str) -> int:
        """Answer how many bins of a size a material needs; 0 where it does not fit them."""
        return int(self.rules.get("bins_by_size", {}).get(name, {}).get(size, 0)) if size else self.needs[name]


def check_kitting(instance: object, plan: object) -> Report:
    """Answer what is wrong with a plan for an instance, both as JSON gives them."""
    return checked(_look, instance, plan)


def _look(instance: Document, plan: Document, report: Report) -> None:
    places, store = plan["places"], Store(instance)
    for name in store.needs.keys() - places.keys():
        report.add("missing", material=name)
    for name in places.keys() - store.needs.keys():
        report.add("unknown", material=name)
    real = [_take(name, places[name], store, report) for name in store.needs if name in places]
    at = {name: (place["aisle"], place["rack"], place["first_bin"]) for name, place in places.items()}
    _check_aisles(at, store, report)
    _check_masses(at, store, report)
    _check_places(at, instance, report)
    if store.needs.keys() <= places.keys() and all(real):
        check_figures(plan, kitting_objective(instance, places), report)


def kitting_objective(instance: Document, places: Mapping[str, Document]) -> float:
    """Answer equation (13): over all models, frequency times the weights of the aisles that must be entered.

    With rules: weights as seen from a model's own depot; and added to it the cost of the levels that are picked from,
    and the way from the dock of what is replenished.
    """
    rules, weights = instance.get("rules", {}), {one["id"]: float(one["weight"]) for one in instance["aisles"]}
    costs, picks = [], {entry["id"]: 0.0 for entry in instance["materials"]}
    for model in instance["models"]:
        depot, often = rules.get("depot_of", {}).get(model["id"]), float(model["frequency"])
        seen = weights if depot is None else rules["depots"][depot]
        costs += [often * float(seen[aisle]) for aisle in {places[name]["aisle"] for name in model["materials"]}]
        for name in model["materials"]:
            picks[name] += often
    racks, levels = racks_of(instance), rules.get("levels", [])
    for name, picked in picks.items():
        aisle, rack = places[name]["aisle"], int(places[name]["rack"])
        level = racks[aisle, rack].level
        costs.append(picked * float(levels[level].get("cost", 0)) if level < len(levels) else 0.0)
        if often := float(rules.get("replenishments", {}).get(name, 0)):
            costs.append(often * float(rules["dock"][aisle]))
    return fsum(costs)


def racks_of(instance: Document) -> dict[tuple[str, int], _Rack]:
    """What is told of every rack, by aisle and number."""
    told = {(one["aisle"], int(one["rack"])): one for one in instance.get("rules", {}).get("racks", ())}
    found = {}
    for aisle in instance["aisles"]:
        for rack, bins in enumerate(aisle["racks"]):
            one = told.get((aisle["id"], rack), {})
            found[aisle["id"], rack] = _Rack(int(one.get("level", 0)), one.get("bin_size", ""), int(bins))
    return found


def _take(name: str, place: Document, store: Store, report: Report) -> bool:
    """Take a material's bins one by one; note where there are none, or somebody has them. Answer if its rack is one."""
    aisle, rack, first = place["aisle"], number(place["rack"]), number(place["first_bin"])
    if aisle not in store.aisles:
        report.add("aisle", material=name, aisle=aisle)
        return False
    if (aisle, rack) not in store.racks:
        report.add("rack", material=name, rack=rack, aisle=aisle)
        return False
    told, where = store.racks[aisle, int(rack)], {"rack": int(rack), "aisle": aisle}
    bins = store.needed(name, told.size)
    last = first + bins - 1
    if not bins:
        report.add("size", material=name, size=told.size, **where)
    elif first not in range(told.bins) or last >= told.bins:
        report.add("rack_end", material=name, first=first, last=last, has=told.bins)
    else:
        _take_bins(name, range(int(first), int(last) + 1), where, store, report)
    return True


def _take_bins(name: str, bins: range, where: Document, store: Store, report: Report) -> None:
    for one in bins:
        other = store.taken.setdefault((where["aisle"], where["rack"], one), name)
        if other != name:
            report.add("bin_twice" if other else "blocked", material=name, other=other, bin=one, **where)
            return


def _check_aisles(at: Mapping[str, At], store: Store, report: Report) -> None:
    for name, asked in store.rules.get("aisles", {}).items():
        if name in at and at[name][0] not in asked:
            report.add("wrong_aisle", material=name, asked=", ".join(asked), aisle=at[name][0])
    for name, asked in store.rules.get("forbidden", {}).items():
        if name in at and at[name][:2] in {(one["aisle"], one["rack"]) for one in asked}:
            report.add("forbidden_rack", material=name, rack=at[name][1], aisle=at[name][0])
    for one, other in store.rules.get("apart", ()):
        if one in at and other in at and at[one][0] == at[other][0]:
            report.add("same_aisle", material=one, other=other, aisle=at[one][0])


def _check_masses(at: Mapping[str, At], store: Store, report: Report) -> None:
    levels = store.rules.get("levels", [])
    for name, mass in store.rules.get("masses", {}).items():
        rack = store.racks.get(at[name][:2]) if name in at else None
        if rack and rack.level < len(levels) and mass > (most := levels[rack.level].get("heaviest", inf)):
            report.add("heavy", material=name, mass=float(mass), level=rack.level, most=float(most))


def _check_places(at: Mapping[str, At], instance: Document, report: Report) -> None:
    """Hold places against what is fixed, and against today's where only some may move."""
    rules = instance.get("rules", {})
    for name, one in rules.get("fixed", {}).items():
        fixed = (one["aisle"], one["rack"], one["first_bin"])
        if name in at and at[name] != fixed:
            report.add("fixed_place", material=name, aisle=fixed[0], rack=fixed[1], first=fixed[2])
    today, most = instance.get("today"), rules.get("most_moved")
    if today is not None and most is not None:
        was = {name: (place["aisle"], place["rack"], place["first_bin"]) for name, place in today.items()}
        moved = sum(was[name] != at[name] for name in was if name in at)
        if moved > most:
            report.add("most_moved", moved=moved, most=most)
