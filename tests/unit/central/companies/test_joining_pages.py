"""Joining by a link, and new passwords by one."""

from typing import Any

import pytest

from tests.central_fixtures import PASSWORD
from tests.unit.central.companies.people import NEW, link_in

pytestmark = pytest.mark.django_db


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
