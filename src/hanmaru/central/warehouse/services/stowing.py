"""Goods find a place: proposed with a reason, yet any scanned place that can take them is taken (random stow)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from django.db import transaction

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
from hanmaru.decide.putaway import Goods, Place, check, propose, room

_ENOUGH = 60  # bins to choose among


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
    goods, barred = _goods(card, quantity), set(without)
    roomy = stock.places_with_room([_piece(card.id, goods)])[card.id]
    return _ranked(goods, [place for place in roomy if place.id not in barred], limit)


def propose_among(cards: Iterable[Any], bins: Iterable[RoomyPlace]) -> dict[int, Proposed | None]:
    """Variant -> where one piece of it is to go: where it lies already, as of now, or one of ``bins``, as given.

    For a gate, which asks for several products many times a second: ``bins``, in walking order, may be some seconds
    old. Whoever puts the goods away is checked against the place as it is then.
    """
    goods = {card.id: _goods(card, 1) for card in cards}
    holding = stock.bins_holding(_piece(variant, one) for variant, one in goods.items())
    found: dict[int, Proposed | None] = {}
    for variant, one in goods.items():
        able = islice((place for place in bins if room(one, _candidate(place))), _ENOUGH)
        found[variant] = next(iter(_ranked(one, [*able, *holding[variant]], limit=1)), None)
    return found


def _piece(variant: int, goods: Goods) -> stock.Piece:
    return stock.Piece(variant, goods.unit_volume or 0, goods.weight or 0, goods.storage_class)


def _ranked(goods: Goods, roomy: Iterable[RoomyPlace], limit: int) -> list[Proposed]:
    """The best places, each said; of a place that stands twice in ``roomy``, what comes last holds."""
    places = {place.code: place for place in roomy}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Carry:
    """Pieces of a variant to be carried to a place; from the dock where they wait when ``from_place`` is not said."""

    variant: int
    quantity: int
    place: int
    lot: int | None = None
    from_place: int | None = None

    def __post_init__(self) -> None:
        pieces(self.quantity)


class Rooms:
    """The places that goods are carried to, their rows locked; what is carried there takes its room."""

    def __init__(self, place_ids: Iterable[int]) -> None:
        ids = set(place_ids)
        ledger.lock_places(ids)
        self._places = stock.rooms_of(ids, 0)

    def take(self, card: Any, quantity: int, place_id: int) -> str:
        """Use the room that the goods need; the place's code. Raises PlaceRefuses, CannotHold, UnknownThing."""
        place = self._places.get(place_id)
        if place is None:
            raise CannotHold(places=stock.place_card(place_id).code)
        goods = _goods(card, quantity)
        breaches = check(goods, _candidate(place))
        if breaches:
            instead = propose_for(card, quantity, limit=1, without=[place_id])
            raise PlaceRefuses(
                place=place.code,
                why=why_not(breaches),
                breaches=[{"limit": str(b.breach), "wanted": b.wanted, "free": b.free} for b in breaches],
                instead=instead[0].code if instead else None,
            )
        self._places[place_id] = replace(
            place,
            volume_mm3=_less(place.volume_mm3, quantity * (goods.unit_volume or 0)),
            weight_g=_less(place.weight_g, quantity * (goods.weight or 0)),
            count=_less(place.count, quantity),
        )
        return place.code


def _less(limit: int | None, used: int) -> int | None:
    return None if limit is None else limit - used


class _Docks:
    """What waits on the docks; what is carried away from there waits no more."""

    def __init__(self, variants: Iterable[int]) -> None:
        self._docks = stock.place_cards(kinds=[PlaceKind.DOCK])
        self._rows = stock.balances_of_all(variants, self._docks)
        self._taken: dict[int, int] = defaultdict(int)

    def source(self, carry: Carry) -> tuple[int, int | None]:
        """(dock, lot) where the pieces wait; the lot is chosen when none is named. Raises NothingToPutAway."""
        rows = [row for row in self._rows.get(carry.variant, ()) if carry.lot is None or row.lot == carry.lot]
        if not rows:
            raise NothingToPutAway(place=", ".join(dock.code for dock in self._docks.values()) or "DOCK")
        chosen = min(rows, key=lambda row: self._rank(row, carry.quantity))
        self._taken[chosen.balance] += carry.quantity
        return chosen.place, chosen.lot

    def _rank(self, row: stock.BalanceRow, quantity: int) -> tuple[bool, bool, date, int]:
        free = row.free - self._taken[row.balance]
        return free < quantity, row.expires_on is None, row.expires_on or date.max, row.balance


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
    carry = Carry(variant=variant, quantity=quantity, place=place, lot=lot, from_place=from_place)
    return _one(carry, ScanKind.PUT_AWAY, MoveReason.PUT_AWAY, key)


def put_away_many(carries: Sequence[Carry]) -> list[Stowed]:
    """Several carries at once, all or none, what each came to. Raises as :func:`put_away`."""
    with transaction.atomic():
        outcomes = _carry_all(carries, MoveReason.PUT_AWAY)
    reserve_waiting({carry.variant for carry in carries})
    return [Stowed(**outcome) for outcome in outcomes]


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
    carry = Carry(variant=variant, quantity=quantity, place=place, lot=lot, from_place=from_place)
    return _one(carry, ScanKind.MOVE, MoveReason.MOVE, key)


def _one(carry: Carry, kind: ScanKind, reason: MoveReason, key: str | None) -> Stowed:
    done = once(key, kind, lambda: _carry_all([carry], reason)[0])
    if not done.repeated:
        reserve_waiting([carry.variant])
    return Stowed(**done.outcome, repeated=done.repeated)


def _carry_all(carries: Sequence[Carry], reason: MoveReason) -> list[dict[str, Any]]:
    """Carry the goods by one call of the ledger; the figures of each carry, all read afterwards."""
    cards = catalog.variant_cards({carry.variant for carry in carries})
    docks = _Docks({carry.variant for carry in carries if carry.from_place is None})
    sources = [_source(carry, cards, docks) for carry in carries]
    rooms = Rooms(carry.place for carry in carries)
    codes = [rooms.take(cards[carry.variant], carry.quantity, carry.place) for carry in carries]
    ledger.post(
        Move(
            variant=carry.variant,
            lot=lot,
            from_place=place,
            to_place=carry.place,
            quantity=carry.quantity,
            reason=reason,
        )
        for carry, (place, lot) in zip(carries, sources, strict=True)
    )
    changed("stock")
    left = stock.balances_of_all(cards, {place for place, _lot in sources})
    return [
        {
            "variant": carry.variant,
            "quantity": carry.quantity,
            "place": carry.place,
            "place_code": code,
            "from_place": place,
            "lot": lot,
            "left": sum(row.on_hand for row in left.get(carry.variant, ()) if row.place == place),
        }
        for carry, code, (place, lot) in zip(carries, codes, sources, strict=True)
    ]


def _source(carry: Carry, cards: dict[int, Any], docks: _Docks) -> tuple[int, int | None]:
    if carry.variant not in cards:
        raise UnknownThing(what=f"variant {carry.variant}")
    place, lot = docks.source(carry) if carry.from_place is None else (carry.from_place, carry.lot)
    if place == carry.place:
        raise SamePlace(place=stock.place_card(place).code)
    return place, lot
