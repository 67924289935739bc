"""The whole journey in a real browser: from sign-up to the customer who sees that the ring is on its way."""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESKTOP, PATIENCE, PHONE
from tests.browser.house import keep_picture
from tests.browser.journey import TAGS, Workshop

pytestmark = [pytest.mark.xdist_group("house"), pytest.mark.timeout(900)]  # one cold start of the system for all


@pytest.fixture
def browse(chromium: Browser, house_address: str) -> Iterator[Callable[..., Page]]:
    """Open a browser of its own, logged in by nobody, at the whole system."""
    opened: list[BrowserContext] = []

    def make(size: tuple[int, int], language: str) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(
            viewport=viewport, base_url=house_address, reduced_motion="reduce", locale=language
        )
        context.add_cookies([{"name": "django_language", "value": language, "url": house_address}])
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(3 * PATIENCE)
        return page

    yield make
    for context in opened:
        context.close()


class StockTab:
    """The stock page, open in a second tab and never loaded again; how long each change took to be seen."""

    def __init__(self, page: Page, variant: str) -> None:
        self.page = page
        self.took: list[float] = []
        page.goto(f"/stock/{variant}/")
        expect(page.locator("[data-live-light]:visible").first).to_have_attribute("data-state", "live")
        page.evaluate("window.never_loaded_again = true")

    def shows(self, *figures: int) -> None:
        """On hand, reserved, free, from now."""
        began = time.monotonic()
        for number, figure in enumerate(figures):
            expect(self.page.locator(".stat-value span").nth(number)).to_have_text(str(figure))
        self.took.append(time.monotonic() - began)
        assert self.page.evaluate("window.never_loaded_again")


def _words(text: str, language: str) -> str:
    with translation.override(language):
        return translation.gettext(text)


WALKS = [
    pytest.param("ko", PHONE, id="ko-phone"),
    pytest.param("en", DESKTOP, id="en-desktop"),
    pytest.param("ko", DESKTOP, id="ko-desktop", marks=pytest.mark.long),
    pytest.param("en", PHONE, id="en-phone", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("language", "size"), WALKS)
def test_from_sign_up_to_shipped(
    browse: Callable[..., Page], house_address: str, tmp_path: Path, language: str, size: tuple[int, int]
) -> None:
    owner, customer = browse(size, language), browse(PHONE, language)
    shop = Workshop(owner, language, f"j{uuid4().hex[:10]}", tmp_path)
    shop.sign_up()
    shop.add_product()
    shop.make_places()
    tags = shop.make_tags()
    shop.announce()
    stock = StockTab(owner.context.new_page(), shop.variant)
    stock.shows(0, 0, 0)

    with shop.reader(house_address, shop.token(), tags):
        expect(stock.page.locator(".stat-value span").first).to_have_text(str(TAGS), timeout=60_000)
    stock.took.clear()

    shop.put_away(tags[0])
    expect(stock.page.locator("table").first).to_contain_text("A-1-1-01")
    shop.order_by_phone(customer)
    customer.goto(customer.url.partition("?")[0])  # stays open: it is told how far the order is
    shop.reserve()
    stock.shows(TAGS, 1, TAGS - 1)
    shop.pick(tags[0])
    shop.pack()
    shop.ship()
    stock.shows(TAGS - 1, 0, TAGS - 1)
    print(f"seen live after {statistics.median(stock.took):.2f} s, the middle one")  # noqa: T201 - shown by -s

    expect(customer.locator("h1")).to_have_text(_words("On its way to you", language))
    keep_picture(customer, "journey-customer-shipped", language)
    owner.goto("/today/")
    shop.keep("today-fresh")
