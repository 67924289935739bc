"""The last scan taken back: the facts stay in the ledger, a move the other way is added."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from hanmaru.central.companies.live import changed
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.orders.services import DOCUMENT, start_picking, undo_pick
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock import services as ledger
from hanmaru.central.stock.errors import NotEnough
from hanmaru.central.stock.services import Move, MoveReason, PlaceKind, Want
from hanmaru.central.warehouse.errors import NothingToUndo
from hanmaru.central.warehouse.models import DeliveryLine, PickListState, PickTask, Scan, ScanKind
from hanmaru.central.warehouse.queries.packing import to_pack
from hanmaru.central.warehouse.services.tagged import never_came

WITHIN = timedelta(minutes=30)
_NOTE = "undo"


@transaction.atomic
def undo_last(kinds: tuple[ScanKind, ...] = tuple(ScanKind)) -> Scan:
    """Take back the acting person's (or device's) last scan of these kinds; what it was.

    Raises:
        NothingToUndo: there is none of the last half hour, it was taken back already, its kind cannot be (packing is
            undone by opening the parcel), or its goods have gone on since.
    """
    who = acting_now()
    mine = Scan.objects.filter(user_id=who.user_id, device_id=who.device_id, kind__in=kinds)
    last: Scan | None = mine.select_for_update(of=("self",)).order_by("-pk").first()
    if last is None or last.undone_at or last.kind not in _UNDO or last.at < timezone.now() - WITHIN:
        raise NothingToUndo
    try:
        with transaction.atomic():
            _UNDO[last.kind](last.outcome)
    except NotEnough:
        raise NothingToUndo from None
    last.undone_at = timezone.now()
    last.save(update_fields=["undone_at"])
    changed("stock", "deliveries", "picks")
    return last


def _back(outcome: dict[str, Any], *, from_place: int, to_place: int, reason: MoveReason, **document: Any) -> None:
    ledger.post(
        [
            Move(
                variant=outcome["variant"],
                lot=outcome["lot"],
                from_place=from_place,
                to_place=to_place,
                quantity=outcome["quantity"],
                reason=reason,
                note=_NOTE,
                **document,
            )
        ]
    )


def _receive(outcome: dict[str, Any]) -> None:
    _back(
        outcome,
        from_place=outcome["place"],
        to_place=ledger.beyond(PlaceKind.SUPPLIER),
        reason=MoveReason.RECEIVE,
        document_kind="delivery",
        document_id=outcome["delivery"],
    )
    if outcome.get("epc"):
        never_came(outcome["epc"])
    DeliveryLine.objects.filter(delivery_id=outcome["delivery"], variant_id=outcome["variant"]).update(
        received=F("received") - outcome["quantity"]
    )


def _put_away(outcome: dict[str, Any]) -> None:
    _back(outcome, from_place=outcome["place"], to_place=outcome["from_place"], reason=MoveReason.PUT_AWAY)


def _move(outcome: dict[str, Any]) -> None:
    _back(outcome, from_place=outcome["place"], to_place=outcome["from_place"], reason=MoveReason.MOVE)


def _pick(outcome: dict[str, Any]) -> None:
    """Back into the bin, and held for the order again."""
    quantity = outcome["quantity"]
    start_picking(outcome["order"])
    task = PickTask.objects.select_for_update(of=("self",)).select_related("pick_list").get(pk=outcome["task"])
    on_table = sum(
        one.quantity for one in to_pack(task.order_id) if (one.line, one.lot) == (task.order_line_id, task.lot_id)
    )
    if on_table < quantity or task.picked < quantity:
        raise NothingToUndo
    undo_pick(task.order_line_id, quantity)
    table = next(
        move.to_place
        for move in reversed(stock.moved_for(DOCUMENT, task.order_id))
        if move.reason == MoveReason.PICK and move.variant == task.variant_id and move.lot == task.lot_id
    )
    _back(
        {"variant": task.variant_id, "lot": task.lot_id, "quantity": quantity},
        from_place=table,
        to_place=task.place_id,
        reason=MoveReason.UNPICK,
        document_kind=DOCUMENT,
        document_id=task.order_id,
    )
    ledger.release([task.reservation_id])
    held = task.quantity - task.picked - task.short + quantity
    (task.reservation_id,) = ledger.reserve(
        [
            Want(
                balance=task.reservation.balance_id,
                quantity=held,
                document_kind=DOCUMENT,
                document_id=task.order_id,
                line=task.order_line_id,
            )
        ]
    )
    task.picked -= quantity
    task.done_at = task.done_by = None
    task.save(update_fields=["reservation", "picked", "done_at", "done_by"])
    if task.pick_list.state == PickListState.DONE:
        task.pick_list.state = PickListState.PICKING
        task.pick_list.done_at = None
        task.pick_list.save(update_fields=["state", "done_at"])


_UNDO: dict[str, Callable[[dict[str, Any]], None]] = {
    ScanKind.RECEIVE: _receive,
    ScanKind.PUT_AWAY: _put_away,
    ScanKind.MOVE: _move,
    ScanKind.PICK: _pick,
}
