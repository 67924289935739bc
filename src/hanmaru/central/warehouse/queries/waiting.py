"""What is to be done on the floor now, in numbers: the big buttons of the work page and of Today."""

from dataclasses import dataclass

from hanmaru.central.stock import queries as stock
from hanmaru.central.warehouse.models import CountTask, Delivery, Parcel, PickList
from hanmaru.central.warehouse.queries.deliveries import OPEN
from hanmaru.central.warehouse.queries.parcels import orders_to_pack
from hanmaru.central.warehouse.queries.picks import LIVE


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open deliveries, pieces on the dock, live pick lists, orders to pack, parcels to ship, places to count."""

    to_receive: int
    to_put_away: int
    to_pick: int
    to_pack: int
    to_ship: int
    to_count: int


def waiting() -> Waiting:
    """What is to be done now."""
    return Waiting(
        to_receive=Delivery.objects.filter(state__in=OPEN).count(),
        to_put_away=stock.pieces_at(["dock"]),
        to_pick=PickList.objects.filter(state__in=LIVE).count(),
        to_pack=len(orders_to_pack()),
        to_ship=Parcel.objects.filter(shipped_at=None, cancelled_at=None).count(),
        to_count=CountTask.objects.filter(done_at=None).count(),
    )
