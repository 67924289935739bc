"""Checking who somebody is, slowly for those who guess."""

import hmac
import ipaddress
import math
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import authenticate
from django.db.models import QuerySet
from django.utils import timezone

from hanmaru.central.companies.errors import TooManyAttempts, WrongLogin
from hanmaru.central.companies.models import LoginAttempt, User

WINDOW: Final = timedelta(minutes=15)
FAILURES_AN_EMAIL: Final = 8
FAILURES_AN_ADDRESS: Final = 40
_KEPT: Final = timedelta(days=1)


def check_login(*, email: str, password: str, address: str) -> User:
    """The person whose e-mail address and password these are; takes as long for an unknown address as for a known one.

    An attempt is written down before the password is looked at, so many at once are counted as well as one by one.

    Raises:
        TooManyAttempts: this e-mail address, or whoever sits at this network address, failed too often lately.
        WrongLogin: address or password is wrong, or the account is closed.
    """
    attempt = LoginAttempt.objects.create(email_hash=email_hash(email), address=_network_address(address))
    wait = _wait(attempt)
    if wait:
        attempt.delete()  # waiting is not made longer by trying
        raise TooManyAttempts(minutes=math.ceil(wait / timedelta(minutes=1)))
    user = authenticate(username=email.strip().lower(), password=password)
    if not isinstance(user, User):
        raise WrongLogin
    LoginAttempt.objects.filter(email_hash=attempt.email_hash).delete()
    LoginAttempt.objects.filter(at__lt=timezone.now() - _KEPT).delete()
    return user


def _wait(attempt: LoginAttempt) -> timedelta | None:
    before = LoginAttempt.objects.filter(at__gt=attempt.at - WINDOW, id__lt=attempt.pk)
    waits = [_until_free(before.filter(email_hash=attempt.email_hash), FAILURES_AN_EMAIL, attempt)]
    if attempt.address:
        waits.append(_until_free(before.filter(address=attempt.address), FAILURES_AN_ADDRESS, attempt))
    return max((wait for wait in waits if wait), default=None)


def _until_free(failures: QuerySet[LoginAttempt], allowed: int, attempt: LoginAttempt) -> timedelta | None:
    """How long until fewer than ``allowed`` failures lie within the window; None when that is so now."""
    latest = list(failures.order_by("-id").values_list("at", flat=True)[:allowed])
    return latest[-1] + WINDOW - attempt.at if len(latest) == allowed else None


def email_hash(email: str) -> str:
    """How an attempt remembers an e-mail address: enough to count, too little to read."""
    return hmac.digest(settings.SECRET_KEY.encode(), email.strip().lower().encode(), "sha256").hex()


def _network_address(address: str) -> str | None:
    """The address, the subscriber's /64 of an IPv6 one; None where there is none (a socket file)."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return None
    if known.version == 6:
        return str(ipaddress.ip_network((known, 64), strict=False).network_address)
    return str(known)
