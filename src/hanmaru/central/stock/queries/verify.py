"""Recomputes what is derived: balances from moves, reserved figures from reservations. Both must agree to the piece."""

from dataclasses import dataclass

from django.db import connection

from hanmaru.central.companies.tenancy import current_company_id

_BALANCES = """
WITH effects AS (
    SELECT owner_id, variant_id, lot_id, from_place_id AS place_id, -quantity AS quantity
      FROM stock_stockmove WHERE company_id = %(company)s
    UNION ALL
    SELECT owner_id, variant_id, lot_id, to_place_id, quantity FROM stock_stockmove WHERE company_id = %(company)s),
moved AS (
    SELECT e.owner_id, e.variant_id, e.lot_id, e.place_id, sum(e.quantity) AS quantity
      FROM effects e JOIN stock_place p ON p.id = e.place_id AND p.holds_stock
     GROUP BY e.owner_id, e.variant_id, e.lot_id, e.place_id),
kept AS (
    SELECT owner_id, variant_id, COALESCE(lot_id, 0) AS lot_id, place_id, on_hand
      FROM stock_balance WHERE company_id = %(company)s)
SELECT variant_id, lot_id, place_id, COALESCE(on_hand, 0), COALESCE(quantity, 0)
  FROM (SELECT owner_id, variant_id, COALESCE(lot_id, 0) AS lot_id, place_id, quantity FROM moved) m
  FULL JOIN kept k USING (owner_id, variant_id, lot_id, place_id)
 WHERE COALESCE(on_hand, 0) <> COALESCE(quantity, 0)
 ORDER BY variant_id, lot_id, place_id
"""
_RESERVED = """
SELECT b.variant_id, COALESCE(b.lot_id, 0), b.place_id, b.reserved, COALESCE(r.quantity, 0)
  FROM stock_balance b
  LEFT JOIN (SELECT balance_id, sum(quantity) AS quantity FROM stock_reservation
              WHERE company_id = %(company)s AND state = 'open' GROUP BY balance_id) r ON r.balance_id = b.id
 WHERE b.company_id = %(company)s AND b.reserved <> COALESCE(r.quantity, 0)
 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that does not follow from its facts. Ids; ``lot`` 0 is none; ``kept`` and ``computed`` are pieces."""

    figure: str
    variant: int
    lot: int
    place: int
    kept: int
    computed: int

    def __str__(self) -> str:
        where = f"variant {self.variant}, lot {self.lot}, place {self.place}"
        return f"{self.figure}: {where}: kept {self.kept}, computed {self.computed}"


def verify() -> list[Difference]:
    """Every difference in the acting company's stock; empty when all is well."""
    company = {"company": current_company_id()}
    found = []
    with connection.cursor() as cursor:
        for figure, sql in (("on hand", _BALANCES), ("reserved", _RESERVED)):
            cursor.execute(sql, company)
            found += [Difference(figure, *map(int, row)) for row in cursor.fetchall()]
    return found
