"""Places, and the room left in them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from hanmaru.central.stock.errors import UnknownThing
from hanmaru.central.stock.models import BEYOND, Balance, Place, PlaceKind


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place as others see it; capacities in mm³, g and pieces, None is no limit."""

    id: int
    code: str
    name: str
    kind: str
    path: str
    holds_stock: bool
    pickable: bool
    volume_mm3: int | None
    max_weight_g: int | None
    max_count: int | None
    storage_classes: tuple[str, ...]
    walk_order: int
    closed: bool


@dataclass(frozen=True, slots=True)
class Room:
    """What still fits in a place: mm³, g, pieces; None is no limit. Pieces of unknown size or weight count as 0."""

    volume_mm3: int | None
    weight_g: int | None
    count: int | None


def _card(place: Place) -> PlaceCard:
    return PlaceCard(
        id=place.pk,
        code=place.code,
        name=place.name,
        kind=place.kind,
        path=place.path,
        holds_stock=place.holds_stock,
        pickable=place.pickable,
        volume_mm3=place.volume_mm3,
        max_weight_g=place.max_weight_g,
        max_count=place.max_count,
        storage_classes=tuple(place.storage_classes),
        walk_order=place.walk_order,
        closed=place.archived_at is not None,
    )


def place_by_code(code: str) -> PlaceCard:
    """The place whose label was scanned or typed. Raises UnknownThing."""
    place = Place.objects.filter(code__iexact=code.strip()).first()
    if place is None:
        raise UnknownThing(what=code)
    return _card(place)


def place_card(place_id: int) -> PlaceCard:
    """One place. Raises UnknownThing."""
    place = Place.objects.filter(pk=place_id).first()
    if place is None:
        raise UnknownThing(what=f"place {place_id}")
    return _card(place)


def place_cards(
    place_ids: Iterable[int] | None = None, *, kinds: Iterable[str] | None = None, open_only: bool = False
) -> dict[int, PlaceCard]:
    """Id -> place, in walking order: those asked for, or all; of some kinds only, or those not closed."""
    places = Place.objects.all()
    if place_ids is not None:
        places = places.filter(pk__in=list(place_ids))
    if kinds is not None:
        places = places.filter(kind__in=list(kinds))
    if open_only:
        places = places.filter(archived_at=None)
    return {place.pk: _card(place) for place in places.order_by("walk_order", "path")}


def room_left(place_ids: Iterable[int]) -> dict[int, Room]:
    """Id -> what still fits there."""
    ids = list(place_ids)
    pieces = F("on_hand")
    used = {
        row["place_id"]: row
        for row in Balance.objects.filter(place_id__in=ids, on_hand__gt=0)
        .values("place_id")
        .annotate(
            count=Sum(pieces),
            weight=Sum(pieces * Coalesce(F("variant__weight_g"), 0)),
            volume=Sum(
                pieces
                * Coalesce(F("variant__length_mm"), 0)
                * Coalesce(F("variant__width_mm"), 0)
                * Coalesce(F("variant__height_mm"), 0)
            ),
        )
    }
    nothing = {"count": 0, "weight": 0, "volume": 0}

    def left(limit: int | None, taken: int) -> int | None:
        return None if limit is None else max(0, limit - taken)

    return {
        place.pk: Room(
            volume_mm3=left(place.volume_mm3, used.get(place.pk, nothing)["volume"]),
            weight_g=left(place.max_weight_g, used.get(place.pk, nothing)["weight"]),
            count=left(place.max_count, used.get(place.pk, nothing)["count"]),
        )
        for place in Place.objects.filter(pk__in=ids)
    }


def places_below(place_id: int | None, *, limit: int) -> list[PlaceCard]:
    """What lies directly in a place, in walking order; with None, what lies in nothing."""
    found = Place.objects.filter(parent_id=place_id, archived_at=None).exclude(kind__in=BEYOND)
    return [_card(place) for place in found.order_by("walk_order", "path")[:limit]]


def places_inside(place_id: int | None, *, limit: int) -> list[PlaceCard]:
    """The place itself and all below it that goods can lie in, in walking order; with None, all of the house."""
    found = Place.objects.filter(holds_stock=True, archived_at=None)
    if place_id is not None:
        found = found.filter(path__descendant_of=Place.objects.filter(pk=place_id).values("path"))
    return [_card(place) for place in found.order_by("walk_order", "path")[:limit]]


def trail_of(place_id: int) -> list[PlaceCard]:
    """The places around a place, largest first, and last the place itself. Raises UnknownThing."""
    found = Place.objects.filter(path__ancestor_of=Place.objects.filter(pk=place_id).values("path"))
    trail = [_card(place) for place in found.order_by("path")]
    if not trail:
        raise UnknownThing(what=f"place {place_id}")
    return trail


@dataclass(frozen=True, slots=True)
class Fill:
    """How full a branch of the tree is: pieces, bins in use, bins in all."""

    place: PlaceCard
    kind_words: str
    pieces: int
    used: int
    bins: int


def with_fill(places: Iterable[PlaceCard]) -> list[Fill]:
    """The places with how full they and all below them are."""
    cards = list(places)
    if not cards:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT root.id, COALESCE(sum(b.on_hand), 0), count(DISTINCT leaf.id) FILTER (WHERE b.on_hand > 0),"
            " count(DISTINCT leaf.id) FROM stock_place root"
            " JOIN stock_place leaf ON leaf.path <@ root.path AND leaf.holds_stock AND leaf.archived_at IS NULL"
            " LEFT JOIN stock_balance b ON b.place_id = leaf.id WHERE root.id = ANY (%s) GROUP BY root.id",
            [[card.id for card in cards]],
        )
        found = {row[0]: tuple(map(int, row[1:])) for row in cursor.fetchall()}
    return [Fill(card, str(PlaceKind(card.kind).label), *found.get(card.id, (0, 0, 0))) for card in cards]
