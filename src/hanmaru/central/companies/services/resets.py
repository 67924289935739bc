"""Links for a new password: an owner makes one for a member, since we send no e-mail."""

from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from hanmaru.central.companies import links
from hanmaru.central.companies.errors import AlsoElsewhere, LinkUnknown, NotAMember
from hanmaru.central.companies.models import LoginAttempt, Membership, PasswordReset, User
from hanmaru.central.companies.services.log_in import email_hash
from hanmaru.central.companies.services.passwords import set_password
from hanmaru.central.companies.tenancy import acting, acting_now, current_company_id

RESET_LASTS: Final = timedelta(days=1)


def make_reset_link(membership_id: int) -> str:
    """The key of a link by which a member sets a new password, good once, for a day; an earlier one ends by it.

    Raises:
        NotAMember: no such person in the company.
        AlsoElsewhere: the password would open another company, or the platform, to whoever holds the link.
    """
    with transaction.atomic():
        found = Membership.objects.filter(pk=membership_id, left_at=None).select_related("user")
        membership: Membership | None = found.first()
        if membership is None:
            raise NotAMember
        _refuse_elsewhere(membership.user)
        now = timezone.now()
        PasswordReset.objects.filter(user=membership.user, used_at=None, revoked_at=None).update(revoked_at=now)
        key = links.fresh(current_company_id())
        PasswordReset.objects.create(
            user=membership.user, key_hash=key.hash, made_by_id=acting_now().user_id, expires_at=now + RESET_LASTS
        )
    return key.text


def open_reset(text: str) -> User:
    """Whose password a link sets.

    Raises:
        LinkUnknown, LinkUsed, LinkRevoked, LinkExpired: the link is not good.
        AlsoElsewhere: the person has joined another company since.
    """
    key = links.read(text)
    with acting(company_id=key.company_id):
        return _good(key).user


def reset_password(text: str, password: str) -> User:
    """Set the new password; the link is spent, other sessions end, and waiting after failed log-ins is over.

    Raises:
        WeakPassword: the password rules refuse it; the link stays good.
        LinkUnknown, LinkUsed, LinkRevoked, LinkExpired: the link is not good.
        AlsoElsewhere: the person has joined another company since.
    """
    key = links.read(text)
    with transaction.atomic(), acting(company_id=key.company_id, user_id=None, device_id=None):
        reset = _good(key, lock=True)
        with acting(user_id=reset.user_id):
            set_password(reset.user, password)
            reset.used_at = timezone.now()
            reset.save(update_fields=["used_at"])
        LoginAttempt.objects.filter(email_hash=email_hash(reset.user.email)).delete()
    return reset.user


def _good(key: links.LinkKey, *, lock: bool = False) -> PasswordReset:
    found = PasswordReset.objects.select_related("user").filter(key_hash=key.hash)
    if lock:
        found = found.select_for_update(of=("self",))
    reset: PasswordReset | None = found.first()
    if reset is None:
        raise LinkUnknown
    links.refuse_spent(used=reset.used_at, revoked=reset.revoked_at, expires=reset.expires_at)
    if not Membership.objects.filter(user=reset.user, left_at=None, user__is_active=True).exists():
        raise LinkUnknown  # who left the company is none of its business any more
    _refuse_elsewhere(reset.user)
    return reset


def _refuse_elsewhere(user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT works_elsewhere(%s)", [user.pk])
        elsewhere: bool = cursor.fetchone()[0]
    if elsewhere or user.is_platform_operator:
        raise AlsoElsewhere
