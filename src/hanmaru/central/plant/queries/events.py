"""Events of a site."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from hanmaru.central.plant.models import Event
from hanmaru.central.plant.saying import say

_MOST = 200


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened, in the reader's language; ``by`` noted it, or the connection ``source`` told it."""

    at: datetime
    source: str
    kind: str
    words: str
    by: str


def events(site: int, begin: datetime, end: datetime, sources: Collection[str] | None = None) -> list[EventRow]:
    """What people noted in a span and these connections told, or all of them; the newest 200, newest first."""
    theirs = Q() if sources is None else Q(kind="mark") | Q(source__in=sources)
    found = Event.objects.filter(theirs, site_id=site, at__gte=begin, at__lt=end).order_by("-at")[:_MOST]
    return [_row(one) for one in found]


def events_of(site: int, source: str, limit: int = 20) -> list[EventRow]:
    """The newest events of a connection."""
    return [_row(one) for one in Event.objects.filter(site_id=site, source=source).order_by("-at")[:limit]]


def _row(one: Event) -> EventRow:
    return EventRow(one.at, one.source, one.kind, say(one.words, one.said), one.by)
