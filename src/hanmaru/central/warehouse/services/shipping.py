"""Parcels leave the house."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from hanmaru.central.companies.live import changed
from hanmaru.central.orders.services import DOCUMENT, mark_shipped
from hanmaru.central.orders.services.steps import locked as locked_order
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock import services as ledger
from hanmaru.central.stock.services import Move, MoveReason, PlaceKind
from hanmaru.central.warehouse.errors import NothingToShip, UnknownParcel
from hanmaru.central.warehouse.models import Parcel, ParcelLine, ScanKind, TaggedPiece
from hanmaru.central.warehouse.services.once import once


@dataclass(frozen=True, slots=True)
class Shipped:
    """What left, and the state the order is in now."""

    order: int
    parcels: list[int]
    state: str
    left: int
    repeated: bool = False


def ship(
    order_id: int,
    *,
    parcels: Sequence[int] | None = None,
    carrier: str = "",
    tracking: Mapping[int, str] | None = None,
    at: datetime | None = None,
    key: str | None = None,
) -> Shipped:
    """Hand parcels of an order to the carrier: those named, or all that are packed. Part of an order is fine.

    ``tracking`` is parcel id -> tracking number; ``left`` parcels are still here afterwards.

    Raises:
        UnknownOrder, UnknownParcel, NothingToShip; WrongState: the order is not packed.
    """

    def work() -> dict[str, Any]:
        locked_order(order_id)
        here = {parcel.pk: parcel for parcel in _here(order_id)}
        going = _chosen(here, parcels)
        lines = list(ParcelLine.objects.filter(parcel__in=going).order_by("pk"))
        by_line: dict[int, int] = defaultdict(int)
        for line in lines:
            by_line[line.order_line_id] += line.quantity
        state = mark_shipped(order_id, by_line, at=at)
        ledger.post(_moves(order_id, lines, at))
        _send_off(going, lines, carrier, tracking or {}, at or timezone.now())
        changed("parcels", "stock", "orders")
        return {
            "order": order_id,
            "parcels": [parcel.pk for parcel in going],
            "state": str(state),
            "left": len(here) - len(going),
        }

    done = once(key, ScanKind.SHIP, work)
    return Shipped(**done.outcome, repeated=done.repeated)


def _here(order_id: int) -> list[Parcel]:
    parcels = Parcel.objects.select_for_update(no_key=True, of=("self",))
    return list(parcels.filter(order_id=order_id, shipped_at=None, cancelled_at=None).order_by("pk"))


def _chosen(here: dict[int, Parcel], wanted: Sequence[int] | None) -> list[Parcel]:
    going = list(here.values()) if wanted is None else [here[pk] for pk in dict.fromkeys(wanted) if pk in here]
    if wanted is not None and len(going) != len(set(wanted)):
        if Parcel.objects.filter(pk__in=wanted).count() != len(set(wanted)):
            raise UnknownParcel
        raise NothingToShip
    if not going:
        raise NothingToShip
    return going


def _moves(order_id: int, lines: Sequence[ParcelLine], at: datetime | None) -> list[Move]:
    """From the packing tables where the ledger says the order's goods lie, to the customer."""
    lying: dict[tuple[int, int | None], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for move in stock.moved_for(DOCUMENT, order_id):
        for place, kind, sign in ((move.to_place, move.to_kind, 1), (move.from_place, move.from_kind, -1)):
            if kind == PlaceKind.PACKING:
                lying[move.variant, move.lot][place] += sign * move.quantity
    customer = ledger.beyond(PlaceKind.CUSTOMER)
    moves = []
    for line in lines:
        missing = line.quantity
        for place, there in lying[line.variant_id, line.lot_id].items():
            count = min(missing, there)
            if count <= 0:
                continue
            lying[line.variant_id, line.lot_id][place] -= count
            missing -= count
            moves.append(
                Move(
                    variant=line.variant_id,
                    lot=line.lot_id,
                    from_place=place,
                    to_place=customer,
                    quantity=count,
                    reason=MoveReason.SHIP,
                    document_kind=DOCUMENT,
                    document_id=order_id,
                    occurred_at=at,
                )
            )
        if missing:
            raise NothingToShip
    return moves


def _send_off(
    going: Sequence[Parcel], lines: Sequence[ParcelLine], carrier: str, tracking: Mapping[int, str], at: datetime
) -> None:
    for parcel in going:
        parcel.shipped_at = at
        parcel.carrier = carrier[:60] or parcel.carrier
        parcel.tracking_number = tracking.get(parcel.pk, parcel.tracking_number)[:60]
    Parcel.objects.bulk_update(going, ["shipped_at", "carrier", "tracking_number"])
    lots = {line.lot_id for line in lines} - {None}
    TaggedPiece.objects.filter(Q(parcel__in=going) | Q(lot__in=lots, lot__is_serial=True), left_at=None).update(
        left_at=at
    )
