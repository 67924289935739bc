"""Which tagged pieces are in the house: between their coming and their leaving each counts once."""

from collections.abc import Mapping

from django.db import connection
from django.utils import timezone

from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.central.warehouse.models import TaggedPiece


def came_in(tags: Mapping[str, tuple[int, int]]) -> set[str]:
    """Note that these tagged pieces, EPC -> (variant, pieces), are in the house; those that were not before.

    The rows are taken in the order of their EPCs, and held to the end of the transaction.
    """
    if not tags:
        return set()
    rows = sorted((epc, *goods) for epc, goods in tags.items())
    epcs, variants, pieces = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO warehouse_taggedpiece (company_id, epc, variant_id, quantity, came_at)"
            " SELECT %s, t.epc, t.variant, t.pieces, now() FROM unnest(%s::text[], %s::bigint[], %s::bigint[])"
            " WITH ORDINALITY AS t(epc, variant, pieces, n) ORDER BY t.n"
            " ON CONFLICT ON CONSTRAINT one_piece_a_tag DO UPDATE SET variant_id = EXCLUDED.variant_id,"
            " quantity = EXCLUDED.quantity, came_at = now(), left_at = NULL, parcel_id = NULL, lot_id = NULL"
            " WHERE warehouse_taggedpiece.left_at IS NOT NULL RETURNING epc",
            [current_company_id(), epcs, variants, pieces],
        )
        return {row[0] for row in cursor.fetchall()}


def is_lot(epc: str, lot: int | None) -> None:
    """Note of which lot or serial number the tagged piece is."""
    TaggedPiece.objects.filter(epc=epc).update(lot=lot)


def never_came(epc: str) -> None:
    """Note that the piece is not in the house after all: its next read counts it in."""
    TaggedPiece.objects.filter(epc=epc, left_at=None).update(left_at=timezone.now())
