"""Orders from the company's public page: as any other, but counted, so that nobody floods the workshop."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hanmaru.central.orders.errors import OrderedTooOften, WrongState
from hanmaru.central.orders.models import Channel, OrderPageUse, OrderState
from hanmaru.central.orders.services.cancelling import cancel
from hanmaru.central.orders.services.customers import customer_of_phone
from hanmaru.central.orders.services.placing import LineWanted, ShipTo, place_order
from hanmaru.central.orders.services.steps import locked

MOST_AN_HOUR = 10  # orders from one address
MOST_OF_ALL = 300  # orders from all addresses together


@transaction.atomic
def order_by_customer(lines: Sequence[LineWanted], *, ship_to: ShipTo, address: str, once: str) -> int:
    """Place a customer's order; its id. ``address`` is the network address, kept as a hash for a day.

    Raises:
        OrderedTooOften: too many orders in the last hour; and what :func:`place_order` raises.
    """
    now = timezone.now()
    digest = hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()
    recent = OrderPageUse.objects.filter(at__gt=now - timedelta(hours=1))
    if recent.filter(address_hash=digest).count() >= MOST_AN_HOUR or recent.count() >= MOST_OF_ALL:
        raise OrderedTooOften
    OrderPageUse.objects.filter(at__lt=now - timedelta(days=1)).delete()
    OrderPageUse.objects.create(address_hash=digest, at=now)
    customer = customer_of_phone(ship_to.name, ship_to.phone, ship_to.address)
    return place_order(
        lines, channel=Channel.ORDER_PAGE, customer=customer, ship_to=ship_to, external_id=f"page/{once}"
    )


@transaction.atomic
def cancel_by_customer(order_id: int, reason: str) -> None:
    """The customer changes their mind, as long as nobody has begun to gather the goods. Raises WrongState."""
    order = locked(order_id)
    if order.state not in (OrderState.DRAFT, OrderState.CONFIRMED, OrderState.RESERVED, OrderState.CANCELLED):
        raise WrongState(number=order.number, state=order.get_state_display(), wish=reason)
    cancel(order_id, reason)
