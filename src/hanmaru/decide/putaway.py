"""Where to put goods: which place passes, and which of those to propose, with the reason.

Random stow: any place that passes `check` may be used, whatever was proposed. The ranking prefers
a place that already holds the variant, then trades the walk against co-purchase affinity; see
R. de Koster, T. Le-Duc, K. J. Roodbergen, "Design and control of warehouse order picking: a
literature review", EJOR 182 (2007), section 4 (storage assignment, family grouping).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from hanmaru.decide.goods import Goods
from hanmaru.decide.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Allotment",
    "Breach",
    "Goods",
    "Place",
    "Proposal",
    "Reason",
    "Violation",
    "allot",
    "check",
    "propose",
    "room",
]

AFFINITY_THAT_COUNTS = 0.2
"""Below this share of common orders a co-purchase is chance and is not named as the reason."""


class Breach(StrEnum):
    """Why a place cannot take the goods; the value is stable and may be stored."""

    CLOSED = "closed"
    STORAGE_CLASS = "storage_class"
    SIZE = "size"
    VOLUME = "volume"
    WEIGHT = "weight"
    COUNT = "count"


class Reason(StrEnum):
    """Why a place is proposed; the value is stable and may be stored."""

    SAME_PRODUCT = "same_product"
    ONLY_PLACE = "only_place"
    BOUGHT_TOGETHER = "bought_together"
    NEAREST = "nearest"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Violation:
    """One bound that a place would break: what was wanted, and what is free.

    For `storage_class`, `wanted` is the class and `free` the classes allowed, sorted and joined by
    a comma. For `size`, both are "length x width x height" in mm. Otherwise both are integers in
    the bound's unit. For `closed` both are None.
    """

    breach: Breach
    wanted: int | str | None = None
    free: int | str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place that passes for `quantity` units, the reason it is proposed and the facts behind it."""

    place: Place
    quantity: int
    reason: Reason
    data: Mapping[str, int | float | str | None]


@dataclass(frozen=True, slots=True)
class Allotment:
    """Goods spread over places; `left` units found no place."""

    proposals: tuple[Proposal, ...]
    left: int


def check(goods: Goods, place: Place) -> list[Violation]:
    """Every bound that putting all of `goods` at `place` would break; an empty list means it passes.

    What is not known of the goods is not checked: an unmeasured product is never refused for it.
    """
    found = _unfit(goods, place)
    for breach, unit, free in _limits(goods, place):
        if unit * goods.quantity > free:
            found.append(Violation(breach, unit * goods.quantity, free))
    return found


def room(goods: Goods, place: Place) -> int:
    """How many of the units `place` can take, from 0 to `goods.quantity`."""
    if _unfit(goods, place):
        return 0
    most = goods.quantity
    for _, unit, free in _limits(goods, place):
        if unit > 0:
            most = min(most, max(free, 0) // unit)
    return most


def propose(goods: Goods, places: Iterable[Place], *, limit: int = 5) -> list[Proposal]:
    """Rank the places for the goods, best first, at most `limit`; empty when none takes even one unit.

    Places that hold everything come before places that hold a part. Among them: the variant lies
    there already, then the place is kept for its storage class, then the shorter walk, shortened by
    affinity. Ties fall to the smaller key.
    """
    rooms = [(place, room(goods, place)) for place in places]
    able = [(place, units) for place, units in rooms if units > 0]
    whole = sum(units == goods.quantity for _, units in able)
    span = _span(place for place, _ in able)
    able.sort(key=lambda pair: _rank(pair[0], pair[1], goods, span))
    return [_proposal(goods, place, units, lone=whole == 1) for place, units in able[:limit]]


def allot(goods: Goods, places: Iterable[Place]) -> Allotment:
    """Spread the goods: all in one place where one holds them, else over few places, best first."""
    able = propose(goods, list(places), limit=2**31)
    if able and able[0].quantity == goods.quantity:
        return Allotment((able[0],), 0)
    taken: list[Proposal] = []
    left = goods.quantity
    for offer in able:
        if left == 0:
            break
        units = min(left, offer.quantity)
        taken.append(Proposal(offer.place, units, offer.reason, offer.data))
        left -= units
    return Allotment(tuple(taken), left)


def _unfit(goods: Goods, place: Place) -> list[Violation]:
    """Find what no smaller quantity would mend: closed, the wrong class, an opening too small."""
    found: list[Violation] = []
    if not place.open:
        found.append(Violation(Breach.CLOSED))
    if place.classes and goods.storage_class not in place.classes:
        found.append(Violation(Breach.STORAGE_CLASS, goods.storage_class, ",".join(sorted(place.classes))))
    if goods.size is not None and place.inner is not None:
        fits = all(wanted <= free for wanted, free in zip(sorted(goods.size), sorted(place.inner), strict=True))
        if not fits:
            found.append(Violation(Breach.SIZE, " x ".join(map(str, goods.size)), " x ".join(map(str, place.inner))))
    return found


def _limits(goods: Goods, place: Place) -> list[tuple[Breach, int, int]]:
    """List the bounds that grow with the quantity: (breach, wanted by one unit, free)."""
    pairs = (
        (Breach.VOLUME, goods.unit_volume, place.free_volume),
        (Breach.WEIGHT, goods.weight, place.free_weight),
        (Breach.COUNT, 1, place.free_count),
    )
    return [(breach, unit, free) for breach, unit, free in pairs if unit is not None and free is not None]


def _span(places: Iterable[Place]) -> float:
    positions = [place.position for place in places]
    return max(positions) - min(positions) if positions else 0.0


def _rank(place: Place, units: int, goods: Goods, span: float) -> tuple[bool, bool, bool, float, int, str]:
    """Smaller is better. Full affinity is worth half the walk from one end to the other."""
    walk = place.position - 0.5 * span * place.affinity
    part = units < goods.quantity
    takes_anything = goods.storage_class is not None and not place.classes
    return part, place.same_variant == 0, takes_anything, walk, -units, place.key


def _proposal(goods: Goods, place: Place, units: int, *, lone: bool) -> Proposal:
    data: dict[str, int | float | str | None] = {
        "position": place.position,
        "storage_class": goods.storage_class,
        "same_variant": place.same_variant,
        "affinity": place.affinity,
        "fits": units,
        "wanted": goods.quantity,
    }
    if place.same_variant:
        reason = Reason.SAME_PRODUCT
    elif units < goods.quantity:
        reason = Reason.PART
    elif lone:
        reason = Reason.ONLY_PLACE
    elif place.affinity >= AFFINITY_THAT_COUNTS:
        reason = Reason.BOUGHT_TOGETHER
    else:
        reason = Reason.NEAREST
    return Proposal(place, units, reason, data)
