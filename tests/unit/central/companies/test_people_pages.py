"""What people may do and who changes that; what the platform operator sees."""

from typing import Any

import pytest

from tests.unit.central.companies.people import fresh, member_of

pytestmark = pytest.mark.django_db


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
