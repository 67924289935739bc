"""Every address of a page in the demo's house."""

import re
from collections.abc import Iterator
from typing import Final

from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

PATIENCE: Final = 120_000  # milliseconds; a loaded machine is slow, not wrong
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
BLANKS = {"int": r"\d+", "slug": r"[\w-]+", "path": r"[^\"]+"}
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
    blank = BLANKS[address.partition("<")[2].partition(":")[0]]
    for found in re.finditer(rf'href="/{re.escape(stem)}({blank})/', page.request.get(start, timeout=PATIENCE).text()):
        if found[1] != "new":
            return "/" + re.sub(r"<\w+:\w+>", found[1], address)
    return None
