"""Deliveries from their announcement to their closing."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.services import next_number
from hanmaru.central.companies.tenancy import acting_now
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.errors import UnknownThing
from hanmaru.central.warehouse.errors import (
    DeliveryClosed,
    DeliveryEmpty,
    DeliveryHasGoods,
    UnknownDelivery,
)
from hanmaru.central.warehouse.models import Delivery, DeliveryLine, DeliveryState, Supplier
from hanmaru.central.warehouse.services.once import pieces

OPEN = (DeliveryState.ANNOUNCED, DeliveryState.RECEIVING)


@transaction.atomic
def announce_delivery(
    lines: Mapping[int, int],
    *,
    supplier: int | None = None,
    expected_on: date | None = None,
    note: str = "",
    dock: int | None = None,
) -> int:
    """Say that goods will come; ``lines`` is variant id -> pieces. The id of the delivery.

    Raises:
        DeliveryEmpty: no lines.
        QuantityWrong, UnknownThing (variant, supplier or dock).
    """
    if not lines:
        raise DeliveryEmpty
    wanted = {variant: pieces(quantity) for variant, quantity in lines.items()}
    unknown = set(wanted) - set(catalog.variant_cards(wanted))
    if unknown:
        raise UnknownThing(what=", ".join(f"variant {variant}" for variant in sorted(unknown)))
    if supplier is not None and not Supplier.objects.filter(pk=supplier).exists():
        raise UnknownThing(what=f"supplier {supplier}")
    delivery = _open_delivery(supplier=supplier, expected_on=expected_on, note=note, dock=dock)
    DeliveryLine.objects.bulk_create(
        DeliveryLine(delivery=delivery, variant_id=variant, expected=quantity) for variant, quantity in wanted.items()
    )
    changed("deliveries")
    return int(delivery.pk)


def _open_delivery(
    *,
    supplier: int | None,
    expected_on: date | None,
    note: str,
    dock: int | None,
    state: str = DeliveryState.ANNOUNCED,
    unannounced_by: str = "",
) -> Delivery:
    if dock is not None:
        stock.place_card(dock)  # not this company's: refused
    made: Delivery = Delivery.objects.create(
        number=f"D-{next_number('delivery'):05d}",
        supplier_id=supplier,
        expected_on=expected_on,
        note=note[:300],
        dock_id=dock,
        state=state,
        unannounced_by=unannounced_by,
    )
    return made


def unannounced_delivery() -> int:
    """The acting person's or device's open delivery of today for what nobody announced, begun if need be; its id."""
    who = acting_now()
    by = f"device {who.device_id}" if who.device_id else f"person {who.user_id or 0}"
    open_today = Delivery.objects.filter(
        unannounced_by=by, state=DeliveryState.RECEIVING, created_at__date=timezone.localdate()
    )
    found: int | None = open_today.order_by("-pk").values_list("pk", flat=True).first()
    if found is not None:
        return found
    delivery = _open_delivery(
        supplier=None, expected_on=None, note="", dock=None, state=DeliveryState.RECEIVING, unannounced_by=by
    )
    changed("deliveries")
    return int(delivery.pk)


def locked(delivery_id: int, *, to_receive: bool = True) -> Delivery:
    """The delivery, its row held to the end of the transaction. Raises UnknownDelivery, DeliveryClosed."""
    delivery = Delivery.objects.select_for_update(no_key=True, of=("self",)).filter(pk=delivery_id).first()
    if delivery is None:
        raise UnknownDelivery
    if to_receive and delivery.state not in OPEN:
        raise DeliveryClosed(number=delivery.number)
    found: Delivery = delivery
    return found


@transaction.atomic
def close_delivery(delivery_id: int) -> dict[int, int]:
    """Say that no more will come: variant id -> pieces missing. Closing again changes nothing.

    Raises:
        UnknownDelivery; DeliveryClosed when it was cancelled.
    """
    delivery = locked(delivery_id, to_receive=False)
    if delivery.state == DeliveryState.CANCELLED:
        raise DeliveryClosed(number=delivery.number)
    if delivery.state != DeliveryState.RECEIVED:
        delivery.state = DeliveryState.RECEIVED
        delivery.closed_at = timezone.now()
        delivery.save(update_fields=["state", "closed_at"])
        changed("deliveries")
    return {
        line.variant_id: line.expected - line.received for line in delivery.lines.all() if line.expected > line.received
    }


@transaction.atomic
def cancel_delivery(delivery_id: int) -> None:
    """Say that nothing will come. Raises UnknownDelivery, DeliveryHasGoods."""
    delivery = locked(delivery_id, to_receive=False)
    if delivery.state == DeliveryState.CANCELLED:
        return
    if delivery.state == DeliveryState.RECEIVED or delivery.lines.filter(received__gt=0).exists():
        raise DeliveryHasGoods
    delivery.state = DeliveryState.CANCELLED
    delivery.closed_at = timezone.now()
    delivery.save(update_fields=["state", "closed_at"])
    changed("deliveries")
