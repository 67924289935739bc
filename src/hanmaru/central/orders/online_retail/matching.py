"""Which earlier order line a returned piece was bought by.

The latest order first, as a customer sends back what came last; only what is not on its way back already; only orders
placed before the return. What finds no order is returned without one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from hanmaru.central.orders.online_retail.known import Known
from hanmaru.central.orders.online_retail.lines import RetailLine

_BOUGHT = """
SELECT o.customer_id, l.variant_id, l.id, extract(epoch FROM o.placed_at),
       l.quantity - l.cancelled
       - COALESCE((SELECT sum(r.quantity) FROM orders_returnline r WHERE r.order_line_id = l.id), 0)
  FROM unnest(%s::bigint[], %s::bigint[]) AS w(customer, variant)
  JOIN orders_order o ON o.customer_id = w.customer AND o.state <> 'cancelled'
  JOIN orders_orderline l ON l.order_id = o.id AND l.variant_id = w.variant
 ORDER BY o.placed_at DESC, l.id DESC
"""


@dataclass(slots=True)
class _Bought:
    line: int
    placed: float
    left: int


class Bought:
    """What customers have bought and not sent back, for the returns of one batch. Reads the database once."""

    def __init__(self, returns: Iterable[RetailLine], known: Known) -> None:
        self._known = known
        self._bought: dict[tuple[int, int], list[_Bought]] = defaultdict(list)
        pairs = sorted({pair for line in returns if (pair := self._pair(line))})
        if not pairs:
            return
        with connection.cursor() as cursor:
            cursor.execute(_BOUGHT, [[pair[0] for pair in pairs], [pair[1] for pair in pairs]])
            for customer, variant, line, placed, left in cursor.fetchall():
                self._bought[customer, variant].append(_Bought(line, float(placed), int(left)))

    def give_back(self, line: RetailLine) -> list[tuple[int, int]]:
        """(order line id, pieces) for as much of the return as earlier orders explain."""
        missing = -line.quantity
        parts = []
        pair = self._pair(line)
        for one in self._bought.get(pair, ()) if pair else ():
            part = min(missing, one.left)
            if part > 0 and one.placed <= line.at.timestamp():
                one.left -= part
                missing -= part
                parts.append((one.line, part))
        return parts

    def _pair(self, line: RetailLine) -> tuple[int, int] | None:
        if not line.customer:
            return None
        return (self._known.customers[line.customer], self._known.variants[line.code])
