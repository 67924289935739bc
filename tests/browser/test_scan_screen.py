"""The scan screen: the field owns the focus, no scan is lost, each goes out in order and once."""

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import PHONE


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    screen = new_page(PHONE, "en")
    screen.goto("/gallery/scan/")
    return screen


@pytest.fixture
def sent(page: Page) -> list[dict[str, list[str]]]:
    """What the screen posted, in order."""
    posts: list[dict[str, list[str]]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/gallery/scan/"):
            posts.append(parse_qs(request.post_data or ""))

    page.on("request", note)
    return posts


def scan(page: Page, code: str, end: str = "Enter") -> None:
    page.keyboard.type(code)
    page.keyboard.press(end)


def codes(sent: list[dict[str, list[str]]]) -> list[str]:
    return [post["code"][0] for post in sent]


def test_the_field_has_the_focus_from_the_start_and_after_each_answer(page: Page) -> None:
    field = page.locator("#scan-code")
    expect(field).to_be_focused()
    scan(page, "A-01")
    expect(page.locator("#step")).to_contain_text("A-01")
    expect(field).to_be_focused()
    expect(field).to_have_value("")


def test_a_scan_is_sent_beside_a_quantity_field(page: Page, sent: list[dict[str, list[str]]]) -> None:
    scan(page, "A-01")
    expect(page.locator("#step")).to_contain_text("A-01")
    page.locator("#step").evaluate("step => step.insertAdjacentHTML('beforeend', '<input type=number name=quantity>')")
    scan(page, "A-02")
    expect(page.locator("#step")).to_contain_text("A-02")
    assert codes(sent) == ["A-01", "A-02"]


def test_ok_and_error_sound_different_and_only_ok_counts(page: Page) -> None:
    scan(page, "A-01")
    expect(page.locator("html")).to_have_attribute("data-last-tone", "ok")
    scan(page, "B-01")
    expect(page.locator("html")).to_have_attribute("data-last-tone", "stop")
    expect(page.locator("#scan-count")).to_have_text("1")


def test_scans_during_a_request_wait_in_order(page: Page, sent: list[dict[str, list[str]]]) -> None:
    wanted = [f"A-{number}" for number in range(8)]
    for code in wanted:
        scan(page, code)
    expect(page.locator("#scan-count")).to_have_text("8")
    assert codes(sent) == wanted
    assert len({post["idempotency_key"][0] for post in sent}) == 8


def test_a_scanner_that_ends_with_tab_is_understood(page: Page) -> None:
    scan(page, "A-01", end="Tab")
    expect(page.locator("#step")).to_contain_text("A-01")


def test_scans_made_offline_are_kept_over_a_reload_and_sent_once_with_their_key(
    page: Page, sent: list[dict[str, list[str]]]
) -> None:
    page.context.set_offline(True)
    scan(page, "A-01")
    scan(page, "A-02")
    expect(page.locator("#scan-waiting")).to_have_text("Waiting to be sent: 2")
    kept = page.evaluate("Object.entries(sessionStorage).find(([k]) => k.startsWith('hanmaru-scans:'))[1]")
    assert kept.count("idempotency_key") >= 2
    page.context.set_offline(False)
    expect(page.locator("#scan-waiting")).to_be_hidden(timeout=30_000)
    expect(page.locator("#scan-count")).to_have_text("2")
    assert codes(sent)[-2:] == ["A-01", "A-02"]  # a try that had begun offline may be the one that got through
    assert all(post == sent[0] for post in sent[:-1]), "every further try is the same request"


def test_a_scan_whose_answer_was_lost_is_sent_again_the_same(page: Page, sent: list[dict[str, list[str]]]) -> None:
    lost: list[int] = []

    def lose_first(route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(1)
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    page.route("**/gallery/scan/", lose_first)
    scan(page, "A-01")
    expect(page.locator("#scan-count")).to_have_text("1")
    assert len(sent) == 2
    assert sent[0] == sent[1]


def test_after_the_session_ended_scans_are_kept_and_the_person_is_told(page: Page) -> None:
    page.route("**/gallery/scan/", lambda route: route.fulfill(status=401, body=""))
    scan(page, "A-01")
    expect(page.locator("#step")).to_contain_text("Log in again")
    expect(page.locator("#scan-waiting")).to_have_text("Waiting to be sent: 1")


def test_a_press_of_a_button_gives_the_focus_back(page: Page) -> None:
    page.locator("[data-mutes]").click()
    expect(page.locator("[data-mutes]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#scan-code")).to_be_focused()
    page.reload()
    expect(page.locator("[data-mutes]")).to_have_attribute("aria-pressed", "true")


def test_the_keyboard_can_leave_the_field_and_a_scan_still_finds_it(page: Page) -> None:
    expect(page.locator("#scan-code")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#scan-code")).not_to_be_focused()
    scan(page, "A-09")
    expect(page.locator("#step")).to_contain_text("A-09")


def test_another_field_that_was_chosen_keeps_the_focus(page: Page) -> None:
    page.evaluate("document.getElementById('step').insertAdjacentHTML('beforeend', '<input id=other aria-label=x>')")
    page.locator("#other").click()
    page.keyboard.type("12")
    expect(page.locator("#other")).to_have_value("12")
    expect(page.locator("#scan-code")).to_have_value("")


def test_the_buttons_and_quantities_are_huge(page: Page) -> None:
    button = page.locator(".scan-step .button").bounding_box()
    step = page.locator("#step").bounding_box()
    assert button is not None
    assert step is not None
    assert button["height"] >= 5 * 18
    assert button["width"] == pytest.approx(step["width"])
    ratio = page.evaluate(
        """parseFloat(getComputedStyle(document.querySelector(".scan-amount b")).fontSize)
        / parseFloat(getComputedStyle(document.querySelector(".scan-amount")).fontSize)"""
    )
    assert ratio == pytest.approx(1.8)
