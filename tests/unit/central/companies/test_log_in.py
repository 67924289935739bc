"""Who is let in, and how those who guess are slowed."""

from datetime import timedelta
from typing import Any

import pytest

from tests.central_fixtures import PASSWORD

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.7"


def check(email: str, password: str = PASSWORD, address: str = ADDRESS) -> Any:
    from hanmaru.central.companies.services import check_login

    return check_login(email=email, password=password, address=address)


def fail(email: str, times: int, address: str = ADDRESS) -> None:
    from hanmaru.central.companies.errors import WrongLogin

    for _ in range(times):
        with pytest.raises(WrongLogin):
            check(email, "not the password", address)


def attempts() -> int:
    from hanmaru.central.companies.models import LoginAttempt

    return LoginAttempt.objects.count()


def test_the_right_password_lets_in_and_forgets_the_failures(new_company: Any) -> None:
    user = new_company().user
    fail(user.email, 3)
    assert check(f"  {user.email.upper()} ") == user
    assert attempts() == 0


def test_an_unknown_address_is_told_the_same_as_a_wrong_password(new_company: Any) -> None:
    from hanmaru.central.companies.errors import WrongLogin

    user = new_company().user
    with pytest.raises(WrongLogin) as unknown:
        check("nobody@example.com")
    with pytest.raises(WrongLogin) as wrong:
        check(user.email, "not the password")
    assert str(unknown.value) == str(wrong.value)


def test_a_closed_account_is_not_let_in(new_company: Any) -> None:
    from hanmaru.central.companies.errors import WrongLogin

    user = new_company().user
    user.is_active = False
    user.save()
    with pytest.raises(WrongLogin):
        check(user.email)


def test_after_many_failures_even_the_right_password_waits(new_company: Any) -> None:
    from hanmaru.central.companies.errors import TooManyAttempts
    from hanmaru.central.companies.services.log_in import FAILURES_AN_EMAIL

    user, other = new_company().user, new_company().user
    fail(user.email, FAILURES_AN_EMAIL)
    before = attempts()
    with pytest.raises(TooManyAttempts) as refused:
        check(user.email)
    assert refused.value.data == {"minutes": 15}
    assert attempts() == before, "waiting is not made longer by trying"
    assert check(other.email) == other


def test_the_wait_ends(new_company: Any) -> None:
    from hanmaru.central.companies.models import LoginAttempt
    from hanmaru.central.companies.services.log_in import FAILURES_AN_EMAIL, WINDOW

    user = new_company().user
    fail(user.email, FAILURES_AN_EMAIL)
    oldest = LoginAttempt.objects.earliest("id")
    LoginAttempt.objects.filter(pk=oldest.pk).update(at=oldest.at - WINDOW - timedelta(seconds=1))
    assert check(user.email) == user


def test_one_machine_trying_many_addresses_waits_and_others_do_not(new_company: Any) -> None:
    from hanmaru.central.companies.errors import TooManyAttempts
    from hanmaru.central.companies.services.log_in import FAILURES_AN_ADDRESS

    user = new_company().user
    for number in range(FAILURES_AN_ADDRESS):
        fail(f"guess{number}@example.com", 1)
    with pytest.raises(TooManyAttempts):
        check(user.email)
    assert check(user.email, address="198.51.100.1") == user


def test_addresses_of_one_ipv6_subscriber_count_as_one(new_company: Any) -> None:
    from hanmaru.central.companies.models import LoginAttempt

    fail("guess@example.com", 1, "2001:db8:1:2:aaaa::1")
    assert LoginAttempt.objects.get().address == "2001:db8:1:2::"


def test_the_email_address_is_not_kept_in_clear(new_company: Any) -> None:
    from hanmaru.central.companies.models import LoginAttempt

    fail("guess@example.com", 1)
    assert "guess" not in str(list(LoginAttempt.objects.values()))
