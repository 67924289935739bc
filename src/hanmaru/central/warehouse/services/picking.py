"""A picker takes goods from their places: checked by scan, short where something is missing.

Locks are taken in one order: the orders, then the tasks, then stock; the same as a cancellation takes them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from hanmaru.central.companies.live import changed
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.orders.services import (
    DOCUMENT,
    record_picks,
    reserve_order,
    start_picking_all,
)
from hanmaru.central.orders.services import (
    short_pick as line_is_short,
)
from hanmaru.central.stock import services as ledger
from hanmaru.central.stock.services import Move, MoveReason, Want
from hanmaru.central.warehouse.errors import TaskDone, TaskGone, TooManyPicked
from hanmaru.central.warehouse.models import COUNT, CountTask, PickList, PickTask, ScanKind, ShortReason
from hanmaru.central.warehouse.services.once import once, pieces
from hanmaru.central.warehouse.services.pick_lists import add_tasks, finish_if_done, name_of, require_mine
from hanmaru.central.warehouse.services.stations import packing_table


@dataclass(frozen=True, slots=True)
class Picked:
    """What a task came to. ``left`` pieces are still to be taken here; ``more`` tasks were added elsewhere."""

    task: int
    pick_list: int
    order: int
    quantity: int
    left: int
    more: int = 0
    waiting: int = 0
    repeated: bool = False


def pick_task(task_id: int, quantity: int, *, key: str | None = None, occurred_at: datetime | None = None) -> Picked:
    """Take so many pieces of a task to the packing table.

    Raises:
        TaskGone: there is no such task (any more), or its order was cancelled.
        TaskDone, TakenByOther: somebody else was first; the error says who.
        TooManyPicked, QuantityWrong.
    """
    pieces(quantity)

    def work() -> dict[str, Any]:
        (task,) = pick_many([(task_id, quantity)], occurred_at=occurred_at)
        return _outcome(task, quantity)

    done = once(key, ScanKind.PICK, work)
    return Picked(**done.outcome, repeated=done.repeated)


def _outcome(task: PickTask, quantity: int) -> dict[str, Any]:
    return {
        "task": task.pk,
        "pick_list": task.pick_list_id,
        "order": task.order_id,
        "quantity": quantity,
        "left": task.quantity - task.picked - task.short,
    }


@transaction.atomic
def pick_many(picks: Sequence[tuple[int, int]], *, occurred_at: datetime | None = None) -> list[PickTask]:
    """Several tasks at once, (task id, pieces), all or none; the tasks as they are now. Raises as :func:`pick_task`."""
    if not picks:
        return []
    tasks = _locked_tasks([task_id for task_id, _quantity in picks])
    table = packing_table()
    moves, lines = [], dict[int, int]()
    for task_id, quantity in picks:
        task = tasks[task_id]
        _require_open(task, quantity)
        task.picked += quantity
        _close_if_done(task)
        lines[task.order_line_id] = lines.get(task.order_line_id, 0) + quantity
        moves.append(_pick_move(task, quantity, table, occurred_at))
    record_picks(lines)
    ledger.post(moves)
    _save(tasks.values())
    finish_if_done({task.pick_list_id for task in tasks.values()})
    changed("picks", "stock", "orders")
    return [tasks[task_id] for task_id, _quantity in picks]


def _save(tasks: Iterable[PickTask]) -> None:
    """Write what was picked by one statement: a CASE a task, as bulk_update makes, takes ten times as long."""
    rows = [(task.pk, task.picked, task.done_at, task.done_by) for task in tasks]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE warehouse_picktask t SET picked = d.picked, done_at = d.done_at, done_by = d.done_by"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[])"
            " AS d(id, picked, done_at, done_by) WHERE t.id = d.id",
            [list(column) for column in zip(*rows, strict=True)],
        )


def _pick_move(task: PickTask, quantity: int, table: int, occurred_at: datetime | None) -> Move:
    return Move(
        variant=task.variant_id,
        lot=task.lot_id,
        from_place=task.place_id,
        to_place=table,
        quantity=quantity,
        reason=MoveReason.PICK,
        reservation=task.reservation_id,
        document_kind=DOCUMENT,
        document_id=task.order_id,
        occurred_at=occurred_at,
    )


def _locked_tasks(task_ids: Sequence[int]) -> dict[int, PickTask]:
    """The tasks, their orders and their rows held to the end of the transaction. Raises TaskGone, WrongState."""
    seen = _with_lists(PickTask.objects.filter(pk__in=task_ids))
    for task in seen:
        _require_open(task, 1)
    start_picking_all({task.order_id for task in seen})
    rows = PickTask.objects.select_for_update(no_key=True).filter(pk__in=task_ids)
    tasks = {task.pk: task for task in _with_lists(rows.order_by("pk"))}
    if len(tasks) != len(set(task_ids)):
        raise TaskGone
    return tasks


def _with_lists(rows: Iterable[PickTask]) -> list[PickTask]:
    """The tasks with their list at hand: one list for its many tasks, not one read with each."""
    tasks = list(rows)
    lists = PickList.objects.in_bulk({task.pick_list_id for task in tasks})
    for task in tasks:
        task.pick_list = lists[task.pick_list_id]
    return tasks


def _require_open(task: PickTask, quantity: int) -> None:
    require_mine(task.pick_list)
    if task.done_at is not None:
        raise TaskDone(who=name_of(task.done_by), person=task.done_by)
    left = task.quantity - task.picked - task.short
    if quantity > left:
        raise TooManyPicked(left=left)


def _close_if_done(task: PickTask) -> None:
    if task.picked + task.short == task.quantity:
        task.done_at = timezone.now()
        task.done_by = acting_now().user_id


def short_task(task_id: int, reason: ShortReason | str, *, key: str | None = None) -> Picked:
    """The rest of a task is not to be had: looked for elsewhere, else back-ordered; the place is to be counted.

    The missing pieces stay booked where they should be, but held back, until somebody has counted there: nobody is
    sent to the same empty bin again. ``more`` tasks were added to the list, ``waiting`` pieces are back-ordered.

    Raises as :func:`pick_task`.
    """
    why = ShortReason(reason)

    def work() -> dict[str, Any]:
        task = _locked_tasks([task_id])[task_id]
        _require_open(task, 1)
        missing = task.quantity - task.picked
        line_is_short(task.order_line_id, missing)
        _hold_for_count(task, missing, why)
        task.short, task.short_reason = missing, why
        _close_if_done(task)
        task.save(update_fields=["short", "short_reason", "done_at", "done_by"])
        found = reserve_order(task.order_id)
        more = add_tasks(task.pick_list, [task.order_id]) if found else 0
        finish_if_done([task.pick_list_id])
        changed("picks", "stock", "orders")
        return {**_outcome(task, 0), "more": more, "waiting": max(0, missing - found)}

    done = once(key, ScanKind.SHORT, work)
    return Picked(**done.outcome, repeated=done.repeated)


def _hold_for_count(task: PickTask, missing: int, why: ShortReason) -> None:
    """Let the order's hold on the missing pieces go and put the count's in its place."""
    balance = task.reservation.balance_id
    ledger.release([task.reservation_id])
    count = CountTask.objects.create(
        place_id=task.place_id,
        variant_id=task.variant_id,
        lot_id=task.lot_id,
        missing=missing,
        reason=why,
        created_by=acting_now().user_id,
    )
    (held,) = ledger.reserve([Want(balance=balance, quantity=missing, document_kind=COUNT, document_id=count.pk)])
    count.reservation_id = held
    count.save(update_fields=["reservation"])
