"""Goods leave for the customer: all at once or in parts.

As with picking, the goods are moved by the caller, in the same transaction and after this call: packing place ->
customer, reason SHIP, ``document_kind=DOCUMENT, document_id=order``.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hanmaru.central.orders.errors import NothingPicked, UnknownLine
from hanmaru.central.orders.models import Order, OrderState
from hanmaru.central.orders.services.figures import change_lines
from hanmaru.central.orders.services.steps import enter, lines_of, locked, require


@transaction.atomic
def mark_shipped(order_id: int, pieces: Mapping[int, int] | None = None, *, at: datetime | None = None) -> OrderState:
    """Line id -> pieces have left the house (None: all that is picked). The state the order is in afterwards.

    An order of which a part still waits stays open: confirmed (back-order) when goods are missing, reserved when they
    are held, packed when more boxes stand ready. Shipping an order that is all shipped changes nothing.

    Raises:
        WrongState: the order is not packed; UnknownLine; FigureImpossible: more than was picked; NothingPicked.
    """
    order = locked(order_id)
    if order.state == OrderState.SHIPPED:
        return OrderState.SHIPPED
    require(order, OrderState.PACKED, wish=_("Ship"))
    lines = {line.pk: line for line in lines_of(order)}
    wanted = {pk: line.picked - line.shipped for pk, line in lines.items()} if pieces is None else dict(pieces)
    for line in wanted:
        if line not in lines:
            raise UnknownLine(line=line)
    if not sum(wanted.values()):
        raise NothingPicked(number=order.number)
    change_lines("ship", wanted)
    return _after(order, sum(wanted.values()), at)


def _after(order: Order, count: int, at: datetime | None) -> OrderState:
    lines = lines_of(order)
    waiting = sum(line.quantity - line.cancelled - line.picked - line.reserved for line in lines)
    ready = sum(line.picked - line.shipped for line in lines)
    held = sum(line.reserved for line in lines)
    order.back_order = waiting > 0
    if not (waiting or ready or held):
        enter(order, OrderState.SHIPPED, at=at)
        return OrderState.SHIPPED
    part = ngettext("In part: %(count)s piece", "In part: %(count)s pieces", count) % {"count": count}
    enter(order, OrderState.SHIPPED, at=at, note=part)
    state = OrderState.PACKED if ready else OrderState.RESERVED if held else OrderState.CONFIRMED
    enter(order, state, at=at, note=_("The rest of the order"))
    return state
