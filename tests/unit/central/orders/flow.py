"""An order carried through the house as the warehouse does it, for tests of orders alone."""

from typing import Any

from hanmaru.central.orders import queries
from hanmaru.central.orders.services import (
    DOCUMENT,
    LineWanted,
    mark_packed,
    mark_shipped,
    place_order,
    record_pick,
    reserve_order,
    start_picking,
)
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.services import Move, MoveReason, PlaceKind, beyond, create_place, post


def placed(*wanted: tuple[int, int], **fields: Any) -> int:
    """An order of (variant, quantity) lines."""
    from hanmaru.central.orders.models import Channel

    lines = [LineWanted(variant=variant, quantity=quantity) for variant, quantity in wanted]
    return place_order(lines, **{"channel": Channel.CLERK, **fields})


def packing() -> int:
    """The packing place."""
    from hanmaru.central.stock.errors import UnknownThing

    try:
        return stock.place_by_code("PACK").id
    except UnknownThing:
        return create_place("PACK", PlaceKind.PACKING)


def pick_all(order: int) -> None:
    """Pick whatever is held for the order."""
    start_picking(order)
    for held in stock.held_for(DOCUMENT, [order]):
        record_pick(held.line or 0, held.quantity)
        _move(order, held.variant, held.place, packing(), held.quantity, MoveReason.PICK, held.lot, held.reservation)


def ship_all(order: int) -> None:
    """Pack and ship what was picked."""
    mark_packed(order)
    ready = {line.id: line.to_ship for line in queries.lines_of(order)}
    variants = {line.id: line.variant for line in queries.lines_of(order)}
    mark_shipped(order)
    for line, count in ready.items():
        if count:
            _move(order, variants[line], packing(), beyond(PlaceKind.CUSTOMER), count, MoveReason.SHIP)


def shipped(*wanted: tuple[int, int]) -> int:
    """An order that has left the house."""
    order = placed(*wanted)
    reserve_order(order)
    pick_all(order)
    ship_all(order)
    return order


def _move(
    order: int,
    variant: int,
    source: int,
    target: int,
    quantity: int,
    reason: MoveReason,
    lot: int | None = None,
    reservation: int | None = None,
) -> None:
    move = Move(
        variant=variant,
        lot=lot,
        from_place=source,
        to_place=target,
        quantity=quantity,
        reason=reason,
        reservation=reservation,
        document_kind=DOCUMENT,
        document_id=order,
    )
    post([move])


def figures(order: int) -> list[tuple[int, int, int, int, int, int]]:
    """(quantity, reserved, picked, shipped, cancelled, returned) of each line."""
    return [
        (line.quantity, line.reserved, line.picked, line.shipped, line.cancelled, line.returned)
        for line in queries.lines_of(order)
    ]


def state(order: int) -> str:
    """The order's state."""
    return str(queries.order_card(order).state)


def at(place: int, variant: int) -> tuple[int, int]:
    """(on hand, reserved) of a variant at a place."""
    rows = [row for row in stock.balances_at(place) if row.variant == variant]
    return (sum(row.on_hand for row in rows), sum(row.reserved for row in rows))


def catalog_variants() -> list[int]:
    """Ids of all variants on sale."""
    from hanmaru.central.catalog import queries as catalog

    return [card.id for card in catalog.search_variants("")]
