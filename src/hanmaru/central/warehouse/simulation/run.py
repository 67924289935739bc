"""Goes through the days of the orders, oldest first. Each day is one transaction: stopped, it goes on from there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from random import Random

from django.db import transaction

from hanmaru.central.orders import queries as orders
from hanmaru.central.orders.queries import OrderState
from hanmaru.central.warehouse.simulation import day
from hanmaru.central.warehouse.simulation.house import House

AHEAD = timedelta(days=90)  # purchases cover so much
LATE = timedelta(days=4)


@dataclass(slots=True)
class Progress:
    """How far the replay is: orders seen of all, shipped, goods and returns taken in."""

    total: int
    orders: int = 0
    shipped: int = 0
    received_lines: int = 0
    returns: int = 0
    returns_waiting: int = 0
    today: datetime | None = field(default=None)


Watcher = Callable[[Progress], None]


def simulate(watch: Watcher, *, limit: int | None = None, seed: int = 1) -> Progress:
    """Work the open orders (``limit``: only the oldest so many) and the returns that follow them."""
    open_orders = orders.open_orders_by_age(limit=limit)
    progress = Progress(total=len(open_orders))
    if not open_orders:
        return progress
    with transaction.atomic():
        house = House(Random(seed))  # noqa: S311 -- a replay, not a secret
    returns = orders.returns_by_age()
    bought_until = open_orders[0][1] - timedelta(seconds=1)
    for moment, todays in _days(open_orders):
        with transaction.atomic():
            if moment > bought_until:
                bought_until = moment + AHEAD
                ahead = [pk for pk, placed in open_orders[progress.orders :] if placed <= bought_until]
                house.buy(ahead, moment - timedelta(hours=1), moment + LATE)
            house.take_in_late(moment)
            _work(todays, moment, progress)
            returns = _returns(returns, house, moment, progress)
        progress.orders += len(todays)
        progress.received_lines = house.received
        progress.today = moment
        watch(progress)
    _finish(open_orders, returns, house, progress)
    watch(progress)
    return progress


def _days(open_orders: list[tuple[int, datetime]]) -> Iterator[tuple[datetime, list[int]]]:
    """(the moment of the day's last order, its orders)."""
    for _day, group in groupby(open_orders, key=lambda pair: pair[1].date()):
        pairs = list(group)
        yield pairs[-1][1], [pk for pk, _placed in pairs]


def _work(todays: list[int], moment: datetime, progress: Progress) -> None:
    states = orders.states_of(todays)
    day.reserve([pk for pk in todays if states[pk] == OrderState.CONFIRMED], moment)
    earlier = [card.id for card in orders.open_orders_to_pick(limit=500) if card.id not in states]
    progress.shipped += day.fulfil([*earlier, *todays], moment)


def _returns(
    returns: list[tuple[int, datetime]], house: House, moment: datetime, progress: Progress
) -> list[tuple[int, datetime]]:
    """Take back what was announced by now; what is left, with the returns whose goods are still to be shipped."""
    due = [pk for pk, announced in returns if announced <= moment]
    done, waiting = day.take_back(due, house.some_bin(), moment)
    progress.returns += len(done)
    progress.returns_waiting = len(waiting)
    taken = set(done)
    return [one for one in returns if one[0] not in taken]


def _finish(
    open_orders: list[tuple[int, datetime]], returns: list[tuple[int, datetime]], house: House, progress: Progress
) -> None:
    """The goods that are still late come, and the orders that waited for them go."""
    moment = open_orders[-1][1] + LATE
    with transaction.atomic():
        house.take_in_late(None)
        waiting = [card.id for card in orders.open_orders_to_pick(limit=5_000)]
        progress.shipped += day.fulfil(waiting, moment)
        _returns(returns, house, moment, progress)
        progress.received_lines = house.received
