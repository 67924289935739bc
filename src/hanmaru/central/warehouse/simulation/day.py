"""One day of the house: reserve, pick by lists, pack, ship, take returns back. What is left is for the next day."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from hanmaru.central.orders import queries as orders
from hanmaru.central.orders.queries import OrderState
from hanmaru.central.orders.services import happening_at, receive_return, reserve_order
from hanmaru.central.warehouse.queries import tasks_of
from hanmaru.central.warehouse.queries.packing import to_pack_of
from hanmaru.central.warehouse.services import Content, Contents, make_pick_list, pack, pick_many, ship
from hanmaru.kernel.errors import HanmaruError

ORDERS_A_LIST = 12


def reserve(order_ids: Iterable[int], moment: datetime) -> None:
    """Hold goods for the orders, each in its turn."""
    with happening_at(moment):
        for order_id in order_ids:
            reserve_order(order_id)


def fulfil(order_ids: Sequence[int], moment: datetime) -> int:
    """Pick, pack and ship the orders that hold goods; the number shipped, in part or whole."""
    states = orders.states_of(order_ids)
    ready = [pk for pk in order_ids if states.get(pk) in (OrderState.RESERVED, OrderState.PICKING, OrderState.PACKED)]
    shipped = 0
    for first in range(0, len(ready), ORDERS_A_LIST):
        shipped += _walk(ready[first : first + ORDERS_A_LIST], states, moment)
    return shipped


def _walk(order_ids: Sequence[int], states: dict[int, OrderState], moment: datetime) -> int:
    """One pick list and what follows it."""
    to_pick = [pk for pk in order_ids if states[pk] == OrderState.RESERVED]
    with happening_at(moment + timedelta(minutes=30)):
        if to_pick:
            pick_list = make_pick_list(to_pick)
            tasks = [(task.id, task.left) for task in tasks_of(pick_list) if task.done_at is None]
            pick_many(tasks, occurred_at=moment + timedelta(minutes=40))
    waiting = to_pack_of(order_ids)
    for order_id, pieces in waiting.items():
        items = tuple(Content(line=one.line, quantity=one.quantity, lot=one.lot) for one in pieces)
        with happening_at(moment + timedelta(hours=1)):
            pack(order_id, [Contents(items=items)])
    for order_id in order_ids:
        ship(order_id, carrier="Simulation", at=moment + timedelta(hours=2))
    return len(order_ids)


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
