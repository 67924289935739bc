"""The steps of a workshop's first day, each as its people take it in the browser.

Words differ by language: pages are known by their fields and addresses.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from hanmaru.central.demo.pictures.gallery import draw
from tests.browser.house import keep_picture

RACK, BIN, TAGS = "A-1", "A-1-1-01", 3


class Workshop:
    """A company on its first day. `page` is the owner's browser, `language` what it speaks."""

    def __init__(self, page: Page, language: str, mark: str, folder: Path) -> None:
        self.page, self.language, self.mark, self.folder = page, language, mark, folder
        self.variant = self.sku = self.order = ""
        self.slug = f"maker-{mark}"

    def keep(self, name: str) -> None:
        keep_picture(self.page, f"journey-{name}", self.language)

    def submit(self) -> None:
        """Press the button of the page's form."""
        self.page.locator("main form button[type=submit]").last.click()

    def id_in_address(self, pattern: str) -> str:
        self.page.wait_for_url(re.compile(pattern))
        found = re.search(pattern, self.page.url)
        assert found
        return found[1]

    def sign_up(self) -> None:
        page = self.page
        page.goto("/")
        self.keep("welcome")
        page.goto("/sign-up/")
        page.locator("[name=company_name]").fill(f"Maker {self.mark}")
        page.locator("[name=person_name]").fill("Somi")
        page.locator("[name=email]").fill(f"{self.mark}@example.com")
        page.locator("[name=password]").fill("seven wooden floors")
        page.locator("select[name=language]").select_option(self.language)
        self.submit()
        page.wait_for_url(re.compile(r"/today/"))
        expect(page.locator(".checklist")).to_be_visible()
        self.keep("first-steps")
        page.goto("/settings/order-page/")
        page.locator("[name=slug]").fill(self.slug)
        self.submit()

    def add_product(self) -> None:
        """A ring in two sizes and two metals, with a photo."""
        page = self.page
        page.goto("/products/new/")
        page.locator("[name=name]").fill("Maru signet ring")
        page.locator("[name$=price]").first.fill("89000")
        self.submit()
        product = self.id_in_address(r"/products/(\d+)/options/")
        for number, (option, values) in enumerate((("Size", "15, 17"), ("Metal", "Silver, Gold 14K"))):
            page.locator("[name$='-name']").nth(number).fill(option)
            page.locator("[name$='-fresh']").nth(number).fill(values)
        expect(page.locator(".tally b")).to_have_text("4")
        self.keep("options")
        page.locator("#options-form button[type=submit]").last.click()
        page.wait_for_url(re.compile(r"/photos/"))
        page.locator("input[type=file]").set_input_files(
            {"name": "ring.jpg", "mimeType": "image/jpeg", "buffer": draw("R-MARU")}
        )
        page.locator("form[enctype] button[type=submit]").click()
        expect(page.locator(".photo-cards img")).to_be_visible()
        page.goto(f"/products/{product}/")
        expect(page.locator("table tbody tr")).to_have_count(4)
        self.keep("product")
        page.locator("table a[href*='/products/variants/']").first.click()
        self.variant = self.id_in_address(r"/products/variants/(\d+)/")
        page.goto(f"/stock/{self.variant}/")
        self.sku = page.locator("p.soft").first.inner_text().strip()

    def make_places(self) -> None:
        page = self.page
        for kind, code in (("zone", "A"), ("dock", "DOCK-1"), ("packing", "PACK-1")):
            page.goto("/places/new/")
            page.locator("[name=kind]").select_option(kind)
            page.locator("[name=code]").fill(code)
            self.submit()
            page.wait_for_url(re.compile(r"/places/(\d+/)?$"))
        page.goto("/places/rack/")
        for name, value in (("code", RACK), ("parent", "A"), ("levels", "2"), ("bins", "3")):
            page.locator(f"[name={name}]").fill(value)
        self.submit()
        page.goto("/places/")
        self.keep("places")

    def make_tags(self) -> list[str]:
        page = self.page
        page.goto(f"/products/variants/{self.variant}/")
        page.locator("#tags [name=count]").fill(str(TAGS))
        page.locator("#tags button[type=submit]").click()
        expect(page.locator("table code").first).to_be_visible()
        tags = [text for text in page.locator("table code").all_inner_texts() if re.fullmatch(r"[0-9A-F]{24}", text)]
        assert len(tags) == TAGS
        return tags

    def announce(self) -> None:
        page = self.page
        page.goto("/deliveries/new/")
        page.locator("[name$='-sku']").first.fill(self.sku)
        page.locator("[name$='-quantity']").first.fill(str(TAGS))
        self.submit()
        page.wait_for_url(re.compile(r"/deliveries/\d+/"))

    def token(self) -> str:
        page = self.page
        page.goto("/settings/devices/new/")
        page.locator("[name=name]").fill("Gate")
        page.locator("[name=scopes][value=reader]").check()
        self.submit()
        return page.locator("code[data-copy-source]").inner_text()

    @contextmanager
    def reader(self, address: str, token: str, tags: list[str]) -> Iterator[None]:
        """The reader's own program, beside a simulated gate through which the tagged pieces pass."""
        listed = self.folder / "tags.txt"
        listed.write_text("\n".join(tags), encoding="ascii")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HANMARU_")}
        command = [sys.executable, "-m", "hanmaru.launch.cli", "reader", "--server", address, "--token", token]
        command += ["--simulate", "20", "--seed", "7", "--window", "60"]
        command += ["--epc-file", str(listed), "--outbox", str(self.folder / "outbox")]
        with (self.folder / "reader.log").open("wb") as log:
            process = subprocess.Popen(command, env=kept, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(15)

    def scan(self, code: str) -> None:
        """What a hand scanner types."""
        expect(self.page.locator("#scan-code")).to_be_focused()
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")

    def press(self, icon_or_do: str) -> None:
        """Press a button of the step by what it does."""
        self.page.locator(f'#step [hx-vals*=\'"do": "{icon_or_do}"\']').first.click()

    def put_away(self, tag: str) -> None:
        page = self.page
        page.goto("/warehouse/put-away/")
        self.scan(tag)
        expect(page.locator("#step")).to_contain_text(BIN)
        self.keep("put-away")
        self.scan(BIN)
        expect(page.locator("#step .message")).to_contain_text(BIN)

    def order_by_phone(self, customer: Page) -> None:
        """The customer's own browser: the order page, a choice, the basket, the order."""
        customer.goto(f"/c/{self.slug}/")
        keep_picture(customer, "journey-order-page", self.language)
        customer.locator("a[href*='/products/']").first.click()
        for option in range(2):
            choice = customer.locator(f"[name=option_{option}]")
            if choice.first.evaluate("e => e.tagName") == "SELECT":
                choice.select_option(index=0 if choice.locator("option").first.get_attribute("value") else 1)
            else:
                choice.first.check(force=True)
        keep_picture(customer, "journey-order-page-product", self.language)
        customer.locator("form button[type=submit].big, form .form-foot button").last.click()
        customer.goto(f"/c/{self.slug}/basket/")
        customer.locator("[name=name]").fill("Jun")
        customer.locator("[name=phone]").fill("010-0000-1234")
        customer.locator("[name=address]").fill("Sample street 1")
        customer.locator("form:has([name=phone]) button[type=submit], form:has([name=phone]) .form-foot button").click()
        customer.wait_for_url(re.compile(r"/o/\d+-"))
        keep_picture(customer, "journey-customer-order", self.language)

    def reserve(self) -> None:
        page = self.page
        page.goto("/orders/")
        self.keep("orders")
        page.locator("table a.row-link").first.click()
        self.order = self.id_in_address(r"/orders/(\d+)/")
        page.locator(f"form[action='/orders/{self.order}/reserve/'] button").click()
        expect(page.locator(f"form[action='/orders/{self.order}/reserve/']")).to_have_count(0)
        self.keep("order")

    def pick(self, tag: str) -> None:
        page = self.page
        page.goto("/pick-lists/new/")
        page.locator("button[name=do][value=all]").click()
        pick_list = self.id_in_address(r"/(?:pick-lists|warehouse/pick)/(\d+)/")
        page.goto(f"/warehouse/pick/{pick_list}/")
        expect(page.locator("#step")).to_contain_text(BIN)
        self.keep("pick")
        self.scan(BIN)
        expect(page.locator("#scan-count")).to_have_text("1")
        self.scan(tag)
        expect(page.locator("#scan-count")).to_have_text("2")

    def pack(self) -> None:
        page = self.page
        page.goto(f"/warehouse/pack/{self.order}/")
        self.press("all")
        self.keep("pack")
        self.press("close")
        expect(page.locator("#step .message")).to_be_visible()

    def ship(self) -> None:
        page = self.page
        page.goto("/warehouse/ship/")
        parcel = page.locator("#step td").nth(1).inner_text().strip()
        self.scan(parcel)
        self.press("untracked")
        expect(page.locator("#step .message")).to_contain_text(parcel)
