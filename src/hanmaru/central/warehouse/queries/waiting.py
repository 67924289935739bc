"""What is to be done on the floor now, in numbers: the big buttons of the work page and of Today."""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.central.orders import queries as orders
from hanmaru.central.stock import queries as stock

# One statement, since two pages begin with it; each part walks a short index.
_WAITING = """
SELECT d.open, d.due, d.late,
  (SELECT count(*) FROM warehouse_picklist WHERE company_id = %(company)s AND state IN ('open', 'picking')),
  (SELECT count(*) FROM unnest(%(on_tables)s::bigint[]) AS o(id)
    WHERE (SELECT sum(picked) FROM warehouse_picktask WHERE order_id = o.id AND company_id = %(company)s)
      > coalesce((SELECT sum(l.quantity) FROM warehouse_parcelline l JOIN warehouse_parcel p ON p.id = l.parcel_id
                   WHERE p.order_id = o.id AND p.company_id = %(company)s AND p.cancelled_at IS NULL), 0)),
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
