"""A company begins."""

from typing import Any

import pytest

from tests.central_fixtures import PASSWORD

pytestmark = pytest.mark.django_db


def sign_up(**changes: Any) -> Any:
    from hanmaru.central.companies.services import sign_up

    given = {"company_name": "성수 공방", "person_name": "김하나", "email": "Hana@Example.com", "password": PASSWORD}
    return sign_up(**{**given, **changes})


def test_the_owner_can_log_in_and_the_password_is_hashed_by_argon2(settings: Any) -> None:
    from hanmaru.central import settings as production
    from hanmaru.central.companies.services import check_login

    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    membership = sign_up()
    assert membership.roles == ["owner"]
    assert membership.user.email == "hana@example.com"
    assert membership.user.password.startswith("argon2$")
    assert check_login(email="hana@example.com", password=PASSWORD, address="") == membership.user


def test_an_address_is_taken_in_whatever_case_and_nothing_is_left_behind() -> None:
    from hanmaru.central.companies.errors import EmailTaken
    from hanmaru.central.companies.models import User
    from hanmaru.central.companies.queries import company_ids

    sign_up()
    before = company_ids()
    with pytest.raises(EmailTaken):
        sign_up(email="HANA@example.COM", company_name="Another")
    assert company_ids() == before
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["short", "1234567890", "hana@example.com", "password123"])
def test_weak_passwords_are_refused_with_advice(password: str) -> None:
    from hanmaru.central.companies.errors import WeakPassword
    from hanmaru.central.companies.models import User

    with pytest.raises(WeakPassword) as refused:
        sign_up(password=password)
    assert refused.value.data["advice"]
    assert User.objects.count() == 0


def test_a_percent_sign_in_the_advice_does_not_break_the_sentence() -> None:
    from hanmaru.central.companies.errors import WeakPassword

    assert "100%" in str(WeakPassword(advice="100% of it"))


def test_the_trail_of_the_company_begins_with_its_owner_and_holds_no_secret() -> None:
    from hanmaru.central.companies.models import AuditEntry
    from hanmaru.central.companies.tenancy import acting

    with acting(source="203.0.113.7"):
        membership = sign_up()
    with acting(company_id=membership.company_id):
        entries = list(AuditEntry.objects.order_by("id"))
    assert [entry.table_name for entry in entries] == ["companies_user", "companies_company", "companies_membership"]
    assert {entry.source for entry in entries} == {"203.0.113.7"}
    assert "argon2" not in str([entry.changes for entry in entries])
