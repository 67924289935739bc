"""A kitting study made from what the system holds: bins of the house, orders of a span, and what lies where today.

Racks of the instance are rows of adjacent bins: the bins of a level, or of a rack without levels, cut where a bin takes
other goods. Aisles are what a picker walks to: the house's aisles, or its racks where the aisles are few. Materials are
the variants of one storage class that lie in these bins, each with as many bins as it takes up today. Variants that
share a bin stay together: such a bin is a material of one bin with all that lies in it, and so is each bin of a variant
that takes up more of them than a row has. A variant is picked where most of its pieces lie. Models are the baskets
ordered in the span, each with how often it was ordered: a store's bill of material, as far as orders tell it.
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
    """Aisle code -> its rows of adjacent bins, in walking order; bin id -> pieces of each variant that lies in it."""

    aisles: dict[str, list[list[int]]] = field(default_factory=dict)
    lying: dict[int, Counter[int]] = field(default_factory=dict)

    @property
    def bins(self) -> list[int]:
        """All bins, in walking order."""
        return [one for rows in self.aisles.values() for row in rows for one in row]

    @property
    def longest(self) -> int:
        """Bins of the longest row."""
        return max(len(row) for rows in self.aisles.values() for row in rows)


@dataclass(frozen=True, slots=True)
class _Goods:
    """What moves as one: its bins today in walking order, and the variants in them."""

    name: str
    bins: list[int]
    variants: list[int]


def study_from_stock(wish: Wish) -> int:
    """Keep a study of what lies in the house; its id.

    Raises:
        NoBins, NothingLies, NoOrders, UnknownThing, and as create_study, as when the bins are too few.
    """
    places = stock.place_cards(open_only=True)
    floor = _floor(places, wish)
    if not floor.aisles:
        raise NoBins
    cards = catalog.variant_cards({variant for pieces in floor.lying.values() for variant in pieces})
    cards = {variant: card for variant, card in cards.items() if card.storage_class == wish.storage_class}
    floor = _without_strangers(floor, set(cards))
    lying = {variant for pieces in floor.lying.values() for variant in pieces}
    if not lying:
        raise NothingLies
    cards = {variant: cards[variant] for variant in lying}
    until = timezone.now()
    since = until - timedelta(days=wish.days)
    baskets = orders.baskets(since, until, cards)
    if not baskets:
        raise NoOrders(days=wish.days)
    names = {variant: card.sku or str(variant) for variant, card in cards.items()}
    goods, picked = _grouped(floor, names, {one: places[one].code for one in floor.bins})
    asked = [tuple(sorted({picked[variant] for variant in basket})) for basket in baskets]
    document, house = _document(floor, goods, asked, wish)
    house |= {"since": since.isoformat(), "until": until.isoformat(), "orders": len(baskets)}
    name = wish.name or _("%(count)s products, orders of %(days)s days") % {"count": len(names), "days": wish.days}
    if not wish.name and wish.storage_class:
        words = {one.code: one.name for one in catalog.storage_classes()}
        name = f"{words.get(wish.storage_class, wish.storage_class)}: {name}"
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
    floor.lying = {one: Counter() for one in floor.bins}
    for row in stock.balances_in(floor.lying):
        floor.lying[row.place][row.variant] += row.on_hand
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
    kept = _Floor(lying={one: pieces for one, pieces in floor.lying.items() if pieces.keys() <= known})
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


def _grouped(floor: _Floor, names: Mapping[int, str], codes: Mapping[int, str]) -> tuple[list[_Goods], dict[int, str]]:
    """What moves as one, by name; and for each variant the name of the goods it is picked from."""
    where = defaultdict[int, list[int]](list)
    for one in floor.bins:
        for variant in floor.lying[one]:
            where[variant].append(one)
    goods = []
    picked = {}
    for variant, bins in where.items():
        if len(bins) <= floor.longest and all(len(floor.lying[one]) == 1 for one in bins):
            goods.append(_Goods(names[variant], bins, [variant]))
            picked[variant] = names[variant]
    taken = {one for each in goods for one in each.bins}
    home = {
        variant: max(bins, key=lambda one: floor.lying[one][variant])
        for variant, bins in where.items()
        if variant not in picked
    }
    for one in floor.bins:
        pieces = floor.lying[one]
        if not pieces or one in taken:
            continue
        first = min(pieces, key=lambda variant: (home[variant] != one, -pieces[variant], variant))
        name = names[first] if home[first] == one else f"{names[first]} ({codes[one]})"
        name += f" +{len(pieces) - 1}" if len(pieces) > 1 else ""
        goods.append(_Goods(name, [one], sorted(pieces)))
        picked |= {variant: name for variant in pieces if home[variant] == one}
    return sorted(goods, key=lambda each: each.name), picked


def _document(
    floor: _Floor, goods: Sequence[_Goods], baskets: Sequence[tuple[str, ...]], wish: Wish
) -> tuple[dict[str, Any], dict[str, Any]]:
    counted = Counter(baskets).most_common(MOST_MODELS)
    left_out = len(baskets) - sum(count for _basket, count in counted)
    document = {
        "aisles": [
            {"id": aisle, "weight": wish.first_m + number * wish.between_m, "racks": [len(row) for row in rows]}
            for number, (aisle, rows) in enumerate(floor.aisles.items())
        ],
        "materials": [{"id": each.name, "bins": len(each.bins)} for each in goods],
        "models": [
            {"id": f"B{number}", "frequency": count, "materials": list(basket)}
            for number, (basket, count) in enumerate(counted, 1)
        ],
        "today": _today(floor, goods),
    }
    house = {
        "bins": floor.aisles,
        "variants": {each.name: each.variants for each in goods},
        "lying": {each.name: each.bins for each in goods},
        "left_out": left_out,
    }
    return document, house


def _today(floor: _Floor, goods: Sequence[_Goods]) -> dict[str, dict[str, Any]]:
    """Today's places of what lies as a plan would lay it: in adjacent bins of one row."""
    spot = {
        one: (aisle, rack, number)
        for aisle, rows in floor.aisles.items()
        for rack, row in enumerate(rows)
        for number, one in enumerate(row)
    }
    found = {}
    for each in goods:
        aisle, rack, first = spot[each.bins[0]]
        if [spot[one] for one in each.bins] == [(aisle, rack, first + step) for step in range(len(each.bins))]:
            found[each.name] = {"aisle": aisle, "rack": rack, "first_bin": first}
    return found
