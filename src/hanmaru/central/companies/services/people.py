"""Inviting people, their roles, and their leaving."""

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from hanmaru.central.companies import links
from hanmaru.central.companies.errors import (
    AlreadyAMember,
    InvitedAsAnother,
    LastOwner,
    LinkUnknown,
    LinkUsed,
    NoRole,
    NotAMember,
)
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.models import Company, Invitation, Membership, Role, User
from hanmaru.central.companies.services.passwords import create_user
from hanmaru.central.companies.tenancy import acting, acting_now, current_company_id

INVITATION_LASTS: Final = timedelta(days=7)


def invite(*, roles: Collection[str], email: str = "") -> str:
    """The key of a link by which somebody joins the acting company; good once, for seven days.

    With an e-mail address it is good for that person alone.

    Raises:
        NoRole: no role was chosen.
    """
    key = links.fresh(current_company_id())
    Invitation.objects.create(
        email=email.strip().lower(),
        roles=known_roles(roles),
        key_hash=key.hash,
        invited_by_id=acting_now().user_id,
        expires_at=timezone.now() + INVITATION_LASTS,
    )
    changed("people")
    return key.text


def revoke_invitation(invitation_id: int) -> None:
    """Withdraw an invitation that was not accepted yet.

    Raises:
        LinkUnknown: no such invitation in the company.
        LinkUsed: it was accepted; remove the person instead.
    """
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
        if invitation is None:
            raise LinkUnknown
        if invitation.accepted_at:
            raise LinkUsed
        if invitation.revoked_at is None:
            invitation.revoked_at = timezone.now()
            invitation.save(update_fields=["revoked_at"])
            changed("people")


def open_invitation(text: str) -> Invitation:
    """The invitation of a link, with its company and who made it.

    Raises:
        LinkUnknown, LinkUsed, LinkRevoked, LinkExpired: it cannot be accepted.
    """
    key = links.read(text)
    with acting(company_id=key.company_id):
        return _good(key)


def join_as_new(text: str, *, name: str, email: str, password: str, language: str) -> Membership:
    """Accept an invitation with a new account; an address in the invitation goes before the one typed.

    Raises:
        EmailTaken, WeakPassword: no account can be made.
        LinkUnknown, LinkUsed, LinkRevoked, LinkExpired: the invitation cannot be accepted.
    """
    key = links.read(text)
    with transaction.atomic(), acting(company_id=key.company_id, user_id=None, device_id=None):
        invitation = _good(key, lock=True)
        user = create_user(name=name, email=invitation.email or email, password=password, language=language)
        with acting(user_id=user.pk):
            return _join(invitation, user)


def join(text: str, user: User) -> Membership:
    """Accept an invitation with the account that is logged in; who left comes back by it.

    Raises:
        InvitedAsAnother: the invitation names another e-mail address.
        AlreadyAMember: the person is in the company.
        LinkUnknown, LinkUsed, LinkRevoked, LinkExpired: the invitation cannot be accepted.
    """
    key = links.read(text)
    with transaction.atomic(), acting(company_id=key.company_id, user_id=user.pk, device_id=None):
        invitation = _good(key, lock=True)
        if invitation.email and invitation.email != user.email:
            raise InvitedAsAnother(email=invitation.email)
        return _join(invitation, user)


def _join(invitation: Invitation, user: User) -> Membership:
    membership = Membership.objects.select_for_update().filter(user=user).first() or Membership(user=user)
    if membership.pk and membership.left_at is None:
        raise AlreadyAMember
    membership.roles, membership.left_at = invitation.roles, None
    membership.save()
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    changed("people")
    return membership


def _good(key: links.LinkKey, *, lock: bool = False) -> Invitation:
    found = Invitation.objects.select_related("company", "invited_by").filter(key_hash=key.hash)
    if lock:
        found = found.select_for_update(of=("self",))
    invitation: Invitation | None = found.first()
    if invitation is None:
        raise LinkUnknown
    links.refuse_spent(used=invitation.accepted_at, revoked=invitation.revoked_at, expires=invitation.expires_at)
    return invitation


def change_roles(membership_id: int, roles: Collection[str]) -> None:
    """Give a person these roles and no other.

    Raises:
        NotAMember: no such person in the company.
        NoRole: no role was chosen.
        LastOwner: nobody would own the company.
    """
    chosen = known_roles(roles)
    with transaction.atomic():
        membership = _locked(membership_id)
        if Role.OWNER not in chosen:
            _spare_last_owner(membership)
        membership.roles = chosen
        membership.save(update_fields=["roles"])
        changed("people")


def remove(membership_id: int) -> None:
    """End a person's membership; the next thing they do is refused. What they did keeps their name.

    Raises:
        NotAMember: no such person in the company.
        LastOwner: nobody would own the company.
    """
    with transaction.atomic():
        membership = _locked(membership_id)
        _spare_last_owner(membership)
        membership.left_at = timezone.now()
        membership.save(update_fields=["left_at"])
        changed("people")


def known_roles(roles: Collection[str]) -> list[str]:
    """The roles in the order of the table, each once.

    Raises:
        NoRole: none is known.
    """
    chosen = [str(role) for role in Role if role in roles]
    if not chosen:
        raise NoRole
    return chosen


def _locked(membership_id: int) -> Membership:
    # Two owners who remove each other at once must not both succeed: whoever changes owners waits at the company's row.
    Company.objects.select_for_update().get(pk=current_company_id())
    membership: Membership | None = Membership.objects.filter(pk=membership_id, left_at=None).first()
    if membership is None:
        raise NotAMember
    return membership


def _spare_last_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(left_at=None, user__is_active=True, roles__contains=[Role.OWNER])
    if Role.OWNER in membership.roles and not owners.exclude(pk=membership.pk).exists():
        raise LastOwner
