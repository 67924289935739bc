"""Why an errand cannot be done now: what comes before it, what lies where it goes, who is on the way to its goods."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.slotting.errors import InTheWay, NotItsTurn
from hanmaru.central.slotting.models import RelocationTask
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.queries import BalanceRow
from hanmaru.central.stock.services import PlaceKind
from hanmaru.central.warehouse import queries as warehouse
from hanmaru.kernel.errors import HanmaruError


@dataclass(frozen=True, slots=True)
class Heap:
    """What an earlier errand put down on a dock for a later one: the pieces left of it, the reservations on them."""

    pieces: int
    holds: tuple[int, ...]


def hindrances(rows: Iterable[Any], judged: Collection[int] | None = None) -> dict[int, HanmaruError]:
    """Task -> what it would be refused with now, for those that would be.

    ``rows`` are tasks of one relocation to do, from the first, in order; ``judged`` those asked about, else all.
    """
    known = [row for row in rows if row.variant_id is not None]
    docks = docks_among(place for row in known for place in (row.from_place_id, row.to_place_id))
    found: dict[int, HanmaruError] = {
        task: NotItsTurn(number=number) for task, number in _comes_first(known, docks).items()
    }
    asked = [row for row in known if row.pk not in found and (judged is None or row.pk in judged)]
    found |= _picked_or_doubted(asked, docks)
    return found | _in_the_way([row for row in asked if row.to_place_id not in docks])


def docks_among(place_ids: Iterable[int]) -> set[int]:
    """Those of the places that are docks, on which any number of heaps lie side by side."""
    ids = set(place_ids)
    return set(stock.place_cards(ids, kinds=[PlaceKind.DOCK])) if ids else set()


def _comes_first(rows: Sequence[Any], docks: Collection[int]) -> dict[int, int]:
    """Task -> number of the first one before it, in order, that brings its goods or takes others from its target."""
    brings, empties, found = dict[tuple[int, int | None, int], int](), dict[int, int](), dict[int, int]()
    for row in rows:
        goods = (row.variant_id, row.lot_id)
        room = None if row.to_place_id in docks else empties.get(row.to_place_id)
        if before := [number for number in (brings.get((*goods, row.from_place_id)), room) if number is not None]:
            found[row.pk] = min(before)
        brings.setdefault((*goods, row.to_place_id), row.sequence)
        empties.setdefault(row.from_place_id, row.sequence)
    return found


def _picked_or_doubted(rows: Sequence[Any], docks: Collection[int]) -> dict[int, HanmaruError]:
    """Those whose goods somebody is on the way to pick, or missed."""
    held = stock.held_in({row.from_place_id for row in rows}) if rows else []
    stays = warehouse.stays_for(held)
    found: dict[int, HanmaruError] = {}
    for row in rows if stays else ():
        ours = heap_of(row).holds if row.from_place_id in docks else None
        for one in held:
            if (
                one.reservation in stays
                and (one.variant, one.lot, one.place) == (row.variant_id, row.lot_id, row.from_place_id)
                and (ours is None or one.reservation in ours)
            ):
                found.setdefault(row.pk, stays[one.reservation])
    return found


def heap_of(task: Any) -> Heap:
    """What lies on the dock for a task, of several alike for the next; what was picked of it there is gone."""
    alike = RelocationTask.objects.filter(
        relocation=task.relocation_id,
        variant=task.variant_id,
        lot=task.lot_id,
        material=task.material,
        quantity=task.quantity,
    )
    came = list(alike.filter(to_place=task.from_place_id).order_by("sequence"))
    went = alike.filter(from_place=task.from_place_id).exclude(done_at=None).count()
    brought = came[went]
    if brought.done_at is None:
        return Heap(0, ())
    picked = stock.picked_from(task.from_place_id, task.variant_id, task.lot_id, brought.done_at)
    return Heap(max(0, brought.moved - picked), tuple(brought.holds))


def _in_the_way(rows: Sequence[Any]) -> dict[int, HanmaruError]:
    """Those at whose target something lies that neither belongs there nor is to leave it."""
    if not rows:
        return {}
    ends = {row.to_place_id for row in rows}
    comes: dict[int, set[int]] = defaultdict(set)
    leaves: set[tuple[int, int, int | None]] = set()
    touching = RelocationTask.objects.filter(relocation=rows[0].relocation_id).filter(
        Q(to_place__in=ends) | Q(from_place__in=ends, done_at=None)
    )
    for task in touching:
        comes[task.to_place_id].add(task.variant_id)
        if task.done_at is None:
            leaves.add((task.from_place_id, task.variant_id, task.lot_id))
    strange: dict[int, BalanceRow] = {}
    for row in stock.balances_in(ends):
        if row.variant not in comes[row.place] and (row.place, row.variant, row.lot) not in leaves:
            strange.setdefault(row.place, row)
    cards = catalog.variant_cards({row.variant for row in strange.values()}) if strange else {}
    return {
        row.pk: InTheWay(material=cards[other.variant].title, place=other.place_code)
        for row in rows
        if (other := strange.get(row.to_place_id)) is not None
    }
