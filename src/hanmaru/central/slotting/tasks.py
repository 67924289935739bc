"""Searches for plans, done in the background: hours of processor time, in a process that does nothing else."""

from django.utils import translation
from procrastinate import JobContext
from procrastinate.contrib.django import app

from hanmaru.central.companies.tenancy import acting
from hanmaru.central.slotting.services.searches import carry_out

QUEUE = "slotting"


@app.task(queue=QUEUE, pass_context=True)
def search_plan(context: JobContext, *, company_id: int, user_id: int | None, search_id: int, language: str) -> None:
    """Search for a plan, as the person who asked for it; asked to end, the process keeps the best found so far."""
    with acting(company_id=company_id, user_id=user_id, source="slotting"), translation.override(language):
        carry_out(search_id, context.should_abort)
