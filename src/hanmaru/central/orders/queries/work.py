"""What is still to be done for orders, by age: for planning purchases and for the replay of a year."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Sum

from hanmaru.central.orders.models import Order, OrderLine, OrderState, Return, ReturnState

_OPEN = (OrderState.CONFIRMED, OrderState.RESERVED, OrderState.PICKING, OrderState.PACKED)


def open_orders_by_age(*, limit: int | None = None) -> list[tuple[int, datetime]]:
    """(id, placed at) of every order on which work is left, the oldest first."""
    rows = Order.objects.filter(state__in=_OPEN).order_by("placed_at", "pk").values_list("pk", "placed_at")
    return list(rows if limit is None else rows[:limit])


def lacking(order_ids: Iterable[int]) -> dict[int, int]:
    """Variant id -> pieces that these orders want and no goods are held for."""
    lines = OrderLine.objects.filter(order_id__in=list(order_ids)).order_by()
    missing = F("quantity") - F("cancelled") - F("picked") - F("reserved")
    sums = lines.values_list("variant_id").annotate(missing=Sum(missing))
    return {variant: count for variant, count in sums if count > 0}


def returns_by_age() -> list[tuple[int, datetime]]:
    """(id, announced at) of returns on their way back, the oldest first."""
    rows = Return.objects.filter(state=ReturnState.EXPECTED).order_by("announced_at", "pk")
    return list(rows.values_list("pk", "announced_at"))


def states_of(order_ids: Iterable[int]) -> dict[int, OrderState]:
    """Order id -> its state."""
    rows = Order.objects.filter(pk__in=list(order_ids)).values_list("pk", "state")
    return {pk: OrderState(state) for pk, state in rows}


def known_numbers(channel: str, external_ids: Iterable[str]) -> set[str]:
    """Which of these numbers, given at the place they came from, belong to orders that are here already."""
    rows = Order.objects.filter(channel=channel, external_id__in=list(external_ids))
    return set(rows.values_list("external_id", flat=True))
