"""What is open, and what came of the day, in numbers that cost the same however many orders are closed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, Sum

from hanmaru.central.orders.models import Channel, Order, OrderState, Return, ReturnState

_OPEN = (OrderState.DRAFT, OrderState.CONFIRMED, OrderState.RESERVED, OrderState.PICKING, OrderState.PACKED)
_NEWEST = 2_000  # orders that a day is looked for in


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrders:
    """How many orders wait for what. ``on_tables`` are ids of those being picked or packed."""

    drafts: int
    confirmed: int
    reserved: int
    waiting_for_goods: int
    on_tables: Collection[int]


@dataclass(frozen=True, slots=True)
class OrdersOfDay:
    """Orders placed since a moment, with their total in the minor unit."""

    placed: int
    total: int


def open_orders() -> OpenOrders:
    """What is open now. ``confirmed`` leaves those out that wait for goods."""
    on_tables = Q(state__in=(OrderState.PICKING, OrderState.PACKED))
    found = Order.objects.filter(state__in=_OPEN).aggregate(
        drafts=Count("pk", filter=Q(state=OrderState.DRAFT)),
        confirmed=Count("pk", filter=Q(state=OrderState.CONFIRMED, back_order=False)),
        reserved=Count("pk", filter=Q(state=OrderState.RESERVED)),
        waiting_for_goods=Count("pk", filter=Q(back_order=True)),
        on_tables=ArrayAgg("pk", filter=on_tables, default=[]),
    )
    return OpenOrders(**found)


def orders_since(moment: datetime) -> OrdersOfDay:
    """What came of the day that began at ``moment``."""
    newest = Order.objects.order_by("-pk")[:_NEWEST]
    placed = Order.objects.filter(pk__in=newest.values("pk"), placed_at__gte=moment).exclude(
        state__in=(OrderState.DRAFT, OrderState.CANCELLED)
    )
    figures = placed.aggregate(count=Count("pk"), total=Sum("total"))
    return OrdersOfDay(figures["count"], figures["total"] or 0)


def returns_on_their_way() -> int:
    """How many returns are announced."""
    count: int = Return.objects.filter(state=ReturnState.EXPECTED).count()
    return count


def customers_have_ordered() -> bool:
    """Whether an order ever came from the order page."""
    return bool(Order.objects.filter(channel=Channel.ORDER_PAGE).exclude(external_id="").exists())
