"""What others may read of companies and people."""

from typing import Any

from hanmaru.central.companies.models import Membership


def membership_of(user_id: int, company_id: int | None) -> Any:
    """The person's membership in the company, or in the first company they belong to; None without one."""
    memberships = Membership.unfiltered.filter(user_id=user_id, left_at=None).select_related("company")
    if company_id is not None:
        chosen = memberships.filter(company_id=company_id).first()
        if chosen is not None:
            return chosen
    return memberships.order_by("id").first()
