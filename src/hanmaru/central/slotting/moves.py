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
    plan: KittingPlan, problem: KittingProblem, bins: Mapping[str, Sequence[Sequence[int]]]
) -> dict[str, list[int]]:
    """Material -> the ids of the bins that the plan gives it, in walking order."""
    need = {material.key: material.bins for material in problem.materials}
    found = {}
    for material, place in plan.places.items():
        row = bins[problem.aisles[place.aisle].key][place.rack]
        found[material] = list(row[place.first_bin : place.first_bin + need[material]])
    return found


def errands_in_stock(
    rows: Iterable[BalanceRow], variants: Mapping[str, int], targets: Mapping[str, Sequence[int]], bins: Sequence[int]
) -> list[Errand]:
    """The errands that bring what lies in the bins to its targets, through free ones among ``bins``.

    ``rows`` are the balances in these bins, ``bins`` in walking order. Raise PlaceTaken, NoRoomToSwap.
    """
    known = {variant: material for material, variant in variants.items()}
    walk = {one: number for number, one in enumerate(bins)}
    found = sorted(rows, key=lambda row: (walk[row.place], row.balance))
    strange = {row.place: row for row in found if row.variant not in known}
    wanted = {one for target in targets.values() for one in target}
    for place, row in strange.items():
        if place in wanted:
            raise PlaceTaken(material=f"#{row.variant}", place=row.place_code)
    ours = [row for row in found if row.variant in known]
    to = _assigned(ours, known, targets)
    loads = [Load(frozenset([row.place]), frozenset([to[row.variant, row.place]])) for row in ours]
    try:
        carries = in_order(loads, [one for one in bins if one not in strange])
    except NothingFree:
        raise NoRoomToSwap from None
    return [_errand(ours[carry.load], known, carry.at, carry.to, aside=carry.aside) for carry in carries]


def _assigned(
    rows: Sequence[BalanceRow], known: Mapping[int, str], targets: Mapping[str, Sequence[int]]
) -> dict[tuple[int, int], int]:
    """(variant, bin) -> target bin. What lies in a target bin of its own stays; the rest takes the others in turn."""
    lying: dict[int, dict[int, None]] = defaultdict(dict)
    for row in rows:
        lying[row.variant][row.place] = None
    to = {}
    for variant, places in lying.items():
        wanted = list(targets[known[variant]])
        free = [one for one in wanted if one not in places]
        turn = cycle(free or wanted)
        for place in places:
            to[variant, place] = place if place in wanted else next(turn)
    return to


def _errand(
    row: BalanceRow, known: Mapping[int, str], at: frozenset[Cell], to: frozenset[Cell], *, aside: bool
) -> Errand:
    (come,), (go,) = at, to
    return Errand(
        material=known[row.variant],
        from_words="",
        to_words="",
        aside=aside,
        variant=row.variant,
        lot=row.lot,
        from_place=int(str(come)),
        to_place=int(str(go)),
        quantity=row.on_hand,
    )


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
