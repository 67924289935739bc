"""The customer's order page: what it shows, an order without log-in, the private link, and who is kept out."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.unit.central.orders import flow

pytestmark = pytest.mark.django_db
WHO = {"name": "Lee Jiyeon", "phone": "010-2222-3333", "address": "Seongsu-dong 2-ga", "note": "", "website": ""}


@pytest.fixture
def window(company: Any) -> dict[str, Any]:
    """A ring in two sizes on the order page, another product hidden."""
    from hanmaru.central.catalog.services import OptionSpec, ValueSpec, create_product
    from hanmaru.central.companies.models import Company

    sizes = OptionSpec(
        name="Size", values=[ValueSpec(value="9", code="9"), ValueSpec(value="11", code="11", price_difference=500)]
    )
    ring = create_product(name="Maru ring", base_price=10_000, options=[sizes])
    hidden = create_product(name="Secret ring", base_price=10_000, on_order_page=False)
    slug = Company.objects.get(pk=company.company_id).slug
    return {"base": f"/c/{slug}/", "ring": ring, "hidden": hidden, "company": company.company_id}


SIZE = {"option_0": "11"}


def test_a_customer_orders_follows_and_cancels(client: Any, window: dict[str, Any]) -> None:
    base, ring = window["base"], window["ring"]
    shown = client.get(base).content.decode()
    assert "Maru ring" in shown
    assert "Secret ring" not in shown
    choice = {**SIZE, "wording": "S ♥ J", "quantity": "2"}
    assert client.post(f"{base}products/{ring}/", choice).status_code == 302
    assert "S ♥ J" in client.get(f"{base}basket/").content.decode()
    placed = client.post(f"{base}basket/", WHO)
    assert placed.status_code == 302
    (card,) = flow.queries.orders()
    assert (card.channel, card.state, card.total, card.customer_name) == (
        "order_page",
        "confirmed",
        21_000,
        WHO["name"],
    )
    assert flow.queries.lines_of(card.id)[0].wording == "S ♥ J"
    link = placed["Location"].split("?")[0]
    assert link == f"/o/{window['company']}-{card.link_key}/"
    assert card.number in client.get(link).content.decode()
    assert client.post(link).status_code == 302
    assert flow.state(card.id) == "cancelled"


def test_basket_changes_and_empties(client: Any, window: dict[str, Any]) -> None:
    base, ring = window["base"], window["ring"]
    for _ in range(2):
        client.post(f"{base}products/{ring}/", {**SIZE, "quantity": "1", "wording": ""})
    assert len(client.get(f"{base}basket/").context["basket"]) == 2
    client.post(f"{base}basket/", {"place": "0", "quantity": "5"})
    assert client.get(f"{base}basket/").context["total"] == 52_500
    client.post(f"{base}basket/", {"place": "0", "quantity": "0"})
    assert client.post(f"{base}basket/", WHO).status_code == 200
    assert flow.queries.orders() == []


def test_choice_must_be_one_that_is_sold(client: Any, window: dict[str, Any]) -> None:
    path = f"{window['base']}products/{window['ring']}/"
    assert client.post(path, {"quantity": "1"}).status_code == 422
    assert client.post(path, {**SIZE, "quantity": "0"}).status_code == 422
    assert client.post(path, {**SIZE, "quantity": "1000"}).status_code == 422
    price = client.get(f"{path}price/", {**SIZE, "quantity": "2"})
    assert "21,000" in price.content.decode()


def test_programs_and_floods_are_kept_out(client: Any, window: dict[str, Any]) -> None:
    base, ring = window["base"], window["ring"]

    def order(**more: str) -> int:
        client.post(f"{base}products/{ring}/", {**SIZE, "quantity": "1", "wording": ""})
        return int(client.post(f"{base}basket/", WHO | more).status_code)

    assert order(website="http://x") == 422
    assert flow.queries.orders() == []
    assert [order() for _ in range(11)] == [302] * 10 + [422]
    assert len(flow.queries.orders()) == 10


def test_unknown_and_closed_pages_say_so(client: Any, window: dict[str, Any]) -> None:
    from hanmaru.central.companies.models import Company

    assert client.get("/c/nobody/").status_code == 404
    assert client.get(f"{window['base']}products/{window['hidden']}/").status_code == 404
    assert client.get(f"{window['base']}products/999999/").status_code == 404
    assert client.get(f"/o/{window['company']}-wrong/").status_code == 404
    assert client.get("/o/999999-wrong/").status_code == 404
    Company.objects.filter(pk=window["company"]).update(order_page_open=False)
    assert client.get(window["base"]).status_code == 404


def test_order_in_picking_is_not_cancelled(client: Any, window: dict[str, Any], bins: list[int], stocked: Any) -> None:
    from hanmaru.central.catalog import queries as catalog

    variant = catalog.variants_of(window["ring"])[0].id
    stocked(variant, bins[0], 1)
    order = flow.placed((variant, 1))
    flow.reserve_order(order)
    flow.pick_all(order)
    link = f"/o/{window['company']}-{flow.queries.order_card(order).link_key}/"
    client.post(link)
    assert flow.state(order) == "picking"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_within_twelve_queries(client: Any, window: dict[str, Any], language: str) -> None:
    base, ring = window["base"], window["ring"]
    client.cookies["django_language"] = language
    client.post(f"{base}products/{ring}/", {**SIZE, "quantity": "1", "wording": ""})
    for path in (base, f"{base}products/{ring}/", f"{base}basket/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        assert len(queries) <= 12, (path, [query["sql"][:90] for query in queries])
