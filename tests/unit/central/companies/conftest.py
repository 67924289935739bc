"""Who opens the pages of people and companies."""

from typing import Any

import pytest

from tests.unit.central.companies.people import member_of


@pytest.fixture
def owner(company: Any, client_of: Any) -> Any:
    """The owner's browser."""
    return client_of(company)


@pytest.fixture
def worker(company: Any) -> Any:
    """A membership with the warehouse role alone."""
    return member_of(company, "worker@example.com", ["warehouse"])
