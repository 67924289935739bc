"""The gallery walked: axe finds nothing, nothing sticks out, everything is big enough to press."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, TABLET

PAGES = ["/gallery/", "/gallery/scan/"]
SIZES = [PHONE, TABLET, DESKTOP]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(
    new_page: Callable[..., Page], violations: Callable[[Page], list[str]], address: str, language: str
) -> None:
    page = new_page(PHONE, language)
    page.goto(address)
    assert page.get_attribute("html", "lang") == language
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert violations(page) == [], width


def test_axe_finds_nothing_in_an_open_dialog(
    new_page: Callable[..., Page], violations: Callable[[Page], list[str]]
) -> None:
    page = new_page(PHONE, "en")
    page.goto("/gallery/")
    page.get_by_role("button", name="Open the dialog").click()
    assert violations(page) == []


@pytest.mark.parametrize("text", ["normal", "larger"])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_sticks_out_sideways(new_page: Callable[..., Page], address: str, text: str) -> None:
    page = new_page(PHONE, "ko", text=text)
    page.goto(address)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("text", "pixels"), [("normal", 18), ("larger", 22)])
def test_the_text_is_big(new_page: Callable[..., Page], text: str, pixels: int) -> None:
    page = new_page(DESKTOP, "ko", text=text)
    page.goto("/gallery/")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == pixels
    smallest = page.evaluate(
        """Math.min(...[...document.querySelectorAll("main *")].filter(e => e.offsetParent && e.childNodes.length
        && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
        .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
    )
    assert smallest >= 16


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_is_pressed_is_at_least_48_pixels_high(new_page: Callable[..., Page], size: tuple[int, int]) -> None:
    page = new_page(size, "ko")
    page.goto("/gallery/")
    small = page.evaluate(
        """[...document.querySelectorAll("button, .button, .tab, .switch button, input:not([type=hidden]), select")]
        .filter(e => e.offsetParent && !["checkbox", "radio", "file"].includes(e.type))
        .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect().height]).filter(([, high]) => high < 47.9)"""
    )
    assert small == []


def test_a_dialog_opens_by_keyboard_keeps_the_focus_and_gives_it_back(new_page: Callable[..., Page]) -> None:
    page = new_page(DESKTOP, "en")
    page.goto("/gallery/")
    opener = page.get_by_role("button", name="Open the dialog")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Delete the product?")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("d => d.contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_first_tab_stop_skips_to_the_content(new_page: Callable[..., Page]) -> None:
    page = new_page(DESKTOP, "en")
    page.goto("/gallery/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_text_grows_at_once_and_stays_grown(new_page: Callable[..., Page]) -> None:
    page = new_page(DESKTOP, "en")
    page.goto("/gallery/scan/")
    page.goto("/gallery/")
    with page.expect_response("**/text-size/"):
        page.locator(".rail").get_by_role("button", name="Larger text").click()
    expect(page.locator("html")).to_have_attribute("data-size", "larger")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-size", "larger")


def test_the_language_changes_and_stays_on_the_page(new_page: Callable[..., Page]) -> None:
    page = new_page(DESKTOP, "en")
    page.goto("/gallery/")
    page.locator(".rail").get_by_role("button", name="한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    assert page.url.endswith("/gallery/")


def test_the_stepper_stays_within_its_bounds(new_page: Callable[..., Page]) -> None:
    page = new_page(DESKTOP, "en")
    page.goto("/gallery/")
    field = page.locator("#quantity-picked")
    more = page.get_by_role("button", name="More: Picked")
    for _ in range(12):
        more.click()
    expect(field).to_have_value("12")
    less = page.get_by_role("button", name="Less: Picked")
    less.click()
    expect(field).to_have_value("11")


def test_a_file_too_big_is_said_before_it_travels(new_page: Callable[..., Page]) -> None:
    page = new_page(DESKTOP, "en")
    page.goto("/gallery/")
    drop = page.locator("#wrong [data-file-drop]")
    drop.evaluate("d => d.dataset.maxBytes = 10")
    page.locator("#wrong input[type=file]").set_input_files(
        {"name": "반지.jpg", "mimeType": "image/jpeg", "buffer": b"x" * 2_000_000}
    )
    expect(drop.locator("output")).to_contain_text("반지.jpg (2.0 MB)")
    expect(drop.locator("output")).to_contain_text("too big")
    expect(page.locator("#announcer")).to_contain_text("too big")


def test_a_wrong_form_comes_back_with_the_focus_on_what_to_mend(new_page: Callable[..., Page]) -> None:
    page = new_page(DESKTOP, "en")
    page.goto("/gallery/")
    page.locator("#forms").get_by_role("button", name="Save").click()
    summary = page.locator("#forms .error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Product name: This field is required.").click()
    assert page.evaluate("location.hash") == "#id_name"
