"""Where goods could be put: open bins with room, in walking order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.central.stock.models import Balance, Lot

# {which} is one of the conditions below; values are always parameters.
_ROOMY = """
SELECT p.id, p.code, p.name, p.path::text, p.walk_order, p.storage_classes,
       p.volume_mm3 - u.volume, p.max_weight_g - u.weight, p.max_count - u.count, u.same,
       p.archived_at IS NULL, p.pickable
  FROM stock_place p
 CROSS JOIN LATERAL (
       SELECT COALESCE(sum(b.on_hand), 0)::bigint AS count,
              COALESCE(sum(b.on_hand * COALESCE(v.weight_g, 0)), 0)::bigint AS weight,
              COALESCE(sum(b.on_hand * COALESCE(v.length_mm, 0) * COALESCE(v.width_mm, 0)
                           * COALESCE(v.height_mm, 0)), 0)::bigint AS volume,
              COALESCE(sum(b.on_hand) FILTER (WHERE b.variant_id = %(variant)s), 0)::bigint AS same
         FROM stock_balance b JOIN catalog_variant v ON v.id = b.variant_id
        WHERE b.place_id = p.id AND b.on_hand > 0) u
 WHERE p.company_id = %(company)s AND p.holds_stock AND ({which})
 ORDER BY p.walk_order, p.path LIMIT %(limit)s
"""
_HOLDING_IT = """
p.pickable AND p.archived_at IS NULL AND p.kind IN ('bin', 'cell')
AND (p.storage_classes = ARRAY[]::varchar[] OR %(class)s = ANY (p.storage_classes))
AND p.id IN (SELECT b.place_id FROM stock_balance b WHERE b.variant_id = %(variant)s AND b.on_hand > 0)
"""
_WITH_ROOM = """
p.pickable AND p.archived_at IS NULL AND p.kind IN ('bin', 'cell')
AND (p.storage_classes = ARRAY[]::varchar[] OR %(class)s = ANY (p.storage_classes))
AND COALESCE(p.volume_mm3 - u.volume >= %(unit_volume)s, true)
AND COALESCE(p.max_weight_g - u.weight >= %(unit_weight)s, true)
AND COALESCE(p.max_count - u.count >= 1, true)
"""
_THESE = "p.id = ANY (%(ids)s)"


@dataclass(frozen=True, slots=True)
class RoomyPlace:
    """A bin and what still fits: mm³, g, pieces, None is no limit; ``same`` pieces of the variant lie there."""

    id: int
    code: str
    name: str
    path: str
    walk_order: int
    storage_classes: tuple[str, ...]
    volume_mm3: int | None
    weight_g: int | None
    count: int | None
    same: int
    open: bool
    pickable: bool


def _place(row: tuple[Any, ...]) -> RoomyPlace:
    place, code, name, path, walk_order, classes, *limits = row
    return RoomyPlace(place, code, name, path, walk_order, tuple(classes), *limits)


def _rows(which: str, **parameters: Any) -> list[RoomyPlace]:
    with connection.cursor() as cursor:
        cursor.execute(_ROOMY.format(which=which), {"company": current_company_id(), **parameters})
        return [_place(row) for row in cursor.fetchall()]


def places_with_room(
    variant: int,
    *,
    unit_volume: int = 0,
    unit_weight: int = 0,
    storage_class: str | None = None,
    limit: int = 60,
) -> list[RoomyPlace]:
    """Bins that take at least one piece: first those where the variant lies already, then the first along the walk."""
    shared = {
        "variant": variant,
        "unit_volume": unit_volume,
        "unit_weight": unit_weight,
        "class": storage_class,
        "limit": limit,
    }
    found = {place.id: place for which in (_HOLDING_IT, _WITH_ROOM) for place in _rows(which, **shared)}
    return list(found.values())


def rooms_of(place_ids: Iterable[int], variant: int) -> dict[int, RoomyPlace]:
    """Id -> what still fits in these places and how much of the variant lies there."""
    ids = list(place_ids)
    return {place.id: place for place in _rows(_THESE, variant=variant, ids=ids, limit=len(ids))}


def serials_in_house(serials: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those of the (variant, serial number) pairs of which the piece is on hand somewhere."""
    wanted = set(serials)
    rows = Balance.objects.filter(
        variant_id__in={variant for variant, _number in wanted},
        lot__number__in={number for _variant, number in wanted},
        on_hand__gt=0,
    )
    return wanted & set(rows.values_list("variant_id", "lot__number"))


def lot_ids(variant: int, numbers: Iterable[str]) -> set[int]:
    """The ids of the variant's lots with these numbers."""
    return set(Lot.objects.filter(variant_id=variant, number__in=list(numbers)).values_list("pk", flat=True))


def lots_in_house(lots: Iterable[int]) -> set[int]:
    """Those of the lots of which a piece is on hand somewhere."""
    return set(Balance.objects.filter(lot_id__in=list(lots), on_hand__gt=0).values_list("lot_id", flat=True))
