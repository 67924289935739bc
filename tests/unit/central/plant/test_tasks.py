"""What the night's work drops of a plant's events, and what it keeps."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(site):
    from hanmaru.central.plant import services
    from hanmaru.central.plant.services import Told

    now = timezone.now()
    for days in (401, 500, 399, 0):
        at = now - timedelta(days=days)
        services.keep_event(site.pk, f"{days}", Told(at, "press-1", "connected", f"{days}"))
    services.mark(site.pk, now - timedelta(days=900), "note", by="kim")


def test_old_events_go_in_parts_notes_and_newer_ones_stay(site, told, monkeypatch):
    from hanmaru.central.plant.models import Event
    from hanmaru.central.plant.services import events
    from hanmaru.central.plant.tasks import forget_old_events

    monkeypatch.setattr(events, "PART", 1)
    forget_old_events(timestamp=int(timezone.now().timestamp()))
    assert sorted(Event.objects.values_list("words", flat=True)) == ["0", "399", "note"]
    forget_old_events(timestamp=int(timezone.now().timestamp()))
    assert Event.objects.count() == 3


def test_the_database_keeps_notes_and_the_last_day_and_changes_nothing(site, told):
    from hanmaru.central.plant.models import Event

    for kept in (Event.objects.filter(kind="mark"), Event.objects.filter(words="0")):
        with pytest.raises(DatabaseError, match="holds facts"), transaction.atomic():
            kept.delete()
    with pytest.raises(DatabaseError, match="holds facts"), transaction.atomic():
        Event.objects.filter(words="500").update(words="other")
    assert Event.objects.count() == 5
