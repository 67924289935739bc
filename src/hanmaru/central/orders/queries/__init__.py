"""What others may read of orders, and the words of their states."""

from hanmaru.central.orders.models import Channel, OrderState, ReturnState
from hanmaru.central.orders.queries.baskets import baskets
from hanmaru.central.orders.queries.cards import (
    LineCard,
    OrderCard,
    StepCard,
    lines_of,
    lines_of_orders,
    open_orders_to_pick,
    order_by_link,
    order_by_number,
    order_card,
    order_cards,
    steps_of,
)
from hanmaru.central.orders.queries.listing import (
    CustomerCard,
    ReturnCard,
    counts_by_state,
    customer_card,
    customers,
    orders,
    return_card,
    returns,
)
from hanmaru.central.orders.queries.today import OrdersNow, OrdersOfDay, orders_now
from hanmaru.central.orders.queries.work import known_numbers, lacking, open_orders_by_age, returns_by_age, states_of

__all__ = [
    "Channel",
    "CustomerCard",
    "LineCard",
    "OrderCard",
    "OrderState",
    "OrdersNow",
    "OrdersOfDay",
    "ReturnCard",
    "ReturnState",
    "StepCard",
    "baskets",
    "counts_by_state",
    "customer_card",
    "customers",
    "known_numbers",
    "lacking",
    "lines_of",
    "lines_of_orders",
    "open_orders_by_age",
    "open_orders_to_pick",
    "order_by_link",
    "order_by_number",
    "order_card",
    "order_cards",
    "orders",
    "orders_now",
    "return_card",
    "returns",
    "returns_by_age",
    "states_of",
    "steps_of",
]
