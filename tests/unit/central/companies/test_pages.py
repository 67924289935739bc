"""Every page of people and companies: it opens, and says whom it refuses."""

from typing import Any

import pytest

pytestmark = pytest.mark.django_db
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
