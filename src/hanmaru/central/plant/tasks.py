"""Work of the plant that is done in the background."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from procrastinate.contrib.django import app

from hanmaru.central.companies.queries import company_ids
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.plant.services import forget_events


@app.periodic(cron="37 3 * * *")
@app.task(queue="plant", queueing_lock="forget-events", pass_context=False)
def forget_old_events(timestamp: int) -> None:
    """Every night: drop what connections told longer ago than the setting plant.events_days, company by company."""
    before = datetime.fromtimestamp(timestamp, UTC) - timedelta(days=settings.EVENTS_DAYS)
    for company_id in company_ids():
        with acting(company_id=company_id, user_id=None, device_id=None, source="worker"):
            forget_events(before)
