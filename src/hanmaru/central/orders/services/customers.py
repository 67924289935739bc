"""Who orders."""

from django.db import transaction

from hanmaru.central.orders.errors import UnknownCustomer
from hanmaru.central.orders.models import Customer


@transaction.atomic
def save_customer(
    *,
    name: str,
    customer_id: int | None = None,
    email: str = "",
    phone: str = "",
    address: str = "",
    country: str = "",
    external_id: str = "",
) -> int:
    """Write a customer, a new one without ``customer_id``; the id. Raises UnknownCustomer."""
    customer = Customer()
    if customer_id is not None:
        found = Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()
        if found is None:
            raise UnknownCustomer
        customer = found
    customer.name, customer.email, customer.phone = name, email, phone
    customer.address, customer.country = address, country
    customer.external_id = external_id or customer.external_id
    customer.save()
    return int(customer.pk)


def customer_of_phone(name: str, phone: str, address: str = "") -> int:
    """The customer with this name and phone, made when there is none: how the order page knows its people."""
    known = Customer.objects.filter(name=name, phone=phone).order_by("pk").first()
    return int(known.pk) if known else save_customer(name=name, phone=phone, address=address)
