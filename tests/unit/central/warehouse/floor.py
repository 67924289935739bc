"""A small warehouse at work, for the tests of the floor: goods in bins, orders reserved."""

from collections.abc import Callable
from typing import Any

from hanmaru.central.orders import queries as orders
from hanmaru.central.orders.models import Channel
from hanmaru.central.orders.services import LineWanted, place_order, reserve_order
from hanmaru.central.stock import queries as stock
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.models import PickTask


def stow(variant: int, quantity: int, place: int) -> None:
    """Receive blind and put away."""
    services.receive(None, variant, quantity)
    services.put_away(variant, quantity, place)


def ordered(*wanted: tuple[int, int]) -> int:
    """A reserved order of (variant, quantity) lines."""
    lines = [LineWanted(variant=variant, quantity=quantity) for variant, quantity in wanted]
    order = place_order(lines, channel=Channel.CLERK)
    reserve_order(order)
    return order


def tasks(pick_list: int) -> list[Any]:
    """The list's tasks along the walk."""
    return list(PickTask.objects.filter(pick_list_id=pick_list).order_by("sequence"))


def pick_all(pick_list: int) -> None:
    """Take everything that is still to be taken."""
    for task in tasks(pick_list):
        if task.done_at is None:
            services.pick_task(task.pk, task.quantity - task.picked - task.short)


def pack_all(order: int) -> list[int]:
    """Put all that waits into one parcel; the parcels' ids."""
    items = tuple(services.Content(line=one.line, quantity=one.quantity, lot=one.lot) for one in queries.to_pack(order))
    return services.pack(order, [services.Contents(items=items)]).parcels


def at(place: int, variant: int) -> tuple[int, int]:
    """(on hand, reserved) of a variant at a place."""
    rows = [row for row in stock.balances_at(place) if row.variant == variant]
    return (sum(row.on_hand for row in rows), sum(row.reserved for row in rows))


def state(order: int) -> str:
    """The order's state."""
    return str(orders.order_card(order).state)


def clean() -> bool:
    """Whether the ledger, the balances and the reservations agree."""
    return stock.verify() == []


NewVariant = Callable[..., int]
