"""What the tests of the pages of people and companies share."""

import re
from typing import Any

from tests.central_fixtures import PASSWORD

NEW = "another long password 7"


def member_of(company: Any, email: str, roles: list[str]) -> Any:
    """The membership of somebody who joined by an invitation."""
    from hanmaru.central.companies.services import invite, join_as_new
    from hanmaru.central.companies.tenancy import acting

    with acting(company_id=company.company_id, user_id=company.user_id):
        key = invite(roles=roles)
    return join_as_new(key, name="Park", email=email, password=PASSWORD, language="en")


def fresh(thing: Any) -> Any:
    """The row as it is now."""
    return type(thing).unfiltered.get(pk=thing.pk)


def link_in(response: Any, word: str) -> str:
    """The path of the link that a page shows."""
    found = re.search(rf"http://testserver(/{word}/[^<\s]+)", response.content.decode())
    assert found, response.content.decode()
    return found[1]
