"""The pages of people and companies: what they do, and whom they refuse."""

import re
from typing import Any

import pytest

from tests.central_fixtures import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "another long password 7"
SIGN_UP = {
    "company_name": "성수 공방",
    "person_name": "김하나",
    "email": "Hana@Example.com ",
    "password": NEW,
    "language": "ko",
}
COMPANY = {
    "name": "새 이름",
    "business_number": "1234567891",
    "phone": "02-123-4567",
    "address": "서울",
    "gs1_prefix": "8801234",
    "time_zone": "Asia/Tokyo",
}


@pytest.fixture
def owner(company: Any, client_of: Any) -> Any:
    return client_of(company)


@pytest.fixture
def worker(company: Any) -> Any:
    """A membership with the warehouse role alone."""
    return member_of(company, "worker@example.com", ["warehouse"])


def member_of(company: Any, email: str, roles: list[str]) -> Any:
    from hanmaru.central.companies.services import invite, join_as_new
    from hanmaru.central.companies.tenancy import acting

    with acting(company_id=company.company_id, user_id=company.user_id):
        key = invite(roles=roles)
    return join_as_new(key, name="Park", email=email, password=PASSWORD, language="en")


def fresh(thing: Any) -> Any:
    return type(thing).unfiltered.get(pk=thing.pk)


def link_in(response: Any, word: str) -> str:
    found = re.search(rf"http://testserver(/{word}/[^<\s]+)", response.content.decode())
    assert found, response.content.decode()
    return found[1]


PAGES = [
    "people/",
    "people/roles/",
    "people/invite/",
    "settings/",
    "settings/company/",
    "settings/order-page/",
    "settings/profile/",
    "settings/password/",
    "settings/devices/",
    "settings/devices/new/",
    "settings/trail/",
    "company/",
]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_the_owner_with_few_queries(
    owner: Any, page: str, language: str, django_assert_max_num_queries: Any
) -> None:
    owner.cookies["django_language"] = language
    with django_assert_max_num_queries(12):
        response = owner.get(f"/{page}")
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.content.decode()


@pytest.mark.parametrize("page", [*PAGES, "people/1/"])
def test_somebody_unknown_is_sent_to_the_log_in_and_back(client: Any, page: str) -> None:
    response = client.get(f"/{page}")
    assert response.status_code == 302
    assert response["Location"] == f"/login/?next=/{page}"


def test_a_fragment_sends_the_whole_page_to_the_log_in(client: Any) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/"}
    response = client.get("/people/", headers=headers)
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/login/?next=/people/"


@pytest.mark.parametrize(
    "page",
    ["people/invite/", "settings/company/", "settings/order-page/", "settings/devices/", "settings/trail/"],
)
def test_a_worker_reads_which_roles_may(worker: Any, client_of: Any, page: str) -> None:
    browser = client_of(worker)
    browser.cookies["django_language"] = "en"
    response = browser.get(f"/{page}")
    assert response.status_code == 403
    assert "Owner" in response.content.decode()


def test_a_person_without_company_reads_what_to_do(worker: Any, client_of: Any) -> None:
    from hanmaru.central.companies.services import remove

    browser = client_of(worker)
    browser.cookies["django_language"] = "en"
    assert browser.get("/people/").status_code == 200
    remove(worker.pk)
    response = browser.get("/people/")
    assert response.status_code == 403
    assert "invitation link" in response.content.decode()


def test_a_closed_account_is_out_at_once(worker: Any, client_of: Any) -> None:
    browser = client_of(worker)
    worker.user.is_active = False
    worker.user.save()
    assert browser.get("/people/").status_code == 302


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


class TestInvitation:
    """Joining by a link."""

    def test_the_link_is_shown_once_and_makes_a_member(self, owner: Any, client: Any, company: Any) -> None:
        from hanmaru.central.companies.models import Invitation

        response = owner.post("/people/invite/", {"roles": ["warehouse"], "email": ""})
        link = link_in(response, "join")
        assert response["Cache-Control"].startswith("max-age=0")
        assert link.split("/")[2] not in owner.get("/people/").content.decode()
        assert link.split("/")[2] not in str(list(Invitation.objects.values()))
        assert client.get(link).status_code == 200
        form = {"name": "Lee", "email": "lee@example.com", "password": NEW, "language": "ko"}
        assert client.post(link, form).status_code == 302
        page = client.get("/people/").content.decode()
        assert "Lee" in page
        assert client.get("/people/invite/").status_code == 403

    def test_used_withdrawn_expired_and_tampered_links_say_so(self, owner: Any, client: Any) -> None:
        from datetime import timedelta

        from django.utils import timezone

        from hanmaru.central.companies.models import Invitation

        form = {"name": "Lee", "email": "lee@example.com", "password": NEW, "language": "en"}
        links = [link_in(owner.post("/people/invite/", {"roles": ["quality"]}), "join") for _ in range(3)]
        used, withdrawn, expired = links
        ids = list(Invitation.objects.order_by("id").values_list("id", flat=True))
        assert client.post(used, form).status_code == 302
        client.logout()
        client.cookies["django_language"] = "en"
        assert owner.post(f"/people/invitations/{ids[1]}/withdraw/").status_code == 302
        Invitation.objects.filter(pk=ids[2]).update(expires_at=timezone.now() - timedelta(seconds=1))
        answers = {
            used: (410, "already used"),
            withdrawn: (410, "withdrawn"),
            expired: (410, "expired"),
            f"{withdrawn[:-3]}xx/": (404, "Copy the whole link"),
            "/join/999-aaaaaaaaaaaaaaaaaaaaaa/": (404, "Copy the whole link"),
            "/join/nonsense/": (404, "Copy the whole link"),
        }
        for link, (status, words) in answers.items():
            for answer in (client.get(link), client.post(link, {**form, "email": "x@example.com"})):
                assert answer.status_code == status, link
                assert words in answer.content.decode()

    def test_an_invitation_for_one_address_is_for_nobody_else(
        self, owner: Any, other_company: Any, client: Any, client_of: Any
    ) -> None:
        from hanmaru.central.companies.models import User

        link = link_in(owner.post("/people/invite/", {"roles": ["quality"], "email": "Kim@Example.com"}), "join")
        answer = client_of(other_company).post(link)
        assert answer.status_code == 410
        form = {"name": "Kim", "email": "other@example.com", "password": NEW, "language": "en"}
        client.post(link, form)
        assert User.objects.filter(email="kim@example.com").exists()
        assert not User.objects.filter(email="other@example.com").exists()

    def test_somebody_with_an_account_joins_with_it_and_chooses_after(
        self, owner: Any, other_company: Any, client: Any, client_of: Any, company: Any
    ) -> None:
        link = link_in(owner.post("/people/invite/", {"roles": ["planner"]}), "join")
        browser = client_of(other_company)
        assert browser.get(link).status_code == 200
        assert browser.post(link).status_code == 302
        assert other_company.user.email in browser.get("/people/").content.decode()
        form = {"email": other_company.user.email, "password": PASSWORD, "next": "/people/"}
        answer = client.post("/login/", form)
        assert answer["Location"] == "/company/?next=%2Fpeople%2F"
        assert client.post("/company/", {"company": company.company_id, "next": "/people/"})["Location"] == "/people/"
        assert company.user.email in client.get("/people/").content.decode()

    def test_a_foreign_company_cannot_be_chosen(self, owner: Any, other_company: Any) -> None:
        assert owner.post("/company/", {"company": other_company.company_id}).status_code == 404
        session = owner.session
        session["company"] = other_company.company_id
        session.save()
        assert other_company.user.email not in owner.get("/people/").content.decode()

    def test_who_is_in_already_is_told_so(self, owner: Any) -> None:
        link = link_in(owner.post("/people/invite/", {"roles": ["planner"]}), "join")
        assert owner.post(link).status_code == 410


class TestRoles:
    """What people may do, and who changes that."""

    def test_roles_are_changed(self, owner: Any, worker: Any) -> None:
        assert owner.post(f"/people/{worker.pk}/", {"roles": ["planner", "quality"]}).status_code == 302
        assert fresh(worker).roles == ["quality", "planner"]

    @pytest.mark.parametrize("roles", [[], ["emperor"], ["owner", "emperor"]])
    def test_unknown_or_no_roles_are_refused(self, owner: Any, worker: Any, roles: list[str]) -> None:
        assert owner.post(f"/people/{worker.pk}/", {"roles": roles}).status_code == 422
        assert fresh(worker).roles == ["warehouse"]

    def test_the_last_owner_stays(self, owner: Any, company: Any) -> None:
        assert owner.post(f"/people/{company.pk}/", {"roles": ["planner"]}).status_code == 422
        assert owner.post(f"/people/{company.pk}/remove/").status_code == 302
        assert fresh(company).roles == ["owner"]
        assert fresh(company).left_at is None

    def test_an_owner_with_another_owner_may_go(self, owner: Any, company: Any) -> None:
        member_of(company, "second@example.com", ["owner"])
        assert owner.post(f"/people/{company.pk}/remove/").status_code == 302
        assert fresh(company).left_at is not None
        assert owner.get("/people/").status_code == 403

    def test_a_worker_cannot_raise_themselves(self, worker: Any, company: Any, client_of: Any) -> None:
        from hanmaru.central.companies.models import Invitation

        browser = client_of(worker)
        for address, form in {
            f"/people/{worker.pk}/": {"roles": ["owner"]},
            f"/people/{company.pk}/remove/": {},
            f"/people/{company.pk}/password-link/": {},
            "/people/invite/": {"roles": ["owner"]},
            "/settings/devices/new/": {"name": "x", "scopes": ["api:write"]},
            "/settings/company/": {"name": "Mine", "time_zone": "Asia/Seoul"},
        }.items():
            assert browser.post(address, form).status_code == 403, address
        browser.post(
            "/settings/profile/",
            {"name": "P", "language": "ko", "text_size": "normal", "roles": "owner", "is_platform_operator": "on"},
        )
        assert fresh(worker).roles == ["warehouse"]
        worker.user.refresh_from_db()
        assert not worker.user.is_platform_operator
        assert Invitation.objects.filter(accepted_at=None).count() == 0

    def test_a_member_of_another_company_does_not_exist(self, owner: Any, other_company: Any) -> None:
        number = other_company.pk
        assert owner.get(f"/people/{number}/").status_code == 404
        assert owner.post(f"/people/{number}/", {"roles": ["owner"]}).status_code == 404
        assert owner.post(f"/people/{number}/remove/").status_code == 404
        assert owner.post(f"/people/{number}/password-link/").status_code == 404


class TestPassword:
    """Forgotten and changed passwords."""

    def test_a_link_sets_a_new_password_once_and_ends_other_sessions(
        self, owner: Any, worker: Any, client: Any, client_of: Any
    ) -> None:
        elsewhere = client_of(worker)
        link = link_in(owner.post(f"/people/{worker.pk}/password-link/"), "new-password")
        assert client.post(link, {"password": "short"}).status_code == 422
        assert client.post(link, {"password": NEW}).status_code == 200
        assert elsewhere.get("/people/").status_code == 302
        assert client.post("/login/", {"email": worker.user.email, "password": NEW}).status_code == 302
        assert client.post(link, {"password": NEW}).status_code == 410

    def test_a_second_link_ends_the_first(self, owner: Any, worker: Any, client: Any) -> None:
        first, second = (link_in(owner.post(f"/people/{worker.pk}/password-link/"), "new-password") for _ in range(2))
        assert client.get(first).status_code == 410
        assert client.get(second).status_code == 200

    def test_who_works_elsewhere_too_gets_no_link(self, owner: Any, worker: Any, other_company: Any) -> None:
        from hanmaru.central.companies.models import PasswordReset
        from hanmaru.central.companies.services import invite, join
        from hanmaru.central.companies.tenancy import acting

        before = link_in(owner.post(f"/people/{worker.pk}/password-link/"), "new-password")
        with acting(company_id=other_company.company_id, user_id=other_company.user_id):
            key = invite(roles=["quality"])
        join(key, worker.user)
        assert owner.post(f"/people/{worker.pk}/password-link/").status_code == 302
        assert PasswordReset.objects.count() == 1
        assert owner.get(before).status_code == 410

    def test_the_present_password_is_asked_for(self, owner: Any, company: Any) -> None:
        assert owner.post("/settings/password/", {"present": "wrong", "new": NEW}).status_code == 422
        assert owner.post("/settings/password/", {"present": PASSWORD, "new": NEW}).status_code == 302
        assert owner.get("/settings/").status_code == 200
        company.user.refresh_from_db()
        assert company.user.check_password(NEW)


class TestCompany:
    """What a company and a person say of themselves."""

    def test_what_the_company_says_of_itself_is_saved(self, owner: Any, company: Any) -> None:
        assert owner.post("/settings/company/", COMPANY).status_code == 302
        company.company.refresh_from_db()
        assert company.company.business_number == "123-45-67891"
        assert company.company.time_zone == "Asia/Tokyo"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("business_number", "1234567890"),
            ("business_number", "12"),
            ("gs1_prefix", "12345"),
            ("gs1_prefix", "88A"),
            ("gs1_prefix", "2123456"),
            ("time_zone", "Mars/Base"),
            ("phone", "call me"),
            ("name", ""),
        ],
    )
    def test_wrong_values_are_named(self, owner: Any, field: str, value: str) -> None:
        response = owner.post("/settings/company/", {**COMPANY, field: value})
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]

    def test_the_address_of_the_order_page_is_its_company_s_alone(
        self, owner: Any, company: Any, other_company: Any
    ) -> None:
        taken = other_company.company.slug
        before = company.company.slug
        assert owner.post("/settings/order-page/", {"slug": taken}).status_code == 422
        company.company.refresh_from_db()
        assert company.company.slug == before
        assert owner.post("/settings/order-page/", {"slug": "my-rings"}).status_code == 302
        company.company.refresh_from_db()
        assert (company.company.slug, company.company.order_page_open) == ("my-rings", False)

    def test_a_chosen_language_and_size_follow_the_person(self, owner: Any, client: Any, company: Any) -> None:
        form = {"name": "Hana", "language": "en", "text_size": "larger"}
        assert owner.post("/settings/profile/", form).status_code == 302
        answer = client.post("/login/", {"email": company.user.email, "password": PASSWORD})
        assert answer.cookies["django_language"].value == "en"
        assert answer.cookies["text_size"].value == "larger"


class TestDevices:
    """Tokens."""

    def test_a_token_is_shown_once_and_revoked(self, owner: Any) -> None:
        from hanmaru.central.companies.models import DeviceToken
        from hanmaru.central.companies.services import authenticate
        from hanmaru.central.companies.services.tokens import TokenRevoked

        form = {"name": "Gate reader", "scopes": ["reader"], "expires_on": ""}
        page = owner.post("/settings/devices/new/", form).content.decode()
        text = re.search(r"hmd_\d+_\d+_[\w-]+", page)[0]
        assert authenticate(text).name == "Gate reader"
        assert text not in owner.get("/settings/devices/").content.decode()
        token = DeviceToken.objects.get()
        assert owner.post(f"/settings/devices/{token.pk}/revoke/").status_code == 302
        with pytest.raises(TokenRevoked):
            authenticate(text)

    @pytest.mark.parametrize("changes", [{"scopes": []}, {"scopes": ["everything"]}, {"expires_on": "2020-01-01"}])
    def test_wrong_values_are_refused(self, owner: Any, changes: dict[str, Any]) -> None:
        from hanmaru.central.companies.models import DeviceToken

        response = owner.post("/settings/devices/new/", {"name": "x", "scopes": ["reader"], **changes})
        assert response.status_code == 422
        assert DeviceToken.objects.count() == 0

    def test_another_company_s_device_does_not_exist(self, owner: Any, other_company: Any) -> None:
        from hanmaru.central.companies.models import DeviceToken
        from hanmaru.central.companies.services import issue_token
        from hanmaru.central.companies.tenancy import acting

        with acting(company_id=other_company.company_id, user_id=other_company.user_id):
            issue_token("theirs", ["reader"])
            token = DeviceToken.objects.get()
        assert owner.post(f"/settings/devices/{token.pk}/revoke/").status_code == 404
        with acting(company_id=other_company.company_id):
            assert DeviceToken.objects.get().revoked_at is None


class TestTrail:
    """Who did what."""

    def test_a_write_through_a_page_tells_who_when_whence_and_what(self, owner: Any, company: Any) -> None:
        owner.cookies["django_language"] = "en"
        owner.post("/settings/company/", COMPANY, REMOTE_ADDR="203.0.113.5")
        page = owner.get("/settings/trail/?table=companies_company").content.decode()
        assert company.user.name in page
        assert "203.0.113.5" in page
        assert "Company changed" in page
        assert "새 이름" in page

    def test_it_comes_in_pages_and_is_filtered(self, owner: Any, worker: Any) -> None:
        from hanmaru.central.companies.services import issue_token

        for number in range(60):
            issue_token(f"device {number}", ["reader"])
        first = owner.get("/settings/trail/?table=companies_devicetoken")
        assert len(first.context["rows"]) == 50
        second = owner.get("/settings/trail/" + first.context["next"])
        assert len(second.context["rows"]) == 10
        assert second.context["next"] is None
        only = owner.get(f"/settings/trail/?person={worker.user_id}")
        assert {row["step"].who for row in only.context["rows"]} == {"Park"}

    @pytest.mark.parametrize(
        "query", ["?table=pg_shadow", "?after=x", "?person=99999999999999", "?row=-1", "?after=" + "9" * 30]
    )
    def test_nonsense_in_the_address_is_no_error(self, owner: Any, query: str) -> None:
        assert owner.get(f"/settings/trail/{query}").status_code == 200


class TestPlatform:
    """What the platform operator sees."""

    def test_an_operator_sees_names_and_numbers_of_people_only(
        self, company: Any, other_company: Any, client_of: Any
    ) -> None:
        company.user.is_platform_operator = True
        company.user.save()
        page = client_of(company).get("/platform/").content.decode()
        assert other_company.company.name in page
        assert other_company.user.email not in page

    def test_nobody_else_learns_that_the_page_exists(self, owner: Any, client: Any) -> None:
        assert owner.get("/platform/").status_code == 404
        assert client.get("/platform/").status_code == 302

    def test_the_function_itself_asks_who_acts(self, company: Any) -> None:
        from hanmaru.central.companies.queries import platform_companies
        from hanmaru.central.companies.tenancy import acting

        assert platform_companies() == []
        with acting(user_id=None):
            assert platform_companies() == []


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
