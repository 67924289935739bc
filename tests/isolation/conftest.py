"""Two companies, each with a row in every table."""

from typing import Any

import pytest


@pytest.fixture
def filled(new_company: Any) -> Any:
    """Make a company with a row in every table; nobody acts for it afterwards."""
    from hanmaru.central.companies.tenancy import acting
    from tests.isolation.filling import Filled

    def make(marker: str) -> Any:
        membership = new_company(f"{marker} workshop")
        company = Filled(membership, marker)
        with acting(company_id=membership.company_id, user_id=membership.user_id):
            company.fill()
        return company

    return make


@pytest.fixture
def theirs(filled: Any) -> Any:
    """The company whose data nobody else may see."""
    return filled("XQTHEIRS")


@pytest.fixture
def ours(filled: Any) -> Any:
    """The company that looks; acted for only where a test says so."""
    return filled("XQOURS")
