"""The house of the simulation: racks to put goods in, and purchases that fill them before they are wanted."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from hanmaru.central.orders import queries as orders
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.errors import UnknownThing
from hanmaru.central.stock.services import PlaceKind, create_place, create_rack
from hanmaru.central.warehouse.services import (
    Arrival,
    Carry,
    announce_delivery,
    close_delivery,
    put_away_many,
    receive_many,
)

SITE = "SIM"
RACKS, LEVELS, BINS = 24, 4, 10
LINES = 200  # of a delivery
LATE = 0.02  # share of the lines of a purchase that come some days later


class House:
    """Bins for random stow, and goods on their way."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._bins = _bins()
        self._late: list[tuple[datetime, dict[int, int]]] = []
        self.received = 0

    def buy(self, order_ids: Sequence[int], moment: datetime, due_late: datetime) -> None:
        """Buy what these orders lack beyond what is free; a few lines come only at ``due_late``."""
        wanted = orders.lacking(order_ids)
        figures = stock.figures(wanted)
        missing = {variant: count - figures[variant].free for variant, count in wanted.items()}
        bought = {variant: count for variant, count in sorted(missing.items()) if count > 0}
        late = {variant: count for variant, count in bought.items() if self._random.random() < LATE}
        if late:
            self._late.append((due_late, late))
        self._take_in({variant: count for variant, count in bought.items() if variant not in late}, moment)

    def take_in_late(self, moment: datetime | None) -> None:
        """Take in what was late and has come by ``moment`` (None: everything); waiting orders get it."""
        due = [(when, goods) for when, goods in self._late if moment is None or when <= moment]
        self._late = [one for one in self._late if one not in due]
        for when, goods in due:
            self._take_in(goods, when)

    def some_bin(self) -> int:
        """Any bin: random stow."""
        return self._random.choice(self._bins)

    def _take_in(self, goods: dict[int, int], moment: datetime) -> None:
        lines = list(goods.items())
        for first in range(0, len(lines), LINES):
            part = dict(lines[first : first + LINES])
            delivery = announce_delivery(part, expected_on=moment.date())
            arrivals = [Arrival(variant=variant, quantity=count) for variant, count in part.items()]
            receive_many(delivery, arrivals, occurred_at=moment)
            put_away_many(
                [Carry(variant=variant, quantity=count, place=self.some_bin()) for variant, count in part.items()]
            )
            close_delivery(delivery)
            self.received += len(part)


def _bins() -> list[int]:
    """The bins of the house, built when it is not there yet."""
    try:
        site = stock.place_by_code(SITE).id
    except UnknownThing:
        site = create_place(SITE, PlaceKind.SITE)
        for number in range(RACKS):
            create_rack(f"{SITE}-{number:02d}", parent=site, levels=LEVELS, bins=BINS, walk_order=number * 100)
    places = stock.place_cards(kinds=[PlaceKind.BIN], open_only=True)
    return sorted(place.id for place in places.values() if place.path.startswith(f"{SITE}."))
