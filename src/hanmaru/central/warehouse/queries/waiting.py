"""What is to be done on the floor now, in numbers: the big buttons of the work page and of Today."""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.central.orders import queries as orders
from hanmaru.central.stock import queries as stock

# One statement, since two pages begin with it; each part walks a short index.
# The sums of the orders on the tables are made once, whatever the planner believes of tables just filled.
_WAITING = """
WITH taken AS MATERIALIZED (
    SELECT order_id, sum(picked) AS pieces FROM warehouse_picktask
    WHERE company_id = %(company)s AND order_id = ANY(%(on_tables)s::bigint[]) GROUP BY order_id),
  parcel AS MATERIALIZED (
    SELECT id, order_id FROM warehouse_parcel
    WHERE company_id = %(company)s AND order_id = ANY(%(on_tables)s::bigint[]) AND cancelled_at IS NULL),
  line AS MATERIALIZED (
    SELECT parcel_id, sum(quantity) AS pieces FROM warehouse_parcelline
    WHERE company_id = %(company)s AND parcel_id = ANY(ARRAY(SELECT id FROM parcel)) GROUP BY parcel_id),
  packed AS MATERIALIZED (
    SELECT order_id, sum(pieces) AS pieces FROM parcel JOIN line ON parcel_id = id GROUP BY order_id)
SELECT d.open, d.due, d.late,
  (SELECT count(*) FROM warehouse_picklist WHERE company_id = %(company)s AND state IN ('open', 'picking')),
  (SELECT count(*) FROM taken LEFT JOIN packed USING (order_id) WHERE taken.pieces > coalesce(packed.pieces, 0)),
  (SELECT count(*) FROM warehouse_parcel p
    WHERE p.company_id = %(company)s AND p.order_id = ANY(%(on_tables)s::bigint[])
      AND p.shipped_at IS NULL AND p.cancelled_at IS NULL),
  (SELECT count(*) FROM warehouse_counttask WHERE company_id = %(company)s AND done_at IS NULL),
  (SELECT count(DISTINCT epc) FROM (SELECT epc, status, received_at FROM warehouse_readerread
     WHERE company_id = %(company)s ORDER BY id DESC LIMIT 2000) AS newest
    WHERE status = 'unknown' AND received_at >= %(day)s),
  (SELECT count(DISTINCT order_id) FROM (SELECT order_id, shipped_at FROM warehouse_parcel
     WHERE company_id = %(company)s ORDER BY id DESC LIMIT 2000) AS newest
    WHERE shipped_at >= %(day)s)
FROM (SELECT count(*) AS open, count(*) FILTER (WHERE expected_on = %(today)s) AS due,
        count(*) FILTER (WHERE expected_on < %(today)s) AS late
      FROM warehouse_delivery WHERE company_id = %(company)s AND state IN ('announced', 'receiving')) AS d
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Pieces on the dock, open deliveries (due today, late), live pick lists, orders to pack, parcels, counts.

    ``unknown_tags`` were read today and are bound to nothing; of ``shipped_today`` orders parcels left today.
    """

    to_put_away: int
    to_receive: int
    due: int
    late: int
    to_pick: int
    to_pack: int
    to_ship: int
    to_count: int
    unknown_tags: int
    shipped_today: int


@dataclass(frozen=True, slots=True)
class Work:
    """All that waits in the company, and the day so far, in numbers."""

    orders: orders.OrdersNow
    goods: stock.StockNow
    floor: Waiting


def work() -> Work:
    """What waits now."""
    now = timezone.localtime()
    began = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found, goods = orders.orders_now(began), stock.stock_now(began)
    with connection.cursor() as cursor:
        cursor.execute(
            _WAITING,
            {
                "company": current_company_id(),
                "today": now.date(),
                "day": began,
                "on_tables": list(found.on_tables),
            },
        )
        row = cursor.fetchone()
    return Work(found, goods, Waiting(goods.on_dock, *row))
