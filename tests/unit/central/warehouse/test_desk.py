"""Suppliers and boxes at the desk: listed, added, changed, put away and taken back."""

from collections.abc import Callable
from typing import Any

import pytest

from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.forms import DeliveryForm

pytestmark = pytest.mark.django_db
BOX = {"length_mm": 200, "width_mm": 150, "height_mm": 100, "max_weight_g": 2000}


@pytest.fixture
def desk(company: Any, client_of: Callable[[Any], Any]) -> Any:
    company.user.language = "en"
    company.user.save()
    return client_of(company)


def words(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content[:500]
    return str(answer.content.decode())


def test_a_supplier_is_added_and_changed(desk: Any) -> None:
    desk.post("/suppliers/", {"name": " Silver works ", "email": "silver@example.com", "phone": "02-000-0001"})
    (made,) = queries.suppliers()
    assert (made.name, made.email, made.phone) == ("Silver works", "silver@example.com", "02-000-0001")
    assert "silver@example.com" in words(desk.get("/suppliers/"))
    assert 'value="Silver works"' in words(desk.get(f"/suppliers/{made.id}/"))
    desk.post(f"/suppliers/{made.id}/", {"name": "Silver & gold", "email": "", "phone": ""})
    assert queries.supplier_card(made.id).name == "Silver & gold"
    assert queries.supplier_card(made.id).email == ""


def test_two_suppliers_may_not_have_one_name(desk: Any) -> None:
    services.create_supplier("Silver works")
    other = services.create_supplier("Gold works")
    assert "Silver works is already used" in words(desk.post("/suppliers/", {"name": "Silver works"}), 422)
    assert "Silver works is already used" in words(desk.post(f"/suppliers/{other}/", {"name": "Silver works"}), 422)
    assert queries.supplier_card(other).name == "Gold works"
    assert "E-mail" in words(desk.post(f"/suppliers/{other}/", {"name": "Gold", "email": "no address"}), 422)


def test_a_supplier_put_away_is_not_offered_and_comes_back(desk: Any, new_variant: Callable[..., int]) -> None:
    supplier = services.create_supplier("Silver works")
    delivery = services.announce_delivery({new_variant(): 1}, supplier=supplier)
    assert desk.post(f"/suppliers/{supplier}/archive/").status_code == 302
    assert queries.suppliers() == []
    assert [value for value, _word in DeliveryForm().fields["supplier"].choices] == [""]
    assert "Silver works" in words(desk.get("/suppliers/?archived"))
    assert "Silver works" in words(desk.get(f"/deliveries/{delivery}/")), "the past keeps its name"
    desk.post(f"/suppliers/{supplier}/archive/", {"back": "1"})
    assert [one.id for one in queries.suppliers()] == [supplier]


def test_a_box_is_added_changed_and_taken_off_the_shelf(desk: Any) -> None:
    desk.post("/boxes/", {"name": "S", **BOX, "weight_g": 90, "cost": 350})
    (made,) = queries.boxes()
    assert 'value="200"' in words(desk.get(f"/boxes/{made.id}/"))
    desk.post(f"/boxes/{made.id}/", {"name": "Small", **BOX, "length_mm": 210, "weight_g": 95, "cost": 400})
    changed = queries.box_card(made.id)
    assert (changed.name, changed.length_mm, changed.weight_g, changed.cost) == ("Small", 210, 95, 400)
    assert "₩400" in words(desk.get("/boxes/"))
    desk.post(f"/boxes/{made.id}/archive/")
    assert queries.boxes() == []
    assert "Small" in words(desk.get("/boxes/?archived"))
    desk.post(f"/boxes/{made.id}/archive/", {"back": "1"})
    assert queries.boxes() == [changed]


def test_what_a_box_cannot_be_is_said_at_the_field(desk: Any) -> None:
    box = services.create_box(services.Box(name="S", **BOX))
    services.create_box(services.Box(name="M", **BOX))
    page = words(desk.post(f"/boxes/{box}/", {"name": "S", **BOX, "length_mm": 0, "weight_g": 0, "cost": 0}), 422)
    assert 'id="id_length_mm_error"' in page
    page = words(desk.post(f"/boxes/{box}/", {"name": "M", **BOX, "weight_g": 0, "cost": 0}), 422)
    assert "M is already used" in page
    assert queries.box_card(box).name == "S"


@pytest.mark.parametrize("kind", ["suppliers", "boxes"])
def test_another_companys_are_not_there(
    kind: str, desk: Any, other_company: Any, client_of: Callable[..., Any]
) -> None:
    if kind == "suppliers":
        made = services.create_supplier("Silver works")
    else:
        made = services.create_box(services.Box(name="S", **BOX))
    stranger = client_of(other_company)
    assert stranger.get(f"/{kind}/{made}/").status_code == 404
    assert stranger.post(f"/{kind}/{made}/", {"name": "Mine", **BOX, "weight_g": 0, "cost": 0}).status_code == 404
    assert stranger.post(f"/{kind}/{made}/archive/").status_code == 404
    assert desk.get(f"/{kind}/{made}/").status_code == 200
