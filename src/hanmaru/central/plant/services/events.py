"""What happened in a plant."""

from datetime import datetime
from uuid import uuid4

from hanmaru.central.companies.live import changed
from hanmaru.central.plant.models import Event


def keep_event(site: int, message: str, at: datetime, source: str, kind: str, words: str) -> None:
    """Keep what a connection told; the same message again changes nothing."""
    event = Event(site_id=site, message=message[:120], at=at, source=source[:64], kind=kind[:40], words=words[:300])
    Event.objects.bulk_create([event], ignore_conflicts=True)
    changed("plant")


def mark(site: int, at: datetime, words: str, by: str) -> None:
    """Keep a person's note at a time."""
    Event.objects.create(site_id=site, message=f"mark:{uuid4()}", at=at, kind="mark", words=words[:300], by=by[:150])
    changed("plant")
