"""Every write to orders. All quantities are pieces, all ids primary keys, money the minor unit."""

from hanmaru.central.orders.services.cancelling import cancel
from hanmaru.central.orders.services.clock import happening_at
from hanmaru.central.orders.services.customers import customer_of_phone, save_customer
from hanmaru.central.orders.services.order_page import cancel_by_customer, order_by_customer
from hanmaru.central.orders.services.picking import (
    mark_packed,
    mark_packed_all,
    record_pick,
    record_picks,
    short_pick,
    start_picking,
    start_picking_all,
    undo_pick,
)
from hanmaru.central.orders.services.placing import (
    MOST_LINES,
    MOST_PIECES,
    MOST_PRICE,
    LineWanted,
    ShipTo,
    confirm,
    edit_order,
    place_order,
)
from hanmaru.central.orders.services.reserving import release_expired, reserve_order, reserve_orders, reserve_waiting
from hanmaru.central.orders.services.returning import ReturnWanted, announce_return, receive_return, take_back
from hanmaru.central.orders.services.shipping import mark_shipped, mark_shipped_all
from hanmaru.central.orders.services.steps import DOCUMENT

__all__ = [
    "DOCUMENT",
    "MOST_LINES",
    "MOST_PIECES",
    "MOST_PRICE",
    "LineWanted",
    "ReturnWanted",
    "ShipTo",
    "announce_return",
    "cancel",
    "cancel_by_customer",
    "confirm",
    "customer_of_phone",
    "edit_order",
    "happening_at",
    "mark_packed",
    "mark_packed_all",
    "mark_shipped",
    "mark_shipped_all",
    "order_by_customer",
    "place_order",
    "receive_return",
    "record_pick",
    "record_picks",
    "release_expired",
    "reserve_order",
    "reserve_orders",
    "reserve_waiting",
    "save_customer",
    "short_pick",
    "start_picking",
    "start_picking_all",
    "take_back",
    "undo_pick",
]
