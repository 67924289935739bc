"""What has to be carried for a plan, in a workable order: from the ledger's balances, or from the layout in a file."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Final

from hanmaru.central.slotting.errors import NoRoomToSwap, PlaceTaken
from hanmaru.central.stock.queries import BalanceRow
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.carrying import Cell, Load, NothingFree, in_order
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem, Place

SAME: Final = 1e-6
"""Share of the strip by which two coordinates may differ and still be the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Carry a material from a place to a place; places are ids where the system knows them, else None."""

    material: str
    from_words: str
    to_words: str
    aside: bool = False
    variant: int | None = None
    lot: int | None = None
    from_place: int | None = None
    to_place: int | None = None
    quantity: int = 0


def targets_of(
    places: Mapping[str, Place], problem: KittingProblem, bins: Mapping[str, Sequence[Sequence[int]]]
) -> dict[str, list[int]]:
    """Material -> the ids of the bins of its place, in walking order."""
    need = {material.key: material.bins for material in problem.materials}
    found = {}
    for material, place in places.items():
        row = bins[problem.aisles[place.aisle].key][place.rack]
        found[material] = list(row[place.first_bin : place.first_bin + need[material]])
    return found


def errands_in_stock(
    rows: Iterable[BalanceRow],
    house: Mapping[str, Any],
    targets: Mapping[str, Sequence[int]],
    bins: Sequence[int],
    dock: int | None = None,
) -> list[Errand]:
    """The errands that bring what lies in the bins to its targets, through free ones among ``bins``, else the dock.

    ``rows`` are the balances in these bins, ``bins`` in walking order, ``dock`` a place that takes any number of heaps.
    What lies together in a bin is carried together, an errand for each of its balances; what has no target stays.

    Raises:
        PlaceTaken, NoRoomToSwap.
    """
    known = _Known(house)
    walk = {one: number for number, one in enumerate(bins)}
    found = sorted(rows, key=lambda row: (walk[row.place], row.balance))
    strange = {row.place: row for row in found if known.material(row) is None}
    wanted = {one for target in targets.values() for one in target}
    for place, row in strange.items():
        if place in wanted:
            raise PlaceTaken(material=f"#{row.variant}", place=row.place_code)
    lying: dict[tuple[str, int], list[BalanceRow]] = defaultdict(list)
    for row in found:
        if (material := known.material(row)) is not None:
            lying[material, row.place].append(row)
    for material, place in lying:
        if material not in targets and place in wanted:
            raise PlaceTaken(material=material, place=lying[material, place][0].place_code)
    to = {heap: heap[1] for heap in lying} | _assigned((heap for heap in lying if heap[0] in targets), targets)
    heaps = list(lying)
    loads = [Load(frozenset([place]), frozenset([to[material, place]])) for material, place in heaps]
    try:
        spare: list[Cell] = [one for one in bins if one not in strange]
        spare += [] if dock is None else [(dock, number) for number in range(len(heaps))]
        carries = in_order(loads, spare)
    except NothingFree:
        raise NoRoomToSwap from None
    return [
        _errand(row, heaps[carry.load][0], carry.at, carry.to, aside=carry.aside)
        for carry in carries
        for row in lying[heaps[carry.load]]
    ]


class _Known:
    """Which material of a study from stock a balance belongs to: that of its bin, else of where its variant lay."""

    def __init__(self, house: Mapping[str, Any]) -> None:
        # A study that was made before bins could be shared has one variant a material, by itself.
        self._variants = {
            key: {found} if isinstance(found, int) else set(found) for key, found in house["variants"].items()
        }
        self._of_bin: dict[int, str] = {one: key for key, bins in house["lying"].items() for one in bins}
        self._of_variant: dict[int, str] = {
            variant: key for key, found in reversed(self._variants.items()) for variant in found
        }

    def material(self, row: BalanceRow) -> str | None:
        """Its name; None of goods that the study does not know."""
        here = self._of_bin.get(row.place)
        if here is not None and row.variant in self._variants[here]:
            return here
        return self._of_variant.get(row.variant)


def _assigned(heaps: Iterable[tuple[str, int]], targets: Mapping[str, Sequence[int]]) -> dict[tuple[str, int], int]:
    """(material, bin) -> target bin. What lies in a target bin of its own stays; the rest takes the others in turn."""
    lying: dict[str, list[int]] = defaultdict(list)
    for material, place in heaps:
        lying[material].append(place)
    to = {}
    for material, places in lying.items():
        wanted = list(targets[material])
        free = [one for one in wanted if one not in places]
        turn = cycle(free or wanted)
        for place in places:
            to[material, place] = place if place in wanted else next(turn)
    return to


def _errand(row: BalanceRow, material: str, at: frozenset[Cell], to: frozenset[Cell], *, aside: bool) -> Errand:
    (come,), (go,) = at, to
    return Errand(
        material=material,
        from_words="",
        to_words="",
        aside=aside,
        variant=row.variant,
        lot=row.lot,
        from_place=_place(come),
        to_place=_place(go),
        quantity=row.on_hand,
    )


def _place(cell: Cell) -> int:
    """The id of a bin, or of the dock on one of whose spots a heap lies."""
    return int(cell[0]) if isinstance(cell, tuple) else int(str(cell))


def errands_on_strip(plan: BulkPlan, problem: BulkProblem, aside: str) -> list[Errand]:
    """The errands along a strip, from today's layout; ``aside`` is the word for beside the strip."""
    today = problem.today or {}
    zones = [one for one in problem.materials if one.key in today]
    slack = SAME * problem.length
    spans = {
        (one.key, when): (centres[one.key] - one.width / 2, centres[one.key] + one.width / 2)
        for when, centres in (("at", today), ("to", plan.positions))
        for one in zones
    }
    edges: list[float] = []
    for edge in sorted(edge for span in spans.values() for edge in span):
        if not edges or edge - edges[-1] > slack:
            edges.append(edge)

    def cells(span: tuple[float, float]) -> frozenset[Cell]:
        first, last = (bisect_left(edges, edge - slack) for edge in span)
        return frozenset(range(first, last))

    loads = [Load(cells(spans[one.key, "at"]), cells(spans[one.key, "to"])) for one in zones]
    return [
        Errand(
            material=zones[carry.load].key,
            from_words=_coordinate(today[zones[carry.load].key]) if carry.at == loads[carry.load].at else aside,
            to_words=aside if carry.aside else _coordinate(plan.positions[zones[carry.load].key]),
            aside=carry.aside,
        )
        for carry in in_order(loads)
    ]


def errands_in_racks(plan: KittingPlan, problem: KittingProblem, aside: str) -> list[Errand]:
    """The errands in the racks of a file, from today's places; what has none today is brought in."""
    today = problem.today or {}
    need = {one.key: one.bins for one in problem.materials}

    def cells(key: str, place: Place | None) -> frozenset[Cell]:
        if place is None:
            return frozenset()
        return frozenset((place.aisle, place.rack, place.first_bin + step) for step in range(need[key]))

    def words(key: str, place: Place | None) -> str:
        if place is None:
            return "–"
        first, last = place.first_bin + 1, place.first_bin + need[key]
        bins = str(first) if first == last else f"{first}–{last}"
        return f"{problem.aisles[place.aisle].key} / {place.rack + 1} / {bins}"[:120]

    keys = [one.key for one in problem.materials]
    loads = [Load(cells(key, today.get(key)), cells(key, plan.places[key])) for key in keys]
    return [
        Errand(
            material=keys[carry.load],
            from_words=words(keys[carry.load], today.get(keys[carry.load]))
            if carry.at == loads[carry.load].at
            else aside,
            to_words=aside if carry.aside else words(keys[carry.load], plan.places[keys[carry.load]]),
            aside=carry.aside,
        )
        for carry in in_order(loads)
    ]


def _coordinate(value: float) -> str:
    return f"{value:.10g}"


def house_bins(house: Mapping[str, Any]) -> dict[str, list[list[int]]]:
    """Aisle -> the bins of its racks, as a study from stock keeps them."""
    found: dict[str, list[list[int]]] = house.get("bins", {})
    return found
