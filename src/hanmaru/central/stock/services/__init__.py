"""Every write to stock, and the words such a write is made of."""

from hanmaru.central.stock.models import MOST, MoveReason, PlaceKind, ReservationState
from hanmaru.central.stock.services.corrections import correct, count, move_goods
from hanmaru.central.stock.services.ledger import Move, Want, post, release, reserve
from hanmaru.central.stock.services.lots import lock_lot, lot_for
from hanmaru.central.stock.services.places import (
    Capacity,
    beyond,
    change_place,
    close_place,
    create_place,
    create_rack,
    lock_places,
)

__all__ = [
    "MOST",
    "Capacity",
    "Move",
    "MoveReason",
    "PlaceKind",
    "ReservationState",
    "Want",
    "beyond",
    "change_place",
    "close_place",
    "correct",
    "count",
    "create_place",
    "create_rack",
    "lock_lot",
    "lock_places",
    "lot_for",
    "move_goods",
    "post",
    "release",
    "reserve",
]
