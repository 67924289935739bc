"""Moves that a person makes without an order or a delivery: relocate, count, write off, find."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.live import changed
from hanmaru.central.stock.models import Balance, MoveReason, PlaceKind
from hanmaru.central.stock.services.ledger import Move, post
from hanmaru.central.stock.services.places import beyond
from hanmaru.kernel.errors import Invalid

# Which place beyond the house a corrected quantity goes to or comes from.
_OTHER_SIDE = {
    MoveReason.DAMAGE: PlaceKind.SCRAP,
    MoveReason.SCRAP: PlaceKind.SCRAP,
    MoveReason.LOSS: PlaceKind.CORRECTION,
    MoveReason.FOUND: PlaceKind.CORRECTION,
    MoveReason.COUNT: PlaceKind.CORRECTION,
    MoveReason.OPENING: PlaceKind.CORRECTION,
    MoveReason.PRODUCE: PlaceKind.PRODUCTION,
    MoveReason.CONSUME: PlaceKind.PRODUCTION,
}
_ONLY_OUT = (MoveReason.DAMAGE, MoveReason.SCRAP, MoveReason.LOSS, MoveReason.CONSUME)
_ONLY_IN = (MoveReason.FOUND, MoveReason.OPENING, MoveReason.PRODUCE)


class ReasonUnfit(Invalid):
    """Damage cannot add goods; a find cannot take them away."""

    code = "stock.reason"
    message = _("Reason: it does not fit the direction. Choose another reason.")


def move_goods(
    *,
    variant: int,
    from_place: int,
    to_place: int,
    quantity: int,
    key: str,
    lot: int | None = None,
    note: str = "",
) -> dict[str, int]:
    """Carry goods from one place to another; key -> move id, empty when the key was done before."""
    posted = post(
        [
            Move(
                variant=variant,
                lot=lot,
                from_place=from_place,
                to_place=to_place,
                quantity=quantity,
                reason=MoveReason.MOVE,
                note=note,
                key=key,
            )
        ]
    )
    changed("stock")
    return posted


def correct(
    *,
    variant: int,
    place: int,
    difference: int,
    reason: MoveReason,
    key: str,
    note: str = "",
    lot: int | None = None,
) -> dict[str, int]:
    """Add to (difference > 0) or take from (difference < 0) what lies at a place, for a reason.

    Returns:
        Key -> move id; empty when the key was done before.

    Raises:
        ReasonUnfit: the reason is none of a correction, or does not fit the direction.
        NotEnough: more is to be taken than lies there free.
    """
    if (
        difference == 0
        or reason not in _OTHER_SIDE
        or (difference > 0 and reason in _ONLY_OUT)
        or (difference < 0 and reason in _ONLY_IN)
    ):
        raise ReasonUnfit
    other = beyond(_OTHER_SIDE[reason])
    source, target = (other, place) if difference > 0 else (place, other)
    posted = post(
        [
            Move(
                variant=variant,
                lot=lot,
                from_place=source,
                to_place=target,
                quantity=abs(difference),
                reason=reason,
                note=note,
                key=key,
            )
        ]
    )
    changed("stock")
    return posted


@transaction.atomic
def count(*, variant: int, place: int, counted: int, key: str, note: str = "", lot: int | None = None) -> int:
    """Set what lies at a place to what was counted; the difference (counted minus booked).

    The balance is locked while it is compared, so that a move meanwhile is not undone. Counting the same again under
    the same key changes nothing.
    """
    if counted < 0:
        raise Invalid(_("Counted: 0 or more."))
    balance = (
        Balance.objects.select_for_update()
        .filter(variant_id=variant, place_id=place, lot_id=lot)
        .order_by("pk")
        .first()
    )
    difference = counted - (balance.on_hand if balance else 0)
    if difference:
        correct(
            variant=variant,
            place=place,
            difference=difference,
            reason=MoveReason.COUNT,
            key=key,
            note=note,
            lot=lot,
        )
    return int(difference)
