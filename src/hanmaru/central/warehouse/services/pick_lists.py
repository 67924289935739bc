"""Pick lists: made from orders, taken by one person, given back, left."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.services import next_number
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.orders.services import DOCUMENT, start_picking_all
from hanmaru.central.stock import queries as stock
from hanmaru.central.warehouse.errors import NothingToPick, TakenByOther, UnknownPickList
from hanmaru.central.warehouse.models import PickList, PickListState, PickTask
from hanmaru.decide.picking import walking_order

_LIVE = (PickListState.OPEN, PickListState.PICKING)


@transaction.atomic
def make_pick_list(order_ids: Iterable[int]) -> int:
    """One walk for the reserved goods of these orders, in walking order; the id of the list.

    Goods that another live list already names are left to it.

    Raises:
        UnknownOrder, WrongState: an order that is not reserved; NothingToPick.
    """
    orders = sorted(set(order_ids))
    start_picking_all(orders)
    pick_list = PickList.objects.create(number=f"P-{next_number('pick list'):05d}")
    if not add_tasks(pick_list, orders):
        raise NothingToPick
    changed("picks")
    return int(pick_list.pk)


def add_tasks(pick_list: PickList, order_ids: Sequence[int]) -> int:
    """Put what is held for the orders, and on no live list, onto this one; the tasks added. The orders are locked."""
    held = {one.reservation: one for one in stock.held_for(DOCUMENT, order_ids)}
    known = dict(
        PickTask.objects.filter(reservation_id__in=held).order_by().values_list("reservation_id", "pick_list__state")
    )
    left_behind = [reservation for reservation, state in known.items() if state == PickListState.CANCELLED]
    fresh = [
        PickTask(
            pick_list=pick_list,
            sequence=0,
            order_id=one.document,
            order_line_id=one.line,
            reservation_id=one.reservation,
            variant_id=one.variant,
            lot_id=one.lot,
            place_id=one.place,
            quantity=one.quantity,
        )
        for one in held.values()
        if one.reservation not in known and one.line is not None
    ]
    adopted = 0
    if left_behind:
        adopted = PickTask.objects.filter(reservation_id__in=left_behind, done_at=None).update(pick_list=pick_list)
    if fresh or adopted:
        _put_in_order(pick_list, set(order_ids), fresh)
    return len(fresh) + int(adopted)


def _put_in_order(pick_list: PickList, ours: Collection[int], fresh: Sequence[PickTask]) -> None:
    """Put the tasks of our orders where they belong on the walk; store the fresh ones."""
    there = [task for task in _to_do(pick_list) if task.order_id in ours]
    others = [task for task in _to_do(pick_list) if task.order_id not in ours]
    _number([*fresh, *there], others)
    PickTask.objects.bulk_update(there, ["sequence"], batch_size=500)
    PickTask.objects.bulk_create(sorted(fresh, key=lambda task: task.sequence))


def lead_elsewhere(pick_list: PickList, reservations: Collection[int], place: int) -> None:
    """Send the tasks of these reservations to another place, where they belong on the walk there."""
    led = [task for task in _to_do(pick_list) if task.reservation_id in reservations]
    for task in led:
        task.place_id = place
    _number(led, [task for task in _to_do(pick_list) if task.reservation_id not in reservations])
    PickTask.objects.bulk_update(led, ["place", "sequence"], batch_size=500)


def _to_do(pick_list: PickList) -> list[PickTask]:
    return list(pick_list.tasks.filter(done_at=None).order_by("sequence", "pk"))


def _number(ours: Sequence[PickTask], others: Sequence[PickTask]) -> None:
    """Number our tasks along the walk: from 1, or among others as the one before them.

    The others keep their numbers. They are of orders that somebody else may hold and pick just now; who waits for
    their rows while holding stock that the other waits for would wait for ever.
    """
    to_do = sorted(
        [*ours, *others], key=lambda task: (task.place_id, task.variant_id, task.order_id, task.reservation_id)
    )
    paths = {card.id: card.path for card in stock.place_cards({task.place_id for task in to_do}).values()}
    mine = set(map(id, ours))
    number = min((task.sequence for task in others), default=1) - 1
    for task in walking_order(to_do, lambda task: paths[task.place_id]):
        if id(task) not in mine:
            number = task.sequence
        else:
            number += not others
            task.sequence = number


def locked_list(list_id: int) -> PickList:
    """The pick list, its row held to the end of the transaction. Raises UnknownPickList."""
    found: PickList | None = PickList.objects.select_for_update(no_key=True).filter(pk=list_id).first()
    if found is None:
        raise UnknownPickList
    return found


def require_mine(pick_list: PickList) -> None:
    """Refuse the work of one who has not taken the list. Raises TakenByOther."""
    me = acting_now().user_id
    if me is not None and pick_list.assigned_to not in (None, me):
        raise TakenByOther(who=name_of(pick_list.assigned_to), person=pick_list.assigned_to)


def name_of(person: int | None) -> str:
    """A person's name for a message; empty where nobody is known."""
    return companies.person_names([person]).get(person, "") if person is not None else ""


@transaction.atomic
def take_pick_list(list_id: int) -> None:
    """The acting person walks this list. Taking one's own again changes nothing.

    Raises:
        UnknownPickList; TakenByOther: somebody else has it, and the error says who.
    """
    pick_list = locked_list(list_id)
    require_mine(pick_list)
    if pick_list.state not in _LIVE:
        return
    if pick_list.state == PickListState.PICKING and pick_list.assigned_to == acting_now().user_id:
        return
    pick_list.assigned_to = acting_now().user_id
    pick_list.state = PickListState.PICKING
    pick_list.started_at = pick_list.started_at or timezone.now()
    pick_list.save(update_fields=["assigned_to", "state", "started_at"])
    changed("picks")


@transaction.atomic
def give_back_pick_list(list_id: int) -> None:
    """Somebody else may take the list; done tasks stay done. Anybody may do it for one who went home."""
    pick_list = locked_list(list_id)
    if pick_list.state == PickListState.PICKING:
        pick_list.state = PickListState.OPEN
        pick_list.assigned_to = None
        pick_list.save(update_fields=["state", "assigned_to"])
        changed("picks")


@transaction.atomic
def cancel_pick_list(list_id: int) -> None:
    """Nobody walks this list; its goods stay held for their orders and can go on another list."""
    pick_list = locked_list(list_id)
    if pick_list.state in _LIVE:
        pick_list.state = PickListState.CANCELLED
        pick_list.save(update_fields=["state"])
        changed("picks")


def finish_if_done(list_ids: Iterable[int]) -> None:
    """Close the live lists that have nothing left to do."""
    open_tasks = PickTask.objects.filter(done_at=None)
    finished = PickList.objects.filter(pk__in=list(list_ids), state__in=_LIVE).exclude(
        pk__in=open_tasks.values("pick_list_id")
    )
    finished.update(state=PickListState.DONE, done_at=timezone.now())


def drop_tasks(order_id: int) -> None:
    """The order was cancelled: what was not picked of it need not be. Called while the order is locked."""
    tasks = PickTask.objects.filter(order_id=order_id, done_at=None)
    lists = set(tasks.values_list("pick_list_id", flat=True))
    if not lists:
        return
    for task in tasks.select_for_update(of=("self",), no_key=True).order_by("pk"):
        if task.picked == task.short == 0:
            task.delete()
        else:
            task.quantity = task.picked + task.short
            task.done_at = timezone.now()
            task.save(update_fields=["quantity", "done_at"])
    finish_if_done(lists)
    changed("picks")
