"""An order, its lines and its steps as others see them: plain data."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hanmaru.central.orders.errors import UnknownOrder
from hanmaru.central.orders.models import Channel, Order, OrderLine, OrderState, OrderStep


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    """An order; ``total`` is in the minor unit of ``currency``, the words are in the reader's language."""

    id: int
    number: str
    state: OrderState
    back_order: bool
    customer: int | None
    customer_name: str
    channel: Channel
    external_id: str
    currency: str
    total: int
    ship_to_name: str
    ship_to_phone: str
    ship_to_address: str
    note: str
    link_key: str
    placed_at: datetime

    @property
    def state_words(self) -> str:
        """The state in words."""
        return str(self.state.label)

    @property
    def who(self) -> str:
        """Whom the order is for."""
        return self.customer_name or self.ship_to_name


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCard:
    """A line of an order: pieces of one variant."""

    id: int
    order: int
    line_no: int
    variant: int
    description: str
    quantity: int
    unit_price: int
    wording: str
    reserved: int
    picked: int
    shipped: int
    cancelled: int
    returned: int

    @property
    def waiting(self) -> int:
        """Pieces that no goods are held for yet."""
        return self.quantity - self.cancelled - self.picked - self.reserved

    @property
    def to_ship(self) -> int:
        """Pieces picked that have not left the house."""
        return self.picked - self.shipped

    @property
    def returnable(self) -> int:
        """Pieces at the customer."""
        return self.shipped - self.returned

    @property
    def amount(self) -> int:
        """Price of the line."""
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCard:
    """A state the order came into, when and through whom."""

    state: OrderState
    at: datetime
    actor_name: str
    device_id: int | None
    note: str


def card_of(row: Order) -> OrderCard:
    """The card of a row whose customer was read with it."""
    return OrderCard(
        id=row.pk,
        number=row.number,
        state=OrderState(row.state),
        back_order=row.back_order,
        customer=row.customer_id,
        customer_name=row.customer.name if row.customer else "",
        channel=Channel(row.channel),
        external_id=row.external_id,
        currency=row.currency,
        total=row.total,
        ship_to_name=row.ship_to_name,
        ship_to_phone=row.ship_to_phone,
        ship_to_address=row.ship_to_address,
        note=row.note,
        link_key=row.link_key,
        placed_at=row.placed_at,
    )


def _line(row: OrderLine) -> LineCard:
    return LineCard(
        id=row.pk,
        order=row.order_id,
        line_no=row.line_no,
        variant=row.variant_id,
        description=row.description,
        quantity=row.quantity,
        unit_price=row.unit_price,
        wording=row.wording,
        reserved=row.reserved,
        picked=row.picked,
        shipped=row.shipped,
        cancelled=row.cancelled,
        returned=row.returned,
    )


def order_cards(ids: Iterable[int]) -> dict[int, OrderCard]:
    """Id -> order of the acting company; others are left out."""
    return {row.pk: card_of(row) for row in Order.objects.filter(pk__in=list(ids)).select_related("customer")}


def order_card(order_id: int) -> OrderCard:
    """One order. Raises UnknownOrder."""
    card = order_cards([order_id]).get(order_id)
    if card is None:
        raise UnknownOrder
    return card


def order_by_number(number: str) -> OrderCard:
    """The order whose number was typed or scanned. Raises UnknownOrder."""
    row = Order.objects.filter(number__iexact=number.strip()).select_related("customer").first()
    if row is None:
        raise UnknownOrder
    return card_of(row)


def order_by_link(link_key: str) -> OrderCard:
    """The order whose private link a customer holds. Raises UnknownOrder."""
    row = Order.objects.filter(link_key=link_key).select_related("customer").first()
    if row is None:
        raise UnknownOrder
    return card_of(row)


def lines_of(order_id: int) -> list[LineCard]:
    """The lines of an order, in their order."""
    return [_line(row) for row in OrderLine.objects.filter(order_id=order_id).order_by("line_no")]


def lines_of_orders(ids: Iterable[int]) -> dict[int, list[LineCard]]:
    """Order id -> its lines, by one query."""
    found: dict[int, list[LineCard]] = {}
    for row in OrderLine.objects.filter(order_id__in=list(ids)).order_by("order_id", "line_no"):
        found.setdefault(row.order_id, []).append(_line(row))
    return found


def steps_of(order_id: int) -> list[StepCard]:
    """The steps of an order, oldest first."""
    return [
        StepCard(
            state=OrderState(row.state),
            at=row.at,
            actor_name=row.actor_name,
            device_id=row.device_id,
            note=row.note,
        )
        for row in OrderStep.objects.filter(order_id=order_id).order_by("pk")
    ]


def open_orders_to_pick(limit: int = 100) -> list[OrderCard]:
    """Orders that hold goods and are not being picked yet, the oldest first."""
    rows = Order.objects.filter(state=OrderState.RESERVED).select_related("customer").order_by("placed_at", "pk")
    return [card_of(row) for row in rows[:limit]]
