"""What a company says of itself."""

from typing import Any

from django.db import IntegrityError, transaction

from hanmaru.central.companies.errors import SlugTaken
from hanmaru.central.companies.models import Company
from hanmaru.central.companies.tenancy import current_company_id

_CHANGEABLE = (
    "name",
    "business_number",
    "phone",
    "address",
    "gs1_prefix",
    "time_zone",
    "slug",
    "order_page_open",
)


def update_company(**changes: Any) -> None:
    """Change the acting company's own data; fields are those of the model, values checked by the form.

    Raises:
        SlugTaken: another company's order page has this address.
    """
    unknown = set(changes) - set(_CHANGEABLE)
    if unknown:
        msg = f"not to be changed: {', '.join(sorted(unknown))}"
        raise TypeError(msg)
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=current_company_id())
        for name, value in changes.items():
            setattr(company, name, value)
        try:
            with transaction.atomic():
                company.save(update_fields=sorted(changes))
        except IntegrityError:
            raise SlugTaken from None
