"""Device tokens: ``hmd_<company>_<token>_<secret>``, shown once, kept as a SHA-256 hash.

The company stands in the token because rows are looked up behind row-level security; the secret has 192 bits, so a
fast hash is as good as a slow one and costs a request nothing.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.access import SCOPES, allows
from hanmaru.central.companies.models import DeviceToken
from hanmaru.central.companies.tenancy import acting_now, acting_token, current_company_id
from hanmaru.kernel.errors import Invalid, NotFound, Unauthenticated

_FORM: Final = re.compile(r"hmd_([1-9][0-9]{0,17})_([1-9][0-9]{0,17})_([A-Za-z0-9_-]{32})")
_SEEN_EVERY: Final = timedelta(minutes=1)  # how exactly "last used" is kept
_NO_SECRET: Final = hashlib.sha256(b"").hexdigest()


class TokenUnknown(Unauthenticated):
    """Malformed, never given out, or with a wrong secret: the three are not told apart."""

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
    message = _("Choose at least one thing that the device may do.")


class TokenMissing(NotFound):
    """No token of this id in the company."""

    code = "token.missing"
    message = _("There is no such device. Load the page again.")


@dataclass(frozen=True, slots=True)
class Device:
    """Who a token stands for. Ids are primary keys."""

    id: int
    company_id: int
    name: str
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Say whether the token is good for the scope; see :func:`hanmaru.central.companies.access.allows`."""
        return allows(self.scopes, scope)


def issue_token(name: str, scopes: Iterable[str], *, expires_at: datetime | None = None) -> str:
    """Make a token for the acting company; its text, which is never to be seen again.

    Raises:
        ScopesImpossible: none was chosen, or one is unknown.
    """
    wanted = set(scopes)
    if not wanted or not wanted <= SCOPES.keys():
        raise ScopesImpossible
    secret = secrets.token_urlsafe(24)
    token = DeviceToken.objects.create(
        name=name.strip()[:80],
        scopes=[scope for scope in SCOPES if scope in wanted],
        secret_hash=_hash(secret),
        created_by_id=acting_now().user_id,
        expires_at=expires_at,
    )
    return f"hmd_{current_company_id()}_{token.pk}_{secret}"


def revoke_token(token_id: int) -> None:
    """Take a token back, at once and for good. Revoking twice changes nothing.

    Raises:
        TokenMissing: no such token in the company.
    """
    tokens = DeviceToken.objects.filter(pk=token_id)
    if not tokens.exists():
        raise TokenMissing
    tokens.filter(revoked_at=None).update(revoked_at=timezone.now())


def authenticate(text: str) -> Device:
    """The device whose token this is; raises as :func:`acting_device` does."""
    with acting_device(text) as device:
        return device


@contextmanager
def acting_device(text: str, source: str = "") -> Iterator[Device]:
    """Act as the device whose token this is, for its company; ``source`` is where the call comes from.

    The secret is compared in constant time, before anything is told of the token.

    Raises:
        TokenUnknown: there is no such token, or its secret is wrong.
        TokenRevoked: it was taken back.
        TokenExpired: its date has passed.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise TokenUnknown
    company_id, token_id = int(match[1]), int(match[2])
    with acting_token(company_id, token_id, source) as row:
        yield _checked(row, token_id, company_id, match[3])


def _checked(row: tuple[Any, ...] | None, token_id: int, company_id: int, secret: str) -> Device:
    same = hmac.compare_digest(row[0] if row else _NO_SECRET, _hash(secret))
    if row is None or not same:
        raise TokenUnknown
    _secret, name, scopes, revoked_at, expires_at, last_used_at = row
    now = timezone.now()
    if revoked_at is not None:
        raise TokenRevoked
    if expires_at is not None and expires_at <= now:
        raise TokenExpired
    if last_used_at is None or last_used_at <= now - _SEEN_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _SEEN_EVERY)
        DeviceToken.objects.filter(stale, pk=token_id).update(last_used_at=now)
    return Device(token_id, company_id, name, frozenset(scopes))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
