"""What others may read of orders."""

from hanmaru.central.orders.queries.cards import (
    LineCard,
    OrderCard,
    StepCard,
    lines_of,
    lines_of_orders,
    open_orders_to_pick,
    order_by_number,
    order_card,
    order_cards,
    steps_of,
)

__all__ = [
    "LineCard",
    "OrderCard",
    "StepCard",
    "lines_of",
    "lines_of_orders",
    "open_orders_to_pick",
    "order_by_number",
    "order_card",
    "order_cards",
    "steps_of",
]
