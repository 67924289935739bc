"""The floor's pages in a real browser: nothing for axe to find, in both languages; scans outlive a lost line."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.unit.central.warehouse import floor

# Playwright keeps an event loop in this thread, which Django takes for one that must not wait for a database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(company: Any, new_variant: Callable[..., int], bins: list[int]) -> dict[str, Any]:
    """A house with work of every kind in it; the paths of its pages."""
    from hanmaru.central.companies.services.tokens import authenticate, issue_token
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.warehouse import queries, services
    from hanmaru.floor.epc import OwnTag
    from tests.unit.central.warehouse.test_readers import read

    company.company.name = "성수공방"
    company.company.save()
    sizes = {"length_mm": 60, "width_mm": 60, "height_mm": 40, "weight_g": 80}
    ring, shoe = new_variant("RING-S925-11", **sizes), new_variant("SHOE-DERBY-265")
    services.create_supplier("종로 은세공")
    box = {"length_mm": 220, "width_mm": 160, "height_mm": 100, "max_weight_g": 3000}
    services.create_box(services.Box(name="2호 상자", weight_g=90, cost=350, **box))
    for variant in (ring, shoe):
        floor.stow(variant, 20, bins[0])
    delivery = services.announce_delivery({ring: 12, shoe: 4}, supplier=queries.suppliers()[0].id)
    services.receive(delivery, ring, 5)
    orders = [floor.ordered((ring, 2), (shoe, 1)) for _number in range(4)]
    open_list = services.make_pick_list(orders[:1])
    floor.pick_all(services.make_pick_list(orders[1:3]))
    (parcel,) = floor.pack_all(orders[1])
    device = authenticate(issue_token("입고장 리더기", ["reader"]))
    with acting(device_id=device.id, user_id=None):
        services.reader_answers(1, [read(1, OwnTag(company.company_id, 9, 1).hex), read(2, "zz")])
    paths = {
        "home": "/warehouse/",
        "choose_delivery": "/warehouse/receive/",
        "receive": f"/warehouse/receive/{delivery}/",
        "put_away": "/warehouse/put-away/",
        "choose_list": "/warehouse/pick/",
        "pick": f"/warehouse/pick/{open_list}/",
        "choose_order": "/warehouse/pack/",
        "pack": f"/warehouse/pack/{orders[2]}/",
        "ship": "/warehouse/ship/",
        "count": "/warehouse/count/",
        "move": "/warehouse/move/",
        "look_up": "/warehouse/look-up/",
        "deliveries": "/deliveries/",
        "delivery": f"/deliveries/{delivery}/",
        "new_delivery": "/deliveries/new/",
        "suppliers": "/suppliers/",
        "pick_lists": "/pick-lists/",
        "pick_list": f"/pick-lists/{open_list}/",
        "new_pick_list": "/pick-lists/new/",
        "parcels": "/parcels/",
        "parcel": f"/parcels/{parcel}/",
        "boxes": "/boxes/",
        "readers": "/readers/",
        "bind": f"/readers/{OwnTag(company.company_id, 9, 1).hex}/",
    }
    return {"paths": paths, "ring": ring, "bins": bins, "delivery": delivery}


@pytest.mark.long
@pytest.mark.parametrize("language", ["ko", "en"])
def test_axe_finds_nothing_on_the_floor(open_page: Any, house: Any, violations: Any, language: str) -> None:
    page = open_page("/warehouse/", PHONE, language)
    for path in house["paths"].values():
        page.goto(path)
        assert violations(page) == [], path
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE[0], f"{path} is {wide} px wide on a phone"


def scan(page: Page, code: str) -> None:
    """As a keyboard-wedge scanner does: keys, then Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_scans_of_a_lost_line_are_sent_again_and_count_once(open_page: Any, house: Any) -> None:
    from hanmaru.central.warehouse import queries

    page = open_page(house["paths"]["receive"], PHONE, "en")
    field = page.locator("#scan-code")
    expect(field).to_be_focused()
    scan(page, "RING-S925-11")
    expect(page.locator("[data-outcome=ok]")).to_be_visible()
    expect(field).to_be_focused()
    page.context.set_offline(True)
    scan(page, "RING-S925-11")
    scan(page, "RING-S925-11")
    expect(page.locator("#scan-waiting b")).to_have_text("2")
    page.context.set_offline(False)
    expect(page.locator("#scan-waiting")).to_be_hidden()
    expect(page.locator("#scan-count")).to_have_text("3")
    line = next(one for one in queries.delivery_lines(house["delivery"]) if one.variant.id == house["ring"])
    assert line.received == 5 + 3


def test_a_press_of_a_step_works_and_the_field_keeps_the_focus(open_page: Any, house: Any) -> None:
    from hanmaru.central.warehouse import queries

    page = open_page(house["paths"]["receive"], DESKTOP, "en")
    scan(page, "RING-S925-11")
    page.get_by_role("button", name="Count these in too").click()
    expect(page.get_by_text("Received: 6")).to_be_visible()
    expect(page.locator("#scan-code")).to_be_focused()
    page.get_by_role("button", name="Undo the last scan").click()
    expect(page.get_by_text("Taken back")).to_be_visible()
    line = next(one for one in queries.delivery_lines(house["delivery"]) if one.variant.id == house["ring"])
    assert line.received == 6
