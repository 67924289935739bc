"""The whole system with the demo's data in a real browser: a first day from sign-up to shipped, and every page.

These stand in one file because they share one cold start, and the system works on for as long as the file lasts.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.addresses import addresses, real_address
from tests.browser.conftest import DESKTOP, PATIENCE, PHONE
from tests.browser.house import PICTURES_ASKED, keep_picture, log_in, pictures_asked
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


@pytest.fixture(scope="module")
def owners_page(chromium: Browser, house_address: str) -> Iterator[Callable[[str], Page]]:
    """The owner's browser in a language."""
    opened: list[BrowserContext] = []

    def make(language: str) -> Page:
        context = chromium.new_context(
            viewport={"width": PHONE[0], "height": PHONE[1]}, base_url=house_address, reduced_motion="reduce"
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        log_in(page, "owner@example.com")
        if page.locator("html").get_attribute("lang") != language:
            page.evaluate("l => document.querySelector(`button[name=language][value=${l}]`).click()", language)
            page.wait_for_selector(f"html[lang={language}]")
        return page

    yield make
    for context in opened:
        context.close()


@pytest.mark.parametrize("language", ["ko", pytest.param("en", marks=pytest.mark.long)])
def test_every_page_is_well_made(
    owners_page: Callable[[str], Page], violations: Callable[[Page], list[str]], language: str
) -> None:
    """Axe looks at each once: but for their words the pages are the same in both languages."""
    assert not (wrong := faults(owners_page(language), violations)), "\n".join(wrong)


def test_every_page_has_room_for_english_words(owners_page: Callable[[str], Page]) -> None:
    assert not (wrong := faults(owners_page("en"), lambda _page: [])), "\n".join(wrong)


def faults(page: Page, look: Callable[[Page], list[str]]) -> list[str]:
    """Open every page; answer what is wrong with each."""
    wrong: list[str] = []
    seen = 0
    for pattern in addresses():
        address = real_address(page, pattern)
        if address is None:
            continue
        answer = page.request.get(address, timeout=2 * PATIENCE)
        if answer.status in (404, 405) or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        if answer.status >= 400:
            wrong.append(f"{address}: {answer.status}")
        page.goto(address)
        seen += 1
        wrong += [f"{address}: {one}" for one in look(page)]
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            wrong.append(f"{address}: {over} px hang over the edge")
    assert seen >= 45
    return wrong


@pytest.mark.skipif(not pictures_asked(), reason=f"pictures are taken where {PICTURES_ASKED} is 1")
@pytest.mark.parametrize("language", ["ko", "en"])
def test_pictures_of_the_demo_can_be_kept(owners_page: Callable[[str], Page], language: str) -> None:
    """For README and docs."""
    page = owners_page(language)
    page.set_viewport_size({"width": 1440, "height": 900})
    for name in ("today", "orders", "stock", "products", "warehouse", "moves", "plant", "plant/seongsu/connections"):
        page.goto(f"/{name}/")
        keep_picture(page, f"demo-{name.rpartition('/')[2]}", language)
