"""Parcels leave the house."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from hanmaru.central.companies.live import changed
from hanmaru.central.orders.services import DOCUMENT, mark_shipped_all
from hanmaru.central.orders.services.steps import lock_all
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock import services as ledger
from hanmaru.central.stock.services import Move, MoveReason, PlaceKind
from hanmaru.central.warehouse.errors import NothingToShip, UnknownParcel
from hanmaru.central.warehouse.models import Parcel, ParcelLine, ScanKind, TaggedPiece
from hanmaru.central.warehouse.services.once import once
from hanmaru.central.warehouse.services.together import Together
from hanmaru.kernel.errors import HanmaruError


@dataclass(frozen=True, slots=True)
class Shipped:
    """What left, and the state the order is in now."""

    order: int
    parcels: list[int]
    state: str
    left: int
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Parcels of an order for the carrier: those named, or all that are packed; ``tracking`` is parcel id -> number."""

    order: int
    parcels: Sequence[int] | None = None
    carrier: str = ""
    tracking: Mapping[int, str] = field(default_factory=dict)


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
    leaving = Leaving(order=order_id, parcels=parcels, carrier=carrier, tracking=tracking or {})

    def work() -> dict[str, Any]:
        outcome = asdict(ship_many([leaving], at=at).only(order_id))
        del outcome["repeated"]
        return outcome

    done = once(key, ScanKind.SHIP, work)
    return Shipped(**done.outcome, repeated=done.repeated)


@transaction.atomic
def ship_many(leaving: Sequence[Leaving], *, at: datetime | None = None) -> Together[Shipped]:
    """The same for many orders, each named once: all or none of an order, one refused undoes no other.

    Raises:
        UnknownOrder.
    """
    wanted = {one.order: one for one in leaving}
    lock_all(wanted)
    here = _here(wanted)
    refused: dict[int, HanmaruError] = {}
    going: dict[int, list[Parcel]] = {}
    for pk, one in sorted(wanted.items()):
        try:
            going[pk] = _chosen(here[pk], one.parcels)
        except HanmaruError as refusal:
            refused[pk] = refusal
    lines = _lines(going)
    moves = _all_moves(lines, at, refused)
    states, not_shipped = mark_shipped_all({pk: _by_line(lines[pk]) for pk in moves}, at=at)
    refused |= not_shipped
    ledger.post(move for pk in states for move in moves[pk])
    _send_off({pk: going[pk] for pk in states}, lines, wanted, at or timezone.now())
    changed("parcels", "stock", "orders")
    done = {
        pk: Shipped(
            order=pk,
            parcels=[parcel.pk for parcel in going[pk]],
            state=str(state),
            left=len(here[pk]) - len(going[pk]),
        )
        for pk, state in states.items()
    }
    return Together(done, refused)


def _here(order_ids: Iterable[int]) -> dict[int, dict[int, Parcel]]:
    """Order id -> its parcels that are in the house, by id, their rows locked."""
    here: dict[int, dict[int, Parcel]] = {pk: {} for pk in order_ids}
    rows = Parcel.objects.select_for_update(no_key=True, of=("self",))
    for parcel in rows.filter(order_id__in=list(here), shipped_at=None, cancelled_at=None).order_by("pk"):
        here[parcel.order_id][parcel.pk] = parcel
    return here


def _lines(going: Mapping[int, Sequence[Parcel]]) -> dict[int, list[ParcelLine]]:
    """Order id -> what lies in its parcels."""
    order_of = {parcel.pk: pk for pk, parcels in going.items() for parcel in parcels}
    lines: dict[int, list[ParcelLine]] = {pk: [] for pk in going}
    for line in ParcelLine.objects.filter(parcel__in=list(order_of)).order_by("pk"):
        lines[order_of[line.parcel_id]].append(line)
    return lines


def _by_line(lines: Sequence[ParcelLine]) -> dict[int, int]:
    by_line: dict[int, int] = defaultdict(int)
    for line in lines:
        by_line[line.order_line_id] += line.quantity
    return by_line


def _all_moves(
    lines: Mapping[int, Sequence[ParcelLine]], at: datetime | None, refused: dict[int, HanmaruError]
) -> dict[int, list[Move]]:
    """Order id -> its moves to the customer; an order whose goods are not on the tables is noted in ``refused``."""
    customer = ledger.beyond(PlaceKind.CUSTOMER)
    made = stock.moved_for_all(DOCUMENT, lines)
    moves = {}
    for pk, of_order in lines.items():
        try:
            moves[pk] = _moves(pk, of_order, made[pk], customer, at)
        except HanmaruError as refusal:
            refused[pk] = refusal
    return moves


def _chosen(here: dict[int, Parcel], wanted: Sequence[int] | None) -> list[Parcel]:
    going = list(here.values()) if wanted is None else [here[pk] for pk in dict.fromkeys(wanted) if pk in here]
    if wanted is not None and len(going) != len(set(wanted)):
        if Parcel.objects.filter(pk__in=wanted).count() != len(set(wanted)):
            raise UnknownParcel
        raise NothingToShip
    if not going:
        raise NothingToShip
    return going


def _moves(
    order_id: int,
    lines: Sequence[ParcelLine],
    made: Sequence[stock.DocumentMove],
    customer: int,
    at: datetime | None,
) -> list[Move]:
    """From the packing tables where the ledger says the order's goods lie, to the customer."""
    lying: dict[tuple[int, int | None], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for move in made:
        for place, kind, sign in ((move.to_place, move.to_kind, 1), (move.from_place, move.from_kind, -1)):
            if kind == PlaceKind.PACKING:
                lying[move.variant, move.lot][place] += sign * move.quantity
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
    going: Mapping[int, Sequence[Parcel]],
    lines: Mapping[int, Sequence[ParcelLine]],
    wanted: Mapping[int, Leaving],
    at: datetime,
) -> None:
    """Write who carries the parcels, and that their tagged pieces and serial numbers have left."""
    parcels = [parcel for of_order in going.values() for parcel in of_order]
    for parcel in parcels:
        leaving = wanted[parcel.order_id]
        parcel.carrier = leaving.carrier[:60] or parcel.carrier
        parcel.tracking_number = leaving.tracking.get(parcel.pk, parcel.tracking_number)[:60]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE warehouse_parcel p SET shipped_at = %s, carrier = d.carrier, tracking_number = d.number"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS d(id, carrier, number) WHERE p.id = d.id",
            [
                at,
                [parcel.pk for parcel in parcels],
                [parcel.carrier for parcel in parcels],
                [parcel.tracking_number for parcel in parcels],
            ],
        )
    lots = {line.lot_id for pk in going for line in lines[pk]} - {None}
    TaggedPiece.objects.filter(Q(parcel__in=parcels) | Q(lot__in=lots, lot__is_serial=True), left_at=None).update(
        left_at=at
    )
