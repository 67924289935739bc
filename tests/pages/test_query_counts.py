"""Every page asks the database at most twelve times, and no more often when there are ten times as many rows."""

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.addresses import addresses
from benchmarks.company import Size, fill

pytestmark = pytest.mark.django_db

MOST = 12
FEW = Size(moves=200, variants=40, orders=400)
MANY = Size(moves=2000, variants=400, orders=4000)


def visited(membership: Any, client: Any) -> dict[str, list[str]]:
    """Name of each page that answers a GET -> the statements of the address of it that took the most."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    most: dict[str, list[str]] = {}
    for name, address in addresses(membership.company):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(address)
            if response.streaming:
                b"".join(response.streaming_content)
        assert response.status_code < 500, address
        # A savepoint stands for a transaction that begins or ends: the test is in one itself.
        statements = [query["sql"] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
        if response.status_code == 200 and len(statements) > len(most.get(name, ())):
            most[name] = statements
    return most


@pytest.fixture
def pages_of(new_company: Any, client_of: Any) -> Callable[[Size], dict[str, list[str]]]:
    """Visit every page of a company of that size."""

    def visit(size: Size) -> dict[str, list[str]]:
        from hanmaru.central.companies.tenancy import acting

        membership = new_company()
        with acting(company_id=membership.company_id, user_id=membership.user_id, source="test"):
            fill(membership.company_id, membership.user_id, size)
            return visited(membership, client_of(membership))

    return visit


def test_no_page_of_a_fresh_company_asks_often(company: Any, client_of: Any) -> None:
    """Its Today has the list of first steps, which goes once all are taken."""
    pages = visited(company, client_of(company))
    assert "today" in pages
    for name, asked in pages.items():
        assert len(asked) <= MOST, f"{name} asks {len(asked)} times:\n" + "\n".join(asked)


@pytest.mark.timeout(600)
def test_no_page_asks_often_or_more_often_when_there_is_more(pages_of: Any) -> None:
    few, many = pages_of(FEW), pages_of(MANY)
    assert len(many) > 40, "the pages were not reached"
    for name, asked in many.items():
        assert len(asked) <= MOST, f"{name} asks {len(asked)} times:\n" + "\n".join(asked)
    grown = {name: (len(few[name]), len(asked)) for name, asked in many.items() if name in few}
    assert {name: counts for name, counts in grown.items() if counts[1] > counts[0]} == {}
