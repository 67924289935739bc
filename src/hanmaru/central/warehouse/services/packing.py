"""What was picked goes into boxes: proposed by size and weight, decided by whoever packs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.services import next_number
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.orders.errors import NothingPicked, StillReserved
from hanmaru.central.orders.services import mark_packed_all
from hanmaru.central.orders.services.steps import lock_all
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
from hanmaru.central.warehouse.queries.packing import ToPack, to_pack_of
from hanmaru.central.warehouse.services.once import once, pieces
from hanmaru.central.warehouse.services.together import Together
from hanmaru.kernel.errors import HanmaruError


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
        outcome = asdict(pack_many({order_id: parcels}).only(order_id))
        del outcome["repeated"]
        return outcome

    done = once(key, ScanKind.PACK, work)
    return Packed(**done.outcome, repeated=done.repeated)


@transaction.atomic
def pack_many(wanted: Mapping[int, Sequence[Contents]]) -> Together[Packed]:
    """The same for many orders, order id -> its parcels: all or none of an order, one refused undoes no other.

    Raises:
        UnknownOrder.
    """
    lock_all(wanted)
    waiting = to_pack_of(wanted)
    shelf = _Shelf(
        cards=catalog.variant_cards({one.variant for pieces in waiting.values() for one in pieces}),
        boxes={box.pk: box for box in BoxType.objects.filter(pk__in=_boxes(wanted))},
    )
    filled: dict[int, _Filled] = {}
    refused: dict[int, HanmaruError] = {}
    for order_id, parcels in sorted(wanted.items()):
        try:
            filled[order_id] = _fill(parcels, waiting.get(order_id, []), shelf)
        except HanmaruError as refusal:
            refused[order_id] = refusal
    unmarked = mark_packed_all(pk for pk, one in filled.items() if one.empty)
    for order_id, why in unmarked.items():
        if not isinstance(why, StillReserved | NothingPicked):  # those two keep the order in picking, parcels and all
            refused[order_id] = why
            del filled[order_id]
    made = _store(filled)
    changed("parcels", "orders")
    done = {
        pk: Packed(
            order=pk,
            parcels=[parcel.pk for parcel in made[pk]],
            numbers=[parcel.number for parcel in made[pk]],
            complete=one.empty and pk not in unmarked,
        )
        for pk, one in filled.items()
    }
    return Together(done, refused)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What packing reads: the cards of the goods, the boxes."""

    cards: dict[int, Any]
    boxes: dict[int, BoxType]


@dataclass(frozen=True, slots=True)
class _Filled:
    """The parcels of an order before they are stored: (parcel, its lines, its tags). ``empty``: the table is."""

    parcels: list[tuple[Parcel, list[ParcelLine], tuple[str, ...]]]
    empty: bool


def _boxes(wanted: Mapping[int, Sequence[Contents]]) -> set[int]:
    return {contents.box for parcels in wanted.values() for contents in parcels if contents.box is not None}


def _fill(parcels: Sequence[Contents], waiting: Sequence[ToPack], shelf: _Shelf) -> _Filled:
    """Lay what waits for one order into its parcels."""
    if not parcels or not all(contents.items for contents in parcels):
        raise NothingPacked
    free = {(one.line, one.lot): one.quantity for one in waiting}
    lots: dict[int, list[int | None]] = {}
    for one in waiting:
        lots.setdefault(one.line, []).append(one.lot)
    variants = {one.line: one.variant for one in waiting}
    filled = []
    for contents in parcels:
        if contents.box is not None and contents.box not in shelf.boxes:
            raise UnknownBox
        rows = [row for item in contents.items for row in _allot(item, free, lots, variants, shelf.cards)]
        parcel = Parcel(
            box_id=contents.box,
            weight_g=contents.weight_g or _weight(shelf.boxes.get(contents.box or 0), rows, shelf.cards),
            packed_at=timezone.now(),
            packed_by=acting_now().user_id,
        )
        filled.append((parcel, rows, contents.epcs))
    return _Filled(filled, empty=not any(free.values()))


def _store(filled: Mapping[int, _Filled]) -> dict[int, list[Parcel]]:
    """Number the parcels and write them with their lines; order id -> its parcels."""
    made = {pk: [parcel for parcel, _rows, _epcs in one.parcels] for pk, one in filled.items()}
    every = [(pk, *content) for pk, one in filled.items() for content in one.parcels]
    if not every:
        return made
    first = next_number("parcel", len(every))
    for number, (order_id, parcel, _rows, _epcs) in enumerate(every, first):
        parcel.order_id = order_id
        parcel.number = f"B-{number:06d}"
    Parcel.objects.bulk_create(parcel for _pk, parcel, _rows, _epcs in every)
    for _pk, parcel, rows, epcs in every:
        for row in rows:
            row.parcel = parcel
        if epcs:
            TaggedPiece.objects.filter(epc__in=epcs, left_at=None).update(parcel=parcel)
    ParcelLine.objects.bulk_create(row for _pk, _parcel, rows, _epcs in every for row in rows)
    return made


def _allot(
    item: Content,
    free: dict[tuple[int, int | None], int],
    of_line: dict[int, list[int | None]],
    variants: dict[int, int],
    cards: dict[int, Any],
) -> list[ParcelLine]:
    """Take the pieces from what waits, by lot; ``free`` shrinks."""
    lots = [lot for lot in of_line.get(item.line, ()) if item.lot is None or lot == item.lot]
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
