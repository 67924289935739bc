"""Live regions: a told topic fetches its region anew, and no other; typing is not disturbed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

REGION = (
    '<div id="{name}" data-live="{topic}" data-live-label="{name}" hx-get="/gallery/" hx-trigger="live"'
    ' hx-select="#{name}" hx-target="this" hx-swap="outerHTML"><input aria-label="in {name}"><b>{count}</b></div>'
)
LIGHT = (
    '<p data-live-light data-state="waiting" class="live-light"><span data-when="live">Live</span>'
    '<span data-when="lost">Not live</span></p>'
)


@pytest.fixture
def told() -> list[str]:
    """Topics that the next streams tell, one stream each, several parted by |; none left: the line is down."""
    return []


@pytest.fixture
def page(new_page: Callable[..., Page], told: list[str]) -> Page:
    """The gallery with two regions that show how often they were fetched, and a stream under our control."""
    screen = new_page(language="en")
    fetched = 0

    def gallery(route: Route) -> None:
        nonlocal fetched
        answer = route.fetch()
        regions = REGION.format(name="shelf", topic="stock products", count=fetched)
        regions += REGION.format(name="desk", topic="orders", count=fetched)
        text = answer.text().replace('data-live-url=""', 'data-live-url="/stream"')
        fetched += 1
        route.fulfill(response=answer, body=text.replace("<h1>", LIGHT + regions + "<h1>"))

    def stream(route: Route) -> None:
        if not told:
            route.abort()
            return
        body = "".join(f'data: {{"topic": "{topic}"}}\n\n' for topic in told.pop(0).split("|"))
        route.fulfill(status=200, content_type="text/event-stream", body=body)

    screen.route("**/gallery/", gallery)
    screen.route("**/stream*", stream)
    return screen


def test_a_topic_fetches_its_region_and_no_other_and_is_announced(page: Page, told: list[str]) -> None:
    told.append("products")
    page.goto("/gallery/")
    expect(page.locator("#shelf b")).to_have_text("1")
    expect(page.locator("#announcer")).to_have_text("shelf")
    expect(page.locator("#desk b")).to_have_text("0")


def test_what_changes_while_a_region_is_fetched_is_fetched_again(page: Page, told: list[str]) -> None:
    told.append("stock|stock|stock")
    page.goto("/gallery/")
    expect(page.locator("#shelf b")).to_have_text("2")


def test_a_lost_line_is_said_and_everything_is_fetched_once_it_is_back(page: Page, told: list[str]) -> None:
    page.goto("/gallery/")
    expect(page.locator("[data-live-light]").first).to_have_attribute("data-state", "lost")
    told.append("nothing that a region here listens to")
    expect(page.locator("#shelf b")).not_to_have_text("0")
    expect(page.locator("#desk b")).not_to_have_text("0")


def test_a_region_in_which_someone_types_waits_until_they_leave_it(page: Page, told: list[str]) -> None:
    page.goto("/gallery/")
    field = page.get_by_label("in shelf")
    field.fill("half a wor")
    told.append("stock")
    expect(page.locator("#desk b")).not_to_have_text("0")
    expect(field).to_have_value("half a wor")
    field.blur()
    expect(page.locator("#shelf b")).not_to_have_text("0")
