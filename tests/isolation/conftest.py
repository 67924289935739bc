"""Two companies, each with a row in every table."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.central_fixtures import PASSWORD


@pytest.fixture(scope="module")
def both(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The two by their marker, made once: each test works within this transaction and undoes what it did itself."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield {marker: _filled(marker) for marker in ("XQTHEIRS", "XQOURS")}
        transaction.set_rollback(True)


def _filled(marker: str) -> Any:
    """Make a company with a row in every table; nobody acts for it afterwards."""
    from hanmaru.central.companies.services import sign_up
    from hanmaru.central.companies.tenancy import acting
    from tests.isolation.filling import Filled

    membership = sign_up(
        company_name=f"{marker} workshop",
        person_name=f"Owner of {marker}",
        email=f"{marker}-owner@example.com",
        password=PASSWORD,
    )
    company = Filled(membership, marker)
    with acting(company_id=membership.company_id, user_id=membership.user_id):
        company.fill()
    return company


@pytest.fixture
def theirs(both: dict[str, Any], db: None) -> Any:
    """The company whose data nobody else may see."""
    return both["XQTHEIRS"]


@pytest.fixture
def ours(both: dict[str, Any], db: None) -> Any:
    """The company that looks; acted for only where a test says so."""
    return both["XQOURS"]
