"""Fills a company with rows of every kind by a few statements: for measuring pages, not for judging their figures.

The ledger, balances and orders agree only roughly with each other; ``verify`` is not meant to be clean here.
"""

from dataclasses import dataclass
from pathlib import Path

PIECES = 20  # variants of one product


@dataclass(frozen=True)
class Size:
    """How many rows of the large tables; the others follow from these."""

    moves: int
    variants: int
    orders: int

    @property
    def others(self) -> int:
        """Rows of the tables that grow slower than orders."""
        return max(10, self.orders // 20)


STATEMENTS = Path(__file__).with_suffix(".sql")


def fill(company: int, user: int, size: Size) -> None:
    """Make the rows for a company that acts now, and let the planner know of them."""
    from django.apps import apps
    from django.db import connection

    tables = {
        model._meta.model_name: f"(SELECT * FROM {model._meta.db_table} WHERE company_id = {company})"  # noqa: S608, SLF001 -- names of ours
        for model in apps.get_models()
        if any(column.name == "company" for column in model._meta.concrete_fields)  # noqa: SLF001 -- same
    }
    values = {
        **tables,
        "return_": tables["return"],
        "c": company,
        "u": user,
        "products": -(-size.variants // PIECES),
        "variants": size.variants,
        "orders": size.orders,
        "moves": size.moves,
        "others": size.others,
        "bins": max(2, size.variants // 250),
    }
    with connection.cursor() as cursor:
        for statement in STATEMENTS.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                cursor.execute(statement.format(**values))
