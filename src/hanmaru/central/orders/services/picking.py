"""Goods are gathered for an order.

These change the order and its lines. The goods themselves are moved by whoever picks, in the same transaction and after
these calls (lock order: order, lines, stock), with moves that name the order: ``document_kind=DOCUMENT,
document_id=order``, bin -> packing place, reason PICK, taking from the reservation; that is how ``cancel`` knows where
to put them back.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from hanmaru.central.companies.live import changed
from hanmaru.central.orders.errors import NothingPicked, StillReserved, UnknownLine
from hanmaru.central.orders.models import Order, OrderLine, OrderState
from hanmaru.central.orders.services.figures import change_lines
from hanmaru.central.orders.services.steps import enter, lines_of, lock_all, locked, require


def start_picking(order_id: int) -> None:
    """Someone begins to gather a reserved order. Starting again changes nothing.

    Raises:
        WrongState: nothing is reserved, or the order is beyond picking.
    """
    start_picking_all([order_id])


@transaction.atomic
def start_picking_all(order_ids: Iterable[int]) -> None:
    """The same for all orders of a pick list, all or none."""
    for order in lock_all(order_ids).values():
        if order.state == OrderState.PICKING:
            continue
        require(order, OrderState.RESERVED, wish=_("Start picking"))
        enter(order, OrderState.PICKING)


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


@transaction.atomic
def mark_packed(order_id: int) -> None:
    """What was picked is in its boxes. Packing again changes nothing.

    Raises:
        WrongState: the order is not being picked; StillReserved: goods wait in their bins; NothingPicked.
    """
    order = locked(order_id)
    if order.state == OrderState.PACKED:
        return
    require(order, OrderState.PICKING, wish=_("Pack"))
    lines = lines_of(order)
    if waiting := sum(line.reserved for line in lines):
        raise StillReserved(number=order.number, count=waiting)
    if not any(line.picked - line.shipped for line in lines):
        raise NothingPicked(number=order.number)
    enter(order, OrderState.PACKED)


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
