"""Deliveries and suppliers as pages, screens and the API see them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import VariantCard
from hanmaru.central.stock.errors import UnknownThing
from hanmaru.central.warehouse.errors import UnknownDelivery
from hanmaru.central.warehouse.models import Delivery, DeliveryState, Supplier

OPEN = (DeliveryState.ANNOUNCED, DeliveryState.RECEIVING)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCard:
    """A delivery and the sums of its lines, in pieces; ``lines`` counts them."""

    id: int
    number: str
    state: str
    state_words: str
    supplier: int | None
    supplier_name: str
    expected_on: date | None
    note: str
    dock: int | None
    created_at: datetime
    closed_at: datetime | None
    announced: bool
    expected: int
    received: int

    @property
    def open(self) -> bool:
        """Whether goods may still be received on it."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class DeliveryLineCard:
    """What was announced of a variant and what came."""

    variant: VariantCard
    expected: int
    received: int

    @property
    def left(self) -> int:
        """Pieces still to come."""
        return max(0, self.expected - self.received)

    @property
    def over(self) -> int:
        """Pieces beyond the announcement."""
        return max(0, self.received - self.expected) if self.expected else 0


def _card(row: Any) -> DeliveryCard:
    return DeliveryCard(
        id=row.pk,
        number=row.number,
        state=row.state,
        state_words=str(row.get_state_display()),
        supplier=row.supplier_id,
        supplier_name=row.supplier.name if row.supplier else "",
        expected_on=row.expected_on,
        note=row.note,
        dock=row.dock_id,
        created_at=row.created_at,
        closed_at=row.closed_at,
        announced=not row.unannounced_by,
        expected=row.expected_sum or 0,
        received=row.received_sum or 0,
    )


def _rows() -> Any:
    return Delivery.objects.select_related("supplier").annotate(
        expected_sum=Sum("lines__expected"), received_sum=Sum("lines__received")
    )


def deliveries(*, open_only: bool = False, after: int | None = None, limit: int = 50) -> list[DeliveryCard]:
    """Newest first; ``after`` is the id of the last one seen."""
    rows = _rows()
    if open_only:
        rows = rows.filter(state__in=OPEN)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [_card(row) for row in rows.order_by("-pk")[:limit]]


def delivery_card(delivery_id: int) -> DeliveryCard:
    """One delivery. Raises UnknownDelivery."""
    row = _rows().filter(pk=delivery_id).first()
    if row is None:
        raise UnknownDelivery
    return _card(row)


def delivery_lines(delivery_id: int) -> list[DeliveryLineCard]:
    """The lines of a delivery, as they were announced."""
    rows = list(Delivery.objects.get(pk=delivery_id).lines.order_by("pk"))
    cards = catalog.variant_cards(row.variant_id for row in rows)
    return [DeliveryLineCard(cards[row.variant_id], row.expected, row.received) for row in rows]


@dataclass(frozen=True, slots=True)
class SupplierCard:
    """Who delivers."""

    id: int
    name: str
    email: str
    phone: str
    archived: bool


def suppliers(*, archived: bool = False) -> list[SupplierCard]:
    """Suppliers by name: those offered for deliveries, or those no longer."""
    rows = Supplier.objects.filter(archived_at__isnull=not archived).order_by("name")
    return [_supplier(row) for row in rows[:1000]]


def supplier_card(supplier_id: int) -> SupplierCard:
    """One supplier, archived or not. Raises UnknownThing."""
    row = Supplier.objects.filter(pk=supplier_id).first()
    if row is None:
        raise UnknownThing(what=f"supplier {supplier_id}")
    return _supplier(row)


def _supplier(row: Supplier) -> SupplierCard:
    return SupplierCard(row.pk, row.name, row.email, row.phone, row.archived_at is not None)
