"""What was picked goes into boxes: proposed by size and weight, decided by whoever packs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.services import next_number
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.orders.errors import NothingPicked, StillReserved
from hanmaru.central.orders.services import mark_packed
from hanmaru.central.orders.services.steps import locked as locked_order
from hanmaru.central.warehouse.errors import (
    NothingPacked,
    NotPicked,
    ParcelGone,
    UnknownBox,
    UnknownParcel,
    WrongSerial,
)
from hanmaru.central.warehouse.models import BoxType, Parcel, ParcelLine, ScanKind, TaggedPiece
from hanmaru.central.warehouse.queries.packing import to_pack
from hanmaru.central.warehouse.services.once import once, pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Pieces of an order line in a parcel; ``lot`` None takes whichever lots were picked."""

    line: int
    quantity: int
    lot: int | None = None

    def __post_init__(self) -> None:
        pieces(self.quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """One parcel: its box type (None: some other wrapping), what lies in it, its weight in g if it was weighed.

    ``epcs`` are tags scanned while packing: those pieces leave with the parcel.
    """

    items: tuple[Content, ...]
    box: int | None = None
    weight_g: int | None = None
    epcs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Packed:
    """The parcels made, and whether the order is all packed now."""

    order: int
    parcels: list[int]
    numbers: list[str]
    complete: bool
    repeated: bool = False


def pack(order_id: int, parcels: Sequence[Contents], *, key: str | None = None) -> Packed:
    """Put picked pieces into parcels, all or none; the order is packed once nothing picked is left over.

    Raises:
        UnknownOrder; NotPicked: more than waits on the table; WrongSerial: a lot that was not picked for this order;
        NothingPacked, UnknownBox, QuantityWrong.
    """

    def work() -> dict[str, Any]:
        locked_order(order_id)
        made = _make(order_id, parcels)
        complete = not to_pack(order_id) and _mark_packed(order_id)
        changed("parcels", "orders")
        return {
            "order": order_id,
            "parcels": [parcel.pk for parcel in made],
            "numbers": [parcel.number for parcel in made],
            "complete": complete,
        }

    done = once(key, ScanKind.PACK, work)
    return Packed(**done.outcome, repeated=done.repeated)


def _mark_packed(order_id: int) -> bool:
    """Whether the order could be marked; goods still held in bins keep it in picking."""
    try:
        with transaction.atomic():
            mark_packed(order_id)
    except (StillReserved, NothingPicked):
        return False
    return True


def _make(order_id: int, parcels: Sequence[Contents]) -> list[Parcel]:
    if not parcels or not all(contents.items for contents in parcels):
        raise NothingPacked
    waiting = to_pack(order_id)
    free = {(one.line, one.lot): one.quantity for one in waiting}
    cards = catalog.variant_cards({one.variant for one in waiting})
    variants = {one.line: one.variant for one in waiting}
    boxes = {box.pk: box for box in BoxType.objects.filter(pk__in={contents.box for contents in parcels} - {None})}
    first = next_number("parcel", len(parcels))
    made = []
    for number, contents in enumerate(parcels, first):
        if contents.box is not None and contents.box not in boxes:
            raise UnknownBox
        rows = [row for item in contents.items for row in _allot(item, free, variants, cards)]
        parcel = Parcel.objects.create(
            order_id=order_id,
            number=f"B-{number:06d}",
            box_id=contents.box,
            weight_g=contents.weight_g or _weight(boxes.get(contents.box or 0), rows, cards),
            packed_at=timezone.now(),
            packed_by=acting_now().user_id,
        )
        for row in rows:
            row.parcel = parcel
        ParcelLine.objects.bulk_create(rows)
        if contents.epcs:
            TaggedPiece.objects.filter(epc__in=contents.epcs, left_at=None).update(parcel=parcel)
        made.append(parcel)
    return made


def _allot(
    item: Content, free: dict[tuple[int, int | None], int], variants: dict[int, int], cards: dict[int, Any]
) -> list[ParcelLine]:
    """Take the pieces from what waits, by lot; ``free`` shrinks."""
    lots = [lot for line, lot in free if line == item.line and (item.lot is None or lot == item.lot)]
    if item.lot is not None and not lots:
        raise WrongSerial(number=item.lot)
    rows, missing = [], item.quantity
    for lot in lots:
        count = min(missing, free[item.line, lot])
        if count:
            free[item.line, lot] -= count
            missing -= count
            rows.append(ParcelLine(order_line_id=item.line, variant_id=variants[item.line], lot_id=lot, quantity=count))
    if missing:
        sku = cards[variants[item.line]].sku if item.line in variants else item.line
        raise NotPicked(sku=sku, free=item.quantity - missing, line=item.line)
    return rows


def _weight(box: BoxType | None, rows: Sequence[ParcelLine], cards: dict[int, Any]) -> int | None:
    """The parcel's weight in g as far as it is known; None where a piece's is not."""
    weights = [cards[row.variant_id].weight_g for row in rows]
    if any(weight is None for weight in weights):
        return None
    goods: int = sum(row.quantity * weight for row, weight in zip(rows, weights, strict=True))
    return goods + (box.weight_g if box else 0)


@transaction.atomic
def unpack(parcel_id: int) -> None:
    """Open a parcel again: its pieces wait on the packing table. Raises UnknownParcel, ParcelGone."""
    parcel = Parcel.objects.filter(pk=parcel_id).first()
    if parcel is None:
        raise UnknownParcel
    locked_order(parcel.order_id)
    parcel = Parcel.objects.select_for_update(of=("self",)).get(pk=parcel_id)
    if parcel.shipped_at is not None:
        raise ParcelGone(number=parcel.number)
    if parcel.cancelled_at is None:
        parcel.cancelled_at = timezone.now()
        parcel.save(update_fields=["cancelled_at"])
        parcel.pieces.update(parcel=None)
        changed("parcels", "orders")


def drop_parcels(order_id: int) -> None:
    """The order was cancelled: its parcels that are still here are opened. Called while the order is locked."""
    if Parcel.objects.filter(order_id=order_id, shipped_at=None, cancelled_at=None).update(cancelled_at=timezone.now()):
        changed("parcels")
