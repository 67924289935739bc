"""Boxes and parcels as pages, screens and the API see them; and the boxes proposed for an order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import VariantCard
from hanmaru.central.orders import queries as orders
from hanmaru.central.orders.queries import OrderCard
from hanmaru.central.warehouse.errors import UnknownBox, UnknownParcel
from hanmaru.central.warehouse.models import BoxType, Parcel, ParcelLine, PickTask
from hanmaru.central.warehouse.queries.packing import ToPack, to_pack, to_pack_of
from hanmaru.central.warehouse.words import why_unfit
from hanmaru.decide.packing import BoxType as Box
from hanmaru.decide.packing import Item
from hanmaru.decide.packing import pack as choose

_MOST_PIECES_PLACED = 400  # beyond this many pieces, a person chooses the boxes


@dataclass(frozen=True, slots=True)
class BoxCard:
    """A box type on the shelf: inner size in mm, weights in g, cost in the minor unit."""

    id: int
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    weight_g: int
    max_weight_g: int
    cost: int
    archived: bool


@dataclass(frozen=True, slots=True)
class ProposedBox:
    """A box to take and what goes in: (order line, lot, pieces). ``fill`` is the share of its room, 0 to 100."""

    box: BoxCard
    fill: int
    weight_g: int
    items: tuple[tuple[int, int | None, int], ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Boxes for what waits of an order; ``problems`` are sentences about what goes in none of them."""

    boxes: tuple[ProposedBox, ...]
    problems: tuple[str, ...]


def boxes(*, archived: bool = False) -> list[BoxCard]:
    """The boxes on the shelf, or those taken off it, smallest first."""
    rows = BoxType.objects.filter(archived_at__isnull=not archived).order_by("cost", "max_weight_g", "name")
    return [_box(row) for row in rows]


def box_card(box_id: int) -> BoxCard:
    """One box, on the shelf or not. Raises UnknownBox."""
    row = BoxType.objects.filter(pk=box_id).first()
    if row is None:
        raise UnknownBox
    return _box(row)


def _box(row: BoxType) -> BoxCard:
    return BoxCard(
        id=row.pk,
        name=row.name,
        length_mm=row.length_mm,
        width_mm=row.width_mm,
        height_mm=row.height_mm,
        weight_g=row.weight_g,
        max_weight_g=row.max_weight_g,
        cost=row.cost,
        archived=row.archived_at is not None,
    )


def propose_boxes(order_id: int) -> Proposal:
    """Which boxes to take for what is picked of an order and not packed yet."""
    waiting = to_pack(order_id)
    cards = catalog.variant_cards({one.variant for one in waiting})
    shelf = {str(box.id): box for box in boxes()}
    if sum(one.quantity for one in waiting) > _MOST_PIECES_PLACED:
        return Proposal((), ())
    keys = {f"{one.line}.{one.lot or 0}": one for one in waiting}
    plan = choose(
        [_item(key, one, cards[one.variant]) for key, one in keys.items()],
        [
            Box(key, (box.length_mm, box.width_mm, box.height_mm), box.max_weight_g, box.cost, box.weight_g)
            for key, box in shelf.items()
        ],
    )
    problems = [f"{cards[keys[unfit.item.key].variant].title}: {why_unfit(unfit.cause)}" for unfit in plan.unfit]
    found = []
    for parcel in plan.parcels:
        counts: dict[str, int] = {}
        for placed in parcel.placements:
            counts[placed.item] = counts.get(placed.item, 0) + 1
        items = tuple((keys[key].line, keys[key].lot, count) for key, count in counts.items())
        found.append(ProposedBox(shelf[parcel.box.key], round(100 * parcel.fill), parcel.weight, items))
    return Proposal(tuple(found), tuple(problems))


def _item(key: str, one: ToPack, card: VariantCard) -> Item:
    length, width, height = card.length_mm, card.width_mm, card.height_mm
    size = (length, width, height) if length and width and height else None
    return Item(key, one.quantity, size, card.weight_g)


@dataclass(frozen=True, slots=True)
class ParcelLineCard:
    """Pieces of a variant in a parcel."""

    variant: VariantCard
    lot_number: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelCard:
    """A parcel; ``label`` is what its barcode says."""

    id: int
    number: str
    order: int
    order_number: str
    who: str
    box: str
    weight_g: int | None
    carrier: str
    tracking_number: str
    packed_at: datetime
    shipped_at: datetime | None
    cancelled_at: datetime | None

    @property
    def here(self) -> bool:
        """Whether it waits to be shipped."""
        return self.shipped_at is None and self.cancelled_at is None


def _cards(rows: Iterable[Any]) -> list[ParcelCard]:
    found = list(rows)
    of = orders.order_cards({row.order_id for row in found})
    return [
        ParcelCard(
            id=row.pk,
            number=row.number,
            order=row.order_id,
            order_number=of[row.order_id].number if row.order_id in of else "",
            who=of[row.order_id].who if row.order_id in of else "",
            box=row.box.name if row.box else "",
            weight_g=row.weight_g,
            carrier=row.carrier,
            tracking_number=row.tracking_number,
            packed_at=row.packed_at,
            shipped_at=row.shipped_at,
            cancelled_at=row.cancelled_at,
        )
        for row in found
    ]


def parcels(*, here_only: bool = False, after: int | None = None, limit: int = 50) -> list[ParcelCard]:
    """Newest first; ``after`` is the id of the last one seen."""
    rows = Parcel.objects.select_related("box")
    if here_only:
        rows = rows.filter(shipped_at=None, cancelled_at=None)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return _cards(rows.order_by("-pk")[:limit])


def parcels_of(order_id: int) -> list[ParcelCard]:
    """The parcels of an order, opened ones left out."""
    return _cards(Parcel.objects.filter(order_id=order_id, cancelled_at=None).select_related("box").order_by("pk"))


def parcel_card(parcel_id: int) -> ParcelCard:
    """One parcel. Raises UnknownParcel."""
    return _one(Parcel.objects.filter(pk=parcel_id))


def parcel_by_number(number: str) -> ParcelCard:
    """The parcel whose label was scanned. Raises UnknownParcel."""
    return _one(Parcel.objects.filter(number__iexact=number.strip()))


def _one(rows: Any) -> ParcelCard:
    found = _cards(rows.select_related("box"))
    if not found:
        raise UnknownParcel
    return found[0]


def parcel_lines(parcel_ids: Iterable[int]) -> dict[int, list[ParcelLineCard]]:
    """Parcel id -> what lies in it."""
    rows = list(ParcelLine.objects.filter(parcel_id__in=list(parcel_ids)).select_related("lot").order_by("pk"))
    cards = catalog.variant_cards({row.variant_id for row in rows})
    found: dict[int, list[ParcelLineCard]] = {}
    for row in rows:
        line = ParcelLineCard(cards[row.variant_id], row.lot.number if row.lot else "", row.quantity)
        found.setdefault(row.parcel_id, []).append(line)
    return found


def orders_to_pack(limit: int = 50) -> list[OrderCard]:
    """Orders with picked pieces on the packing table, the longest waiting first."""
    recent = PickTask.objects.filter(picked__gt=0).order_by("-pk").values_list("order_id", flat=True)
    ids = list(dict.fromkeys(recent[: limit * 20]))
    waiting = to_pack_of(ids)
    cards = orders.order_cards(waiting)
    return [cards[order] for order in sorted(waiting) if order in cards and cards[order].state in _PACKABLE][:limit]


_PACKABLE = ("picking", "packed")
