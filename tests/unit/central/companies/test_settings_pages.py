"""What a company and a person say of themselves, its devices, and the trail of it all."""

import re
from typing import Any

import pytest

from tests.central_fixtures import PASSWORD

pytestmark = pytest.mark.django_db
COMPANY = {
    "name": "새 이름",
    "business_number": "1234567891",
    "phone": "02-123-4567",
    "address": "서울",
    "gs1_prefix": "8801234",
    "time_zone": "Asia/Tokyo",
}


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
