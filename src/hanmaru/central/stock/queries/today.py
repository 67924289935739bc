"""What moved since the day began, and whether anything has moved at all."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Sum

from hanmaru.central.stock.models import MoveReason, Place, PlaceKind, StockMove

_NEWEST = 5_000  # moves that a day is looked for in


@dataclass(frozen=True, slots=True)
class MovedToday:
    """Pieces that came in and that left."""

    received: int
    shipped: int


def moved_since(moment: datetime) -> MovedToday:
    """Pieces received and shipped since ``moment``, among the newest moves."""
    newest = StockMove.objects.order_by("-pk").values("pk")[:_NEWEST]
    found = StockMove.objects.filter(pk__in=newest, occurred_at__gte=moment).aggregate(
        received=Sum("quantity", filter=Q(reason=MoveReason.RECEIVE), default=0),
        shipped=Sum("quantity", filter=Q(reason=MoveReason.SHIP), default=0),
    )
    return MovedToday(found["received"], found["shipped"])


def has_bins() -> bool:
    """Whether there is a place to store goods in."""
    kinds = (PlaceKind.BIN, PlaceKind.CELL)
    return bool(Place.objects.filter(kind__in=kinds, archived_at=None).exists())


def has_moved() -> bool:
    """Whether goods were ever booked."""
    return bool(StockMove.objects.exists())
