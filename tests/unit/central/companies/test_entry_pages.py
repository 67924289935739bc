"""Signing up, logging in and out, and how long one stays."""

from typing import Any

import pytest

from tests.central_fixtures import PASSWORD
from tests.unit.central.companies.people import NEW

pytestmark = pytest.mark.django_db
SIGN_UP = {
    "company_name": "성수 공방",
    "person_name": "김하나",
    "email": "Hana@Example.com ",
    "password": NEW,
    "language": "ko",
}


class TestEntry:
    """Signing up, logging in and out."""

    def test_sign_up_makes_the_company_and_lets_its_owner_in(self, client: Any) -> None:
        response = client.post("/sign-up/", SIGN_UP)
        assert response.status_code == 302
        assert response.cookies["django_language"].value == "ko"
        page = client.get("/people/").content.decode()
        assert "hana@example.com" in page
        assert "성수 공방" in page

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("company_name", ""),
            ("email", "no-address"),
            ("password", "short"),
            ("language", "xx"),
            ("person_name", " "),
        ],
    )
    def test_a_wrong_field_is_named_and_nothing_is_made(self, client: Any, field: str, value: str) -> None:
        from hanmaru.central.companies.models import User

        response = client.post("/sign-up/", {**SIGN_UP, field: value})
        assert response.status_code == 422
        assert field in response.context["form"].errors
        assert NEW not in response.content.decode(), "a password is never written into a page"
        assert User.objects.count() == 0

    def test_an_address_with_an_account_is_told_to_log_in(self, client: Any, company: Any) -> None:
        response = client.post("/sign-up/", {**SIGN_UP, "email": company.user.email})
        assert response.status_code == 422
        assert "email" in response.context["form"].errors

    def test_log_in_goes_on_to_where_the_person_wanted(self, client: Any, company: Any) -> None:
        form = {"email": company.user.email, "password": PASSWORD, "next": "/people/"}
        before = client.get("/login/").cookies.get("sessionid")
        response = client.post("/login/", form)
        assert response["Location"] == "/people/"
        assert response.cookies["sessionid"].value != before

    @pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_log_in_goes_to_no_other_site(self, client: Any, company: Any, address: str) -> None:
        form = {"email": company.user.email, "password": PASSWORD, "next": address}
        assert client.post("/login/", form)["Location"] == "/"

    def test_after_too_many_failures_the_wait_is_told(self, client: Any, company: Any) -> None:
        wrong = {"email": company.user.email, "password": "wrong"}
        answers = [client.post("/login/", wrong).status_code for _ in range(9)]
        assert answers == [422] * 8 + [429]
        assert "15" in client.post("/login/", wrong).content.decode()

    def test_log_out_ends_the_session(self, owner: Any) -> None:
        assert owner.get("/logout/").status_code == 405
        assert owner.post("/logout/").status_code == 302
        assert owner.get("/people/").status_code == 302

    def test_a_log_in_is_in_the_trail(self, client: Any, company: Any) -> None:
        from hanmaru.central.companies.models import AuditEntry

        client.post("/login/", {"email": company.user.email, "password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
        entry = AuditEntry.objects.latest("id")
        assert (entry.table_name, entry.user_id, entry.source) == ("companies_user", company.user_id, "203.0.113.9")

    def test_forms_without_their_token_are_refused(self, company: Any) -> None:
        from django.test import Client

        strict = Client(enforce_csrf_checks=True)
        strict.force_login(company.user)
        posts = ["/logout/", "/people/invite/", "/settings/company/", "/settings/devices/new/", "/settings/password/"]
        assert [strict.post(address).status_code for address in posts] == [403] * len(posts)


class TestSession:
    """How long one stays logged in."""

    def test_it_ends_after_a_week_and_the_cookie_is_out_of_reach_of_scripts(self, client: Any, company: Any) -> None:
        answer = client.post("/login/", {"email": company.user.email, "password": PASSWORD})
        cookie = answer.cookies["sessionid"]
        assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (7 * 24 * 3600, True, "Lax")

    def test_an_expired_one_asks_to_log_in(self, owner: Any) -> None:
        from datetime import timedelta

        from django.contrib.sessions.models import Session
        from django.utils import timezone

        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        assert owner.get("/people/").status_code == 302
