"""A kitting study made from what the system holds: bins of the house, orders of a span, and what lies where today.

Racks of the instance are rows of adjacent bins: the bins of a level, or of a rack without levels, cut where a bin takes
other goods. Aisles are what a picker walks to: the house's aisles, or its racks where the aisles are few. Materials are
the variants of one storage class that lie in these bins, each with as many bins as it takes up today. Models are the
baskets ordered in the span, each with how often it was ordered.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.orders import queries as orders
from hanmaru.central.slotting.errors import NoBins, NoOrders, NothingLies
from hanmaru.central.slotting.models import Source
from hanmaru.central.slotting.services.studies import create_study
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.queries import PlaceCard

MOST_MODELS: Final = 4_000
"""The commonest baskets; a rarer one hardly moves a material. How many orders are left out is told."""
WALKED: Final = ("aisle", "rack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which goods are to be laid out where, by the orders of how many days.

    ``below``: a place of the house, None for all of it. ``storage_class``: a code, "" for goods without one.
    ``walked``: whether a picker walks to aisles or to racks. The first of them is ``first_m`` from where picks begin
    and end, each further one ``between_m`` more.
    """

    name: str
    below: int | None = None
    storage_class: str = ""
    days: int = 90
    walked: str = "rack"
    first_m: float = 5
    between_m: float = 3


@dataclass(slots=True)
class _Floor:
    """Aisle code -> its rows of adjacent bins, in walking order; bin id -> what lies in it."""

    aisles: dict[str, list[list[int]]] = field(default_factory=dict)
    lying: dict[int, set[int]] = field(default_factory=dict)

    @property
    def bins(self) -> list[int]:
        """All bins, in walking order."""
        return [one for rows in self.aisles.values() for row in rows for one in row]


def study_from_stock(wish: Wish) -> int:
    """Keep a study of what lies in the house; its id.

    Raises:
        NoBins, NothingLies, NoOrders, UnknownThing, and as create_study, as when the bins are too few.
    """
    places = stock.place_cards(open_only=True)
    floor = _floor(places, wish)
    if not floor.aisles:
        raise NoBins
    cards = catalog.variant_cards({variant for lying in floor.lying.values() for variant in lying})
    cards = {variant: card for variant, card in cards.items() if card.storage_class == wish.storage_class}
    floor = _without_strangers(floor, set(cards))
    lying = {variant for variants in floor.lying.values() for variant in variants}
    if not lying:
        raise NothingLies
    cards = {variant: cards[variant] for variant in lying}
    until = timezone.now()
    since = until - timedelta(days=wish.days)
    baskets = orders.baskets(since, until, cards)
    if not baskets:
        raise NoOrders(days=wish.days)
    names = {variant: card.sku or str(variant) for variant, card in cards.items()}
    document, house = _document(floor, names, baskets, wish)
    house |= {"since": since.isoformat(), "until": until.isoformat(), "orders": len(baskets)}
    name = wish.name or _("%(count)s products, orders of %(days)s days") % {"count": len(names), "days": wish.days}
    return create_study(name, document, source=Source.STOCK, unit="m", house=house)


def _floor(places: Mapping[int, PlaceCard], wish: Wish) -> _Floor:
    by_path = {place.path: place for place in places.values()}
    root = stock.place_card(wish.below).path if wish.below is not None else ""
    floor, rows = _Floor(), defaultdict[str, list[int]](list)
    for place in places.values():
        if place.kind != "bin" or not place.pickable or not _inside(place.path, root):
            continue
        if place.storage_classes and wish.storage_class not in place.storage_classes:
            continue
        rows[place.path.rpartition(".")[0]].append(place.id)
    for above, bins in rows.items():
        floor.aisles.setdefault(_walked_to(above, by_path, wish.walked), []).append(bins)
    floor.lying = {one: set() for one in floor.bins}
    for row in stock.balances_in(floor.lying):
        floor.lying[row.place].add(row.variant)
    return floor


def _inside(path: str, root: str) -> bool:
    return not root or path == root or path.startswith(root + ".")


def _walked_to(path: str, by_path: Mapping[str, PlaceCard], walked: str) -> str:
    """The code of the aisle, or of the rack, that bins below a path are in; else of the place around them."""
    above = path
    while above:
        if above in by_path and by_path[above].kind == walked:
            return by_path[above].code
        above = above.rpartition(".")[0]
    return by_path[path].code if path in by_path else _("House")


def _without_strangers(floor: _Floor, known: set[int]) -> _Floor:
    """The floor without the bins in which other goods lie; a row is cut there."""
    kept = _Floor(lying={one: lying for one, lying in floor.lying.items() if lying <= known})
    for aisle, rows in floor.aisles.items():
        pieces = [piece for row in rows for piece in _pieces(row, kept.lying)]
        if pieces:
            kept.aisles[aisle] = pieces
    return kept


def _pieces(row: Iterable[int], kept: Mapping[int, Any]) -> list[list[int]]:
    pieces: list[list[int]] = [[]]
    for one in row:
        if one in kept:
            pieces[-1].append(one)
        elif pieces[-1]:
            pieces.append([])
    return [piece for piece in pieces if piece]


def _document(
    floor: _Floor, names: Mapping[int, str], baskets: Sequence[tuple[int, ...]], wish: Wish
) -> tuple[dict[str, Any], dict[str, Any]]:
    where = defaultdict[int, list[int]](list)
    for one in floor.bins:
        for variant in sorted(floor.lying[one]):
            where[variant].append(one)
    counted = Counter(baskets).most_common(MOST_MODELS)
    left_out = len(baskets) - sum(count for _basket, count in counted)
    document = {
        "aisles": [
            {"id": aisle, "weight": wish.first_m + number * wish.between_m, "racks": [len(row) for row in rows]}
            for number, (aisle, rows) in enumerate(floor.aisles.items())
        ],
        "materials": [
            {"id": names[variant], "bins": len(bins)}
            for variant, bins in sorted(where.items(), key=lambda item: names[item[0]])
        ],
        "models": [
            {"id": f"B{number}", "frequency": count, "materials": [names[variant] for variant in basket]}
            for number, (basket, count) in enumerate(counted, 1)
        ],
        "today": _today(floor, {names[variant]: bins for variant, bins in where.items()}),
    }
    house = {
        "bins": floor.aisles,
        "variants": {names[variant]: variant for variant in where},
        "lying": {names[variant]: bins for variant, bins in where.items()},
        "left_out": left_out,
    }
    return document, house


def _today(floor: _Floor, lying: Mapping[str, Sequence[int]]) -> dict[str, dict[str, Any]]:
    """Today's places of materials that lie as a plan would lay them: alone, in adjacent bins of one rack."""
    spot = {
        one: (aisle, rack, number)
        for aisle, rows in floor.aisles.items()
        for rack, row in enumerate(rows)
        for number, one in enumerate(row)
    }
    found = {}
    for material, bins in lying.items():
        aisle, rack, first = spot[bins[0]]
        adjacent = [spot[one] for one in bins] == [(aisle, rack, first + step) for step in range(len(bins))]
        if adjacent and all(len(floor.lying[one]) == 1 for one in bins):
            found[material] = {"aisle": aisle, "rack": rack, "first_bin": first}
    return found
