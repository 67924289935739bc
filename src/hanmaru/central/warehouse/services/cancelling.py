"""An order was cancelled: whatever is open for it on the floor is dropped, while the order is locked."""

from typing import Any

from hanmaru.central.warehouse.services.packing import drop_parcels
from hanmaru.central.warehouse.services.pick_lists import drop_tasks


def on_order_cancelled(*, order_id: int, **_signal: Any) -> None:
    """Receiver of the orders' signal."""
    drop_tasks(order_id)
    drop_parcels(order_id)
