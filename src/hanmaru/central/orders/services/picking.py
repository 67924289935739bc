"""Goods are gathered for an order.

These change the order and its lines. The goods themselves are moved by whoever picks, in the same transaction and after
these calls (lock order: order, lines, stock), with moves that name the order: ``document_kind=DOCUMENT,
document_id=order``, bin -> packing place, reason PICK, taking from the reservation; that is how ``cancel`` knows where
to put them back.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from hanmaru.central.companies.live import changed, changed_each
from hanmaru.central.orders.errors import NothingPicked, StillReserved, UnknownLine, WrongState
from hanmaru.central.orders.models import Order, OrderLine, OrderState
from hanmaru.central.orders.services.figures import change_lines
from hanmaru.central.orders.services.steps import Step, enter_all, lines_of_all, lock_all, require
from hanmaru.kernel.errors import HanmaruError


def start_picking(order_id: int) -> None:
    """Someone begins to gather a reserved order. Starting again changes nothing.

    Raises:
        WrongState: nothing is reserved, or the order is beyond picking.
    """
    start_picking_all([order_id])


@transaction.atomic
def start_picking_all(order_ids: Iterable[int]) -> None:
    """The same for all orders of a pick list, all or none."""
    fresh = [order for order in lock_all(order_ids).values() if order.state != OrderState.PICKING]
    for order in fresh:
        require(order, OrderState.RESERVED, wish=_("Start picking"))
    enter_all([Step(order, OrderState.PICKING) for order in fresh])


def record_pick(line_id: int, quantity: int) -> None:
    """So many reserved pieces of a line are out of their bin.

    Raises:
        UnknownLine; WrongState: the order is not being picked; FigureImpossible: fewer are reserved.
    """
    record_picks({line_id: quantity})


@transaction.atomic
def record_picks(pieces: Mapping[int, int]) -> None:
    """The same for many lines, line id -> pieces, all or none."""
    _picking(pieces)
    change_lines("pick", pieces)
    changed("orders")


@transaction.atomic
def undo_pick(line_id: int, quantity: int) -> None:
    """So many picked pieces of a line are back in their bin and held again. Raises as :func:`record_pick`."""
    _picking({line_id: quantity})
    change_lines("unpick", {line_id: quantity})
    change_lines("reserve", {line_id: quantity})
    changed("orders")


@transaction.atomic
def short_pick(line_id: int, quantity: int) -> None:
    """So many reserved pieces were not where they should be: the line no longer holds them and waits for goods.

    The caller releases the reservation and books what was found; then :func:`reserve_order` may find them elsewhere.
    """
    (order,) = _picking({line_id: quantity}).values()
    change_lines("release", {line_id: quantity})
    order.back_order = True
    order.save(update_fields=["back_order", "updated_at"])
    changed("orders")
    changed_each("orders", [order.pk])


@transaction.atomic
def mark_packed(order_id: int) -> None:
    """What was picked is in its boxes. Packing again changes nothing.

    Raises:
        WrongState: the order is not being picked; StillReserved: goods wait in their bins; NothingPicked.
    """
    if refusal := mark_packed_all([order_id]).get(order_id):
        raise refusal


@transaction.atomic
def mark_packed_all(order_ids: Iterable[int]) -> dict[int, HanmaruError]:
    """The same for many orders, each judged by itself: order id -> why it stayed in the state it was in.

    Raises:
        UnknownOrder.
    """
    orders = lock_all(order_ids)
    lines = lines_of_all(orders)
    refused = {pk: why for pk, order in orders.items() if (why := _not_packed(order, lines[pk]))}
    packed = [order for pk, order in orders.items() if pk not in refused and order.state != OrderState.PACKED]
    enter_all([Step(order, OrderState.PACKED) for order in packed])
    return refused


def _not_packed(order: Order, lines: Sequence[OrderLine]) -> HanmaruError | None:
    """Why the order is not all packed; None where it is or may be marked so."""
    if order.state == OrderState.PACKED:
        return None
    try:
        require(order, OrderState.PICKING, wish=_("Pack"))
    except WrongState as refusal:
        return refusal
    if waiting := sum(line.reserved for line in lines):
        return StillReserved(number=order.number, count=waiting)
    if not any(line.picked - line.shipped for line in lines):
        return NothingPicked(number=order.number)
    return None


def _picking(pieces: Mapping[int, int]) -> dict[int, Order]:
    """The orders of these lines, locked and seen to be in picking."""
    of_line = dict(OrderLine.objects.filter(pk__in=list(pieces)).values_list("pk", "order_id"))
    for line in pieces:
        if line not in of_line:
            raise UnknownLine(line=line)
    orders = lock_all(of_line.values())
    for order in orders.values():
        require(order, OrderState.PICKING, wish=_("Pick"))
    return orders
