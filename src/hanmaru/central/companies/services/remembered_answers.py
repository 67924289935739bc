"""What requests with an Idempotency-Key were answered; kept for a week."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from hanmaru.central.companies.models import RequestKey

KEPT = timedelta(days=7)


def find(key: str) -> RequestKey | None:
    """The answer given to this key, if any."""
    found: RequestKey | None = RequestKey.objects.filter(key=key).first()
    return found


def keep(key: str, route: str, request_hash: str, status: int, body: Any) -> None:
    """Remember an answer, in the transaction of the write itself."""
    RequestKey.objects.create(key=key, route=route[:200], request_hash=request_hash, status=status, body=body)


def complete(key: str, body: Any) -> None:
    """Fill in the answer of a key that was kept before the work was done, in the same transaction."""
    RequestKey.objects.filter(key=key).update(body=body)


def forget_old() -> int:
    """Drop answers older than :data:`KEPT` of the acting company; how many."""
    return int(RequestKey.objects.filter(created_at__lt=timezone.now() - KEPT).delete()[0])
