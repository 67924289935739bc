"""What others may read of companies and people."""

from collections.abc import Iterable

from django.db import connection

from hanmaru.central.companies.models import Company, Membership, User
from hanmaru.central.companies.tenancy import acting_now, current_company_id


def membership_of(user_id: int, company_id: int | None) -> Membership | None:
    """The person's membership in the company, or in the first company they belong to; None without one."""
    memberships = Membership.unfiltered.filter(user_id=user_id, left_at=None).select_related("company")
    if company_id is not None:
        chosen = memberships.filter(company_id=company_id).first()
        if chosen is not None:
            return chosen
    return memberships.order_by("id").first()


def own_membership() -> Membership:
    """The acting person's membership in the acting company, with both."""
    found: Membership = Membership.objects.select_related("company", "user").get(
        user_id=acting_now().user_id, left_at=None
    )
    return found


def company() -> Company:
    """The acting company."""
    return Company.objects.get(pk=current_company_id())


def person_names(ids: Iterable[int | None]) -> dict[int, str]:
    """The names of people who are or were in the acting company, by id; strangers are left out."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return dict(User.objects.filter(id__in=wanted, memberships__in=Membership.objects.all()).values_list("id", "name"))


def company_ids() -> list[int]:
    """Ids of all companies, for work that goes round all of them (verify, expiry); no other data of theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_ids()")
        return [row[0] for row in cursor.fetchall()]


def company_id_by_slug(slug: str) -> int | None:
    """The id of the company whose public order page has this address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT company_by_slug(%s)", [slug])
        found: int | None = cursor.fetchone()[0]
    return found
