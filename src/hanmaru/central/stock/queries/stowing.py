"""Where goods could be put: open bins with room, in walking order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.central.stock.models import Balance, Lot

# Written so that a good plan needs no statistics, of which there are none after a first filling: left to itself, the
# planner then read all balances and variants for each place, 300 times the work. OFFSET 0 makes it look up each variant
# by itself.
_LYING = """
  FROM stock_balance b
 CROSS JOIN LATERAL (
       SELECT COALESCE(weight_g, 0) AS weight,
              COALESCE(length_mm, 0) * COALESCE(width_mm, 0)::bigint * COALESCE(height_mm, 0) AS volume
         FROM catalog_variant WHERE id = b.variant_id OFFSET 0) v
 WHERE b.company_id = %(company)s AND b.on_hand > 0
"""
_SUMS = """
COALESCE(sum(b.on_hand), 0)::bigint AS count,
COALESCE(sum(b.on_hand * v.weight), 0)::bigint AS weight,
COALESCE(sum(b.on_hand * v.volume), 0)::bigint AS volume
"""
_USED = f"""
SELECT {_SUMS}, COALESCE(sum(b.on_hand) FILTER (WHERE b.variant_id = w.variant), 0)::bigint AS same
{_LYING} AND b.place_id = p.id
"""
_COLUMNS = """
w.variant, p.id, p.code, p.name, p.path::text, p.walk_order, p.storage_classes,
p.volume_mm3 - u.volume, p.max_weight_g - u.weight, p.max_count - u.count, u.same, p.archived_at IS NULL, p.pickable
"""
_A_BIN_OF_OURS = """
p.company_id = %(company)s AND p.holds_stock AND p.pickable AND p.archived_at IS NULL AND p.kind IN ('bin', 'cell')
"""
_WANTED = """
unnest(%(variants)s::bigint[], %(volumes)s::bigint[], %(weights)s::bigint[], %(classes)s::text[])
AS w(variant, volume, weight, class)
"""
# {which} narrows the places; the rest says which of them take at least one piece.
_FITTING = f"""
SELECT {_COLUMNS}
  FROM stock_place p CROSS JOIN LATERAL ({_USED}) u
 WHERE {_A_BIN_OF_OURS} AND {{which}}
   AND (p.storage_classes = ARRAY[]::varchar[] OR w.class = ANY (p.storage_classes))
   AND COALESCE(p.volume_mm3 - u.volume >= w.volume, true)
   AND COALESCE(p.max_weight_g - u.weight >= w.weight, true)
   AND COALESCE(p.max_count - u.count >= 1, true)
 ORDER BY p.walk_order, p.path LIMIT %(limit)s
"""  # noqa: S608 -- made of the constants here; values are parameters
_WHERE_IT_LIES = _FITTING.format(
    which="""
p.id = ANY (ARRAY(SELECT b.place_id FROM stock_balance b
                   WHERE b.company_id = %(company)s AND b.variant_id = w.variant AND b.on_hand > 0))
"""
)
_HOLDING = f"SELECT found.* FROM {_WANTED} CROSS JOIN LATERAL ({_WHERE_IT_LIES}) found"  # noqa: S608 -- as above
_WITH_ROOM = f"""
SELECT found.*
  FROM {_WANTED} CROSS JOIN LATERAL (({_WHERE_IT_LIES}) UNION ALL ({_FITTING.format(which="true")})) found
"""  # noqa: S608 -- made of the constants here; values are parameters
_THESE = f"""
SELECT {_COLUMNS}
  FROM (VALUES (%(variant)s::bigint)) AS w(variant), stock_place p CROSS JOIN LATERAL ({_USED}) u
 WHERE p.company_id = %(company)s AND p.holds_stock AND p.id = ANY (%(ids)s)
 ORDER BY p.walk_order, p.path
"""  # noqa: S608 -- made of the constants here; values are parameters
# All bins at once: what lies in them is added up in one pass, where a walk would look into each full bin by itself.
_OPEN = f"""
WITH used AS MATERIALIZED (SELECT b.place_id, {_SUMS} {_LYING} GROUP BY b.place_id)
SELECT {_COLUMNS}
  FROM (VALUES (NULL::bigint)) AS w(variant), stock_place p
  LEFT JOIN used ON used.place_id = p.id
 CROSS JOIN LATERAL (VALUES (COALESCE(used.count, 0), COALESCE(used.weight, 0), COALESCE(used.volume, 0), 0))
       AS u(count, weight, volume, same)
 WHERE {_A_BIN_OF_OURS} AND COALESCE(p.volume_mm3 - u.volume >= 1, true)
   AND COALESCE(p.max_weight_g - u.weight >= 1, true) AND COALESCE(p.max_count - u.count >= 1, true)
 ORDER BY p.walk_order, p.path
"""  # noqa: S608 -- made of the constants here; values are parameters


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


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece that needs a place: mm³ and g, 0 where not known; the storage class, None for goods without one."""

    variant: int
    volume_mm3: int = 0
    weight_g: int = 0
    storage_class: str | None = None


def _rows(statement: str, **parameters: Any) -> list[tuple[int, RoomyPlace]]:
    """The (variant, place) pairs of a statement; the variant is None where it asks for none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id(), **parameters})
        found = cursor.fetchall()
    return [
        (variant, RoomyPlace(place, code, name, path, walk_order, tuple(classes), *limits))
        for variant, place, code, name, path, walk_order, classes, *limits in found
    ]


def _found(statement: str, pieces: Iterable[Piece], limit: int) -> dict[int, list[RoomyPlace]]:
    """Variant -> the places that a statement finds for it, each once."""
    wanted = {piece.variant: piece for piece in pieces}
    found: dict[int, dict[int, RoomyPlace]] = {variant: {} for variant in wanted}
    if wanted:
        rows = _rows(
            statement,
            variants=list(wanted),
            volumes=[piece.volume_mm3 for piece in wanted.values()],
            weights=[piece.weight_g for piece in wanted.values()],
            classes=[piece.storage_class for piece in wanted.values()],
            limit=limit,
        )
        for variant, place in rows:
            found[variant].setdefault(place.id, place)
    return {variant: list(places.values()) for variant, places in found.items()}


def places_with_room(pieces: Iterable[Piece], *, limit: int = 60) -> dict[int, list[RoomyPlace]]:
    """Variant -> bins that take at least one piece of it, by one statement for all.

    Of the bins where the variant lies already, and of all, the first ``limit`` along the walk.
    """
    return _found(_WITH_ROOM, pieces, limit)


def bins_holding(pieces: Iterable[Piece], *, limit: int = 60) -> dict[int, list[RoomyPlace]]:
    """Variant -> the first ``limit`` bins along the walk where it lies already and one piece more goes in."""
    return _found(_HOLDING, pieces, limit)


def open_bins() -> list[RoomyPlace]:
    """Every bin that is not full, along the walk; ``same`` is 0."""
    return [place for _variant, place in _rows(_OPEN)]


def rooms_of(place_ids: Iterable[int], variant: int) -> dict[int, RoomyPlace]:
    """Id -> what still fits in these places and how much of the variant lies there."""
    return {place.id: place for _variant, place in _rows(_THESE, variant=variant, ids=list(place_ids))}


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
