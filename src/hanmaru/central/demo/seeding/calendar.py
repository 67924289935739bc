"""Lets the made-up past happen at its own time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from unittest import mock

from django.utils import timezone


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Let Django's clock stand at `moment` in this process.

    Orders go through the services that people use, whose steps are written at the time they are taken; the made-up ones
    were taken weeks ago. The audit trail keeps the database's own time: it tells when the demo was made.
    """
    with mock.patch.object(timezone, "now", return_value=moment):
        yield
