"""Who belongs to which company."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from hanmaru.central.companies.models import Company, DeviceToken, Invitation, Membership, User
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
    memberships = Membership.objects.select_related("company", "user")
    found: Membership = memberships.get(user_id=acting_now().user_id or 0, left_at=None)
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


def own_companies() -> Sequence[Membership]:
    """The acting person's memberships in all their companies."""
    found = Membership.unfiltered.filter(user_id=acting_now().user_id or 0, left_at=None)
    return list(found.select_related("company").order_by("company__name", "id"))


def members() -> Sequence[Membership]:
    """The people of the acting company, with their accounts, by name."""
    return list(Membership.objects.filter(left_at=None).select_related("user").order_by("user__name", "id"))


def member(membership_id: int) -> Membership | None:
    """One of the people of the acting company."""
    found: Membership | None = Membership.objects.filter(pk=membership_id, left_at=None).select_related("user").first()
    return found


def open_invitations() -> Sequence[Invitation]:
    """Invitations that can still be accepted, newest first."""
    found = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    return list(found.select_related("invited_by").order_by("-id"))


def has_people() -> bool:
    """Whether there is anybody beside the acting person in the acting company, or invited to it."""
    others = Membership.objects.filter(left_at=None).exclude(user_id=acting_now().user_id or 0)
    invited = Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())
    return bool(others.values("pk").union(invited.values("pk"), all=True)[:1])


def device_tokens() -> Sequence[DeviceToken]:
    """Device tokens of the acting company, revoked ones too, newest first."""
    return list(DeviceToken.objects.select_related("created_by").order_by("revoked_at", "-id")[:200])


def device_names(ids: Iterable[int | None]) -> dict[int, str]:
    """The names of device tokens of the acting company, by id."""
    wanted = {one for one in ids if one is not None}
    return dict(DeviceToken.objects.filter(id__in=wanted).values_list("id", "name")) if wanted else {}


def accounts() -> Sequence[User]:
    """Every account of the installation, by address; for whoever runs it."""
    return list(User.objects.order_by("email"))


@dataclass(frozen=True)
class PlatformCompany:
    """What the platform operator sees of a company."""

    name: str
    people: int
    created_at: datetime


def platform_companies() -> list[PlatformCompany]:
    """All companies, newest first, when the acting person is platform operator; nothing otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, people, created_at FROM platform_companies()")
        return [PlatformCompany(*row) for row in cursor.fetchall()]
