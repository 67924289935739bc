"""Work of companies that is done in the background."""

from procrastinate.contrib.django import app

from hanmaru.central.companies.queries import company_ids
from hanmaru.central.companies.services.remembered_answers import forget_old
from hanmaru.central.companies.tenancy import acting


@app.periodic(cron="17 3 * * *")
@app.task(queue="companies", queueing_lock="forget-answers", pass_context=False)
def forget_old_answers(timestamp: int) -> None:  # noqa: ARG001 -- given to every periodic task
    """Every night: drop the answers to requests that nobody sends again, company by company."""
    for company_id in company_ids():
        with acting(company_id=company_id, user_id=None, device_id=None, source="worker"):
            forget_old()
