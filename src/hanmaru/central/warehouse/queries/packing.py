"""What lies on the packing table, by order."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from hanmaru.central.warehouse.models import ParcelLine, PickTask


@dataclass(frozen=True, slots=True)
class ToPack:
    """Pieces of a line that are picked and in no parcel yet."""

    line: int
    variant: int
    lot: int | None
    quantity: int


def to_pack(order_id: int) -> list[ToPack]:
    """What of the order waits on the packing table."""
    return to_pack_of([order_id]).get(order_id, [])


def to_pack_of(order_ids: Iterable[int]) -> dict[int, list[ToPack]]:
    """The same for many orders: order id -> what waits; orders with nothing are left out."""
    ids = list(order_ids)
    left: dict[tuple[int, int, int, int | None], int] = defaultdict(int)
    picked = PickTask.objects.filter(order_id__in=ids, picked__gt=0).values_list(
        "order_id", "order_line_id", "variant_id", "lot_id"
    )
    for *key, count in picked.annotate(count=Sum("picked")).order_by("order_line_id", "lot_id"):
        left[tuple(key)] += count
    packed = ParcelLine.objects.filter(parcel__order_id__in=ids, parcel__cancelled_at=None).values_list(
        "parcel__order_id", "order_line_id", "variant_id", "lot_id"
    )
    for *key, count in packed.annotate(count=Sum("quantity")).order_by("order_line_id", "lot_id"):
        left[tuple(key)] -= count
    found: dict[int, list[ToPack]] = defaultdict(list)
    for (order, line, variant, lot), count in left.items():
        if count > 0:
            found[order].append(ToPack(line, variant, lot, count))
    return dict(found)
