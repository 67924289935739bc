"""The catalogue over the API."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

pytestmark = pytest.mark.django_db
RING = {
    "name": "물결 반지",
    "code": "RING",
    "base_price": 50_000,
    "options": [
        {"name": "크기", "values": [{"value": "15호"}, {"value": "17호"}]},
        {"name": "금속", "values": [{"value": "은"}, {"value": "금", "price_difference": 90_000}]},
    ],
}


@pytest.fixture
def call(company: Any, tmp_path: Path, settings: Any) -> Any:
    """Send a request as a device of the company; the answer's status and body."""
    from hanmaru.central.companies.services.tokens import issue_token

    settings.MEDIA_ROOT = tmp_path
    token = issue_token("shop", ["catalog:read", "catalog:write"])
    keys = iter(range(1_000))

    def send(method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key or f"k{next(keys)}"}
        url = f"/api/v1/catalog{path}"
        if isinstance(body, dict) and "photo" in body:
            answer = Client().post(url, body, headers=headers)
        else:
            data = json.dumps(body) if body is not None else ""
            answer = Client().generic(method, url, data, "application/json", headers=headers)
        return answer.status_code, json.loads(answer.content) if answer.content else None

    return send


def test_a_product_is_made_once_read_and_changed(call: Any) -> None:
    status, made = call("POST", "/products", RING, key="a")
    assert (status, made["variant_count"], made["code"]) == (201, 4, "RING")
    assert call("POST", "/products", RING, key="a") == (201, made)
    assert [row["id"] for row in call("GET", "/products?q=반지")[1]["items"]] == [made["id"]]
    status, changed = call("PATCH", f"/products/{made['id']}", {"base_price": 60_000})
    assert (status, [card["price"] for card in changed["variants"]]) == (200, [60_000, 150_000, 60_000, 150_000])
    assert call("PATCH", f"/products/{made['id']}", {"archived": True})[1]["archived"]
    assert call("GET", "/products")[1]["items"] == []
    assert [row["id"] for row in call("GET", "/products?archived=true")[1]["items"]] == [made["id"]]


def test_options_are_told_whole(call: Any) -> None:
    made = call("POST", "/products", RING)[1]
    options = made["options"]
    options[0]["values"].append({"value": "19호"})
    status, change = call("PUT", f"/products/{made['id']}/options", options)
    assert (status, len(change["made"]), change["deleted"]) == (200, 2, 0)
    options[0]["values"] = [{"value": str(n)} for n in range(2_501)]
    status, problem = call("PUT", f"/products/{made['id']}/options", options)
    assert (status, problem["code"], problem["data"]) == (
        422,
        "catalog.too_many_variants",
        {"count": 5_002, "most": 5_000},
    )


def test_variants_are_changed_and_searched_by_pages(call: Any) -> None:
    made = call("POST", "/products", RING)[1]
    ids = [card["id"] for card in made["variants"]]
    status, card = call("PATCH", f"/variants/{ids[0]}", {"gtin": "8801234567893", "weight_g": 6})
    assert (status, card["gtin"], card["weight_g"], card["price"]) == (200, "08801234567893", 6, 50_000)
    status, problem = call("PATCH", f"/variants/{ids[1]}", {"gtin": "8801234567893"})
    assert (status, problem["code"]) == (409, "catalog.barcode_taken")
    first = call("GET", "/variants?q=반지&limit=3")[1]
    second = call("GET", f"/variants?q=반지&limit=3&cursor={first['next']}")[1]
    assert [row["id"] for row in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None
    page = call("GET", f"/products/{made['id']}/variants?limit=3")[1]
    assert [row["id"] for row in page["items"]] == ids[:3]


def test_barcodes_tags_and_what_a_scan_stands_for(call: Any) -> None:
    variant = call("POST", "/products", {"name": "찻잔", "variant": {"gtin": "8801234567893"}})[1]["variants"][0]
    assert call("POST", f"/variants/{variant['id']}/barcodes", {"code": "BOX-1", "quantity": 24})[0] == 201
    status, epcs = call("POST", f"/variants/{variant['id']}/tags", {"count": 2})
    assert (status, len(epcs)) == (201, 2)
    bound = {"epc": "3074257BF7194E4000001A85", "quantity": 10}
    assert call("POST", f"/variants/{variant['id']}/tags/bind", bound) == (204, None)
    assert len(call("GET", f"/variants/{variant['id']}/tags")[1]["items"]) == 3
    for code, quantity in (("8801234567893", 1), ("BOX-1", 24), (epcs[0], 1), (bound["epc"], 10), ("P0001", 1)):
        status, found = call("GET", f"/match?code={code}")
        assert (status, found["variant"]["id"], found["quantity"]) == (200, variant["id"], quantity)
    assert call("GET", "/match?code=nothing")[1]["code"] == "catalog.unknown_code"


def test_a_photo_is_added_once(call: Any) -> None:
    made = call("POST", "/products", {"name": "찻잔"})[1]
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(out, "JPEG")
    path = f"/products/{made['id']}/photos"
    first = call("POST", path, {"photo": SimpleUploadedFile("a.jpg", out.getvalue())}, key="p")
    assert (first[0], first[1]["width"]) == (201, 400)
    assert call("POST", path, {"photo": SimpleUploadedFile("a.jpg", out.getvalue())}, key="p") == first
    assert len(call("GET", f"/products/{made['id']}")[1]["photos"]) == 1
    status, problem = call("POST", path, {"photo": SimpleUploadedFile("a.jpg", b"MZ" + bytes(500))})
    assert (status, problem["code"]) == (422, "photo.not_a_picture")
    assert call("DELETE", f"/photos/{first[1]['id']}") == (204, None)
    assert call("GET", f"/products/{made['id']}")[1]["photos"] == []


def test_a_photo_whose_answer_was_cut_off_is_not_there_twice(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from hanmaru.central.companies.services import remembered_answers

    made = call("POST", "/products", {"name": "찻잔"})[1]
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(out, "JPEG")
    path = f"/products/{made['id']}/photos"

    def die(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:  # between the photo and its remembered answer
        dying.setattr(remembered_answers, "complete", die)
        with pytest.raises(KeyboardInterrupt):
            call("POST", path, {"photo": SimpleUploadedFile("a.jpg", out.getvalue())}, key="p")
    assert call("GET", f"/products/{made['id']}")[1]["photos"] == []
    again = call("POST", path, {"photo": SimpleUploadedFile("a.jpg", out.getvalue())}, key="p")
    assert again[0] == 201
    assert [photo["id"] for photo in call("GET", f"/products/{made['id']}")[1]["photos"]] == [again[1]["id"]]


def test_a_key_is_for_one_photo(call: Any) -> None:
    made = call("POST", "/products", {"name": "찻잔"})[1]
    path = f"/products/{made['id']}/photos"
    for colour, status in (("red", 201), ("blue", 422)):
        out = io.BytesIO()
        Image.new("RGB", (400, 300), colour).save(out, "PNG")
        assert call("POST", path, {"photo": SimpleUploadedFile("a.png", out.getvalue())}, key="p")[0] == status
    assert len(call("GET", f"/products/{made['id']}")[1]["photos"]) == 1


def test_storage_classes(call: Any) -> None:
    status, made = call("POST", "/storage-classes", {"name": "금고"})
    assert (status, made["code"], made["products"]) == (201, "geumgo", 0)
    assert call("POST", "/storage-classes", {"name": "금고"})[1]["code"] == "catalog.storage_class_taken"
    call("POST", "/products", {"name": "반지", "storage_class": "geumgo"})
    assert call("GET", "/storage-classes")[1] == [{**made, "products": 1}]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"/variants/{10**30}", None, 404),
        ("GET", f"/products/{10**30}", None, 404),
        ("PATCH", f"/variants/{10**30}", {"price": 1}, 404),
        ("GET", "/products?q=%00", None, 200),
        ("GET", "/variants?q=%25%27%00", None, 200),
        ("GET", "/match?code=%00", None, 422),
        ("POST", "/products", {"name": "  "}, 422),
        ("POST", "/products", {"name": "가", "base_price": -1}, 422),
        ("POST", "/products", {"name": "가", "base_price": 10**18}, 422),
        ("POST", "/products", {"name": "가", "storage_class": "없음"}, 422),
        ("POST", "/variants/1/tags/bind", {"epc": "zz"}, 422),
        ("DELETE", f"/photos/{10**30}", None, 404),
    ],
)
def test_nonsense_is_answered_with_a_problem(call: Any, method: str, path: str, body: Any, status: int) -> None:
    answered, problem = call(method, path, body)
    assert answered == status
    if status >= 400:
        assert problem["title"]


def test_a_token_of_another_company_sees_nothing(call: Any, other_company: Any) -> None:
    from hanmaru.central.companies.services.tokens import issue_token
    from hanmaru.central.companies.tenancy import acting

    made = call("POST", "/products", RING)[1]
    with acting(company_id=other_company.company_id, user_id=other_company.user_id):
        token = issue_token("stranger", ["catalog:write"])
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "x"}
    for path in (f"products/{made['id']}", f"variants/{made['variants'][0]['id']}"):
        assert Client().get(f"/api/v1/catalog/{path}", headers=headers).status_code == 404
    assert Client().get("/api/v1/catalog/products", headers=headers).json()["items"] == []
