"""A plan that a person accepts becomes errands; each is done by the warehouse's own service for carrying goods."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import VariantCard
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.orders.services import reserve_waiting
from hanmaru.central.slotting import moves, problems, queries
from hanmaru.central.slotting.errors import (
    NoPlan,
    NothingToMove,
    PlaceTooSmall,
    RelocationEnded,
    RelocationOpen,
    TodayUnknown,
    UnknownStudy,
)
from hanmaru.central.slotting.models import Relocation, RelocationState, RelocationTask, Search, Source
from hanmaru.central.slotting.moves import Errand
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock import services as ledger
from hanmaru.central.stock.queries import PlaceCard
from hanmaru.central.warehouse import services as warehouse
from hanmaru.central.warehouse.words import why_not
from hanmaru.decide.putaway import Goods, Place, check
from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem
from hanmaru.decide.slotting.formats.moves import moves_of
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.kitting.problem import Place as Spot
from hanmaru.decide.slotting.kitting.reslot import Move

DOCK: Final = ledger.PlaceKind.DOCK
"""Where goods are put down that are to change places while no bin is free."""


def accept_plan(search_id: int) -> int:
    """Make the errands of a plan, in a workable order; the id of the relocation. Accepted again, it is the same one.

    Raises:
        UnknownStudy, NoPlan, TodayUnknown, NothingToMove, RelocationOpen, and of a study from stock PlaceTaken,
        PlaceTooSmall, NoRoomToSwap.
    """
    search = Search.objects.select_related("study").filter(pk=search_id).first()
    if search is None:
        raise UnknownStudy
    if not search.plan:
        raise NoPlan
    if (there := _under_way(search)) is not None:
        return there
    errands = _errands(search)
    if not errands:
        raise NothingToMove
    try:
        return keep_errands(search, together(errands))
    except RelocationOpen:  # perhaps by somebody who accepts the same plan just now
        if (there := _under_way(search)) is None:
            raise
        return there


def together(errands: Iterable[Errand]) -> list[tuple[int, Errand]]:
    """The errands, each with the number of its move, from 1: what lies together is carried at once."""
    moved = groupby(errands, key=lambda one: (one.material, one.from_words, one.to_words, one.aside, one.from_place))
    return [(number, errand) for number, (_move, errands) in enumerate(moved, 1) for errand in errands]


def _under_way(search: Search) -> int | None:
    """The relocation of all of a plan, while it is open."""
    found = Relocation.objects.filter(search=search, week=None, state=RelocationState.OPEN)
    return found.values_list("pk", flat=True).first()


def keep_errands(search: Search, errands: Sequence[tuple[int, Errand]], **more: Any) -> int:
    """Keep the errands, each with its number, as what is carried next; the id of the relocation. Raise RelocationOpen.

    ``more`` is what else is told of the relocation.
    """
    try:
        with transaction.atomic():
            relocation = Relocation.objects.create(search=search, created_by=acting_now().user_id, **more)
            RelocationTask.objects.bulk_create([_task(relocation, *one) for one in errands], batch_size=500)
    except IntegrityError as error:
        if "one_open_relocation" not in str(error) and "one_relocation_a_week" not in str(error):
            raise
        raise RelocationOpen from None
    changed("slotting")
    return int(relocation.pk)


def _task(relocation: Relocation, sequence: int, errand: Errand) -> RelocationTask:
    return RelocationTask(
        relocation=relocation,
        sequence=sequence,
        material=errand.material,
        from_words=errand.from_words,
        to_words=errand.to_words,
        aside=errand.aside,
        variant_id=errand.variant,
        lot_id=errand.lot,
        from_place_id=errand.from_place,
        to_place_id=errand.to_place,
        quantity=errand.quantity,
    )


def _errands(search: Search) -> list[Errand]:
    study = search.study
    problem = problems.problem_of(study.kind, json.loads(study.instance))
    plan = problems.plan_of(json.loads(search.plan), problem)
    if study.source == Source.STOCK and isinstance(plan, KittingPlan) and isinstance(problem, KittingProblem):
        return errands_in_house(problem, study.house, plan.places)
    if problem.today is None:
        raise TodayUnknown
    aside = _("put aside")
    if isinstance(plan, BulkPlan) and isinstance(problem, BulkProblem):
        return moves.errands_on_strip(plan, problem, aside)
    assert isinstance(plan, KittingPlan)  # noqa: S101 -- there are two kinds
    assert isinstance(problem, KittingProblem)  # noqa: S101 -- the same
    return moves.errands_in_racks(plan, _as_it_lies(search, problem), aside)


def _as_it_lies(search: Search, problem: KittingProblem) -> KittingProblem:
    """The problem with what lies elsewhere since weeks of the plan were carried out."""
    if not search.moves:
        return problem
    at, done = dict(problem.today or {}), queries.moves_done(search.pk)
    for week, number, move in numbered(moves_of(json.loads(search.moves), problem)[0].moves):
        if (week, number) in done:
            at[move.material] = move.target
    return replace(problem, today=at)


def numbered(found: Iterable[Move]) -> Iterator[tuple[int, int, Move]]:
    """Week and number in the week, both from 1, of every move of a plan week by week."""
    for week, made in groupby(found, key=lambda move: move.week):
        yield from ((week + 1, number, move) for number, move in enumerate(made, 1))


def errands_in_house(problem: KittingProblem, house: Mapping[str, Any], layout: Mapping[str, Spot]) -> list[Errand]:
    """The errands that bring what lies in the bins of the house to its places; what has none stays where it lies.

    Raises:
        PlaceTaken, PlaceTooSmall, NoRoomToSwap.
    """
    bins = moves.house_bins(house)
    order = [one for aisle in problem.aisles for row in bins[aisle.key] for one in row]
    places = stock.place_cards(order)
    rows = stock.balances_in(order)
    targets = moves.targets_of(layout, problem, bins)
    docks = stock.place_cards(kinds=[DOCK], open_only=True)
    errands = moves.errands_in_stock(rows, house, targets, order, next(iter(docks), None))
    places |= docks
    _check_room([one for one in errands if one.to_place not in docks], places)
    return [
        replace(one, from_words=places[one.from_place or 0].code, to_words=places[one.to_place or 0].code)
        for one in errands
    ]


def _check_room(errands: Sequence[Errand], places: Mapping[int, PlaceCard]) -> None:
    """Refuse what a bin could not hold once it is empty, all that comes taken together. Raise PlaceTooSmall."""
    cards = catalog.variant_cards({one.variant for one in errands if one.variant is not None})
    sums: dict[tuple[int, str, int], int] = defaultdict(int)
    for one in errands:
        # What is only put down there is gone before another comes.
        sums[one.to_place or 0, one.material if one.aside else "", one.variant or 0] += one.quantity
    left: dict[tuple[int, str], Place] = {}
    for (place_id, put_down, variant), quantity in sums.items():
        card, place = cards[variant], places[place_id]
        goods = _goods(card, quantity)
        room = left.get((place_id, put_down)) or _empty(place)
        breaches = check(goods, room)
        if breaches:
            raise PlaceTooSmall(place=place.code, quantity=quantity, material=card.sku, why=why_not(breaches))
        left[place_id, put_down] = _filled(room, goods)


def _goods(card: VariantCard, quantity: int) -> Goods:
    sides = (card.length_mm, card.width_mm, card.height_mm)
    return Goods(
        variant=str(card.id),
        quantity=quantity,
        size=(sides[0] or 0, sides[1] or 0, sides[2] or 0) if all(sides) else None,
        weight=card.weight_g,
        storage_class=card.storage_class or None,
    )


def _filled(room: Place, goods: Goods) -> Place:
    def less(free: int | None, each: int | None) -> int | None:
        return free if free is None else free - goods.quantity * (each or 0)

    return replace(
        room,
        free_volume=less(room.free_volume, goods.unit_volume),
        free_weight=less(room.free_weight, goods.weight),
        free_count=less(room.free_count, 1),
    )


def _empty(place: PlaceCard) -> Place:
    return Place(
        key=place.code,
        position=float(place.walk_order),
        free_volume=place.volume_mm3,
        free_weight=place.max_weight_g,
        free_count=place.max_count,
        classes=frozenset(place.storage_classes),
        open=not place.closed,
    )


def do_task(task_id: int) -> int:
    """Say that a task is done, which may be only a part of its move; the relocation's id. See :func:`do_move`."""
    found = RelocationTask.objects.filter(pk=task_id).values_list("relocation_id", flat=True).first()
    if found is None:
        raise UnknownStudy
    return _do(int(found), Q(pk=task_id))


def do_move(relocation_id: int, number: int) -> int:
    """Say that a move is done: in the ledger, its goods are carried, all that lie there now; the relocation's id.

    What is held of them for orders goes with them. Done again, it changes nothing.

    Raises:
        UnknownStudy, RelocationEnded, NotItsTurn, InTheWay, and as the warehouse's `relocate`.
    """
    return _do(relocation_id, Q(sequence=number))


def _do(relocation_id: int, which: Q) -> int:
    carried = _done(relocation_id, which)
    if carried:
        reserve_waiting(carried)  # from a dock, where nothing is picked, they may have come to a bin
    return relocation_id


@transaction.atomic
def _done(relocation_id: int, which: Q) -> set[int]:
    """Do what is still to do of a move; the variants that were carried."""
    relocation = Relocation.objects.select_for_update(no_key=True).filter(pk=relocation_id).first()
    tasks = list(RelocationTask.objects.filter(which, relocation=relocation_id).order_by("pk"))
    if relocation is None or not tasks:
        raise UnknownStudy
    to_do = [task for task in tasks if task.done_at is None]
    if not to_do:
        return set()
    if relocation.state != RelocationState.OPEN:
        raise RelocationEnded
    for task, carried in zip(to_do, _carried(to_do), strict=True):
        task.moved, task.holds = carried.pieces, list(carried.holds)
        task.done_at, task.done_by = timezone.now(), acting_now().user_id
    RelocationTask.objects.bulk_update(to_do, ["moved", "holds", "done_at", "done_by"], batch_size=500)
    if not relocation.tasks.filter(done_at=None).exists():
        _end(relocation, RelocationState.DONE)
    changed("slotting")
    return {task.variant_id for task in to_do if task.variant_id is not None}


def _carried(tasks: Sequence[RelocationTask]) -> list[warehouse.Relocated]:
    """Carry the goods of a move's tasks where the system knows them."""
    if tasks[0].variant_id is None:
        return [warehouse.Relocated(task.quantity) for task in tasks]
    before = RelocationTask.objects.filter(
        relocation=tasks[0].relocation_id, done_at=None, sequence__lte=tasks[0].sequence
    )
    if why := queries.hindrances(before.order_by("sequence", "pk"), [task.pk for task in tasks]):
        found = [why[task.pk] for task in tasks if task.pk in why]
        if found:
            raise found[0]
    docks = queries.docks_among([task.from_place_id or 0 for task in tasks])
    return warehouse.relocate([_lying(task, docks) for task in tasks], int(tasks[0].to_place_id or 0))


def _lying(task: RelocationTask, docks: Collection[int]) -> warehouse.Lying:
    start = int(task.from_place_id or 0)
    # What else came in on a dock meanwhile stays for whoever puts it away.
    heap = queries.heap_of(task) if start in docks else None
    return warehouse.Lying(
        variant=int(task.variant_id or 0),
        place=start,
        key=f"relocation-{task.pk}",
        lot=task.lot_id,
        pieces=None if heap is None else heap.pieces,
        holds=None if heap is None else heap.holds,
    )


@transaction.atomic
def call_off(relocation_id: int) -> None:
    """Do no more of it; what was carried stays where it is now. Raise UnknownStudy."""
    relocation = Relocation.objects.select_for_update(no_key=True).filter(pk=relocation_id).first()
    if relocation is None:
        raise UnknownStudy
    if relocation.state == RelocationState.OPEN:
        _end(relocation, RelocationState.CANCELLED)
        changed("slotting")


def _end(relocation: Relocation, state: RelocationState) -> None:
    relocation.state, relocation.ended_at = state, timezone.now()
    relocation.save(update_fields=["state", "ended_at"])
