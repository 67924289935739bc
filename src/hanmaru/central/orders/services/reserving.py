"""Goods are held for orders: over several bins a line, in part when not all is there, the oldest order first."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from hanmaru.central.companies.live import changed
from hanmaru.central.orders.models import Order, OrderLine, OrderState
from hanmaru.central.orders.services.figures import change_lines
from hanmaru.central.orders.services.steps import DOCUMENT, enter, lines_of, locked, require
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.errors import NotEnough
from hanmaru.central.stock.services import ReservationState, Want, release, reserve

RESERVABLE = (OrderState.CONFIRMED, OrderState.RESERVED, OrderState.PICKING)
_TRIES = 8  # a try fails only when another order has just taken the goods


@transaction.atomic
def reserve_order(order_id: int, *, hold_for: timedelta | None = None) -> int:
    """Hold free goods for what the order still lacks; the pieces newly held.

    What is not there waits: the order is marked as a back-order and served when goods arrive
    (:func:`reserve_waiting`). ``hold_for`` lets the goods go by themselves after that time.

    Raises:
        WrongState: the order is a draft, packed, shipped, cancelled or returned.
    """
    order = locked(order_id)
    require(order, *RESERVABLE, wish=_("Reserve goods"))
    return _reserve(order, timezone.now() + hold_for if hold_for else None)


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
            if order.state in RESERVABLE and _reserve(order, None):
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


def _reserve(order: Order, expires_at: datetime | None) -> int:
    lines = lines_of(order)
    lacking = {line.pk: line.quantity - line.picked - line.reserved - line.cancelled for line in lines}
    wants = _take(order, [line for line in lines if lacking[line.pk]], lacking, expires_at)
    got: dict[int, int] = defaultdict(int)
    for want in wants:
        got[want.line or 0] += want.quantity
    change_lines("reserve", got)
    order.back_order = sum(lacking.values()) > sum(got.values())
    if got and order.state == OrderState.CONFIRMED:
        enter(order, OrderState.RESERVED, note=_("In part: the rest waits for goods") if order.back_order else "")
    else:
        order.save(update_fields=["back_order", "updated_at"])
    if got:
        changed("orders", "stock")
    return sum(got.values())


def _take(order: Order, lines: list[OrderLine], lacking: dict[int, int], expires_at: datetime | None) -> list[Want]:
    """Hold what is free; read again when another order takes the goods between our look and our hand."""
    for tries_left in reversed(range(_TRIES)):
        wants = _allocate(order, lines, lacking, expires_at)
        try:
            with transaction.atomic():
                reserve(wants)
        except NotEnough:
            if not tries_left:
                raise
        else:
            return wants
    return []


def _allocate(order: Order, lines: list[OrderLine], lacking: dict[int, int], expires_at: datetime | None) -> list[Want]:
    """Spread the lines over free balances, in the order in which stock says to take them."""
    free = stock.free_balances({line.variant_id for line in lines}, today=timezone.localdate())
    left = {one.balance: one.free for balances in free.values() for one in balances}
    wants = []
    for line in lines:
        missing = lacking[line.pk]
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
                    document_id=order.pk,
                    line=line.pk,
                    expires_at=expires_at,
                )
            )
    return wants
