"""How an order goes from state to state: its row is locked, the new state written, the step recorded.

Locks are always taken in one order: the order's row, then its lines, then stock.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.text import Truncator

from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.live import changed, changed_each
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.orders.errors import UnknownOrder, WrongState
from hanmaru.central.orders.models import Order, OrderLine, OrderState, OrderStep
from hanmaru.central.orders.services.clock import now

DOCUMENT = "order"  # the document kind of this app's reservations and moves in stock
_SAVE = """
UPDATE orders_order o SET state = d.state, back_order = d.back_order, updated_at = now()
  FROM unnest(%s::bigint[], %s::text[], %s::boolean[]) AS d(id, state, back_order)
 WHERE o.id = d.id
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A state that an order comes into, and a word on why."""

    order: Order
    state: OrderState
    note: object = ""


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
    return lines_of_all([order.pk])[order.pk]


def lines_of_all(order_ids: Iterable[int]) -> dict[int, list[OrderLine]]:
    """Order id -> its lines, read after the orders' rows were locked; one query for all of them."""
    found: dict[int, list[OrderLine]] = defaultdict(list)
    for line in OrderLine.objects.filter(order_id__in=list(order_ids)):
        found[line.order_id].append(line)
    return found


def require(order: Order, *states: OrderState, wish: object) -> None:
    """Refuse what the state does not allow. ``wish`` says in words what was asked."""
    if order.state not in states:
        raise WrongState(number=order.number, state=order.get_state_display(), wish=wish)


def enter(order: Order, state: OrderState, *, at: datetime | None = None, note: object = "") -> None:
    """Write the order's new state and the step that led there. ``order.back_order`` is written as it stands."""
    enter_all([Step(order, state, note)], at=at)


def enter_all(steps: Sequence[Step], *, at: datetime | None = None) -> None:
    """The same for many orders by two statements; an order may take several steps, the last is the state it is in."""
    if not steps:
        return
    for step in steps:
        step.order.state = step.state
    save_all({step.order.pk: step.order for step in steps}.values())
    moment, who = at or now(), actor()
    OrderStep.objects.bulk_create(
        OrderStep(order=step.order, state=step.state, at=moment, note=Truncator(str(step.note)).chars(200), **who)
        for step in steps
    )


def save_all(orders: Iterable[Order]) -> None:
    """Write state and back-order mark of locked orders as they stand."""
    rows = [(order.pk, str(order.state), order.back_order) for order in orders]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_SAVE, [list(column) for column in zip(*rows, strict=True)])
        changed("orders")
        changed_each("orders", [pk for pk, _state, _waits in rows])
