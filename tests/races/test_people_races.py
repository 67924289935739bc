"""Races about people: a company keeps an owner, a link works once."""

from typing import Any

import pytest

from tests.central_fixtures import PASSWORD
from tests.races.threads import THREADS, of_kind, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_owners_who_remove_each_other_leave_one(company: Any) -> None:
    from hanmaru.central.companies.errors import LastOwner
    from hanmaru.central.companies.models import Membership
    from hanmaru.central.companies.services import invite, join_as_new, remove

    owners = [company]
    for number in range(THREADS - 1):
        key = invite(roles=["owner"])
        email = f"o{number}@example.com"
        owners.append(join_as_new(key, name="O", email=email, password=PASSWORD, language="en"))
    answers = together(company, lambda number: remove(owners[number].pk))
    assert of_kind(answers, LastOwner) == 1
    assert answers.count(None) == THREADS - 1
    assert Membership.objects.filter(left_at=None).count() == 1


def test_an_invitation_is_accepted_once(company: Any) -> None:
    from hanmaru.central.companies.errors import LinkUsed
    from hanmaru.central.companies.models import Membership, User
    from hanmaru.central.companies.services import invite, join_as_new

    key = invite(roles=["quality"])

    def accept(number: int) -> Any:
        return join_as_new(key, name="J", email=f"j{number}@example.com", password=PASSWORD, language="en")

    answers = together(company, accept)
    assert of_kind(answers, Membership) == 1
    assert of_kind(answers, LinkUsed) == THREADS - 1
    assert User.objects.filter(name="J").count() == 1


def test_a_link_for_a_new_password_sets_one(company: Any) -> None:
    from hanmaru.central.companies.errors import LinkUsed
    from hanmaru.central.companies.models import User
    from hanmaru.central.companies.services import check_login, make_reset_link, reset_password

    key = make_reset_link(company.pk)
    answers = together(company, lambda number: reset_password(key, f"{PASSWORD}{number}"))
    assert of_kind(answers, LinkUsed) == THREADS - 1
    winner = next(number for number, answer in enumerate(answers) if isinstance(answer, User))
    assert check_login(email=company.user.email, password=f"{PASSWORD}{winner}", address="")
