"""The clerk's pages of orders: shown, acted on, bounded in queries, closed to strangers."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.unit.central.orders import flow

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def clerk(company: Any, client_of: Any) -> Any:
    """The owner's browser."""
    return client_of(company)


@pytest.fixture
def many(new_variant: Any, bins: list[int], stocked: Any) -> list[int]:
    """Orders in several states."""
    variant = new_variant()
    stocked(variant, bins[0], 100)
    placed = [flow.placed((variant, 1), (variant, 2)) for _ in range(3)]
    return [*placed, flow.shipped((variant, 2)), flow.placed((variant, 1), confirmed=False)]


def pages(orders: list[int]) -> list[str]:
    return [
        "/orders/",
        "/orders/?state=shipped",
        "/orders/?q=S-0",
        "/orders/new/",
        "/orders/returns/",
        "/orders/returns/?state=done",
        *(f"/orders/{order}/" for order in orders),
        f"/orders/{orders[-1]}/edit/",
        f"/orders/{orders[-2]}/take-back/",
        "/customers/",
        "/customers/new/",
    ]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_within_twelve_queries(clerk: Any, many: list[int], language: str) -> None:
    clerk.cookies["django_language"] = language
    for path in pages(many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = clerk.get(path)
        assert answer.status_code == 200, path
        assert len(queries) <= MOST_QUERIES, (path, [query["sql"][:90] for query in queries])


def test_list_finds_and_counts(clerk: Any, many: list[int]) -> None:
    shipped = flow.queries.order_card(many[3])
    html = clerk.get("/orders/?state=shipped").content.decode()
    assert shipped.number in html
    assert flow.queries.order_card(many[0]).number not in html
    assert "S-000001" in clerk.get("/orders/?q=s-000001").content.decode()
    assert clerk.get("/orders/?after=99999999999999999999&q=%00").status_code == 200


def test_clerk_takes_an_order_once(clerk: Any, new_variant: Any) -> None:
    variant = new_variant("RING-1")
    page = clerk.get("/orders/new/")
    body = {
        "once": page.context["once"],
        "variant": [variant],
        "quantity": ["3"],
        "price": ["950"],
        "wording": ["for J"],
        "name": "Kim",
        "phone": "010-1234-5678",
        "address": "Seongsu-dong",
        "note": "",
        "customer": "",
    }
    first, second = clerk.post("/orders/new/", body), clerk.post("/orders/new/", body)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    (card,) = flow.queries.orders()
    assert (card.state, card.total, card.customer_name) == ("confirmed", 2850, "Kim")
    assert [customer.name for customer in flow.queries.customers()] == ["Kim"]
    held = clerk.post(f"/orders/{card.id}/reserve/")
    assert held.status_code == 302
    assert flow.queries.order_card(card.id).back_order


@pytest.mark.parametrize(("quantity", "price"), [("0", ""), ("-1", ""), ("x", ""), ("9" * 13, ""), ("1", "x")])
def test_wrong_figures_are_marked(clerk: Any, new_variant: Any, quantity: str, price: str) -> None:
    body = {"variant": [new_variant()], "quantity": [quantity], "price": [price], "wording": [""], "name": "Kim"}
    answer = clerk.post("/orders/new/", body)
    assert answer.status_code == 422
    assert answer.context["lines"][0]["error"]
    assert flow.queries.orders() == []


def test_scanned_code_is_added_and_words_are_offered(clerk: Any, new_variant: Any) -> None:
    new_variant("RING-7")
    assert 'name="variant"' in clerk.get("/orders/new/products/?find=RING-7").content.decode()
    assert "found-one" in clerk.get("/orders/new/products/?find=Ring").content.decode()
    assert clerk.get("/orders/new/products/?find=%00").status_code == 200


def test_draft_is_changed_and_confirmed(clerk: Any, new_variant: Any) -> None:
    first, second = new_variant(), new_variant()
    order = flow.placed((first, 1), confirmed=False)
    body = {"variant": [second], "quantity": ["2"], "price": [""], "wording": [""], "name": "Kim"}
    assert clerk.post(f"/orders/{order}/edit/", body).status_code == 302
    (line,) = flow.queries.lines_of(order)
    assert (line.variant, line.quantity, flow.state(order)) == (second, 2, "confirmed")


def test_refusal_is_told(clerk: Any, many: list[int]) -> None:
    answer = clerk.post(f"/orders/{many[3]}/cancel/", {"reason": "x"}, follow=True)
    assert flow.state(many[3]) == "shipped"
    assert flow.queries.order_card(many[3]).number in str(next(iter(answer.context["messages"])))


def test_returned_goods_go_where_scanned(clerk: Any, many: list[int], bins: list[int]) -> None:
    from hanmaru.central.stock import queries as stock

    (line,) = flow.queries.lines_of(many[3])
    code = stock.place_card(bins[2]).code
    path = f"/orders/{many[3]}/take-back/"
    assert clerk.post(path, {f"line_{line.id}": "1", "place_code": "nowhere"}).status_code == 422
    assert clerk.post(path, {f"line_{line.id}": "0", "place_code": code}).status_code == 422
    assert clerk.post(path, {f"line_{line.id}": "1", "place_code": code}).status_code == 302
    assert flow.at(bins[2], line.variant) == (1, 0)


def test_strangers_see_nothing(client_of: Any, other_company: Any, many: list[int], client: Any) -> None:
    stranger = client_of(other_company)
    for order in many:
        assert stranger.get(f"/orders/{order}/").status_code == 404
        assert stranger.post(f"/orders/{order}/cancel/").status_code == 404
    assert flow.state(many[0]) == "confirmed"
    assert client.get("/orders/").status_code == 302
