"""What lies on the dock, what moved since the day began, and whether anything has moved at all."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from hanmaru.central.companies.tenancy import current_company_id

# One statement, since the two pages that are open all day begin with it. A day is looked for in the newest moves.
_NOW = """
SELECT coalesce(sum(quantity) FILTER (WHERE reason = 'receive'), 0),
  coalesce(sum(quantity) FILTER (WHERE reason = 'ship'), 0),
  (SELECT coalesce(sum(b.on_hand), 0) FROM stock_place p JOIN stock_balance b ON b.place_id = p.id
    WHERE p.company_id = %(company)s AND b.company_id = %(company)s AND p.kind = 'dock'),
  EXISTS (SELECT FROM stock_place
    WHERE company_id = %(company)s AND kind IN ('bin', 'cell') AND archived_at IS NULL),
  EXISTS (SELECT FROM stock_stockmove WHERE company_id = %(company)s)
FROM (SELECT quantity, reason, occurred_at FROM stock_stockmove
      WHERE company_id = %(company)s ORDER BY id DESC LIMIT 5000) AS newest
WHERE occurred_at >= %(began)s
"""


@dataclass(frozen=True, slots=True)
class StockNow:
    """Pieces that came in and that left since a moment, and that lie on the docks.

    ``has_bins``: there is a place to store goods in; ``has_moved``: goods were booked, ever.
    """

    received: int
    shipped: int
    on_dock: int
    has_bins: bool
    has_moved: bool


def stock_now(began: datetime) -> StockNow:
    """The docks now, and what moved on the day that began at ``began``."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW, {"company": current_company_id(), "began": began})
        return StockNow(*cursor.fetchone())
