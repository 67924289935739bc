"""PostgreSQL's ``ltree`` as a Django field: the path of a place, ``site.zone.aisle.rack.level.bin``.

https://www.postgresql.org/docs/18/ltree.html
"""

from typing import Any

from django.db import models
from django.db.models.lookups import PostgresOperatorLookup


class LtreeField(models.Field[str, str]):
    """A label path of letters, digits, underscores and hyphens, parted by dots."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 -- Django's signature
        """The column's type."""
        return "ltree"

    def from_db_value(self, value: str, *_: Any) -> str:
        """The path as text."""
        return value


@LtreeField.register_lookup
class DescendantOf(PostgresOperatorLookup):
    """``path__descendant_of="a.b"``: the path itself and everything below it."""

    lookup_name = "descendant_of"
    postgres_operator = "<@"


@LtreeField.register_lookup
class AncestorOf(PostgresOperatorLookup):
    """``path__ancestor_of="a.b.c"``: the path itself and everything above it."""

    lookup_name = "ancestor_of"
    postgres_operator = "@>"
