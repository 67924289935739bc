"""Studies as pages and the API see them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from hanmaru.central.companies import queries as companies
from hanmaru.central.slotting.errors import UnknownStudy
from hanmaru.central.slotting.models import Kind, SearchState, Study
from hanmaru.central.slotting.problems import Problem, problem_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyCard:
    """What is to be laid out. ``searching``: searches under way; ``plans``: searches that found one."""

    id: int
    name: str
    kind: str
    kind_words: str
    source: str
    source_words: str
    unit: str
    materials: int
    searching: int
    plans: int
    created_at: datetime
    who: str
    archived: bool
    orders: int
    left_out: int
    without_rules: int | None

    @property
    def is_bulk(self) -> bool:
        """Whether it is laid out along a strip."""
        return self.kind == Kind.BULK

    @property
    def from_stock(self) -> bool:
        """Whether its bins and materials are those of the house."""
        return self.source == "stock"

    @property
    def places_words(self) -> str:
        """How places of its plans are told."""
        return places_words(self.kind, from_stock=self.from_stock)


def places_words(kind: str, *, from_stock: bool) -> str:
    """How places are told; "" where they are bins of the house, by their codes."""
    if kind == Kind.BULK:
        return _("A place is told by where the middle of the material is.")
    return "" if from_stock else _("A place is told as aisle / rack / bins, counted from 1.")


def _cards(rows: Any) -> list[StudyCard]:
    running = Q(searches__state__in=(SearchState.WAITING, SearchState.RUNNING))
    counted = rows.defer("instance").annotate(
        running_count=Count("searches", filter=running), plan_count=Count("searches", filter=~Q(searches__plan=""))
    )
    found = list(counted)
    names = companies.person_names({row.created_by for row in found})
    return [
        StudyCard(
            id=row.pk,
            name=row.name,
            kind=row.kind,
            kind_words=str(row.get_kind_display()),
            source=row.source,
            source_words=str(row.get_source_display()),
            unit=row.unit,
            materials=row.materials,
            searching=row.running_count,
            plans=row.plan_count,
            created_at=row.created_at,
            who=names.get(row.created_by or 0, ""),
            archived=row.archived_at is not None,
            orders=int(row.house.get("orders", 0)),
            left_out=int(row.house.get("left_out", 0)),
            without_rules=row.without_rules_id,
        )
        for row in found
    ]


def studies(*, after: int | None = None, limit: int = 50) -> list[StudyCard]:
    """Newest first; ``after`` is the id of the last one seen."""
    rows = Study.objects.filter(archived_at=None).order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return _cards(rows[:limit])


def study_card(study_id: int) -> StudyCard:
    """One study. Raise UnknownStudy."""
    found = _cards(Study.objects.filter(pk=study_id))
    if not found:
        raise UnknownStudy
    return found[0]


def instance_text(study_id: int) -> str:
    """The instance as JSON. Raise UnknownStudy."""
    found: str | None = Study.objects.filter(pk=study_id).values_list("instance", flat=True).first()
    if found is None:
        raise UnknownStudy
    return found


def problem_of_study(study_id: int) -> tuple[Problem, dict[str, Any]]:
    """The problem, and what is known of the house it was made from. Raise UnknownStudy."""
    found = Study.objects.filter(pk=study_id).values_list("kind", "instance", "house").first()
    if found is None:
        raise UnknownStudy
    kind, instance, house = found
    return problem_of(kind, json.loads(instance)), house
