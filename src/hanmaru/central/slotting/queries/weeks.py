"""A plan carried out week by week: which moves pay, in which order, by when, and which of them are accepted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from hanmaru.central.slotting import reading
from hanmaru.central.slotting.errors import NoWeeks, UnknownStudy
from hanmaru.central.slotting.models import RelocationState, RelocationTask, Search
from hanmaru.central.slotting.problems import plan_of, problem_of
from hanmaru.central.slotting.queries.compared import aisles_today
from hanmaru.central.slotting.queries.explained import bin_words
from hanmaru.central.slotting.queries.relocations import RelocationCard, weeks_accepted
from hanmaru.decide.slotting.formats.moves import moves_of
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem, Place
from hanmaru.decide.slotting.kitting.reslot import Labour, Reslotting, reslot

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
    """The moves of a week, from 1, the day on which it begins, and what was accepted of it.

    ``is_next``: all weeks before are done and this one is not accepted, or was called off.
    """

    number: int
    begins: date
    moves: tuple[WeekMove, ...]
    relocation: RelocationCard | None
    is_next: bool


@dataclass(frozen=True, slots=True)
class Weeks:
    """The moves that pay until the last week: their work and what they save, both in the unit of the way.

    ``count`` is of materials, each once however often it is moved, and ``whole`` of those that the plan would have
    move in all. By ``paid_on`` more has been saved than spent, for good; None where nothing pays. ``stand``: a week was
    accepted, so they change no more.
    """

    weeks: tuple[Week, ...]
    count: int
    whole: int
    cost: float
    saving: float
    paid_on: date | None
    labour: Labour
    stand: bool

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """What moving costs, as the form has it."""
        one = self.labour
        days = round(7 / one.periods_a_week)
        return (
            ("per_move", repr(one.per_move)),
            ("moves_a_week", str(one.moves_a_week)),
            ("weeks", str(one.weeks)),
            ("days", str(days)),
        )


@dataclass(frozen=True, slots=True)
class Weekly:
    """What goes week by week: the search, its plan, the moves as they stand or as ``labour`` makes them."""

    search: Any
    plan: KittingPlan
    problem: KittingProblem
    found: Reslotting
    labour: Labour
    accepted: Mapping[int, Sequence[RelocationCard]]
    stand: bool

    @property
    def house(self) -> Mapping[str, Any]:
        """What is known of the house of the study."""
        known: Mapping[str, Any] = self.search.study.house
        return known

    @property
    def last(self) -> int:
        """The last week in which something is moved, from 1; 0 without moves."""
        return self.found.moves[-1].week + 1 if self.found.moves else 0

    @property
    def following(self) -> int:
        """The first week that is not done."""
        number = 1
        while number in self.accepted and self.accepted[number][0].state == RelocationState.DONE:
            number += 1
        return number

    def after(self, week: int) -> dict[str, Place]:
        """Where the materials lie that have been moved by the end of a week; 0 is before the first."""
        return {move.material: move.target for move in self.found.moves if move.week < week}


def days_of(search_id: int) -> int | None:
    """The days of orders that a study from stock counts; None of other studies. Raise UnknownStudy."""
    house = Search.objects.filter(pk=search_id).values_list("study__house", flat=True).first()
    if house is None:
        raise UnknownStudy
    if not house.get("since") or not house.get("until"):
        return None
    return max(1, round((datetime.fromisoformat(house["until"]) - datetime.fromisoformat(house["since"])).days))


def weekly(search_id: int, labour: Labour | None = None) -> Weekly:
    """What goes week by week. Raise UnknownStudy; NoWeeks, also where nothing stands yet and no labour is told."""
    search = Search.objects.select_related("study").filter(pk=search_id).first()
    if search is None:
        raise UnknownStudy
    problem = problem_of(search.study.kind, json.loads(search.study.instance))
    plan = plan_of(json.loads(search.plan), problem) if search.plan else None
    if not isinstance(plan, KittingPlan) or not isinstance(problem, KittingProblem) or not problem.today:
        raise NoWeeks
    accepted = weeks_accepted(search_id) if search.moves else {}
    if search.moves and any(
        one.state != RelocationState.CANCELLED or one.done for row in accepted.values() for one in row
    ):
        found, stood = moves_of(json.loads(search.moves), problem)
        return Weekly(search, plan, problem, found, stood, accepted, stand=True)
    if labour is None:
        raise NoWeeks
    return Weekly(search, plan, problem, reslot(problem, plan.places, labour), labour, {}, stand=False)


def weeks_of(one: Weekly) -> Weeks:
    """The same for people, its dates from today on, or from when the first week was accepted."""
    first = one.accepted[1][-1].created_at if 1 in one.accepted else timezone.now()
    begins, words = timezone.localdate(first), bin_words(one.problem, one.house)
    told: dict[int, list[WeekMove]] = {}
    for move in one.found.moves:
        ends = (words(move.material, move.origin), words(move.material, move.target))
        told.setdefault(move.week + 1, []).append(WeekMove(move.material, *ends, move.aside))
    weeks = tuple(
        _week(one, number, begins + (number - 1) * WEEK, tuple(moves)) for number, moves in sorted(told.items())
    )
    whole = sum(one.plan.places[key] != place for key, place in (one.problem.today or {}).items())
    paid_on = None if one.found.paid_in is None else begins + (one.found.paid_in + 1) * WEEK
    count = len({move.material for move in one.found.moves})
    return Weeks(weeks, count, whole, one.found.cost, one.found.saving, paid_on, one.labour, one.stand)


def _week(one: Weekly, number: int, begins: date, moves: tuple[WeekMove, ...]) -> Week:
    card = next((card for card in one.accepted.get(number, ()) if card.state != RelocationState.CANCELLED), None)
    return Week(number, begins, moves, card, card is None and number == one.following)


def moves_done(search_id: int) -> set[tuple[int, int]]:
    """Week and number in the week, both from 1, of the moves that are done, called off later or not."""
    rows = RelocationTask.objects.filter(relocation__search=search_id, relocation__week__isnull=False)
    return set(rows.exclude(done_at=None).values_list("relocation__week", "sequence"))


def promised(search_id: int, week: int) -> float:
    """The mean travel of one kit after a week of the plan."""
    one = weekly(search_id)
    aisles = aisles_today(one.problem, one.house) | {key: place.aisle for key, place in one.after(week).items()}
    return reading.per_kit(one.problem, reading.aisle_travel(one.problem, aisles))
