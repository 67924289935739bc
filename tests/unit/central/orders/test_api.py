"""Orders over HTTP: what a program may do, what it is told, and that a repeated call happens once."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.central.orders import flow

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(company: Any, client: Any) -> Callable[..., Any]:
    """Call the API as a device of the acting company."""
    from hanmaru.central.companies.services.tokens import issue_token

    token = issue_token("program", ["orders:read", "orders:write"])

    def do(method: str, path: str, body: Any = None, key: str = "", token: str = token) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        if method == "post":
            headers["Idempotency-Key"] = key or f"{path}-{hash(str(body))}"
        options = {"data": body or {}, "content_type": "application/json"} if method == "post" else {}
        return getattr(client, method)(f"/api/v1/orders{path}", headers=headers, **options)

    return do


def test_an_order_from_placing_to_cancelling(call: Any, new_variant: Any, bins: list[int], stocked: Any) -> None:
    variant = new_variant()
    stocked(variant, bins[0], 1)
    body = {"lines": [{"variant": variant, "quantity": 2, "wording": "for J"}], "external_id": "shop-1", "draft": True}
    first = call("post", "", body, key="k1")
    assert first.status_code == 201
    order = first.json()
    assert (order["state"], order["total"], order["lines"][0]["wording"]) == ("draft", 2000, "for J")
    assert call("post", "", body, key="k1").json() == order
    assert call("post", "", body, key="k2").json()["id"] == order["id"]
    assert call("post", f"/{order['id']}/confirm").json()["state"] == "confirmed"
    held = call("post", f"/{order['id']}/reserve", {"minutes": 30}).json()
    assert held == {"reserved": 1, "state": "reserved", "back_order": True}
    listed = call("get", "?state=reserved").json()
    assert [item["number"] for item in listed["items"]] == [order["number"]]
    gone = call("post", f"/{order['id']}/cancel", {"reason": "ordered twice"}).json()
    assert gone["state"] == "cancelled"
    assert gone["steps"][-1]["note"] == "ordered twice"
    assert flow.at(bins[0], variant) == (1, 0)


def test_goods_come_back(call: Any, new_variant: Any, bins: list[int], stocked: Any) -> None:
    variant = new_variant()
    stocked(variant, bins[0], 3)
    order = flow.shipped((variant, 3))
    (line,) = flow.queries.lines_of(order)
    answer = call("post", f"/{order}/take-back", {"lines": {str(line.id): 2}, "to_place": bins[1]})
    assert answer.status_code == 201
    assert answer.json()["state"] == "shipped"
    too_many = call("post", f"/{order}/take-back", {"lines": {str(line.id): 2}, "to_place": bins[1]}, key="again")
    assert (too_many.status_code, too_many.json()["code"]) == (409, "orders.figure")
    assert flow.at(bins[1], variant) == (2, 0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"lines": []}, 422),
        ({"lines": [{"variant": 999_999_999, "quantity": 1}]}, 404),
        ({"lines": [{"variant": 1, "quantity": 0}]}, 422),
        ({"lines": [{"variant": 1, "quantity": -3}]}, 422),
        ({"lines": [{"variant": 1, "quantity": 10**12}]}, 422),
        ({"lines": [{"variant": 1, "quantity": 1, "unit_price": -1}]}, 422),
        ({"lines": [{"variant": 1, "quantity": 1}], "ship_to_name": "\0"}, 422),
    ],
)
def test_what_cannot_be_ordered_is_refused(call: Any, body: Any, status: int) -> None:
    answer = call("post", "", body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert flow.queries.orders() == []


def test_another_companys_order_is_not_found(call: Any, new_variant: Any, other_company: Any) -> None:
    from hanmaru.central.companies.services.tokens import issue_token
    from hanmaru.central.companies.tenancy import acting

    order = flow.placed((new_variant(), 1))
    with acting(company_id=other_company.company_id, user_id=other_company.user_id):
        stranger = issue_token("stranger", ["orders:read", "orders:write"])
    assert call("get", f"/{order}", token=stranger).status_code == 404
    assert call("post", f"/{order}/cancel", token=stranger).status_code == 404
    assert call("get", "", token=stranger).json()["items"] == []
    assert flow.state(order) == "confirmed"


def test_pages_follow_the_cursor(call: Any, new_variant: Any) -> None:
    variant = new_variant()
    placed = [flow.placed((variant, 1)) for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = call("get", f"?limit=2{f'&cursor={cursor}' if cursor else ''}").json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
    assert seen == placed[::-1]
