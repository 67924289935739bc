"""Which box for an order: the cheapest one that holds everything, or several when none does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import prod
from typing import TYPE_CHECKING

from hanmaru.decide.goods import Size
from hanmaru.decide.loading import ANY_WAY_UP, THIS_WAY_UP, Item, Load, Placement, load, turns

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ANY_WAY_UP", "THIS_WAY_UP", "BoxType", "Cause", "Item", "Packing", "Parcel", "Placement", "Unfit", "pack",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoxType:
    """A box one can take from the shelf: inner size mm, what it may carry and weighs itself in g, its cost."""

    key: str
    inner: Size
    max_weight: int | None = None
    cost: int = 0
    own_weight: int = 0

    @property
    def volume(self) -> int:
        """Inner volume in mm3."""
        return prod(self.inner)


class Cause(StrEnum):
    """Why an item goes into no box; the value is stable."""

    NO_BOXES = "no_boxes"
    TOO_LARGE = "too_large"
    TOO_HEAVY = "too_heavy"


@dataclass(frozen=True, slots=True)
class Unfit:
    """An item that no box type can hold, not even alone."""

    item: Item
    cause: Cause


@dataclass(frozen=True, slots=True)
class Parcel:
    """One filled box: where everything lies, its weight in g with the box, and the share filled (0 to 1)."""

    box: BoxType
    placements: tuple[Placement, ...]
    weight: int
    fill: float


@dataclass(frozen=True, slots=True)
class Packing:
    """The parcels proposed, and what a person must settle first.

    `unmeasured` and `unweighed` are keys of items whose size or weight is not known: ask for it.
    Unmeasured items are in no parcel; unweighed ones are, and make the weight a lower bound.
    """

    parcels: tuple[Parcel, ...]
    unmeasured: tuple[str, ...] = ()
    unweighed: tuple[str, ...] = ()
    unfit: tuple[Unfit, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every item lies in a parcel."""
        return not self.unmeasured and not self.unfit


def pack(items: Sequence[Item], boxes: Sequence[BoxType]) -> Packing:
    """Choose boxes for `items`: the cheapest (then smallest) that holds all; else several, greedily.

    A box that is filled the same way again and again is worked out once. The result is deterministic
    and every arrangement in it is valid: inside its box, nothing overlapping, no box over its weight.
    """
    shelf = sorted(boxes, key=lambda box: (box.cost, box.volume, box.key))
    measured = [item for item in items if item.size is not None]
    causes = [(item, _cause(item, shelf)) for item in measured]
    rest = [item for item, cause in causes if cause is None]
    parcels: list[Parcel] = []
    while rest:
        box, found = _all_in_one(rest, shelf) or _most_for_the_money(rest, shelf)
        pairs = list(zip(rest, found.counts, strict=True))
        times = min(item.quantity // taken for item, taken in pairs if taken)
        parcels.extend([_parcel(box, found)] * times)
        rest = [
            replace(item, quantity=item.quantity - times * taken)
            for item, taken in pairs
            if item.quantity > times * taken
        ]
    return Packing(
        parcels=tuple(parcels),
        unmeasured=tuple(item.key for item in items if item.size is None),
        unweighed=tuple(item.key for item in items if item.weight is None),
        unfit=tuple(Unfit(item, cause) for item, cause in causes if cause is not None),
    )


def _cause(item: Item, shelf: Sequence[BoxType]) -> Cause | None:
    """Why not even one piece of the item goes into any box, or None if it does."""
    if not shelf:
        return Cause.NO_BOXES
    roomy = [box for box in shelf if _goes_in(item, box)]
    if not roomy:
        return Cause.TOO_LARGE
    weight = item.weight or 0
    if all(box.max_weight is not None and weight > box.max_weight for box in roomy):
        return Cause.TOO_HEAVY
    return None


def _goes_in(item: Item, box: BoxType) -> bool:
    return any(all(a <= b for a, b in zip(way, box.inner, strict=True)) for way in turns(item))


def _all_in_one(items: Sequence[Item], shelf: Sequence[BoxType]) -> tuple[BoxType, Load] | None:
    volume = sum(item.quantity * prod(item.size or ()) for item in items)
    weight = sum(item.quantity * (item.weight or 0) for item in items)
    units = sum(item.quantity for item in items)
    for box in shelf:
        too_heavy = box.max_weight is not None and weight > box.max_weight
        if volume > box.volume or too_heavy or not all(_goes_in(item, box) for item in items):
            continue
        found = load(items, box.inner, box.max_weight)
        if sum(found.counts) == units:
            return box, found
    return None


def _most_for_the_money(items: Sequence[Item], shelf: Sequence[BoxType]) -> tuple[BoxType, Load]:
    """Choose the box that holds the most volume for its cost (for its own volume where boxes cost nothing)."""
    loads = [(box, load(items, box.inner, box.max_weight)) for box in shelf]
    free = all(box.cost <= 0 for box in shelf)

    def worth(pair: tuple[BoxType, Load]) -> tuple[float, int]:
        box, found = pair
        return (float(found.volume) if free else found.volume / max(box.cost, 1), found.volume)

    return max((pair for pair in loads if pair[1].placements), key=worth)


def _parcel(box: BoxType, found: Load) -> Parcel:
    return Parcel(box, found.placements, found.weight + box.own_weight, found.volume / box.volume)
