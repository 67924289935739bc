"""What stock holds for a document, and what it moved for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hanmaru.central.stock.models import Reservation, ReservationState, StockMove


@dataclass(frozen=True, slots=True)
class Held:
    """An open reservation: ``quantity`` pieces of a variant at a place, for a line of a document."""

    reservation: int
    document: int
    line: int | None
    variant: int
    lot: int | None
    place: int
    place_code: str
    quantity: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocumentMove:
    """A move made for a document; ids, kinds of places, pieces."""

    variant: int
    lot: int | None
    from_place: int
    from_kind: str
    to_place: int
    to_kind: str
    quantity: int
    reason: str


def held_for(kind: str, document_ids: Iterable[int]) -> list[Held]:
    """What is held for documents now, oldest reservation first."""
    rows = (
        Reservation.objects.filter(document_kind=kind, document_id__in=list(document_ids), state=ReservationState.OPEN)
        .select_related("balance__place")
        .order_by("pk")
    )
    return [
        Held(
            reservation=row.pk,
            document=row.document_id,
            line=row.line_id,
            variant=row.balance.variant_id,
            lot=row.balance.lot_id,
            place=row.balance.place_id,
            place_code=row.balance.place.code,
            quantity=row.quantity,
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def expired_documents(kind: str, now: datetime, *, limit: int = 500) -> list[int]:
    """Ids of documents whose reservations ran out before ``now``, longest ago first."""
    rows = Reservation.objects.filter(document_kind=kind, state=ReservationState.OPEN, expires_at__lte=now)
    return list(dict.fromkeys(rows.order_by("expires_at").values_list("document_id", flat=True)[:limit]))


def moved_for(kind: str, document_id: int) -> list[DocumentMove]:
    """Every move made for a document, in the order they were made."""
    rows = StockMove.objects.filter(document_kind=kind, document_id=document_id)
    return [
        DocumentMove(
            variant=row.variant_id,
            lot=row.lot_id,
            from_place=row.from_place_id,
            from_kind=row.from_place.kind,
            to_place=row.to_place_id,
            to_kind=row.to_place.kind,
            quantity=row.quantity,
            reason=row.reason,
        )
        for row in rows.select_related("from_place", "to_place").order_by("pk")
    ]
