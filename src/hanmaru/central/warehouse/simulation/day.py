"""One day of the house: reserve, pick by lists, pack, ship, take returns back. What is left is for the next day."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from hanmaru.central.orders import queries as orders
from hanmaru.central.orders.queries import OrderState
from hanmaru.central.orders.services import happening_at, receive_return, reserve_orders
from hanmaru.central.warehouse.queries import tasks_of
from hanmaru.central.warehouse.queries.packing import to_pack_of
from hanmaru.central.warehouse.services import (
    Content,
    Contents,
    Leaving,
    Together,
    make_pick_list,
    pack_many,
    pick_many,
    ship_many,
)
from hanmaru.kernel.errors import HanmaruError

ORDERS_A_LIST = 12
T = TypeVar("T")


def reserve(order_ids: Iterable[int], moment: datetime) -> None:
    """Hold goods for the orders, each in its turn."""
    with happening_at(moment):
        reserve_orders(order_ids)


def fulfil(order_ids: Sequence[int], moment: datetime) -> int:
    """Pick, pack and ship the orders that hold goods; the number shipped, in part or whole."""
    states = orders.states_of(order_ids)
    ready = [pk for pk in order_ids if states.get(pk) in (OrderState.RESERVED, OrderState.PICKING, OrderState.PACKED)]
    to_pick = [pk for pk in ready if states[pk] == OrderState.RESERVED]
    with happening_at(moment + timedelta(minutes=30)):
        for first in range(0, len(to_pick), ORDERS_A_LIST):
            _walk(to_pick[first : first + ORDERS_A_LIST], moment + timedelta(minutes=40))
    with happening_at(moment + timedelta(hours=1)):
        _pack(ready)
    shipped = ship_many([Leaving(order=pk, carrier="Simulation") for pk in ready], at=moment + timedelta(hours=2))
    return len(_all_of(shipped))


def _walk(order_ids: Sequence[int], moment: datetime) -> None:
    """One pick list, made and walked."""
    pick_list = make_pick_list(order_ids)
    tasks = [(task.id, task.left) for task in tasks_of(pick_list) if task.done_at is None]
    pick_many(tasks, occurred_at=moment)


def _pack(order_ids: Sequence[int]) -> None:
    """Each order into one parcel."""
    waiting = to_pack_of(order_ids)
    items = {
        pk: tuple(Content(line=one.line, quantity=one.quantity, lot=one.lot) for one in pieces)
        for pk, pieces in waiting.items()
    }
    _all_of(pack_many({pk: [Contents(items=of_order)] for pk, of_order in items.items()}))


def _all_of(outcome: Together[T]) -> dict[int, T]:
    """What was done for every order: a replay that loses one says so at once."""
    for refusal in outcome.refused.values():
        raise refusal
    return outcome.done


def take_back(return_ids: Iterable[int], place: int, moment: datetime) -> tuple[list[int], list[int]]:
    """Returns that came: (taken back, not possible yet because their goods have not been shipped)."""
    done, waiting = [], []
    for return_id in return_ids:
        try:
            with transaction.atomic():
                receive_return(return_id, place, at=moment)
        except HanmaruError:
            waiting.append(return_id)
        else:
            done.append(return_id)
    return done, waiting
