"""Goods find a place: proposed with a reason, yet any scanned place that can take them is taken (random stow)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.live import changed
from hanmaru.central.orders.services import reserve_waiting
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock import services as ledger
from hanmaru.central.stock.errors import CannotHold, UnknownThing
from hanmaru.central.stock.queries import RoomyPlace
from hanmaru.central.stock.services import Move, MoveReason, PlaceKind
from hanmaru.central.warehouse.errors import NothingToPutAway, PlaceRefuses, SamePlace
from hanmaru.central.warehouse.models import ScanKind
from hanmaru.central.warehouse.services.once import once, pieces
from hanmaru.central.warehouse.words import why_not, why_there
from hanmaru.decide.putaway import Goods, Place, check, propose


@dataclass(frozen=True, slots=True)
class Proposed:
    """A place for ``quantity`` pieces; ``reason`` is its stable code, ``why`` the same in words."""

    place: int
    code: str
    name: str
    quantity: int
    reason: str
    why: str


@dataclass(frozen=True, slots=True)
class Stowed:
    """What lies where now. ``left`` pieces of the variant still wait at the place they came from."""

    variant: int
    quantity: int
    place: int
    place_code: str
    from_place: int
    lot: int | None
    left: int
    repeated: bool = False


def _goods(card: Any, quantity: int) -> Goods:
    sides = (card.length_mm, card.width_mm, card.height_mm)
    return Goods(
        variant=str(card.id),
        quantity=quantity,
        size=sides if all(sides) else None,
        weight=card.weight_g,
        storage_class=card.storage_class or None,
    )


def _candidate(place: RoomyPlace) -> Place:
    return Place(
        key=place.code,
        position=float(place.walk_order),
        free_volume=place.volume_mm3,
        free_weight=place.weight_g,
        free_count=place.count,
        classes=frozenset(place.storage_classes),
        same_variant=place.same,
        open=place.open,
    )


def _card(variant: int) -> Any:
    card = catalog.variant_cards([variant]).get(variant)
    if card is None:
        raise UnknownThing(what=f"variant {variant}")
    return card


def propose_place(variant: int, quantity: int, *, limit: int = 3, without: Iterable[int] = ()) -> list[Proposed]:
    """Places for the goods, best first, with the reason of each; empty when none takes even one piece.

    Raises UnknownThing, QuantityWrong.
    """
    return propose_for(_card(variant), pieces(quantity), limit=limit, without=without)


def propose_for(card: Any, quantity: int, *, limit: int = 3, without: Iterable[int] = ()) -> list[Proposed]:
    """As :func:`propose_place`, for a variant whose card is at hand."""
    goods = _goods(card, quantity)
    barred = set(without)
    places = {
        place.code: place
        for place in stock.places_with_room(
            card.id,
            unit_volume=goods.unit_volume or 0,
            unit_weight=goods.weight or 0,
            storage_class=goods.storage_class,
        )
        if place.id not in barred
    }
    return [
        Proposed(
            place=places[found.place.key].id,
            code=found.place.key,
            name=places[found.place.key].name,
            quantity=found.quantity,
            reason=str(found.reason),
            why=why_there(found),
        )
        for found in propose(goods, [_candidate(place) for place in places.values()], limit=limit)
    ]


def _require_room(card: Any, quantity: int, place_id: int) -> RoomyPlace:
    """The place, its row locked, if it can take the goods. Raises PlaceRefuses, CannotHold, UnknownThing."""
    ledger.lock_places([place_id])
    place = stock.rooms_of([place_id], card.id).get(place_id)
    if place is None:
        raise CannotHold(places=stock.place_card(place_id).code)
    breaches = check(_goods(card, quantity), _candidate(place))
    if breaches:
        instead = propose_for(card, quantity, limit=1, without=[place_id])
        raise PlaceRefuses(
            place=place.code,
            why=why_not(breaches),
            breaches=[{"limit": str(b.breach), "wanted": b.wanted, "free": b.free} for b in breaches],
            instead=instead[0].code if instead else None,
        )
    return place


def _waiting_at_dock(variant: int, lot: int | None, quantity: int) -> tuple[int, int | None]:
    """(dock, lot) where so many pieces of the variant wait; the lot is chosen when the caller names none."""
    docks = stock.place_cards(kinds=[PlaceKind.DOCK])
    rows = [row for row in stock.balances_of(variant) if row.place in docks and (lot is None or row.lot == lot)]
    if not rows:
        raise NothingToPutAway(place=", ".join(dock.code for dock in docks.values()) or "DOCK")
    rows.sort(key=lambda row: (row.free < quantity, row.expires_on is None, row.expires_on, row.balance))
    return rows[0].place, rows[0].lot


def put_away(
    variant: int,
    quantity: int,
    place: int,
    *,
    lot: int | None = None,
    from_place: int | None = None,
    key: str | None = None,
) -> Stowed:
    """Carry received goods from the dock to a place, whichever was scanned, if it can take them.

    The place's row is locked while its room is judged, so that two people cannot overfill it. Afterwards orders that
    waited for these goods get them.

    Raises:
        PlaceRefuses: a limit would be broken; it names which, and a place that has room.
        NothingToPutAway, CannotHold, UnknownThing, QuantityWrong, NotEnough.
    """
    pieces(quantity)
    card = _card(variant)

    def work() -> dict[str, Any]:
        source, of_lot = (from_place, lot) if from_place is not None else _waiting_at_dock(variant, lot, quantity)
        return _carry(card, quantity, place, source, of_lot, MoveReason.PUT_AWAY)

    done = once(key, ScanKind.PUT_AWAY, work)
    if not done.repeated:
        reserve_waiting([variant])
    return Stowed(**done.outcome, repeated=done.repeated)


def move(
    variant: int,
    quantity: int,
    place: int,
    *,
    from_place: int,
    lot: int | None = None,
    key: str | None = None,
) -> Stowed:
    """Carry goods from one place to another that can take them. Raises as :func:`put_away`."""
    pieces(quantity)
    card = _card(variant)
    done = once(key, ScanKind.MOVE, lambda: _carry(card, quantity, place, from_place, lot, MoveReason.MOVE))
    if not done.repeated:
        reserve_waiting([variant])
    return Stowed(**done.outcome, repeated=done.repeated)


def _carry(card: Any, quantity: int, place_id: int, source: int, lot: int | None, reason: MoveReason) -> dict[str, Any]:
    if place_id == source:
        raise SamePlace(place=stock.place_card(place_id).code)
    place = _require_room(card, quantity, place_id)
    ledger.post(
        [Move(variant=card.id, lot=lot, from_place=source, to_place=place_id, quantity=quantity, reason=reason)]
    )
    changed("stock")
    left = sum(row.on_hand for row in stock.balances_of(card.id) if row.place == source)
    return {
        "variant": card.id,
        "quantity": quantity,
        "place": place_id,
        "place_code": place.code,
        "from_place": source,
        "lot": lot,
        "left": left,
    }
