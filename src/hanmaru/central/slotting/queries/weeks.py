"""A plan carried out week by week: which moves pay, in which order, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from hanmaru.central.slotting.queries.explained import bin_words
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.kitting.reslot import Labour, reslot

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeekMove:
    """A material's move; ``aside``: to make room, it is carried on later."""

    material: str
    from_words: str
    to_words: str
    aside: bool


@dataclass(frozen=True, slots=True)
class Week:
    """The moves of a week, and the day on which it begins."""

    begins: date
    moves: tuple[WeekMove, ...]


@dataclass(frozen=True, slots=True)
class Weeks:
    """The moves that pay until the last week: their work and what they save, both in the unit of the way.

    ``whole`` counts the materials that the plan would have move in all. By ``paid_on`` more has been saved
    than spent, for good; None where nothing pays.
    """

    weeks: tuple[Week, ...]
    count: int
    whole: int
    cost: float
    saving: float
    paid_on: date | None


def days_of(house: Mapping[str, Any]) -> int | None:
    """The days of orders that a study from stock counts; None of other studies."""
    if not house.get("since") or not house.get("until"):
        return None
    return max(1, round((datetime.fromisoformat(house["until"]) - datetime.fromisoformat(house["since"])).days))


def weeks_of(plan: KittingPlan, problem: KittingProblem, house: Mapping[str, Any], labour: Labour) -> Weeks:
    """The re-slotting plan from today on."""
    found = reslot(problem, plan.places, labour)
    begins, words = timezone.localdate(), bin_words(problem, house)
    told: dict[int, list[WeekMove]] = {}
    for move in found.moves:
        one = WeekMove(move.material, words(move.material, move.origin), words(move.material, move.target), move.aside)
        told.setdefault(move.week, []).append(one)
    return Weeks(
        tuple(Week(begins + number * WEEK, tuple(moves)) for number, moves in sorted(told.items())),
        len(found.moves),
        sum(plan.places[key] != place for key, place in (problem.today or {}).items()),
        found.cost,
        found.saving,
        None if found.paid_in is None else begins + (found.paid_in + 1) * WEEK,
    )
