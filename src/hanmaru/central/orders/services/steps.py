"""How an order goes from state to state: its row is locked, the new state written, the step recorded.

Locks are always taken in one order: the order's row, then its lines, then stock.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.text import Truncator

from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.orders.errors import UnknownOrder, WrongState
from hanmaru.central.orders.models import Order, OrderLine, OrderState, OrderStep
from hanmaru.central.orders.services.clock import now

DOCUMENT = "order"  # the document kind of this app's reservations and moves in stock


def actor() -> dict[str, Any]:
    """Who acts now, as a step records it: fields ``actor_id``, ``actor_name``, ``device_id``."""
    who = acting_now()
    name = companies.person_names([who.user_id]).get(who.user_id, "") if who.user_id else ""
    return {"actor_id": who.user_id, "actor_name": name[:80], "device_id": who.device_id}


def locked(order_id: int) -> Order:
    """The order, its row held to the end of the transaction. Raises UnknownOrder."""
    order: Order | None = Order.objects.select_for_update(no_key=True).filter(pk=order_id).first()
    if order is None:
        raise UnknownOrder
    return order


def lock_all(order_ids: Iterable[int]) -> dict[int, Order]:
    """Several orders, locked in key order. Raises UnknownOrder when one is missing."""
    ids = sorted(set(order_ids))
    orders = {
        order.pk: order for order in Order.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    }
    if len(orders) != len(ids):
        raise UnknownOrder
    return orders


def lines_of(order: Order) -> list[OrderLine]:
    """The order's lines, read after its row was locked."""
    return list(OrderLine.objects.filter(order=order))


def require(order: Order, *states: OrderState, wish: object) -> None:
    """Refuse what the state does not allow. ``wish`` says in words what was asked."""
    if order.state not in states:
        raise WrongState(number=order.number, state=order.get_state_display(), wish=wish)


def enter(order: Order, state: OrderState, *, at: datetime | None = None, note: object = "") -> None:
    """Write the order's new state and the step that led there. ``order.back_order`` is written as it stands."""
    order.state = state
    order.save(update_fields=["state", "back_order", "updated_at"])
    OrderStep.objects.create(order=order, state=state, at=at or now(), note=Truncator(str(note)).chars(200), **actor())
    changed("orders")
