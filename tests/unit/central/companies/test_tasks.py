"""What the night's work drops, and what it keeps."""

from datetime import timedelta

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db


def test_answers_older_than_a_week_are_dropped_and_others_kept(company):
    from hanmaru.central.companies.models import RequestKey
    from hanmaru.central.companies.services import remembered_answers
    from hanmaru.central.companies.tasks import forget_old_answers

    for key in ("old", "new"):
        remembered_answers.keep(key, "POST /x", "0" * 64, 200, {})
    long_ago = timezone.now() - remembered_answers.KEPT - timedelta(minutes=1)
    RequestKey.objects.filter(key="old").update(created_at=long_ago)
    forget_old_answers(timestamp=0)
    assert list(RequestKey.objects.values_list("key", flat=True)) == ["new"]
