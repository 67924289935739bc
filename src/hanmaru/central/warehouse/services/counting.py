"""Somebody counts what a place holds; what was held back for the count is let go."""

import uuid
from typing import Any

from django.utils import timezone

from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.orders.services import reserve_waiting
from hanmaru.central.stock import services as ledger
from hanmaru.central.warehouse.errors import CountWrong
from hanmaru.central.warehouse.models import CountTask, ScanKind
from hanmaru.central.warehouse.services.once import MOST_PIECES, once


def count_place(
    variant: int, place: int, counted: int, *, lot: int | None = None, note: str = "", key: str | None = None
) -> int:
    """Book what was counted of a variant at a place; the difference (counted minus booked).

    Open doubts about it (short picks) are settled by this. Raises NotEnough: more is held for orders than was counted.
    """
    if not 0 <= counted <= MOST_PIECES:
        raise CountWrong(most=MOST_PIECES)

    def work() -> dict[str, Any]:
        doubts = list(
            CountTask.objects.select_for_update(of=("self",))
            .filter(variant_id=variant, place_id=place, lot_id=lot, done_at=None)
            .order_by("pk")
        )
        ledger.release([doubt.reservation_id for doubt in doubts if doubt.reservation_id])
        difference = ledger.count(
            variant=variant, place=place, counted=counted, lot=lot, note=note, key=f"count:{key or uuid.uuid4()}"
        )
        for doubt in doubts:
            doubt.counted, doubt.done_at, doubt.done_by = counted, timezone.now(), acting_now().user_id
        CountTask.objects.bulk_update(doubts, ["counted", "done_at", "done_by"])
        return {"difference": difference}

    done = once(key, ScanKind.COUNT, work)
    if not done.repeated:
        reserve_waiting([variant])
    return int(done.outcome["difference"])
