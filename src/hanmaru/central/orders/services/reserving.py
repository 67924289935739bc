"""Goods are held for orders: over several bins a line, in part when not all is there, the oldest order first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hanmaru.central.companies.live import changed
from hanmaru.central.orders.models import Order, OrderLine, OrderState
from hanmaru.central.orders.services.figures import change_lines
from hanmaru.central.orders.services.steps import (
    DOCUMENT,
    Step,
    enter,
    enter_all,
    lines_of,
    lines_of_all,
    lock_all,
    locked,
    require,
    save_all,
)
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.errors import NotEnough
from hanmaru.central.stock.services import ReservationState, Want, release, reserve

RESERVABLE = (OrderState.CONFIRMED, OrderState.RESERVED, OrderState.PICKING)
_TRIES = 8  # a try fails only when another order has just taken the goods


def reserve_order(order_id: int, *, hold_for: timedelta | None = None) -> int:
    """Hold free goods for what the order still lacks; the pieces newly held.

    What is not there waits: the order is marked as a back-order and served when goods arrive
    (:func:`reserve_waiting`). ``hold_for`` lets the goods go by themselves after that time.

    Raises:
        WrongState: the order is a draft, packed, shipped, cancelled or returned.
    """
    return reserve_orders([order_id], hold_for=hold_for)[order_id]


@transaction.atomic
def reserve_orders(order_ids: Iterable[int], *, hold_for: timedelta | None = None) -> dict[int, int]:
    """The same for many orders by one look at the shelves: order id -> pieces newly held.

    Who is named first is served first. Raises as :func:`reserve_order`; then no order holds anything new.
    """
    in_turn = list(dict.fromkeys(order_ids))
    orders = lock_all(in_turn)
    for order in orders.values():
        require(order, *RESERVABLE, wish=_("Reserve goods"))
    return _reserve([orders[pk] for pk in in_turn], timezone.now() + hold_for if hold_for else None)


def reserve_waiting(variant_ids: Iterable[int], *, limit: int = 200) -> list[int]:
    """Goods of these variants have arrived: serve the back-orders that wait for them, the oldest first.

    Each order is a transaction of its own. Returns the ids of the orders that got goods.
    """
    variants = sorted(set(variant_ids))
    lacking = OrderLine.objects.filter(
        variant_id__in=variants, quantity__gt=F("picked") + F("reserved") + F("cancelled")
    )
    waiting = (
        Order.objects.filter(back_order=True, state__in=(OrderState.CONFIRMED, OrderState.RESERVED))
        .filter(pk__in=lacking.values("order_id"))
        .order_by("placed_at", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    served = []
    for order_id in list(waiting):
        with transaction.atomic():
            order = locked(order_id)
            if order.state in RESERVABLE and _reserve([order], None)[order_id]:
                served.append(order_id)
    return served


def release_expired(*, now: datetime | None = None) -> list[int]:
    """Let go what was held longer than allowed, an order a transaction; the ids of the orders."""
    moment = now or timezone.now()
    expired = stock.expired_documents(DOCUMENT, moment)
    for order_id in expired:
        with transaction.atomic():
            _expire(locked(order_id), moment)
    return expired


def let_go(reservations: Iterable[stock.Held], state: ReservationState) -> None:
    """Release reservations and take them off the lines; the caller holds the order."""
    held = list(reservations)
    pieces: dict[int, int] = defaultdict(int)
    for one in held:
        if one.line is not None:
            pieces[one.line] += one.quantity
    change_lines("release", pieces)
    release([one.reservation for one in held], state)
    if held:
        changed("orders", "stock")


def _expire(order: Order, moment: datetime) -> None:
    held = stock.held_for(DOCUMENT, [order.pk])
    let_go([h for h in held if h.expires_at and h.expires_at <= moment], ReservationState.EXPIRED)
    order.back_order = False
    lines = lines_of(order)
    if order.state == OrderState.RESERVED and not any(line.reserved for line in lines):
        enter(order, OrderState.CONFIRMED, note=_("The reservation ran out"))
    else:
        order.save(update_fields=["back_order", "updated_at"])


def _reserve(orders: Sequence[Order], expires_at: datetime | None) -> dict[int, int]:
    """Hold what there is for locked orders, in their turn; order id -> pieces newly held."""
    lines = lines_of_all(order.pk for order in orders)
    lacking = [
        (line, missing)
        for order in orders
        for line in lines[order.pk]
        if (missing := line.quantity - line.picked - line.reserved - line.cancelled)
    ]
    of_line: dict[int, int] = defaultdict(int)
    for want in _take(lacking, expires_at):
        of_line[want.line or 0] += want.quantity
    change_lines("reserve", of_line)
    held = dict.fromkeys((order.pk for order in orders), 0)
    waiting = dict(held)
    for line, missing in lacking:
        held[line.order_id] += of_line.get(line.pk, 0)
        waiting[line.order_id] += missing - of_line.get(line.pk, 0)
    _note(orders, held, waiting)
    return held


def _note(orders: Sequence[Order], held: dict[int, int], waiting: dict[int, int]) -> None:
    """Write what the orders came to: which hold goods now, which wait for more."""
    steps, others = [], []
    for order in orders:
        order.back_order = waiting[order.pk] > 0
        if held[order.pk] and order.state == OrderState.CONFIRMED:
            part = _("In part: the rest waits for goods") if order.back_order else ""
            steps.append(Step(order, OrderState.RESERVED, part))
        else:
            others.append(order)
    enter_all(steps)
    save_all(others)
    if any(held.values()):
        changed("orders", "stock")


def _take(lacking: Sequence[tuple[OrderLine, int]], expires_at: datetime | None) -> list[Want]:
    """Hold what is free; read again when another order takes the goods between our look and our hand."""
    for tries_left in reversed(range(_TRIES)):
        wants = _allocate(lacking, expires_at)
        try:
            with transaction.atomic():
                reserve(wants)
        except NotEnough:
            if not tries_left:
                raise
        else:
            return wants
    return []


def _allocate(lacking: Sequence[tuple[OrderLine, int]], expires_at: datetime | None) -> list[Want]:
    """Spread the lines over free balances, in the order in which stock says to take them."""
    free = stock.free_balances({line.variant_id for line, _missing in lacking}, today=timezone.localdate())
    left = {one.balance: one.free for balances in free.values() for one in balances}
    wants = []
    for line, lacks in lacking:
        missing = lacks
        for one in free.get(line.variant_id, ()):
            count = min(missing, left[one.balance])
            if not count:
                continue
            left[one.balance] -= count
            missing -= count
            wants.append(
                Want(
                    balance=one.balance,
                    quantity=count,
                    document_kind=DOCUMENT,
                    document_id=line.order_id,
                    line=line.pk,
                    expires_at=expires_at,
                )
            )
    return wants
