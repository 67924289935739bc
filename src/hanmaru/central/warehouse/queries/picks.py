"""Pick lists and their tasks as pages, screens and the API see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import VariantCard
from hanmaru.central.companies import queries as companies
from hanmaru.central.orders import queries as orders
from hanmaru.central.orders.services import DOCUMENT
from hanmaru.central.stock import queries as stock
from hanmaru.central.warehouse.errors import CountFirst, PickUnderWay, TaskGone, UnknownPickList
from hanmaru.central.warehouse.models import COUNT, CountTask, PickList, PickListState, PickTask

LIVE = (PickListState.OPEN, PickListState.PICKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCard:
    """A pick list: tasks in all and done, orders on it, who has taken it."""

    id: int
    number: str
    state: str
    state_words: str
    assigned_to: int | None
    who: str
    tasks: int
    done: int
    orders: int
    created_at: datetime
    done_at: datetime | None

    @property
    def live(self) -> bool:
        """Whether somebody may still walk it."""
        return self.state in LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """Take so many of a variant from a place, for an order."""

    id: int
    pick_list: int
    sequence: int
    order: int
    order_number: str
    line: int
    variant: VariantCard
    lot: int | None
    lot_number: str
    place: int
    place_code: str
    place_name: str
    quantity: int
    picked: int
    short: int
    done_at: datetime | None

    @property
    def left(self) -> int:
        """Pieces still to be taken."""
        return self.quantity - self.picked - self.short

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.done_at is not None


def _lists() -> Any:
    return PickList.objects.annotate(
        task_count=Count("tasks"),
        done_count=Count("tasks", filter=~Q(tasks__done_at=None)),
        order_count=Count("tasks__order_id", distinct=True),
    )


def _list_cards(rows: Iterable[Any]) -> list[ListCard]:
    found = list(rows)
    names = companies.person_names({row.assigned_to for row in found})
    return [
        ListCard(
            id=row.pk,
            number=row.number,
            state=row.state,
            state_words=str(row.get_state_display()),
            assigned_to=row.assigned_to,
            who=names.get(row.assigned_to or 0, ""),
            tasks=row.task_count,
            done=row.done_count,
            orders=row.order_count,
            created_at=row.created_at,
            done_at=row.done_at,
        )
        for row in found
    ]


def pick_lists(*, live_only: bool = False, after: int | None = None, limit: int = 50) -> list[ListCard]:
    """Newest first; ``after`` is the id of the last one seen."""
    rows = _lists()
    if live_only:
        rows = rows.filter(state__in=LIVE)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return _list_cards(rows.order_by("-pk")[:limit])


def pick_list_card(list_id: int) -> ListCard:
    """One pick list. Raises UnknownPickList."""
    found = _list_cards(_lists().filter(pk=list_id))
    if not found:
        raise UnknownPickList
    return found[0]


def _task_cards(rows: Iterable[Any]) -> list[TaskCard]:
    found = list(rows)
    cards = catalog.variant_cards(row.variant_id for row in found)
    numbers = {card.id: card.number for card in orders.order_cards({row.order_id for row in found}).values()}
    return [
        TaskCard(
            id=row.pk,
            pick_list=row.pick_list_id,
            sequence=row.sequence,
            order=row.order_id,
            order_number=numbers.get(row.order_id, ""),
            line=row.order_line_id,
            variant=cards[row.variant_id],
            lot=row.lot_id,
            lot_number=row.lot.number if row.lot else "",
            place=row.place_id,
            place_code=row.place.code,
            place_name=row.place.name,
            quantity=row.quantity,
            picked=row.picked,
            short=row.short,
            done_at=row.done_at,
        )
        for row in found
    ]


def tasks_of(list_id: int) -> list[TaskCard]:
    """The tasks of a list along the walk."""
    rows = PickTask.objects.filter(pick_list_id=list_id).select_related("place", "lot").order_by("sequence", "pk")
    return _task_cards(rows)


def next_task(list_id: int, *, skip: Iterable[int] = ()) -> TaskCard | None:
    """The next task along the walk; those skipped come last. None when all is done."""
    rows = PickTask.objects.filter(pick_list_id=list_id, done_at=None).select_related("place", "lot")
    skipped = list(skip)
    first = rows.exclude(pk__in=skipped).order_by("sequence", "pk").first() or rows.order_by("sequence", "pk").first()
    return _task_cards([first])[0] if first else None


def task_card(task_id: int) -> TaskCard:
    """One task. Raises TaskGone."""
    found = _task_cards(PickTask.objects.filter(pk=task_id).select_related("place", "lot"))
    if not found:
        raise TaskGone
    return found[0]


def walked(since: datetime, until: datetime) -> list[tuple[int, int]]:
    """(order, place) of every place from which something was picked for an order in the span, each pair once.

    By the ledger: what was scanned without a network, and entered later, counts when it happened.
    """
    entered = PickTask.objects.filter(done_at__gte=since, picked__gt=0).order_by()
    ordered = entered.values_list("order_id", flat=True).distinct()
    return stock.picked_for(DOCUMENT, ordered, since, until)


def stays_for(held: Iterable[stock.Held]) -> dict[int, PickUnderWay | CountFirst]:
    """Reservation -> why what it holds cannot be carried elsewhere now; those that can are left out.

    A list that somebody has taken may be on paper, or on a phone without a network: its goods stay.
    """
    rows = list(held)
    tasks = PickTask.objects.filter(reservation_id__in=[one.reservation for one in rows], done_at=None)
    walked_now = tasks.filter(pick_list__state=PickListState.PICKING).select_related("pick_list")
    lists = {task.reservation_id: task.pick_list for task in walked_now}
    names = companies.person_names({one.assigned_to for one in lists.values()})
    why: dict[int, PickUnderWay | CountFirst] = {}
    for one in rows:
        if one.reservation in lists:
            pick_list = lists[one.reservation]
            who = names.get(pick_list.assigned_to or 0, "")
            told = f"{pick_list.number} ({who})" if who else pick_list.number
            why[one.reservation] = PickUnderWay(number=told, who=who, place=one.place_code)
        elif one.kind == COUNT:
            why[one.reservation] = CountFirst(count=one.quantity, place=one.place_code)
    return why


@dataclass(frozen=True, slots=True)
class CountCard:
    """A place to be counted because somebody missed goods there."""

    id: int
    place: int
    place_code: str
    variant: VariantCard
    lot_number: str
    missing: int
    reason_words: str
    created_at: datetime
    who: str


def counts_to_do(limit: int = 50) -> list[CountCard]:
    """Places in doubt, the oldest first."""
    rows = list(CountTask.objects.filter(done_at=None).select_related("place", "lot").order_by("pk")[:limit])
    cards = catalog.variant_cards(row.variant_id for row in rows)
    names = companies.person_names({row.created_by for row in rows})
    return [
        CountCard(
            row.pk,
            row.place_id,
            row.place.code,
            cards[row.variant_id],
            row.lot.number if row.lot else "",
            row.missing,
            str(row.get_reason_display()),
            row.created_at,
            names.get(row.created_by or 0, ""),
        )
        for row in rows
    ]
