"""Searches as pages and the API see them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from hanmaru.central.companies import queries as companies
from hanmaru.central.slotting.errors import NoPlan, UnknownStudy
from hanmaru.central.slotting.models import Search, SearchState
from hanmaru.central.slotting.problems import CURVE, METHODS
from hanmaru.central.slotting.services.searches import SILENT


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """With so many materials moved: the travel of the best found, a bound below which none is, and the changes.

    ``percent``: the change from today's travel; ``share``: percent of all that can be saved by moving all.
    """

    moved: int
    travel: float
    bound: float
    percent: float
    share: float

    @property
    def less(self) -> float:
        """By how many percent the travel is shorter than today's."""
        return -self.percent


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCard:
    """A search and how far it is. ``gap`` is the share of the best that may be too much; None while unknown."""

    id: int
    study: int
    study_name: str
    unit: str
    method: str
    method_words: str
    limit_s: int
    seed: int
    state: str
    state_words: str
    best: float | None
    bound: float | None
    optimal: bool
    seconds: float
    history: tuple[tuple[float, float | None, float], ...]
    has_plan: bool
    stop_asked: bool
    failure: str
    created_at: datetime
    ended_at: datetime | None
    who: str
    curve: tuple[CurvePoint, ...] = ()

    @property
    def is_curve(self) -> bool:
        """Whether it looks for what moving few materials saves, and not for a plan."""
        return self.method == CURVE

    @property
    def live(self) -> bool:
        """Whether it waits or searches."""
        return self.state in (SearchState.WAITING, SearchState.RUNNING)

    @property
    def gap(self) -> float | None:
        """The share of the best that may be too much; 0 when it is proven that nothing is."""
        if self.best is None or self.bound is None or (self.bound <= 0 < self.best):
            return None
        return max(0.0, (self.best - self.bound) / self.best) if self.best > 0 else 0.0

    @property
    def gap_percent(self) -> float | None:
        """The same in percent."""
        return None if self.gap is None else round(self.gap * 100, 3)


def _cards(rows: Iterable[Any], *, whole: bool) -> list[SearchCard]:
    """Cards, with their history and who began them where they are to be ``whole``."""
    found = list(rows)
    names = companies.person_names({row.created_by for row in found}) if whole else {}
    return [_card(row, names.get(row.created_by or 0, ""), with_history=whole) for row in found]


def _method_words(method: str) -> str:
    """What a search is called, without the advice that stands behind it where one is chosen."""
    return _("What moving few saves") if method == CURVE else str(METHODS.get(method, method)).partition(" — ")[0]


def _card(row: Any, who: str, *, with_history: bool) -> SearchCard:
    state = SearchState(row.state)
    if state == SearchState.RUNNING and row.seen_at and row.seen_at < timezone.now() - SILENT:
        state = SearchState.LOST  # its process was ended; noted for good when the next one is begun
    history = json.loads(row.history) if with_history and row.history else []
    return SearchCard(
        id=row.pk,
        study=row.study_id,
        study_name=row.study.name,
        unit=row.study.unit,
        method=row.method,
        method_words=_method_words(row.method),
        limit_s=row.limit_s,
        seed=row.seed,
        state=str(state),
        state_words=str(state.label),
        best=row.best,
        bound=row.bound,
        optimal=row.optimal,
        seconds=row.seconds,
        history=tuple((float(at), best, float(bound)) for at, best, bound in history),
        has_plan=row.plan != "",
        stop_asked=row.stop_asked,
        failure=row.failure,
        created_at=row.created_at,
        ended_at=row.ended_at,
        who=who,
        curve=_curve(row.curve),
    )


def _curve(text: str) -> tuple[CurvePoint, ...]:
    points = json.loads(text) if text else []
    if not points:
        return ()
    now, least = points[0][1], points[-1][1]
    return tuple(
        CurvePoint(
            int(moved),
            best,
            bound,
            round(100 * (best / now - 1), 1) if now else 0.0,
            round(100 * (now - best) / (now - least), 1) if now > least else 0.0,
        )
        for moved, best, bound in points
    )


def _searches() -> Any:
    return Search.objects.select_related("study").defer("study__instance", "study__house")


def search_card(search_id: int) -> SearchCard:
    """One search, with its history. Raise UnknownStudy."""
    found = _cards(_searches().filter(pk=search_id), whole=True)
    if not found:
        raise UnknownStudy
    return found[0]


def searches_of(study_id: int, *, limit: int = 30) -> list[SearchCard]:
    """The searches of a study, newest first, without their histories and who began them."""
    return _cards(_searches().filter(study_id=study_id).order_by("-pk")[:limit], whole=False)


def best_of(study_id: int) -> SearchCard | None:
    """The search with the shortest plan of a study; None where there is none."""
    found = _cards(_searches().filter(study_id=study_id).exclude(plan="").order_by("best", "pk")[:1], whole=False)
    return found[0] if found else None


def plan_text(search_id: int) -> str:
    """The plan that was found, as JSON. Raise UnknownStudy, NoPlan."""
    found: str | None = Search.objects.filter(pk=search_id).values_list("plan", flat=True).first()
    if found is None:
        raise UnknownStudy
    if not found:
        raise NoPlan
    return found
