"""Work of the catalogue that is done in the background."""

from django.utils import translation
from procrastinate.contrib.django import app

from hanmaru.central.catalog.importing.run import carry_out
from hanmaru.central.companies.tenancy import acting


@app.task(queue="imports")
def import_products(*, company_id: int, user_id: int | None, run_id: int, language: str) -> None:
    """Work an import of products through, as the person who asked for it."""
    with acting(company_id=company_id, user_id=user_id, source="import"), translation.override(language):
        carry_out(run_id)
