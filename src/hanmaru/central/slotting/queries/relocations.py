"""Relocations and their tasks as pages and the API see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import VariantCard
from hanmaru.central.slotting.errors import UnknownStudy
from hanmaru.central.slotting.models import Relocation, RelocationState, RelocationTask, Source
from hanmaru.central.slotting.queries.studies import places_words


@dataclass(frozen=True, slots=True, kw_only=True)
class RelocationCard:
    """A plan being carried out, or a week of it, from 1: how many of its tasks are done."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """Carry a material from a place to a place. ``code``: the SKU of goods that the system knows, else "".

    ``waits_for``: the number of the task that must be done before it, None where it can be done now.
    """

    id: int
    sequence: int
    material: str
    title: str
    code: str
    photo: str
    from_words: str
    to_words: str
    aside: bool
    quantity: int
    moved: int
    done_at: datetime | None
    waits_for: int | None

    @property
    def done(self) -> bool:
        """Whether it is done."""
        return self.done_at is not None


def _cards(rows: Any) -> list[RelocationCard]:
    counted = rows.select_related("search__study").defer(
        "search__plan", "search__moves", "search__history", "search__study__instance", "search__study__house"
    )
    counted = counted.annotate(task_count=Count("tasks"), done_count=Count("tasks", filter=~Q(tasks__done_at=None)))
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
            tasks=row.task_count,
            done=row.done_count,
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
    """The plan that is being carried out: how many tasks are left."""

    relocation: int
    left: int


def open_moves() -> OpenMoves | None:
    """What waits to be carried for an accepted plan, by one query; None where nothing does."""
    rows = RelocationTask.objects.filter(relocation__state=RelocationState.OPEN, done_at=None)
    found = rows.values_list("relocation").annotate(left=Count("pk")).order_by("-relocation").first()
    return None if found is None else OpenMoves(*found)


def relocation_card(relocation_id: int) -> RelocationCard:
    """One relocation. Raise UnknownStudy."""
    found = _cards(Relocation.objects.filter(pk=relocation_id))
    if not found:
        raise UnknownStudy
    return found[0]


def tasks_of(relocation_id: int, *, done: bool | None = None, limit: int = 200) -> list[TaskCard]:
    """Its tasks in order; only those done, or only those to do."""
    rows = RelocationTask.objects.filter(relocation_id=relocation_id).order_by("sequence")
    if done is not None:
        rows = rows.filter(done_at__isnull=not done)
    return _task_cards(rows[:limit])


def _task_cards(rows: Iterable[Any]) -> list[TaskCard]:
    found = list(rows)
    waits = _waits(row for row in found if row.done_at is None and row.variant_id is not None)
    cards = catalog.variant_cards({row.variant_id for row in found if row.variant_id is not None})

    def of(row: Any) -> VariantCard | None:
        return cards.get(row.variant_id)

    return [
        TaskCard(
            id=row.pk,
            sequence=row.sequence,
            material=row.material,
            title=card.title if (card := of(row)) else row.material,
            code=card.sku if card else "",
            photo=card.photo if card else "",
            from_words=row.from_words,
            to_words=row.to_words,
            aside=row.aside,
            quantity=row.quantity,
            moved=row.moved,
            done_at=row.done_at,
            waits_for=waits.get(row.pk),
        )
        for row in found
    ]


def _waits(rows: Iterable[Any]) -> dict[int, int]:
    """Task -> number of the first one before it, in order, that brings its goods or takes others from its target."""
    brings, empties, found = dict[tuple[int, int | None, int], int](), dict[int, int](), dict[int, int]()
    for row in rows:
        goods = (row.variant_id, row.lot_id)
        first = brings.get((*goods, row.from_place_id)), None if row.aside else empties.get(row.to_place_id)
        if before := [number for number in first if number is not None]:
            found[row.pk] = min(before)
        brings.setdefault((*goods, row.to_place_id), row.sequence)
        empties.setdefault(row.from_place_id, row.sequence)
    return found
