"""Keys of links that are shown once: ``<company>-<random>``; only a hash is kept.

The company's id stands in the link because its tables show nothing to somebody who acts for nobody.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from hanmaru.central.companies.errors import LinkExpired, LinkRevoked, LinkUnknown, LinkUsed
from hanmaru.central.companies.keys import new_key

_KEY: Final = re.compile(r"(\d{1,18})-([A-Za-z0-9_-]{22})")


@dataclass(frozen=True)
class LinkKey:
    """A key as it stands in a link, and the hash (SHA-256, hex) by which it is found."""

    company_id: int
    text: str

    @property
    def hash(self) -> str:
        """What is kept of it. The key holds 128 random bits, so it needs no slow hash."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def fresh(company_id: int) -> LinkKey:
    """A new key for a link of the company."""
    return LinkKey(company_id, f"{company_id}-{new_key()}")


def read(text: str) -> LinkKey:
    """The key in a link.

    Raises:
        LinkUnknown: it does not look like one.
    """
    match = _KEY.fullmatch(text)
    if match is None:
        raise LinkUnknown
    return LinkKey(int(match[1]), text)


def refuse_spent(*, used: datetime | None, revoked: datetime | None, expires: datetime) -> None:
    """Refuse a link that is no longer good.

    Raises:
        LinkUsed, LinkRevoked, LinkExpired: each says what to do.
    """
    if used:
        raise LinkUsed
    if revoked:
        raise LinkRevoked
    if expires <= timezone.now():
        raise LinkExpired
