"""Where everything lies in a plan, and why."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hanmaru.central.slotting import moves, reading
from hanmaru.central.slotting.errors import UnknownStudy
from hanmaru.central.slotting.problems import Problem, plan_of
from hanmaru.central.slotting.queries.searches import plan_text
from hanmaru.central.slotting.templatetags.ways import coordinate
from hanmaru.central.stock import queries as stock
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem, Place


@dataclass(frozen=True, slots=True)
class Lying:
    """A material's place in a plan and today, in words; "" where it has none today."""

    material: str
    place: str
    today: str

    @property
    def moved(self) -> bool:
        """Whether it lies elsewhere today."""
        return bool(self.today) and self.today != self.place


def lying_of(search_id: int, problem: Problem, house: Mapping[str, Any]) -> list[Lying]:
    """Every material of a plan, along the strip or the walk. Raise UnknownStudy, NoPlan."""
    plan = plan_of(json.loads(plan_text(search_id)), problem)
    if isinstance(plan, BulkPlan) and isinstance(problem, BulkProblem):
        today = problem.today or {}
        return [
            Lying(key, coordinate(at), coordinate(today[key]) if key in today else "")
            for key, at in sorted(plan.positions.items(), key=lambda item: item[1])
        ]
    assert isinstance(plan, KittingPlan)  # noqa: S101 -- there are two kinds
    assert isinstance(problem, KittingProblem)  # noqa: S101 -- the same
    order = sorted(plan.places, key=lambda key: _spot(plan.places[key]))
    if house.get("bins"):
        return _lying_in_house(order, plan, problem, house)
    words = rack_words(problem)
    known = problem.today or {}
    return [Lying(key, words(key, plan.places[key]), words(key, known.get(key))) for key in order]


def why(search_id: int, problem: Problem, material: str) -> reading.Why:
    """Why a material lies where it does. Raise UnknownStudy, NoPlan."""
    if all(one.key != material for one in problem.materials):
        raise UnknownStudy
    plan = plan_of(json.loads(plan_text(search_id)), problem)
    if isinstance(plan, BulkPlan) and isinstance(problem, BulkProblem):
        return reading.why_on_strip(problem, plan, material)
    assert isinstance(plan, KittingPlan)  # noqa: S101 -- there are two kinds
    assert isinstance(problem, KittingProblem)  # noqa: S101 -- the same
    return reading.why_in_bins(problem, plan.places, material)


def _spot(place: Place) -> tuple[int, int, int]:
    return place.aisle, place.rack, place.first_bin


def _lying_in_house(
    order: list[str], plan: KittingPlan, problem: KittingProblem, house: Mapping[str, Any]
) -> list[Lying]:
    targets = moves.targets_of(plan.places, problem, moves.house_bins(house))
    lying: Mapping[str, list[int]] = house["lying"]
    named = {one for bins in (*targets.values(), *lying.values()) for one in bins}
    codes = {place.id: place.code for place in stock.place_cards(named).values()}

    def words(bins: list[int]) -> str:
        return ", ".join(codes.get(one, "–") for one in bins)

    return [Lying(key, words(targets[key]), words(sorted(lying.get(key, ())))) for key in order]


def rack_words(problem: KittingProblem) -> Callable[[str, Place | None], str]:
    """How a material's place is told where bins have no names: aisle / rack / bins, counted from 1."""
    need = {one.key: one.bins for one in problem.materials}

    def words(key: str, place: Place | None) -> str:
        if place is None:
            return ""
        first, last = place.first_bin + 1, place.first_bin + need[key]
        return f"{problem.aisles[place.aisle].key} / {place.rack + 1} / {first if first == last else f'{first}–{last}'}"

    return words


def bin_words(problem: KittingProblem, house: Mapping[str, Any]) -> Callable[[str, Place | None], str]:
    """How a material's place is told in the house: by the codes of its bins, else as rack_words."""
    bins = moves.house_bins(house)
    if not bins:
        return rack_words(problem)
    need = {one.key: one.bins for one in problem.materials}
    codes = {
        one.id: one.code
        for one in stock.place_cards([b for rows in bins.values() for row in rows for b in row]).values()
    }

    def words(key: str, place: Place | None) -> str:
        if place is None:
            return ""
        row = bins[problem.aisles[place.aisle].key][place.rack]
        return ", ".join(codes.get(one, "–") for one in row[place.first_bin : place.first_bin + need[key]])

    return words
