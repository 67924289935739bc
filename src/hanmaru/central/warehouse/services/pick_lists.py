"""Pick lists: made from orders, taken by one person, given back, left."""

from collections.abc import Iterable, Sequence

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
        _put_in_order(pick_list, fresh)
    return len(fresh) + int(adopted)


def _put_in_order(pick_list: PickList, fresh: Sequence[PickTask]) -> None:
    """Number the tasks that are still to do along the walk, after those that are done; store the fresh ones."""
    there = list(pick_list.tasks.order_by("sequence", "pk"))
    done = [task for task in there if task.done_at is not None]
    to_do = sorted(
        [*fresh, *(task for task in there if task.done_at is None)],
        key=lambda task: (task.place_id, task.variant_id, task.order_id, task.reservation_id),
    )
    paths = {card.id: card.path for card in stock.place_cards({task.place_id for task in to_do}).values()}
    for sequence, task in enumerate([*done, *walking_order(to_do, lambda task: paths[task.place_id])], 1):
        task.sequence = sequence
    PickTask.objects.bulk_update(there, ["sequence"], batch_size=500)
    PickTask.objects.bulk_create(fresh)


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
