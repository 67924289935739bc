"""Plans of a study beside today's layout: travel, promise, what has to be moved."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hanmaru.central.slotting import moves, reading
from hanmaru.central.slotting.models import Search
from hanmaru.central.slotting.problems import Plan, Problem, plan_of
from hanmaru.central.slotting.queries.searches import plan_text
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.kitting.costs import Costs
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem, Place


@dataclass(frozen=True, slots=True)
class Today:
    """Today's layout: its travel, and of how many of the materials it tells. ``per_kit`` is 0 along a strip."""

    travel: float
    known: int
    materials: int
    per_kit: float = 0

    @property
    def whole(self) -> bool:
        """Whether it tells of every material."""
        return self.known == self.materials


@dataclass(frozen=True, slots=True)
class Compared:
    """A plan: its travel, the change from today in percent (None without a today), and how many materials move."""

    search: int
    travel: float
    percent: float | None
    moved: int | None
    per_kit: float = 0

    @property
    def less(self) -> float | None:
        """By how many percent the travel is shorter than today."""
        return None if self.percent is None else -self.percent


def today_of(problem: Problem, house: Mapping[str, Any]) -> Today | None:
    """Today's layout, as far as it is known; None where nothing is."""
    if isinstance(problem, BulkProblem):
        centres = problem.today or {}
        found = Today(reading.strip_travel(problem, centres), len(centres), len(problem.materials))
    else:
        aisles = aisles_today(problem, house)
        travel = reading.aisle_travel(problem, aisles)
        found = Today(
            _with_rules(problem, problem.today or {}, travel),
            len(aisles),
            len(problem.materials),
            reading.per_kit(problem, travel),
        )
    return found if found.known else None


def compared(study_id: int, problem: Problem, house: Mapping[str, Any]) -> dict[int, Compared]:
    """Search -> its plan beside today's layout, for every search of the study that has found one."""
    today = today_of(problem, house)
    rows = Search.objects.filter(study_id=study_id).exclude(plan="").values_list("pk", "plan").order_by("-pk")[:30]
    return {pk: _compared(pk, plan_of(json.loads(text), problem), problem, house, today) for pk, text in rows}


def compared_plan(search_id: int, problem: Problem, house: Mapping[str, Any]) -> Compared:
    """The plan of one search beside today's layout. Raise UnknownStudy, NoPlan."""
    plan = plan_of(json.loads(plan_text(search_id)), problem)
    return _compared(search_id, plan, problem, house, today_of(problem, house))


def _compared(search: int, plan: Plan, problem: Problem, house: Mapping[str, Any], today: Today | None) -> Compared:
    if isinstance(plan, BulkPlan) and isinstance(problem, BulkProblem):
        centres = problem.today or {}
        same = reading.strip_travel(problem, {key: plan.positions[key] for key in centres})
        slack = moves.SAME * problem.length
        moved = sum(abs(plan.positions[key] - centre) > slack for key, centre in centres.items())
        return Compared(search, plan.objective, _percent(same, today), moved if centres else None)
    assert isinstance(plan, KittingPlan)  # noqa: S101 -- there are two kinds
    assert isinstance(problem, KittingProblem)  # noqa: S101 -- the same
    known = aisles_today(problem, house)
    same = reading.aisle_travel(problem, {key: plan.places[key].aisle for key in known})
    if len(problem.today or {}) == len(problem.materials):
        same = _with_rules(problem, plan.places, same)
    count = _moved(plan, problem, house) if known else None
    walked = reading.aisle_travel(problem, {key: place.aisle for key, place in plan.places.items()})
    return Compared(search, plan.objective, _percent(same, today), count, reading.per_kit(problem, walked))


def _with_rules(problem: KittingProblem, places: Mapping[str, Place], walked: float) -> float:
    """What a layout costs with what rules add (levels, other depots, replenishment), where it tells of everything."""
    rules = problem.rules
    costs = rules.level_costs or rules.replenishments or rules.depot_of
    return Costs(problem).of(places) if costs and len(places) == len(problem.materials) else walked


def _percent(travel: float, today: Today | None) -> float | None:
    return round(100 * (travel / today.travel - 1), 1) if today is not None and today.travel > 0 else None


def _moved(plan: KittingPlan, problem: KittingProblem, house: Mapping[str, Any]) -> int:
    """How many materials lie elsewhere than the plan has them."""
    lying = house.get("lying")
    if lying is None:
        today = problem.today or {}
        return sum(plan.places[key] != place for key, place in today.items())
    targets = moves.targets_of(plan.places, problem, moves.house_bins(house))
    return sum(bool(bins) and set(bins) != set(targets[key]) for key, bins in lying.items())


def aisles_today(problem: KittingProblem, house: Mapping[str, Any]) -> dict[str, int]:
    """Material -> the aisle where it lies today; of several the one with the shortest way."""
    if not house.get("lying"):
        return {key: place.aisle for key, place in (problem.today or {}).items()}
    index = {aisle.key: number for number, aisle in enumerate(problem.aisles)}
    aisle_of = {one: index[aisle] for aisle, rows in moves.house_bins(house).items() for row in rows for one in row}
    return {
        key: min((aisle_of[one] for one in bins), key=lambda number: (problem.aisles[number].weight, number))
        for key, bins in house["lying"].items()
        if bins
    }
