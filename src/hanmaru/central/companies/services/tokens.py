"""Device tokens: ``hmd_<company>_<token>_<secret>``, shown once, kept as a SHA-256 hash.

The company stands in the token because rows are looked up behind row-level security; the secret has 192 bits, so a
fast hash is as good as a slow one and costs a request nothing.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.models import DeviceToken
from hanmaru.central.companies.tenancy import acting, acting_now, current_company_id
from hanmaru.kernel.errors import Invalid, NotFound, Unauthenticated

SCOPES = {
    "reader": _("Report tags that a reader sees"),
    "catalog:read": _("Read products"),
    "catalog:write": _("Change products"),
    "stock:read": _("Read stock"),
    "stock:write": _("Move and correct stock"),
    "orders:read": _("Read orders"),
    "orders:write": _("Place and change orders"),
    "warehouse:read": _("Read warehouse work"),
    "warehouse:write": _("Do warehouse work"),
}
_FORM = re.compile(r"hmd_([1-9][0-9]{0,17})_([1-9][0-9]{0,17})_([A-Za-z0-9_-]{32})")
_USED_EVERY = timedelta(minutes=10)  # how exactly "last used" is kept


class TokenUnknown(Unauthenticated):
    """Malformed, or never given out: the two are not told apart."""

    code = "token.unknown"
    message = _("This device token is not known. Make one in Settings, Devices.")


class TokenRevoked(Unauthenticated):
    """A person took the token back."""

    code = "token.revoked"
    message = _("This device token was revoked. Make a new one in Settings, Devices.")


class TokenExpired(Unauthenticated):
    """The token's time is over."""

    code = "token.expired"
    message = _("This device token has expired. Make a new one in Settings, Devices.")


class ScopesImpossible(Invalid):
    """No scope, or one that does not exist."""

    code = "token.scopes"
    message = _("Scopes: choose at least one of the list.")


@dataclass(frozen=True, slots=True)
class Device:
    """Who a token stands for."""

    id: int
    company_id: int
    name: str
    scopes: frozenset[str]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_token(name: str, scopes: Iterable[str], *, expires_at: datetime | None = None) -> str:
    """Make a token for the acting company; its text, which is never to be seen again."""
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= SCOPES.keys():
        raise ScopesImpossible
    secret = secrets.token_urlsafe(24)
    token = DeviceToken.objects.create(
        name=name.strip()[:80],
        scopes=wanted,
        secret_hash=_hash(secret),
        created_by_id=acting_now().user_id,
        expires_at=expires_at,
    )
    return f"hmd_{current_company_id()}_{token.pk}_{secret}"


def revoke_token(token_id: int) -> None:
    """Take a token back, at once and for good."""
    open_tokens = DeviceToken.objects.filter(pk=token_id)
    if not open_tokens.exists():
        raise NotFound(_("There is no such device token."))
    open_tokens.filter(revoked_at=None).update(revoked_at=timezone.now())


def authenticate(text: str) -> Device:
    """The device that shows this token.

    Raises:
        TokenUnknown, TokenRevoked, TokenExpired.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise TokenUnknown
    company_id, token_id = int(match[1]), int(match[2])
    with acting(company_id=company_id, user_id=None, device_id=None):
        token = DeviceToken.objects.filter(pk=token_id).first()
        if token is None or not hmac.compare_digest(token.secret_hash, _hash(match[3])):
            raise TokenUnknown
        now = timezone.now()
        if token.revoked_at is not None:
            raise TokenRevoked
        if token.expires_at is not None and token.expires_at <= now:
            raise TokenExpired
        if token.last_used_at is None or token.last_used_at < now - _USED_EVERY:
            DeviceToken.objects.filter(pk=token_id).update(last_used_at=now)
    return Device(token.pk, company_id, token.name, frozenset(token.scopes))
