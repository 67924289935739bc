"""Checks moves from today's places to a plan's: made one after the other in a store of dicts, every figure anew."""

from collections import Counter
from collections.abc import Mapping
from math import fsum, inf
from typing import Any

from hanmaru.decide.slotting.check.kitting import At, Store, check_kitting
from hanmaru.decide.slotting.check.report import Report, checked, number, same

Document = Mapping[str, Any]


def check_moves(instance: object, moves: object, plan: object = None) -> Report:
    """Answer what is wrong with moves for an instance, all as JSON gives them.

    With a plan also whether they end there: moves for good, and how many materials remain elsewhere.
    """
    report = checked(_look, instance, moves)
    if plan is not None and report.ok:
        for violation in check_kitting(instance, plan).violations:
            report.violations.append(violation)
    if plan is not None and report.ok:
        ends = checked(lambda told, made, into: _check_ends(told, made, plan, into), instance, moves)
        report.violations.extend(ends.violations)
    return report


class _Floor:
    """Who lies where while moves are made, and what the kits that are known walk."""

    def __init__(self, instance: Document, report: Report) -> None:
        self.store, self.rules = Store(instance), instance.get("rules", {})
        self.at: dict[str, At] = {}
        self.free_of: dict[tuple[str, int, int], str] = dict(self.store.taken)
        self._models: dict[str, list[Document]] = {}
        for model in instance["models"]:
            for name in model["materials"]:
                self._models.setdefault(name, []).append(model)
        self._weights = {one["id"]: number(one["weight"]) for one in instance["aisles"]}
        for name, place in instance["today"].items():
            self.lay(name, _at(place), {"move": "today"}, report)

    def bins(self, name: str, at: At) -> list[tuple[str, int, int]]:
        """The bins that a material takes; none where it does not fit, or there is no such rack."""
        rack = self.store.racks.get(at[:2])
        count = self.store.needed(name, rack.size) if rack else 0
        inside = rack is not None and at[2] >= 0 and at[2] + count <= rack.bins
        return [(at[0], at[1], at[2] + step) for step in range(count)] if inside else []

    def lift(self, name: str) -> None:
        """Take a material up; bins in which nothing may lie are not free then."""
        for one in self.bins(name, self.at.pop(name)):
            self.free_of.pop(one, None)
            if one in self.store.taken:
                self.free_of[one] = self.store.taken[one]

    def lay(self, name: str, at: At, where: Document, report: Report) -> None:
        """Lay a material down; note bins that there are not, and those that somebody has.

        Today it may lie in bins that are to be free: from there it moves.
        """
        bins = self.bins(name, at)
        if not bins:
            report.add("rack_end", material=name, first=at[2], last=at[2], has=self._has(at))
        for one in bins:
            other = self.free_of.setdefault(one, name)
            if not other and where["move"] == "today":
                self.free_of[one] = other = name
            if other != name:
                facts = {"aisle": one[0], "rack": one[1], "bin": one[2]}
                report.add("occupied", material=name, other=other or "what is blocked", **where, **facts)
                break
        self.at[name] = at

    def _has(self, at: At) -> int:
        rack = self.store.racks.get(at[:2])
        return rack.bins if rack else 0

    def walked(self, name: str) -> float:
        """What the kits that use a material walk, and what it costs that it lies where it lies."""
        parts = []
        for model in self._models.get(name, ()):
            depot = self.rules.get("depot_of", {}).get(model["id"])
            seen = self._weights if depot is None else self.rules["depots"][depot]
            aisles = {self.at[other][0] for other in model["materials"] if other in self.at}
            parts += [number(model["frequency"]) * number(seen[aisle]) for aisle in aisles]
        if name in self.at:
            aisle, rack, _first = self.at[name]
            levels, level = self.rules.get("levels", []), self.store.racks[aisle, rack].level
            picks = fsum(number(model["frequency"]) for model in self._models.get(name, ()))
            parts.append(picks * number(levels[level].get("cost", 0)) if level < len(levels) else 0.0)
            if often := number(self.rules.get("replenishments", {}).get(name, 0)):
                parts.append(often * number(self.rules["dock"][aisle]))
        return fsum(parts)


def _at(place: Document) -> At:
    for key in ("rack", "first_bin"):
        if number(place[key]) != int(place[key]):
            raise TypeError(f"{key} {place[key]!r}")
    return place["aisle"], int(place["rack"]), int(place["first_bin"])


def _look(instance: Document, document: Document, report: Report) -> None:
    floor = _Floor(instance, report)
    for_good: dict[str, int] = {}
    changes = []
    for place, move in enumerate(document["moves"], 1):
        name = move["material"]
        if name not in floor.at:
            report.add("nowhere", move=place, material=name)
            return
        if floor.at[name] != _at(move["from"]):
            report.add("origin", move=place, material=name)
        if _at(move["to"]) == floor.at[name]:
            report.add("in_place", move=place, material=name)
        if name in for_good:
            report.add("again", move=place, material=name, before=for_good[name])
        before = floor.walked(name)
        floor.lift(name)
        floor.lay(name, _at(move["to"]), {"move": place}, report)
        if not floor.bins(name, floor.at[name]):
            return
        changes.append(floor.walked(name) - before)
        _check_rules(name, floor, report)
        _check_figures(place, move, len(floor.bins(name, floor.at[name])), document["labour"], report)
        _compare(f"moves[{place - 1}].change", move["change"], changes[-1], report, before)
        if move["aside"] is not True:
            for_good[name] = place
    _check_moved(instance, floor, report)
    _check_weeks(document, report)
    _check_sums(document, changes, report)


def _check_figures(place: int, move: Document, bins: int, labour: Document, report: Report) -> None:
    _compare(f"moves[{place - 1}].bins", move["bins"], bins, report)
    cost = number(labour["per_move"]) + number(labour["per_bin"]) * bins
    _compare(f"moves[{place - 1}].cost", move["cost"], cost, report)


def _compare(key: str, said: object, true: float, report: Report, scale: float = 0.0) -> None:
    if not same(number(said), true, max(1.0, scale)):
        report.add("figure", key=key, said=said, true=float(true))


def _check_rules(name: str, floor: _Floor, report: Report) -> None:
    """Hold the new place of one material against every rule."""
    rules, (aisle, rack, first) = floor.rules, floor.at[name]
    asked = rules.get("aisles", {}).get(name, [aisle])
    if aisle not in asked:
        report.add("wrong_aisle", material=name, asked=", ".join(asked), aisle=aisle)
    if any((one["aisle"], one["rack"]) == (aisle, rack) for one in rules.get("forbidden", {}).get(name, ())):
        report.add("forbidden_rack", material=name, rack=rack, aisle=aisle)
    for pair in rules.get("apart", ()):
        other = next((one for one in pair if one != name), name) if name in pair else name
        if other != name and other in floor.at and floor.at[other][0] == aisle:
            report.add("same_aisle", material=name, other=other, aisle=aisle)
    levels, level = rules.get("levels", []), floor.store.racks[aisle, rack].level
    most = number(levels[level].get("heaviest", inf)) if level < len(levels) else inf
    mass = number(rules.get("masses", {}).get(name, 0))
    if mass > most:
        report.add("heavy", material=name, mass=mass, level=level, most=most)
    fixed = rules.get("fixed", {}).get(name)
    if fixed is not None and _at(fixed) != (aisle, rack, first):
        report.add("fixed_place", material=name, aisle=fixed["aisle"], rack=fixed["rack"], first=fixed["first_bin"])


def _check_moved(instance: Document, floor: _Floor, report: Report) -> None:
    most = floor.rules.get("most_moved")
    moved = sum(_at(place) != floor.at[name] for name, place in instance["today"].items())
    if most is not None and moved > most:
        report.add("most_moved", moved=moved, most=most)


def _check_weeks(document: Document, report: Report) -> None:
    labour, last = document["labour"], 1
    for place, move in enumerate(document["moves"], 1):
        week = number(move["week"])
        if week < last or week != int(week):
            report.add("early", move=place, week=week, before=last)
        if week > number(labour["weeks"]):
            report.add("late", move=place, week=week, last=labour["weeks"])
        last = max(last, int(week))
    for week, count in Counter(move["week"] for move in document["moves"]).items():
        if count > number(labour["moves_a_week"]):
            report.add("many", week=week, count=count, most=labour["moves_a_week"])


def _check_sums(document: Document, changes: list[float], report: Report) -> None:
    """What moves cost and save in all, and from the end of which week on they have paid for good."""
    labour, moves = document["labour"], document["moves"]
    weeks, often = int(labour["weeks"]), number(labour["periods_a_week"])
    _compare("cost", document["cost"], fsum(number(move["cost"]) for move in moves), report)
    made = [(int(move["week"]), number(move["cost"]), change) for move, change in zip(moves, changes, strict=True)]
    scale = fsum(abs(change) * often * weeks for _week, _cost, change in made)
    saved = fsum(-change * often * max(0, weeks - week) for week, _cost, change in made)
    _compare("saving", document["saving"], saved, report, scale)
    paid = 0
    for end in range(1, weeks + 1):
        earned = fsum(-change * often * (end - week) for week, _cost, change in made if week < end)
        spent = fsum(cost for week, cost, _change in made if week <= end)
        if earned < spent and not same(earned, spent, scale):
            paid = end
    true = paid + 1 if moves else None
    if document["paid_in"] != true:
        report.add("figure", key="paid_in", said=document["paid_in"], true=true)


def _check_ends(instance: Document, document: Document, plan: Any, report: Report) -> None:
    """Whether what is laid down for good lies where the plan has it, and how much lies elsewhere in the end."""
    places = {name: _at(place) for name, place in plan["places"].items()}
    at = {name: _at(place) for name, place in instance["today"].items()}
    for place, move in enumerate(document["moves"], 1):
        at[move["material"]] = _at(move["to"])
        if move["aside"] is not True and at[move["material"]] != places[move["material"]]:
            report.add("not_there", move=place, material=move["material"])
    _compare("remaining", document["remaining"], sum(at[name] != places[name] for name in at), report)
