"""A layout from upload to the last move in a real browser: live progress, the stop button, axe in both languages."""

import json
import os
import threading
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.unit.central.slotting.plant import STORE, STRIP, small_solver

# Playwright keeps an event loop in this thread, which Django takes for one that must not wait for a database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_layout_from_upload_to_the_last_move(open_page: Any, monkeypatch: Any, violations: Any, company: Any) -> None:
    from hanmaru.central.slotting import problems, services, tasks

    begun = threading.Event()

    def until_stopped(problem: Any, watch: Any, seed: int, method: str) -> Any:
        plan = small_solver(problem, watch, seed, method)
        begun.set()
        while not watch.over:
            threading.Event().wait(0.02)
        return plan

    def at_once(*, search_id: int, **_job: Any) -> None:
        """Do the job in a thread beside the pages, as the searcher's process does."""
        worker.append(threading.Thread(target=_carried_out, args=(company, search_id)))

    def _carried_out(member: Any, search_id: int) -> None:
        from django.db import connection

        from hanmaru.central.companies.tenancy import acting

        with acting(company_id=member.company_id, user_id=member.user_id, source="test"):
            services.carry_out(search_id)
        connection.close()

    worker: list[threading.Thread] = []
    monkeypatch.setattr(problems, "solve", until_stopped)
    monkeypatch.setattr(tasks.search_plan, "defer", at_once)
    page = open_page("/slotting/new/file/", DESKTOP, "en")
    file = {"name": "plant.json", "mimeType": "application/json", "buffer": json.dumps(STRIP).encode()}
    page.locator("[name=file]").set_input_files(file)
    page.get_by_role("button", name="Take it in").click()
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("begins as soon as")).to_be_visible()
    worker[0].start()
    assert begun.wait(60)
    page.reload()
    with page.expect_navigation():
        page.get_by_role("button", name="Stop and keep the best").click()
    worker[0].join(60)
    page.reload()
    page.get_by_role("button", name="Accept this plan").click()
    assert violations(page) == []
    page.get_by_role("button", name="Accept the plan").click()
    page.get_by_role("link", name="Print the list").click()
    expect(page.locator(".tick-box")).to_have_count(3)
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title("printed")
    page.go_back()
    for left in (3, 2, 1):
        expect(page.get_by_role("button", name="Done")).to_have_count(left)
        page.get_by_role("button", name="Done").first.click()
    expect(page.locator(".message", has_text="All is moved.").first).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_on_the_pages_of_layouts(
    open_page: Any, company: Any, monkeypatch: Any, violations: Any, language: str
) -> None:
    from hanmaru.central.slotting import problems, queries, services, tasks

    monkeypatch.setattr(problems, "solve", small_solver)
    monkeypatch.setattr(tasks.search_plan, "defer", lambda **_job: None)
    found = services.start_search(services.study_from_file("plant", json.dumps(STRIP).encode()))
    services.carry_out(found)
    relocation = services.accept_plan(found)
    study = queries.search_card(found).study
    store = services.study_from_file("store", json.dumps(STORE).encode())
    paths = [
        "/slotting/",
        "/slotting/new/",
        "/slotting/new/file/",
        "/slotting/new/stock/",
        "/slotting/new/table/",
        "/slotting/new/bill/",
        f"/slotting/studies/{study}/",
        f"/slotting/studies/{study}/rules/",
        f"/slotting/studies/{store}/rules/",
        f"/slotting/searches/{found}/",
        f"/slotting/searches/{found}/places/?why=M1",
        f"/slotting/relocations/{relocation}/",
        f"/slotting/relocations/{relocation}/print/",
    ]
    page = open_page("/slotting/", PHONE, language)
    for path in paths:
        page.goto(path)
        assert violations(page) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE[0], f"{path} is {wide} px wide on a phone"
