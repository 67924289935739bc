"""What is open, and what came of the day, in numbers that cost the same however many orders are closed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from hanmaru.central.companies.tenancy import current_company_id

# One statement, since the two pages that are open all day begin with it; each part walks a short index. What a customer
# sent from the order page has an external id.
_NOW = """
SELECT count(*) FILTER (WHERE state = 'draft'),
  count(*) FILTER (WHERE state = 'confirmed' AND NOT back_order),
  count(*) FILTER (WHERE state = 'reserved'),
  count(*) FILTER (WHERE back_order),
  coalesce(array_agg(id) FILTER (WHERE state IN ('picking', 'packed')), '{}'),
  (SELECT count(*) FROM orders_return WHERE company_id = %(company)s AND state = 'expected'),
  EXISTS (SELECT FROM orders_order
    WHERE company_id = %(company)s AND channel = 'order_page' AND external_id <> ''),
  (SELECT ARRAY[count(*), coalesce(sum(total), 0)]::bigint[] FROM
    (SELECT state, total, placed_at FROM orders_order
     WHERE company_id = %(company)s ORDER BY id DESC LIMIT 2000) AS newest
    WHERE placed_at >= %(began)s AND state NOT IN ('draft', 'cancelled'))
FROM orders_order
WHERE company_id = %(company)s AND state IN ('draft', 'confirmed', 'reserved', 'picking', 'packed')
"""


@dataclass(frozen=True, slots=True)
class OrdersOfDay:
    """Orders placed since a moment, with their total in the minor unit."""

    placed: int
    total: int


@dataclass(frozen=True, slots=True)
class OrdersNow:
    """How many orders wait for what; ``confirmed`` leaves those out that wait for goods.

    ``on_tables`` are ids of those being picked or packed, ``coming_back`` returns that are announced;
    ``customers_ordered``: one came from the order page, ever.
    """

    drafts: int
    confirmed: int
    reserved: int
    waiting_for_goods: int
    on_tables: Collection[int]
    coming_back: int
    customers_ordered: bool
    of_day: OrdersOfDay


def orders_now(began: datetime) -> OrdersNow:
    """What is open now, and what came of the day that began at ``began``."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW, {"company": current_company_id(), "began": began})
        row = cursor.fetchone()
    values = [*row[:-1], OrdersOfDay(*row[-1])]
    return OrdersNow(*values)
