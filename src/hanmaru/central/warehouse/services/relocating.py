"""Goods change places with all that is held of them: orders keep the very pieces, picks nobody walks yet follow them.

Letting holds go and holding anew at the other place would serve whoever asks first; an order could lose its goods to a
younger one. Locks are taken in the order of picking: the orders, then lists and tasks, then places and stock.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.live import changed
from hanmaru.central.orders.services import DOCUMENT
from hanmaru.central.orders.services.steps import lock_all
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock import services as ledger
from hanmaru.central.stock.errors import NotEnough, ReservationGone
from hanmaru.central.stock.queries import Held
from hanmaru.central.stock.services import Move, MoveReason, PlaceKind
from hanmaru.central.warehouse.models import PickList, PickTask
from hanmaru.central.warehouse.queries.picks import stays_for
from hanmaru.central.warehouse.services.pick_lists import lead_elsewhere
from hanmaru.central.warehouse.services.stowing import Rooms

_TRIES = 8  # a try fails only when goods were held, let go or picked between our look and our hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """Goods at a place: all pieces of a variant, of one lot or of none, or only a heap of them.

    A heap is so many ``pieces``, at least what is held of it by the reservations ``holds``; it is what somebody put
    down where others lie as well. The key makes their move happen once.
    """

    variant: int
    place: int
    key: str
    lot: int | None = None
    pieces: int | None = None
    holds: Collection[int] | None = None

    def owns(self, held: Held) -> bool:
        """Whether what is held is held of these goods."""
        return (held.variant, held.lot, held.place) == (self.variant, self.lot, self.place) and (
            self.holds is None or held.reservation in self.holds
        )


@dataclass(frozen=True, slots=True)
class Relocated:
    """How many pieces were carried, and by which reservations some of them are held."""

    pieces: int = 0
    holds: tuple[int, ...] = ()


def relocate(goods: Sequence[Lying], place: int) -> list[Relocated]:
    """Carry goods to another place, all or none, and with them what is held of them for orders and is to be picked.

    Afterwards whoever called serves waiting orders where goods have become pickable.

    Raises:
        PickUnderWay: somebody walks a list that takes goods from there; CountFirst: they are in doubt; PlaceRefuses,
        CannotHold, UnknownThing.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                return _relocate(goods, place)
        except (NotEnough, ReservationGone, _Changed):
            if not tries_left:
                raise
    raise AssertionError


class _Changed(Exception):
    """Another order holds of the goods since it was looked which ones do."""


def _relocate(goods: Sequence[Lying], place: int) -> list[Relocated]:
    orders = {held.document for held in _held(goods) if held.kind == DOCUMENT}
    lock_all(orders)
    held = _held(goods)
    if not orders.issuperset(one.document for one in held if one.kind == DOCUMENT):
        raise _Changed
    lists = _lock_picks(held)
    if why := stays_for(held):
        raise next(iter(why.values()))
    carried = [_carried(one, held) for one in goods]
    for pick_list in lists:
        lead_elsewhere(pick_list, {one.reservation for one in held}, place)
    if stock.place_card(place).kind != PlaceKind.DOCK:  # a dock takes anything
        rooms, cards = Rooms([place]), catalog.variant_cards({one.variant for one in goods})
        for one, what in zip(goods, carried, strict=True):
            if what.pieces:
                rooms.take(cards[one.variant], what.pieces, place)
    ledger.post(_move(one, what, place) for one, what in zip(goods, carried, strict=True) if what.pieces)
    changed("stock", "picks")
    return carried


def _move(one: Lying, what: Relocated, place: int) -> Move:
    return Move(
        variant=one.variant,
        lot=one.lot,
        from_place=one.place,
        to_place=place,
        quantity=what.pieces,
        reason=MoveReason.MOVE,
        key=one.key,
        carries=what.holds,
    )


def _held(goods: Sequence[Lying]) -> list[Held]:
    return [held for held in stock.held_in({one.place for one in goods}) if any(one.owns(held) for one in goods)]


def _carried(one: Lying, held: Sequence[Held]) -> Relocated:
    """What is carried: all pieces that lie there, or of a heap what is there and not held for others."""
    rows = [row for row in stock.balances_at(one.place) if (row.variant, row.lot) == (one.variant, one.lot)]
    ours = [what for what in held if one.owns(what)]
    least = sum(what.quantity for what in ours)
    pieces = sum(row.on_hand for row in rows)
    if one.pieces is not None:
        pieces = min(max(one.pieces, least), sum(row.free for row in rows) + least)
    return Relocated(pieces, tuple(what.reservation for what in ours))


def _lock_picks(held: Sequence[Held]) -> list[PickList]:
    """The lists that name what is held, locked with those tasks: nobody takes a list meanwhile."""
    tasks = PickTask.objects.filter(reservation_id__in=[one.reservation for one in held], done_at=None)
    ids = set(tasks.order_by().values_list("pick_list_id", flat=True))
    lists = list(PickList.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    list(tasks.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    return lists
