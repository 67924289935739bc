"""Relocations as pages and the API see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from hanmaru.central.slotting.errors import UnknownStudy
from hanmaru.central.slotting.models import Relocation, RelocationState, RelocationTask, Source
from hanmaru.central.slotting.queries.studies import places_words


@dataclass(frozen=True, slots=True, kw_only=True)
class RelocationCard:
    """A plan being carried out, or a week of it, from 1: how many moves it takes and how many are done.

    ``tasks`` counts moves: what lies together is carried at once.
    """

    id: int
    search: int
    week: int | None
    study: int
    study_name: str
    kind: str
    from_stock: bool
    state: str
    state_words: str
    tasks: int
    done: int
    created_at: datetime
    ended_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether there is something to carry."""
        return self.state == RelocationState.OPEN

    @property
    def places_words(self) -> str:
        """How places are told in its tasks."""
        return places_words(self.kind, from_stock=self.from_stock)


def _cards(rows: Any) -> list[RelocationCard]:
    counted = rows.select_related("search__study").defer(
        "search__plan", "search__moves", "search__history", "search__study__instance", "search__study__house"
    )
    counted = counted.annotate(
        move_count=Count("tasks__sequence", distinct=True),
        left_count=Count("tasks__sequence", distinct=True, filter=Q(tasks__done_at=None)),
    )
    return [
        RelocationCard(
            id=row.pk,
            search=row.search_id,
            week=row.week,
            study=row.search.study_id,
            study_name=row.search.study.name,
            kind=row.search.study.kind,
            from_stock=row.search.study.source == Source.STOCK,
            state=row.state,
            state_words=str(row.get_state_display()),
            tasks=row.move_count,
            done=row.move_count - row.left_count,
            created_at=row.created_at,
            ended_at=row.ended_at,
        )
        for row in counted
    ]


def relocations(*, limit: int = 10) -> list[RelocationCard]:
    """Newest first."""
    return _cards(Relocation.objects.order_by("-pk")[:limit])


def relocations_of(study_id: int, *, limit: int = 10) -> list[RelocationCard]:
    """Those of a study, newest first."""
    return _cards(Relocation.objects.filter(search__study_id=study_id).order_by("-pk")[:limit])


def weeks_accepted(search_id: int) -> dict[int, list[RelocationCard]]:
    """By week of the plan, from 1, what was accepted of it, newest first: at most the newest was not called off."""
    found: dict[int, list[RelocationCard]] = {}
    for card in _cards(Relocation.objects.filter(search_id=search_id, week__isnull=False).order_by("-pk")):
        found.setdefault(card.week or 0, []).append(card)
    return found


@dataclass(frozen=True, slots=True)
class OpenMoves:
    """The plan that is being carried out: how many moves are left."""

    relocation: int
    left: int


def open_moves() -> OpenMoves | None:
    """What waits to be carried for an accepted plan, by one query; None where nothing does."""
    rows = RelocationTask.objects.filter(relocation__state=RelocationState.OPEN, done_at=None)
    found = (
        rows.values_list("relocation").annotate(left=Count("sequence", distinct=True)).order_by("-relocation").first()
    )
    return None if found is None else OpenMoves(*found)


def relocation_card(relocation_id: int) -> RelocationCard:
    """One relocation. Raise UnknownStudy."""
    found = _cards(Relocation.objects.filter(pk=relocation_id))
    if not found:
        raise UnknownStudy
    return found[0]
