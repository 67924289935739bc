"""Goods leave for the customer: all at once or in parts.

As with picking, the goods are moved by the caller, in the same transaction and after this call: packing place ->
customer, reason SHIP, ``document_kind=DOCUMENT, document_id=order``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hanmaru.central.orders.errors import FigureImpossible, NothingPicked, UnknownLine
from hanmaru.central.orders.models import Order, OrderLine, OrderState
from hanmaru.central.orders.services.figures import change_lines
from hanmaru.central.orders.services.steps import Step, enter_all, lines_of_all, lock_all, require
from hanmaru.kernel.errors import HanmaruError


def mark_shipped(order_id: int, pieces: Mapping[int, int] | None = None, *, at: datetime | None = None) -> OrderState:
    """Line id -> pieces have left the house (None: all that is picked). The state the order is in afterwards.

    An order of which a part still waits stays open: confirmed (back-order) when goods are missing, reserved when they
    are held, packed when more boxes stand ready. Shipping an order that is all shipped changes nothing.

    Raises:
        WrongState: the order is not packed; UnknownLine; FigureImpossible: more than was picked; NothingPicked.
    """
    states, refused = mark_shipped_all({order_id: pieces}, at=at)
    if order_id in refused:
        raise refused[order_id]
    return states[order_id]


@transaction.atomic
def mark_shipped_all(
    parts: Mapping[int, Mapping[int, int] | None], *, at: datetime | None = None
) -> tuple[dict[int, OrderState], dict[int, HanmaruError]]:
    """The same for many orders, order id -> its pieces, each judged by itself: a refused one stays as it is.

    Returns:
        Order id -> the state it is in afterwards; order id -> why it was refused, an error of :func:`mark_shipped`.

    Raises:
        UnknownOrder.
    """
    orders = lock_all(parts)
    lines = lines_of_all(orders)
    wanted: dict[int, dict[int, int]] = {}
    refused: dict[int, HanmaruError] = {}
    for pk, order in orders.items():
        if order.state == OrderState.SHIPPED:
            continue
        try:
            wanted[pk] = _wanted(order, lines[pk], parts[pk])
        except HanmaruError as refusal:
            refused[pk] = refusal
    change_lines("ship", {line: count for pieces in wanted.values() for line, count in pieces.items()})
    steps = [step for pk, pieces in wanted.items() for step in _steps(orders[pk], lines[pk], pieces)]
    enter_all(steps, at=at)
    return {pk: OrderState(order.state) for pk, order in orders.items() if pk not in refused}, refused


def _wanted(order: Order, lines: Sequence[OrderLine], pieces: Mapping[int, int] | None) -> dict[int, int]:
    """Line id -> pieces of the order that leave."""
    require(order, OrderState.PACKED, wish=_("Ship"))
    ready = {line.pk: line.picked - line.shipped for line in lines}
    wanted = ready if pieces is None else dict(pieces)
    for line, count in wanted.items():
        if line not in ready:
            raise UnknownLine(line=line)
        if not 0 <= count <= ready[line]:
            raise FigureImpossible(line=line, wanted=count)
    if not sum(wanted.values()):
        raise NothingPicked(number=order.number)
    return wanted


def _steps(order: Order, lines: Sequence[OrderLine], pieces: Mapping[int, int]) -> list[Step]:
    """Shipped, and back to where the rest of it stands, once the pieces (line id -> so many) are gone."""
    count = sum(pieces.values())
    waiting = sum(line.quantity - line.cancelled - line.picked - line.reserved for line in lines)
    ready = sum(line.picked - line.shipped for line in lines) - count
    held = sum(line.reserved for line in lines)
    order.back_order = waiting > 0
    if not (waiting or ready or held):
        return [Step(order, OrderState.SHIPPED)]
    part = ngettext("In part: %(count)s piece", "In part: %(count)s pieces", count) % {"count": count}
    state = OrderState.PACKED if ready else OrderState.RESERVED if held else OrderState.CONFIRMED
    return [Step(order, OrderState.SHIPPED, part), Step(order, state, _("The rest of the order"))]
