"""An order begins: placed, edited while it is a draft, confirmed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.services import next_number
from hanmaru.central.orders.errors import (
    NoLines,
    PriceImpossible,
    QuantityImpossible,
    TooManyLines,
    UnknownCustomer,
    UnknownVariant,
)
from hanmaru.central.orders.models import Channel, Customer, Order, OrderLine, OrderState
from hanmaru.central.orders.services.steps import enter, locked, require

MOST_PIECES = 1_000_000_000
MOST_PRICE = 1_000_000_000_000
MOST_TOTAL = 1_000_000_000_000_000
MOST_LINES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWanted:
    """What is ordered of one variant (its id). ``unit_price`` in the minor unit; None takes the catalogue's price."""

    variant: int
    quantity: int
    unit_price: int | None = None
    wording: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= MOST_PIECES:
            raise QuantityImpossible(quantity=self.quantity, most=MOST_PIECES)
        if self.unit_price is not None and not 0 <= self.unit_price <= MOST_PRICE:
            raise PriceImpossible(price=self.unit_price, most=MOST_PRICE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipTo:
    """Where the goods go, and what is to be known about it."""

    name: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""


def order_number(number: int) -> str:
    """How the nth order of a company is called."""
    return f"S-{number:06d}"


def place_order(
    lines: Sequence[LineWanted],
    *,
    channel: Channel,
    customer: int | None = None,
    ship_to: ShipTo | None = None,
    external_id: str = "",
    currency: str = "",
    placed_at: datetime | None = None,
    confirmed: bool = True,
) -> int:
    """Take an order; its id. The same ``external_id`` from the same channel is the same order: nothing is added.

    Raises:
        NoLines, TooManyLines, UnknownVariant, UnknownCustomer; LineWanted has checked quantities and prices.
    """
    if external_id and (known := _known(channel, external_id)):
        return known
    try:
        with transaction.atomic():
            return _place(
                lines,
                confirmed=confirmed,
                channel=channel,
                customer_id=customer,
                external_id=external_id,
                currency=currency or companies.company().currency,
                placed_at=placed_at or timezone.now(),
                **_recipient(ship_to),
            )
    except IntegrityError:
        # Someone else sent the same order at the same moment and was first.
        if external_id and (known := _known(channel, external_id)):
            return known
        raise


@transaction.atomic
def edit_order(
    order_id: int,
    lines: Sequence[LineWanted],
    *,
    customer: int | None = None,
    ship_to: ShipTo | None = None,
) -> None:
    """Write a draft anew. Raises WrongState for an order that is no draft, and what :func:`place_order` raises."""
    order = locked(order_id)
    require(order, OrderState.DRAFT, wish=_("Change the order"))
    check_customer(customer)
    order.customer_id = customer
    for field, value in _recipient(ship_to).items():
        setattr(order, field, value)
    rows = _rows(lines)
    order.lines.all().delete()
    order.total = _total(rows)
    order.save()
    _write(order, rows)


@transaction.atomic
def confirm(order_id: int) -> None:
    """Make a draft an order. Confirming a confirmed order changes nothing.

    Raises:
        WrongState: the order is beyond being confirmed.
    """
    order = locked(order_id)
    if order.state == OrderState.CONFIRMED:
        return
    require(order, OrderState.DRAFT, wish=_("Confirm"))
    enter(order, OrderState.CONFIRMED)


def check_customer(customer: int | None) -> None:
    """Foreign keys do not know row-level security; this does. Raises UnknownCustomer."""
    if customer is not None and not Customer.objects.filter(pk=customer).exists():
        raise UnknownCustomer


def _known(channel: Channel, external_id: str) -> int | None:
    found: int | None = (
        Order.objects.filter(channel=channel, external_id=external_id).values_list("pk", flat=True).first()
    )
    return found


def _recipient(ship_to: ShipTo | None) -> dict[str, str]:
    to = ship_to or ShipTo()
    return {
        "ship_to_name": to.name[:120],
        "ship_to_phone": to.phone[:30],
        "ship_to_address": to.address[:300],
        "note": to.note[:500],
    }


def _place(lines: Sequence[LineWanted], *, confirmed: bool, **fields: Any) -> int:
    check_customer(fields["customer_id"])
    rows = _rows(lines)
    order = Order(number=order_number(next_number("order")), total=_total(rows), **fields)
    order.save(force_insert=True)
    _write(order, rows)
    enter(order, OrderState.CONFIRMED if confirmed else OrderState.DRAFT, at=order.placed_at)
    return int(order.pk)


def _rows(lines: Sequence[LineWanted]) -> list[OrderLine]:
    """The lines priced and described, not yet of an order."""
    if not lines:
        raise NoLines
    if len(lines) > MOST_LINES:
        raise TooManyLines(count=len(lines), most=MOST_LINES)
    wanted = {line.variant for line in lines}
    cards = catalog.variant_cards(wanted)
    if missing := wanted - cards.keys():
        raise UnknownVariant(what=min(missing))
    return [
        OrderLine(
            line_no=number,
            variant_id=line.variant,
            description=line.description[:200] or card.kept_title,
            quantity=line.quantity,
            unit_price=card.price if line.unit_price is None else line.unit_price,
            wording=line.wording[:120],
        )
        for number, line in enumerate(lines, 1)
        for card in (cards[line.variant],)
    ]


def _total(rows: Iterable[OrderLine]) -> int:
    total = sum(row.unit_price * row.quantity for row in rows)
    if total > MOST_TOTAL:
        raise PriceImpossible(price=total, most=MOST_TOTAL)
    return total


def _write(order: Order, rows: list[OrderLine]) -> None:
    for row in rows:
        row.order = order
    OrderLine.objects.bulk_create(rows)
