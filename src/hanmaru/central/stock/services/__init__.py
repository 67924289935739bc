"""Every write to stock."""

from hanmaru.central.stock.services.corrections import correct, count, move_goods
from hanmaru.central.stock.services.ledger import Move, Want, post, release, reserve
from hanmaru.central.stock.services.lots import lot_for
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
    "Capacity",
    "Move",
    "Want",
    "beyond",
    "change_place",
    "close_place",
    "correct",
    "count",
    "create_place",
    "create_rack",
    "lock_places",
    "lot_for",
    "move_goods",
    "post",
    "release",
    "reserve",
]
