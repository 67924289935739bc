"""What others may read of stock."""

from hanmaru.central.stock.queries.balances import (
    BalanceRow,
    Figures,
    FreeBalance,
    balances_at,
    balances_of,
    figures,
    free_balances,
)
from hanmaru.central.stock.queries.documents import DocumentMove, Held, expired_documents, held_for, moved_for
from hanmaru.central.stock.queries.moves import MoveRow, moves
from hanmaru.central.stock.queries.places import (
    PlaceCard,
    Room,
    place_by_code,
    place_card,
    place_cards,
    room_left,
)
from hanmaru.central.stock.queries.stowing import (
    RoomyPlace,
    lot_ids,
    lots_in_house,
    pieces_at,
    places_with_room,
    rooms_of,
)
from hanmaru.central.stock.queries.verify import Difference, verify

__all__ = [
    "BalanceRow",
    "Difference",
    "DocumentMove",
    "Figures",
    "FreeBalance",
    "Held",
    "MoveRow",
    "PlaceCard",
    "Room",
    "RoomyPlace",
    "balances_at",
    "balances_of",
    "expired_documents",
    "figures",
    "free_balances",
    "held_for",
    "lot_ids",
    "lots_in_house",
    "moved_for",
    "moves",
    "pieces_at",
    "place_by_code",
    "place_card",
    "place_cards",
    "places_with_room",
    "room_left",
    "rooms_of",
    "verify",
]
