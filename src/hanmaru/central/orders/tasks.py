"""Work of orders that is done in the background."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from hanmaru.central.companies.queries import company_ids
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.orders.services import release_expired


@app.periodic(cron="* * * * *")
@app.task(queue="orders", queueing_lock="release-expired", pass_context=False)
def release_expired_reservations(timestamp: int) -> None:
    """Every minute: let goods go that were held longer than allowed, company by company."""
    moment = datetime.fromtimestamp(timestamp, UTC)
    for company_id in company_ids():
        with acting(company_id=company_id, user_id=None, device_id=None, source="worker"):
            release_expired(now=moment)
