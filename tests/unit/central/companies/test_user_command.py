"""`hanmaru user`: accounts at the command line."""

import io
from typing import Any

import pytest

from tests.central_fixtures import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command with what is typed; answer what it printed."""
    from django.core.management import call_command

    def user(*arguments: str, typed: str = "") -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        out = io.StringIO()
        call_command("user", *arguments, stdout=out)
        return out.getvalue()

    return user


def checked(email: str, password: str) -> Any:
    from hanmaru.central.companies.services import check_login

    return check_login(email=email, password=password, address="")


def test_a_person_is_added_and_can_log_in(run: Any, company: Any) -> None:
    from hanmaru.central.companies.models import Membership

    run(
        "add",
        "new@example.com",
        "--name",
        "New",
        "--company",
        company.company.slug,
        "--role",
        "quality",
        typed=f"{PASSWORD}\n",
    )
    user = checked("new@example.com", PASSWORD)
    assert Membership.objects.get(user=user).roles == ["quality"]


def test_a_password_is_made_up_when_none_is_typed(run: Any, company: Any) -> None:
    printed = run("password", company.user.email)
    password = printed.split("Password: ")[1].split("\n")[0]
    assert checked(company.user.email, password) == company.user


def test_a_closed_account_stays_out_until_it_gets_a_password(run: Any, company: Any) -> None:
    from hanmaru.central.companies.errors import WrongLogin

    run("close", company.user.email)
    with pytest.raises(WrongLogin):
        checked(company.user.email, PASSWORD)
    run("password", company.user.email, typed=f"{PASSWORD}2\n")
    assert checked(company.user.email, f"{PASSWORD}2") == company.user


def test_accounts_are_listed_with_their_companies(run: Any, company: Any, other_company: Any) -> None:
    run("platform-operator", company.user.email)
    lines = run("list").splitlines()
    assert f"{company.user.email}\t{company.user.name}\t{company.company.slug}: owner\tplatform operator" in lines
    assert any(line.startswith(other_company.user.email) for line in lines)
    run("platform-operator", company.user.email, "--no")
    assert "platform operator" not in run("list")


@pytest.mark.parametrize(
    "arguments",
    [
        ["password", "nobody@example.com"],
        ["close", "nobody@example.com"],
        ["platform-operator", "nobody@example.com"],
        ["add", "x@example.com", "--name", "X", "--company", "no-such-company"],
    ],
)
def test_who_is_not_there_is_said_in_a_sentence(run: Any, company: Any, arguments: list[str]) -> None:
    from django.core.management.base import CommandError

    with pytest.raises(CommandError):
        run(*arguments)


def test_a_weak_password_and_a_taken_address_change_nothing(run: Any, company: Any) -> None:
    from django.core.management.base import CommandError

    from hanmaru.central.companies.models import User

    add = ["--name", "X", "--company", company.company.slug]
    for email, typed in (("x@example.com", "short\n"), (company.user.email, f"{PASSWORD}\n")):
        with pytest.raises(CommandError):
            run("add", email, *add, typed=typed)
    assert User.objects.count() == 1
