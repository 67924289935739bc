"""Which variants other apps hold on to: found by the foreign keys that protect them, whoever made those."""

from collections.abc import Iterable
from typing import Any

from django.db.models import PROTECT, Exists, OuterRef, Q

from hanmaru.central.catalog.models import Tag, Variant


def used_variants(ids: Iterable[int]) -> set[int]:
    """Those of the variants that stock, orders, deliveries or tags point at."""
    return _pointed_at(ids, _protecting_tables())


def booked_variants(ids: Iterable[int]) -> set[int]:
    """As :func:`used_variants`, but a tag alone does not count."""
    return _pointed_at(ids, [(table, field) for table, field in _protecting_tables() if table is not Tag])


def _protecting_tables() -> list[tuple[Any, str]]:
    relations = Variant._meta.related_objects  # noqa: SLF001 -- Django's documented API in all but its name
    return [
        (relation.related_model, relation.field.name)
        for relation in relations
        if getattr(relation, "on_delete", None) is PROTECT
    ]


def _pointed_at(ids: Iterable[int], tables: Iterable[tuple[Any, str]]) -> set[int]:
    used = Q()
    for table, field in tables:
        used |= Q(Exists(table.unfiltered.filter(**{field: OuterRef("pk")})))
    return set(Variant.objects.filter(used, pk__in=list(ids)).values_list("pk", flat=True))
