"""The work on the floor by programs: the whole way, each write once, foreign ids not there."""

import itertools
import json
from typing import Any

import pytest

from tests.unit.central.warehouse import floor

pytestmark = pytest.mark.django_db
_keys = itertools.count(1)


@pytest.fixture
def call(company):
    """Send a request as a device of the company; the answer's status and body."""
    return caller()


def caller() -> Any:
    from django.test import Client

    from hanmaru.central.companies.services.tokens import issue_token

    token = issue_token("program", ["warehouse:read", "warehouse:write"])

    def send(method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or f"k{next(_keys)}"}
        text = json.dumps(body) if body is not None else ""
        answer = Client().generic(method, f"/api/v1/warehouse{path}", text, "application/json", headers=headers)
        return answer.status_code, answer.json()

    return send


def test_the_whole_way_by_api(call, new_variant, bins):
    from hanmaru.central.stock.queries import place_card

    ring = new_variant()
    status, delivery = call("POST", "/deliveries", {"lines": [{"variant": ring, "quantity": 5}]})
    assert (status, delivery["expected"]) == (201, 5)
    receipt = {"delivery": delivery["id"], "variant": ring, "quantity": 6}
    assert call("POST", "/receipts", receipt, "once")[1]["over"] == 1
    assert call("POST", "/receipts", receipt, "once")[1]["over"] == 1
    assert call("POST", f"/deliveries/{delivery['id']}/close") == (200, {"missing": {}})
    status, places = call("GET", f"/places-for/{ring}?quantity=6")
    assert (status, places[0]["code"]) == (200, place_card(bins[0]).code)
    body = {"variant": ring, "quantity": 6, "place": places[0]["code"]}
    assert call("POST", "/put-away", body)[1]["left"] == 0
    order = floor.ordered((ring, 4))
    status, made = call("POST", "/pick-lists", {"orders": [order]})
    assert (status, made["tasks"]) == (201, 1)
    (task,) = call("GET", f"/pick-lists/{made['id']}/tasks")[1]
    assert call("POST", f"/tasks/{task['id']}/pick", {"quantity": 3})[1]["left"] == 1
    short = call("POST", f"/tasks/{task['id']}/short", {"reason": "damaged"})[1]
    assert (short["left"], short["more"]) == (0, 1)  # the other pieces of the same bin are still good
    rest = call("GET", f"/pick-lists/{made['id']}/tasks")[1][-1]
    assert call("POST", f"/tasks/{rest['id']}/pick", {"quantity": 1})[0] == 200
    assert call("GET", f"/orders/{order}/boxes")[0] == 200
    content = {"items": [{"line": task["line"], "quantity": 4}]}
    status, packed = call("POST", "/parcels", {"order": order, "parcels": [content]})
    assert (status, packed["complete"]) == (201, True)
    shipped = call("POST", "/shipments", {"order": order, "carrier": "CJ", "tracking_number": "1"})[1]
    assert (shipped["state"], shipped["parcels"]) == ("shipped", packed["parcels"])
    for path in ("/deliveries", "/pick-lists", "/parcels"):
        assert len(call("GET", path)[1]["items"]) == 1
    assert floor.clean()


def test_refusals_say_what_and_where_instead(call, new_variant, company):
    from hanmaru.central.stock.services import Capacity, PlaceKind, create_place

    ring = new_variant()
    create_place("SMALL", PlaceKind.BIN, capacity=Capacity(max_count=2))
    create_place("LARGE", PlaceKind.BIN, walk_order=5)
    call("POST", "/receipts", {"variant": ring, "quantity": 3})
    status, problem = call("POST", "/put-away", {"variant": ring, "quantity": 3, "place": "small"})
    assert (status, problem["code"]) == (409, "put_away.refused")
    assert problem["data"]["breaches"] == [{"limit": "count", "wanted": 3, "free": 2}]
    assert problem["data"]["instead"] == "LARGE"


def test_ids_of_another_company_are_not_there(call, new_variant, bins, other_company):
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.warehouse import services

    ring = new_variant()
    floor.stow(ring, 5, bins[0])
    delivery = services.announce_delivery({ring: 1})
    order = floor.ordered((ring, 1))
    pick_list = services.make_pick_list([order])
    (task,) = floor.tasks(pick_list)
    with acting(company_id=other_company.company_id, user_id=other_company.user_id):
        stranger = caller()
    foreign = [
        ("GET", f"/deliveries/{delivery}", None),
        ("GET", f"/deliveries/{delivery}/lines", None),
        ("POST", f"/deliveries/{delivery}/close", None),
        ("POST", "/deliveries", {"lines": [{"variant": ring, "quantity": 1}]}),
        ("POST", "/receipts", {"delivery": delivery, "variant": ring, "quantity": 1}),
        ("POST", "/receipts", {"variant": ring, "quantity": 1}),
        ("GET", f"/places-for/{ring}", None),
        ("POST", "/put-away", {"variant": ring, "quantity": 1, "place": "B1-1"}),
        ("POST", "/pick-lists", {"orders": [order]}),
        ("GET", f"/pick-lists/{pick_list}/tasks", None),
        ("POST", "/shipments", {"order": order}),
        ("POST", "/parcels", {"order": order, "parcels": [{"items": [{"line": 1, "quantity": 1}]}]}),
    ]
    for method, path, body in foreign:
        assert stranger(method, path, body)[0] == 404, path
    assert stranger("POST", f"/tasks/{task.pk}/pick", {"quantity": 1})[0] == 404
    task.refresh_from_db()
    assert task.picked == 0


@pytest.mark.parametrize("quantity", [0, -1, 10**9, 10**30, 1.5, "x", None])
def test_impossible_quantities_are_named(call, new_variant, quantity):
    status, problem = call("POST", "/receipts", {"variant": new_variant(), "quantity": quantity})
    assert status == 422
    assert "quantity" in problem["errors"][0]["field"]
