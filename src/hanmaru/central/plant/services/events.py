"""What happened in a plant."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from hanmaru.central.companies.live import changed
from hanmaru.central.plant.models import Event
from hanmaru.central.plant.services.mirror import UNKEEPABLE

MARK: Final = "mark"
PART: Final = 5000  # events dropped by one statement
LONGEST_FORM: Final = 20_000  # characters as JSON; what is longer is shown in the words that came


@dataclass(frozen=True, slots=True)
class Told:
    """What a connection told; ``said`` is the form by which the words come in another language."""

    at: datetime
    source: str
    kind: str
    words: str
    said: Any = None


def keep_event(site: int, message: str, told: Told) -> None:
    """Keep what a connection told; the same message again changes nothing."""
    event = Event(
        site_id=site,
        message=message[:120],
        at=told.at,
        source=told.source[:64],
        kind=told.kind[:40],
        words=told.words[:300],
        said=told.said if _is_keepable(told.said) else None,
    )
    Event.objects.bulk_create([event], ignore_conflicts=True)
    changed("plant")


def _is_keepable(form: Any) -> bool:
    """Say whether a column takes it: what it does not would come again for ever."""
    written = json.dumps(form, ensure_ascii=False)
    return len(written) <= LONGEST_FORM and not UNKEEPABLE.search(written)


def forget_events(before: datetime) -> int:
    """Drop what connections of the acting company told before; notes of people stay. Answer how many went.

    A part at a time, so that no statement holds the table for long. The database keeps the last day whatever is asked.
    """
    gone = 0
    while old := list(Event.objects.filter(at__lt=before).exclude(kind=MARK).values_list("pk", flat=True)[:PART]):
        gone += Event.objects.filter(pk__in=old).delete()[0]
    if gone:
        changed("plant")
    return gone


def mark(site: int, at: datetime, words: str, by: str) -> None:
    """Keep a person's note at a time."""
    Event.objects.create(site_id=site, message=f"mark:{uuid4()}", at=at, kind=MARK, words=words[:300], by=by[:150])
    changed("plant")
