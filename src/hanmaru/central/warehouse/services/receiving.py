"""Goods come in: against an announced delivery or unannounced, by the product's own policy of lots and dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock import services as ledger
from hanmaru.central.stock.errors import UnknownThing
from hanmaru.central.stock.services import Move, MoveReason, PlaceKind
from hanmaru.central.warehouse.errors import (
    Expired,
    ExpiryMissing,
    LotMissing,
    SerialInHouse,
    SerialMissing,
    SerialOnePiece,
    TagInside,
)
from hanmaru.central.warehouse.models import Delivery, DeliveryState, ScanKind
from hanmaru.central.warehouse.services.deliveries import locked, unannounced_delivery
from hanmaru.central.warehouse.services.once import Done, once, pieces
from hanmaru.central.warehouse.services.stations import dock as first_dock
from hanmaru.central.warehouse.services.tagged import came_in, is_lot


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Pieces of a variant that have come; ``lot`` is the lot or serial number on them."""

    variant: int
    quantity: int
    lot: str = ""
    expires_on: date | None = None

    def __post_init__(self) -> None:
        pieces(self.quantity)


@dataclass(frozen=True, slots=True)
class Received:
    """What a receipt came to: the line's figures after it. ``over`` is what came beyond the announcement."""

    delivery: int
    number: str
    variant: int
    quantity: int
    received: int
    expected: int
    place: int
    lot: int | None
    repeated: bool = False

    @property
    def over(self) -> int:
        """Pieces beyond what was announced; 0 for an unannounced line, which nobody counted on."""
        return max(0, self.received - self.expected) if self.expected else 0

    @property
    def left(self) -> int:
        """Pieces still to come."""
        return max(0, self.expected - self.received)


def receive(
    delivery: int | None,
    variant: int,
    quantity: int,
    *,
    lot: str = "",
    expires_on: date | None = None,
    epc: str = "",
    key: str | None = None,
    occurred_at: datetime | None = None,
) -> Received:
    """Take pieces in from the supplier to the dock of the delivery; without one, to today's unannounced one.

    More than announced is accepted and told. ``key`` makes the receipt happen once. ``epc`` is the tag that was
    scanned, 24 hex digits: the pieces it is on are in the house from now on, and a gate that reads it counts no more.

    Raises:
        UnknownDelivery, DeliveryClosed, UnknownThing, QuantityWrong, TagInside,
        LotMissing, SerialMissing, SerialOnePiece, SerialInHouse, ExpiryMissing, Expired.
    """
    arrival = Arrival(variant=variant, quantity=quantity, lot=lot.strip(), expires_on=expires_on)

    def work() -> dict[str, Any]:
        if epc and not came_in({epc: (variant, quantity)}):
            raise TagInside
        number = delivery if delivery is not None else unannounced_delivery()
        (figures,) = receive_many(number, [arrival], occurred_at=occurred_at)
        if epc:
            is_lot(epc, figures["lot"])
        return {**figures, "undo": "receive", "epc": epc}

    done = once(key, ScanKind.RECEIVE, work)
    return _received(done)


def _received(done: Done) -> Received:
    fields = {name: done.outcome[name] for name in Received.__slots__ if name in done.outcome}
    return Received(**{**fields, "repeated": done.repeated})


@transaction.atomic
def receive_many(
    delivery_id: int,
    arrivals: Sequence[Arrival],
    *,
    occurred_at: datetime | None = None,
    cards: Mapping[int, Any] | None = None,
) -> list[dict[str, Any]]:
    """Take several arrivals in at once, all or none; the figures of each line. Raises as :func:`receive`.

    ``cards``: the variants by id, where they are at hand.
    """
    delivery = locked(delivery_id)
    if cards is None:
        cards = catalog.variant_cards({arrival.variant for arrival in arrivals})
    lots = [_lot(arrival, cards.get(arrival.variant)) for arrival in arrivals]
    place = delivery.dock_id or first_dock()
    supplier = ledger.beyond(PlaceKind.SUPPLIER)
    moves = [
        Move(
            variant=arrival.variant,
            lot=lot,
            from_place=supplier,
            to_place=place,
            quantity=arrival.quantity,
            reason=MoveReason.RECEIVE,
            document_kind="delivery",
            document_id=delivery_id,
            occurred_at=occurred_at,
        )
        for arrival, lot in zip(arrivals, lots, strict=True)
    ]
    ledger.post(moves)
    lines = _count_in(delivery, arrivals)
    changed("stock", "deliveries")
    return [
        {
            "delivery": delivery_id,
            "number": delivery.number,
            "variant": arrival.variant,
            "quantity": arrival.quantity,
            "received": lines[arrival.variant][0],
            "expected": lines[arrival.variant][1],
            "place": place,
            "lot": lot,
        }
        for arrival, lot in zip(arrivals, lots, strict=True)
    ]


def _lot(arrival: Arrival, card: Any) -> int | None:
    """The lot's id by the product's policy; None where the product has none."""
    if card is None:
        raise UnknownThing(what=f"variant {arrival.variant}")
    if card.has_expiry and arrival.expires_on is None:
        raise ExpiryMissing
    if arrival.expires_on is not None and card.has_expiry and arrival.expires_on < timezone.localdate():
        raise Expired(date=arrival.expires_on)
    if card.tracking == "serial":
        return _serial(arrival)
    if card.tracking == "lot" and not arrival.lot:
        raise LotMissing
    if card.tracking == "lot":
        return ledger.lot_for(arrival.variant, arrival.lot, expires_on=arrival.expires_on)
    if card.has_expiry:  # no lots, yet dates: the date is the lot
        return ledger.lot_for(arrival.variant, f"{arrival.expires_on:%Y%m%d}", expires_on=arrival.expires_on)
    return None


def _serial(arrival: Arrival) -> int:
    if not arrival.lot:
        raise SerialMissing
    if arrival.quantity != 1:
        raise SerialOnePiece
    lot = ledger.lot_for(arrival.variant, arrival.lot, is_serial=True, expires_on=arrival.expires_on)
    ledger.lock_lot(lot)
    if stock.lots_in_house([lot]):
        raise SerialInHouse(serial=arrival.lot)
    return lot


def _count_in(delivery: Delivery, arrivals: Sequence[Arrival]) -> dict[int, tuple[int, int]]:
    """Add to the lines of the delivery, whose row is locked; variant -> (received, expected) as they are now."""
    sums: dict[int, int] = {}
    for arrival in arrivals:
        sums[arrival.variant] = sums.get(arrival.variant, 0) + arrival.quantity
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO warehouse_deliveryline AS l (company_id, delivery_id, variant_id, expected, received)"
            " SELECT %s, %s, n.variant, 0, n.pieces FROM unnest(%s::bigint[], %s::bigint[]) AS n(variant, pieces)"
            " ON CONFLICT ON CONSTRAINT one_delivery_line_a_variant"
            " DO UPDATE SET received = l.received + EXCLUDED.received RETURNING l.variant_id, l.received, l.expected",
            [current_company_id(), delivery.pk, list(sums), list(sums.values())],
        )
        lines = {variant: (received, expected) for variant, received, expected in cursor.fetchall()}
    if delivery.state == DeliveryState.ANNOUNCED:
        Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.RECEIVING)
    return lines
