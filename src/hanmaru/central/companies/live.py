"""Tells every open page of a company that something changed, once the transaction has committed.

The message says what kind of thing changed, never what it is now: a page asks for itself again, with its own rights.
Losing one costs a page nothing but a moment, since pages reload on reconnect; so they go as plain messages.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from hanmaru.central.companies.tenancy import acting_now

TOPICS = (
    "stock",
    "orders",
    "products",
    "places",
    "deliveries",
    "picks",
    "parcels",
    "people",
    "reads",
    "imports",
    "plant",
    "slotting",
    "searches",
)
log = logging.getLogger(__name__)

Publisher = Callable[[int, str], None]
_publishers: list[Publisher] = []


def publish_with(publisher: Publisher) -> None:
    """Send changes through ``publisher(company id, topic)`` from now on; a process has one, or none (tests, tools)."""
    _publishers[:] = [publisher]


def changed(*topics: str) -> None:
    """Say that things of these topics changed for the acting company, after commit; each once a transaction."""
    company_id = acting_now().company_id
    if company_id is None:
        return
    for topic in topics:
        if topic not in TOPICS:
            msg = f"no such topic: {topic}"
            raise ValueError(msg)
        news = _News(company_id, (topic,))
        if news not in (entry[1] for entry in connection.run_on_commit):
            transaction.on_commit(news, robust=True)


def changed_each(topic: str, ids: Iterable[int]) -> None:
    """Say that these things of the topic changed, each to whoever watches it alone and nothing else.

    It is told under ``topic.id``, which pages of the company do not hear; they hear :func:`changed`.
    """
    company_id = acting_now().company_id
    if company_id is not None:
        transaction.on_commit(_News(company_id, tuple(f"{topic}.{one}" for one in ids)), robust=True)


@dataclass(frozen=True, slots=True)
class _News:
    """What is to be said after commit. A savepoint that is undone takes what was noted inside it away."""

    company_id: int
    topics: tuple[str, ...]

    def __call__(self) -> None:
        for publisher in _publishers:
            for topic in self.topics:
                publisher(self.company_id, topic)
