"""An order ends early, in any state, and gives its goods back."""

from collections import defaultdict

from django.db import transaction
from django.utils.translation import gettext as _

from hanmaru.central.companies.live import changed
from hanmaru.central.orders.errors import AlreadyShipped
from hanmaru.central.orders.events import order_cancelled
from hanmaru.central.orders.models import Order, OrderLine, OrderState
from hanmaru.central.orders.services.figures import change_lines
from hanmaru.central.orders.services.reserving import let_go
from hanmaru.central.orders.services.steps import DOCUMENT, enter, lines_of, locked
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.services import Move, MoveReason, PlaceKind, ReservationState, post


@transaction.atomic
def cancel(order_id: int, reason: str = "") -> OrderState:
    """Stop an order; the state it is in afterwards. Cancelling a cancelled order changes nothing.

    What is reserved is free again; what is picked is put back into the bins it came from. Of an order that was
    shipped in part the rest is cancelled, and the order ends as shipped.

    Raises:
        AlreadyShipped: all of it has left the house: it comes back as a return (:func:`take_back`).
    """
    order = locked(order_id)
    if order.state == OrderState.CANCELLED:
        return OrderState.CANCELLED
    if order.state in (OrderState.SHIPPED, OrderState.RETURNED):
        raise AlreadyShipped(number=order.number)
    lines = lines_of(order)
    change_lines("unpick", {line.pk: line.picked - line.shipped for line in lines})
    let_go(stock.held_for(DOCUMENT, [order.pk]), ReservationState.RELEASED)
    change_lines("cancel", {line.pk: line.quantity - line.shipped - line.cancelled for line in lines})
    _put_back(order, lines)
    order.back_order = False
    shipped = any(line.shipped for line in lines)
    state = OrderState.SHIPPED if shipped else OrderState.CANCELLED
    enter(order, state, note=_("The rest was cancelled: %(reason)s") % {"reason": reason} if shipped else reason)
    order_cancelled.send(sender=Order, order_id=order.pk)
    return state


def _put_back(order: Order, lines: list[OrderLine]) -> None:
    """Carry what lies packed for the order back into the bins it was picked from, last picked first."""
    if not any(line.picked - line.shipped for line in lines):
        return
    lying: dict[tuple[int, int | None, int], int] = defaultdict(int)
    moves = stock.moved_for(DOCUMENT, order.pk)
    for move in moves:
        for place, kind, sign in ((move.to_place, move.to_kind, 1), (move.from_place, move.from_kind, -1)):
            if kind == PlaceKind.PACKING:
                lying[move.variant, move.lot, place] += sign * move.quantity
    back = []
    for move in reversed(moves):
        where = (move.variant, move.lot, move.to_place)
        count = min(move.quantity, lying[where])
        if move.reason != MoveReason.PICK or count <= 0:
            continue
        lying[where] -= count
        back.append(
            Move(
                variant=move.variant,
                lot=move.lot,
                from_place=move.to_place,
                to_place=move.from_place,
                quantity=count,
                reason=MoveReason.UNPICK,
                document_kind=DOCUMENT,
                document_id=order.pk,
            )
        )
    post(back)
    changed("stock")
