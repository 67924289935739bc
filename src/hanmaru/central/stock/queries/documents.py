"""What stock holds for a document, and what it moved for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hanmaru.central.stock.models import Reservation, ReservationState, StockMove


@dataclass(frozen=True, slots=True)
class Held:
    """An open reservation: ``quantity`` pieces of a variant at a place, for a line of a document of a ``kind``."""

    reservation: int
    document: int
    line: int | None
    variant: int
    lot: int | None
    place: int
    place_code: str
    quantity: int
    expires_at: datetime | None
    kind: str


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
    return _held(Reservation.objects.filter(document_kind=kind, document_id__in=list(document_ids)))


def held_in(place_ids: Iterable[int]) -> list[Held]:
    """What is held of the goods in these places now, whatever for, oldest reservation first."""
    return _held(Reservation.objects.filter(balance__place_id__in=list(place_ids)))


def _held(rows: Any) -> list[Held]:
    columns = (
        "pk",
        "document_id",
        "line_id",
        "balance__variant_id",
        "balance__lot_id",
        "balance__place_id",
        "balance__place__code",
        "quantity",
        "expires_at",
        "document_kind",
    )
    return [Held(*row) for row in rows.filter(state=ReservationState.OPEN).order_by("pk").values_list(*columns)]


def expired_documents(kind: str, now: datetime, *, limit: int = 500) -> list[int]:
    """Ids of documents whose reservations ran out before ``now``, longest ago first."""
    rows = Reservation.objects.filter(document_kind=kind, state=ReservationState.OPEN, expires_at__lte=now)
    return list(dict.fromkeys(rows.order_by("expires_at").values_list("document_id", flat=True)[:limit]))


def moved_for(kind: str, document_id: int) -> list[DocumentMove]:
    """Every move made for a document, in the order they were made."""
    return moved_for_all(kind, [document_id])[document_id]


def moved_for_all(kind: str, document_ids: Iterable[int]) -> dict[int, list[DocumentMove]]:
    """The same for many documents by one query: document id -> its moves, for every id asked for."""
    found: dict[int, list[DocumentMove]] = {document: [] for document in document_ids}
    rows = StockMove.objects.filter(document_kind=kind, document_id__in=list(found)).order_by("pk")
    columns = ("variant_id", "lot_id", "from_place_id", "from_place__kind", "to_place_id", "to_place__kind")
    for document, *move in rows.values_list("document_id", *columns, "quantity", "reason"):
        found[document].append(DocumentMove(*move))
    return found
