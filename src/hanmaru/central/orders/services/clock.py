"""What time it is for the steps of orders: now, or the moment that a simulation lives in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("hanmaru_orders_moment", default=None)


def now() -> datetime:
    """The present moment, UTC."""
    return _moment.get() or timezone.now()


@contextmanager
def happening_at(moment: datetime) -> Iterator[None]:
    """Within the block steps are recorded as of ``moment``: for the replay of a past year."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
