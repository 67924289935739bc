"""Every address, asked for with another company's ids, answers that there is no such thing, and changes nothing."""

import io
import itertools
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests.isolation.addresses import (
    BY_LINK,
    FILL_IN,
    PLAIN,
    SLUG,
    Operation,
    Page,
    fillable,
    foreign_addresses,
    made_up,
    operations,
    pages,
)

pytestmark = pytest.mark.django_db
_keys = itertools.count(1)
WITHOUT_A_MARK = {"live": "answers 204 and nothing else; the stream itself is tested with the pages"}


def ids(page: Page) -> bool:
    return bool(set(page.blanks) - PLAIN.keys() - {SLUG}) and page.name not in BY_LINK


@pytest.fixture
def browser(ours: Any, client_of: Any) -> Any:
    return client_of(ours.membership)


@pytest.fixture
def token(ours: Any) -> str:
    """A token that may do everything, for our company."""
    from hanmaru.central.companies.services import issue_token
    from hanmaru.central.companies.tenancy import acting

    with acting(company_id=ours.membership.company_id):
        return issue_token("prober", ["api:write", "reader"])


@pytest.fixture
def untouched(theirs: Any) -> Any:
    """Afterwards, everything of the other company is as it was."""
    before = _everything(theirs)
    yield
    assert _everything(theirs) == before


def _everything(company: Any) -> dict[str, list[Any]]:
    from hanmaru.central.companies.tenancy import acting
    from tests.isolation.filling import company_models

    tables = [model._meta.db_table for model in company_models()] + ["companies_company", "companies_auditentry"]
    found = {}
    with acting(company_id=company.membership.company_id, user_id=None), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 -- a table of ours
            found[table] = cursor.fetchall()
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_page_says_who_may_open_it(page: Page) -> None:
    marked = hasattr(page.view, "guard") or page.name in WITHOUT_A_MARK
    assert marked, f"put @needs(...) or @open_to_all of companies.views.access over the view of {page.template}"


@pytest.mark.parametrize("route", [*pages(), *operations()], ids=lambda route: getattr(route, "name", str(route)))
def test_every_blank_in_an_address_can_be_filled(route: Page | Operation) -> None:
    if getattr(route, "name", "") in BY_LINK:
        return
    for blank in route.blanks:
        assert fillable(blank), FILL_IN % (route.template, blank)


@pytest.mark.parametrize("page", [page for page in pages() if ids(page)], ids=lambda page: page.name)
@pytest.mark.usefixtures("untouched")
def test_a_page_knows_nothing_of_another_company(page: Page, browser: Any, ours: Any, theirs: Any) -> None:
    for address in foreign_addresses(page.template, page.blanks, ours, theirs):
        answers = {method: getattr(browser, method)(address).status_code for method in ("get", "post")}
        assert 404 in answers.values(), f"{address}: {answers}"
        assert set(answers.values()) <= {404, 405}, f"{address}: {answers}"


@pytest.mark.parametrize("page", [page for page in pages() if not page.blanks], ids=lambda page: page.name)
@pytest.mark.usefixtures("untouched")
def test_a_page_without_ids_shows_nothing_of_another_company(page: Page, browser: Any, theirs: Any) -> None:
    answer = browser.get(page.template)
    assert answer.status_code in {200, 204, 302, 404, 405}
    assert theirs.marker.encode() not in _unpacked(b"".join(answer))


def _unpacked(content: bytes) -> bytes:
    """What stands in an answer; a spreadsheet is a compressed archive."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("operation", operations(), ids=str)
@pytest.mark.usefixtures("untouched")
def test_the_api_knows_nothing_of_another_company(
    operation: Operation, client: Any, token: str, ours: Any, theirs: Any
) -> None:
    addresses = foreign_addresses(operation.template, operation.blanks, ours, theirs) or [operation.template]
    body = made_up(operation.body, theirs)
    for address in addresses:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"probe-{next(_keys)}"}
        if operation.files:
            files = {name: SimpleUploadedFile(f"{name}.png", b"x", "image/png") for name in operation.files}
            answer = client.post(address, data=files, headers=headers)
        else:
            method = getattr(client, operation.method)
            answer = method(address, data=body, content_type="application/json", headers=headers)
        told = answer.content.decode()
        assert answer.status_code < 500, told
        assert theirs.marker not in told
        if operation.blanks:
            assert answer.status_code == 404, told
        elif body != made_up(operation.body, ours):  # the body names things of the other company
            assert answer.status_code in {404, 409, 422}, told
            assert '"api.invalid"' not in told, f"{operation}: the body could not be made up; give its fields examples"


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_the_api_is_closed_without_a_token_and_to_a_session(operation: Operation, browser: Any, ours: Any) -> None:
    values = dict.fromkeys(operation.blanks, 1)
    address = operation.template.format(**values)
    assert getattr(browser, operation.method)(address).status_code == 401
