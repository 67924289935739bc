"""The shell's own pages: errors in style, the size of the text, who may see the gallery."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.test import RequestFactory, override_settings
from django.utils import translation

from hanmaru.central.web.views import errors

PLAIN = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture(autouse=True)
def plain_static_files() -> Any:
    with override_settings(STORAGES=PLAIN):
        yield


PAGES = {
    400: lambda request: errors.bad_request(request, ValueError()),
    403: lambda request: errors.permission_denied(request, PermissionError()),
    404: lambda request: errors.not_found(request, LookupError()),
    413: errors.too_large,
    500: errors.server_error,
}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("status", PAGES)
def test_an_error_says_what_to_do_next_and_asks_nothing_of_the_database(status: int, language: str) -> None:
    with translation.override(language):
        answer = PAGES[status](RequestFactory().get("/somewhere/"))
    text = answer.content.decode()
    assert answer.status_code == status
    assert f'<html lang="{language}"' in text
    assert 'class="error-remedy"' in text
    assert 'href="/"' in text


def test_a_broken_page_can_be_tried_again_but_a_post_is_not_repeated() -> None:
    again = errors.server_error(RequestFactory().get("/orders/?page=2")).content.decode()
    assert 'href="/orders/?page=2"' in again
    assert "/orders/new/" not in errors.server_error(RequestFactory().post("/orders/new/")).content.decode()


def test_too_much_data_is_said_to_be_too_big() -> None:
    answer = errors.bad_request(RequestFactory().post("/x/"), RequestDataTooBig())
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_a_forged_form_gets_a_page_that_says_how_to_go_on() -> None:
    answer = errors.form_too_old(RequestFactory().post("/x/"), "CSRF cookie not set.")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "CSRF" not in answer.content.decode()


@pytest.mark.parametrize(
    ("size", "kept"), [("larger", "larger"), ("normal", "normal"), ("gigantic", "normal"), ("", "normal")]
)
def test_the_size_of_the_text_is_kept_in_a_cookie(client: Any, db: None, size: str, kept: str) -> None:
    answer = client.post("/text-size/", {"size": size, "next": "/stock/?q=ring"})
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.url == "/stock/?q=ring"
    assert answer.cookies["text_size"].value == kept


def test_a_choice_is_remembered_on_the_account(company: Any, client_of: Callable[[Any], Any]) -> None:
    browser = client_of(company)
    browser.post("/text-size/", {"size": "larger"})
    browser.post("/language/", {"language": "en", "next": "/gallery/"})
    company.user.refresh_from_db()
    assert (company.user.text_size, company.user.language) == ("larger", "en")
    browser.post("/language/", {"language": "xx"})
    company.user.refresh_from_db()
    assert company.user.language == "en"


@pytest.mark.parametrize("back", ["https://example.com/", "//example.com", "javascript:alert(1)", ""])
def test_the_way_back_never_leads_elsewhere(client: Any, db: None, back: str) -> None:
    assert client.post("/text-size/", {"size": "larger", "next": back}).url == "/"


def test_a_visitor_is_greeted_and_does_not_see_the_gallery(client: Any, db: None) -> None:
    greeting = client.get("/")
    assert greeting.status_code == HTTPStatus.OK
    assert "web/img/floor.svg" in greeting.content.decode()
    assert client.get("/gallery/").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/gallery/scan/").status_code == HTTPStatus.NOT_FOUND


def test_a_member_sees_the_gallery_in_the_companys_name(company: Any, client_of: Callable[[Any], Any]) -> None:
    page = client_of(company).get("/gallery/")
    assert page.status_code == HTTPStatus.OK
    assert company.company.name in page.content.decode()
    assert 'aria-label="주 메뉴"' in page.content.decode()


def test_the_gallerys_form_comes_back_with_what_was_wrong(company: Any, client_of: Callable[[Any], Any]) -> None:
    page = client_of(company).post("/gallery/", {"name": "", "quantity": "x"})
    assert page.status_code == HTTPStatus.OK
    assert "data-takes-focus" in page.content.decode()


@pytest.mark.parametrize(("code", "tone"), [("A-1", "ok"), ("B-1", "stop")])
def test_the_scan_screen_answers_a_step(company: Any, client_of: Callable[[Any], Any], code: str, tone: str) -> None:
    answer = client_of(company).post("/gallery/scan/", {"code": code}).content.decode()
    assert f'data-outcome="{tone}"' in answer
    assert "<html" not in answer
