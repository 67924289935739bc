"""Stock over the API: what a program is answered, once and again."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(company):
    """Send a request as a device of the company."""
    from django.test import Client

    from hanmaru.central.companies.services.tokens import issue_token

    token = issue_token("till", ["stock:read", "stock:write"])

    def send(method, path, body=None, **headers):
        headers = {"Authorization": f"Bearer {token}", **headers}
        return Client().generic(method, f"/api/v1/stock{path}", json_of(body), "application/json", headers=headers)

    return send


def json_of(body):
    import json

    return json.dumps(body) if body is not None else ""


def test_a_move_is_done_once(call, new_variant, bins, stocked):
    from hanmaru.central.stock.queries import figures

    variant = new_variant()
    stocked(variant, bins[0], 5)
    body = {"variant": variant, "from_place": bins[0], "to_place": bins[1], "quantity": 2}
    first = call("POST", "/moves", body, **{"Idempotency-Key": "m1"})
    again = call("POST", "/moves", body, **{"Idempotency-Key": "m1"})
    assert (first.status_code, first.json()["repeated"]) == (200, False)
    assert (again.status_code, again.json()["repeated"]) == (200, True)
    assert [row["on_hand"] for row in call("GET", f"/places/{bins[1]}/balances").json()] == [2]
    assert figures([variant])[variant].on_hand == 5


def test_what_is_short_is_a_problem_with_its_figures(call, new_variant, bins, stocked):
    variant = new_variant()
    stocked(variant, bins[0], 5)
    body = {"variant": variant, "from_place": bins[0], "to_place": bins[1], "quantity": 6}
    refused = call("POST", "/moves", body, **{"Idempotency-Key": "m1"})
    assert refused.status_code == 409
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "stock.not_enough"
    assert refused.json()["data"]["short"][0]["free"] == 5


@pytest.mark.parametrize(
    ("authorization", "code"),
    [("", "api.token"), ("Bearer x", "token.unknown"), ("Bearer hmd_1_1_" + "a" * 32, "token.unknown")],
)
def test_without_a_good_token_nothing_is_answered(call, authorization, code):
    answer = call("GET", "/places", Authorization=authorization)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


def test_a_write_needs_a_key(call, new_variant, bins):
    body = {"variant": new_variant(), "from_place": bins[0], "to_place": bins[1], "quantity": 6}
    assert call("POST", "/moves", body).json()["code"] == "api.idempotency_key"


def test_a_revoked_token_is_told_so(call, company):
    from hanmaru.central.companies.models import DeviceToken
    from hanmaru.central.companies.services.tokens import revoke_token

    revoke_token(DeviceToken.objects.get().pk)
    assert call("GET", "/places").json()["code"] == "token.revoked"


def test_the_ledger_comes_in_pages(call, new_variant, bins, stocked):
    variant = new_variant()
    for _ in range(5):
        stocked(variant, bins[0], 1)
    seen, cursor = [], ""
    while cursor is not None:
        page = call("GET", f"/moves?limit=2{cursor and '&cursor=' + cursor}").json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)
    assert call("GET", "/moves?cursor=nonsense").json()["code"] == "api.cursor"


def test_another_company_s_place_does_not_exist(call, other_company, new_variant):
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.stock.models import PlaceKind
    from hanmaru.central.stock.services import create_place

    with acting(company_id=other_company.company_id):
        theirs = create_place("THEIRS", PlaceKind.BIN)
    assert call("GET", f"/places/{theirs}/balances").status_code == 404
