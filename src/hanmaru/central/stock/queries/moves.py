"""The ledger, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from hanmaru.central.stock.models import MoveReason, StockMove


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move as pages show it."""

    id: int
    variant: int
    lot_number: str
    from_code: str
    from_kind: str
    to_code: str
    to_kind: str
    quantity: int
    reason: str
    reason_words: str
    note: str
    document_kind: str
    document_id: int | None
    actor_id: int | None
    device_id: int | None
    occurred_at: datetime
    recorded_at: datetime


def picked_for(
    document_kind: str, document_ids: Iterable[int], since: datetime, until: datetime
) -> list[tuple[int, int]]:
    """(document, place) of every place from which goods were picked for a document in the span, each pair once."""
    rows = StockMove.objects.filter(
        reason=MoveReason.PICK,
        document_kind=document_kind,
        document_id__in=list(document_ids),
        occurred_at__gte=since,
        occurred_at__lt=until,
    )
    return list(rows.order_by("document_id", "from_place_id").values_list("document_id", "from_place_id").distinct())


def picked_from(place_id: int, variant_id: int, lot: int | None, since: datetime) -> int:
    """Pieces that were picked of goods at a place since a moment, by when that was entered."""
    rows = StockMove.objects.filter(
        reason=MoveReason.PICK, from_place=place_id, variant=variant_id, lot=lot, recorded_at__gte=since
    )
    return int(rows.aggregate(pieces=Sum("quantity"))["pieces"] or 0)


def moves(
    *,
    before: int | None = None,
    limit: int = 50,
    variant: int | None = None,
    place: int | None = None,
    reason: str = "",
    document: tuple[str, int] | None = None,
) -> list[MoveRow]:
    """Up to ``limit`` moves older than the move ``before``, newest first."""
    rows = StockMove.objects.order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if variant is not None:
        rows = rows.filter(variant_id=variant)
    if reason:
        rows = rows.filter(reason=reason)
    if document is not None:
        rows = rows.filter(document_kind=document[0], document_id=document[1])
    if place is not None:
        # Each half by its own index: with an OR, the whole ledger was walked for a place that saw few moves.
        went, came = (rows.filter(**{side: place}).values("pk")[:limit] for side in ("from_place_id", "to_place_id"))
        rows = StockMove.objects.filter(pk__in=went.union(came)).order_by("-pk")
    rows = rows.select_related("from_place", "to_place", "lot")
    return [
        MoveRow(
            id=row.pk,
            variant=row.variant_id,
            lot_number=row.lot.number if row.lot else "",
            from_code=row.from_place.code,
            from_kind=row.from_place.kind,
            to_code=row.to_place.code,
            to_kind=row.to_place.kind,
            quantity=row.quantity,
            reason=row.reason,
            reason_words=str(row.get_reason_display()),
            note=row.note,
            document_kind=row.document_kind,
            document_id=row.document_id,
            actor_id=row.actor_id,
            device_id=row.device_id,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
        )
        for row in rows[:limit]
    ]
