"""Every page of the system with the demo's data, in both languages: axe finds nothing, nothing hangs over the edge."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import PHONE
from tests.browser.house import keep_picture, log_in

pytestmark = [pytest.mark.xdist_group("house"), pytest.mark.timeout(900)]  # one cold start of the system for all
# Where an address needs an id, a page that leads there: the first link of this form on it is followed.
FOUND_ON = {
    "orders/": "/orders/",
    "customers/": "/customers/",
    "products/variants/": "/products/1/",
    "products/": "/products/",
    "stock/": "/stock/",
    "places/": "/places/",
    "deliveries/": "/deliveries/",
    "pick-lists/": "/pick-lists/",
    "parcels/": "/parcels/",
    "people/": "/people/",
    "suppliers/": "/suppliers/",
    "boxes/": "/boxes/",
    "warehouse/pick/": "/warehouse/pick/",
    "warehouse/receive/": "/warehouse/receive/",
    "plant/seongsu/at/": "/plant/",
    "plant/seongsu/tags/": "/plant/seongsu/tags/",
    "plant/seongsu/connections/": "/plant/seongsu/connections/",
}
BLANKS = {"int": r"\d+", "slug": r"[\w-]+", "path": ".+"}
# Answers of other kinds than a page, pages that need what the demo has not, and what a visit would change.
NO_PAGES = re.compile(
    r"^api/|^live$|^media|\.(pdf|csv|xlsx|webp)$|^logout|/(archive|close|cancel|revoke|remove|withdraw|give-back|unpack)/$"
    r"|^language|^text-size|start/$|preview/$|template/$|refused/$|/price/$|act/|<slug:action>|<str:|^join|^new-password|^o/|find|new/products"
    r"|new/customers|add_line|^photos|import/<|returns/<|invitations|devices/<|/photos/<|variants/<int:\w+>/\w"
    r"|trend/(data|export|mark)/$"
)


def addresses() -> list[str]:
    """Every address pattern of a page, as the resolver knows it."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for one in patterns:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            else:
                yield here

    return sorted({address for address in walk(get_resolver().url_patterns, "") if not NO_PAGES.search(address)})


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


def real_address(page: Page, pattern: str) -> str | None:
    """An address of the pattern that exists in the demo; None where there is none."""
    address = pattern.replace("<slug:slug>", "hanmaru-atelier").replace("<slug:site>", "seongsu")
    if "<" not in address:
        return f"/{address}"
    stem = address.partition("<")[0]
    start = next((page_of for begin, page_of in FOUND_ON.items() if stem.startswith(begin)), None)
    if stem.startswith("c/"):
        start = "/c/hanmaru-atelier/"
    if start is None:
        return None
    page.goto(start)
    hrefs: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    for href in hrefs:
        found = re.match(rf"/{re.escape(stem)}({BLANKS[address.partition('<')[2].partition(':')[0]]})/", href)
        if found and found[1] != "new":
            return "/" + re.sub(r"<\w+:\w+>", found[1], address)
    return None


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_is_well_made(
    owners_page: Callable[[str], Page], violations: Callable[[Page], list[str]], language: str
) -> None:
    page = owners_page(language)
    wrong: list[str] = []
    seen = 0
    for pattern in addresses():
        address = real_address(page, pattern)
        if address is None:
            continue
        answer = page.request.get(address, timeout=120_000)  # a loaded machine is slow, not wrong
        if answer.status in (404, 405) or not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        if answer.status >= 400:
            wrong.append(f"{address}: {answer.status}")
        page.goto(address)
        seen += 1
        wrong += [f"{address}: {one}" for one in violations(page)]
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            wrong.append(f"{address}: {over} px hang over the edge")
    assert seen >= 45
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pictures_of_the_demo_can_be_kept(owners_page: Callable[[str], Page], language: str) -> None:
    """For README and docs; without the wish for pictures it only sees that the pages of the README are there."""
    page = owners_page(language)
    page.set_viewport_size({"width": 1440, "height": 900})
    for name in ("today", "orders", "stock", "products", "warehouse", "moves", "plant", "plant/seongsu/connections"):
        page.goto(f"/{name}/")
        keep_picture(page, f"demo-{name.rpartition('/')[2]}", language)
