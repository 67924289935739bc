"""Pages of stock: what they show, what they do, and how little they ask of the database."""

import pytest

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def clerk(company, client_of):
    return client_of(company)


@pytest.fixture
def ring(new_variant, bins, stocked):
    variant = new_variant("RING-1")
    stocked(variant, bins[0], 7)
    return variant


def page_of(client, path):
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.content[:300]
    return answer.content.decode()


def test_every_page_opens_with_few_queries(clerk, ring, bins, django_assert_max_num_queries):
    for path in ("/stock/", f"/stock/{ring}/", "/moves/", "/places/", f"/places/{bins[0]}/", f"/stock/{ring}/correct/"):
        with django_assert_max_num_queries(MOST_QUERIES):
            page_of(clerk, path)


def test_a_correction_changes_stock_and_says_why(clerk, ring, bins):
    from hanmaru.central.stock.models import Place, StockMove
    from hanmaru.central.stock.queries import figures

    code = Place.objects.get(pk=bins[0]).code
    form = {"key": "k1", "place": code, "reason": "damage", "quantity": "2", "note": "bent"}
    for _twice in range(2):
        assert clerk.post(f"/stock/{ring}/correct/", form).status_code == 302
    assert figures([ring])[ring].on_hand == 5
    move = StockMove.objects.get(reason="damage")
    assert (move.note, move.quantity) == ("bent", 2)


def test_more_than_lies_there_is_refused_in_the_form(clerk, ring, bins):
    from hanmaru.central.stock.models import Place
    from hanmaru.central.stock.queries import figures

    code = Place.objects.get(pk=bins[0]).code
    answer = clerk.post(f"/stock/{ring}/correct/", {"key": "k", "place": code, "reason": "loss", "quantity": "8"})
    assert answer.status_code == 422
    assert figures([ring])[ring].on_hand == 7


def test_goods_are_carried(clerk, ring, bins):
    from hanmaru.central.stock.models import Place
    from hanmaru.central.stock.queries import balances_at

    source, target = (Place.objects.get(pk=pk).code for pk in bins[:2])
    form = {"key": "k", "from_place": source, "to_place": target, "quantity": "3"}
    assert clerk.post(f"/stock/{ring}/move/", form).status_code == 302
    assert [row.on_hand for row in balances_at(bins[1])] == [3]


def test_a_rack_is_made_at_once(clerk, company):
    from hanmaru.central.stock.models import Place, PlaceKind
    from hanmaru.central.stock.services import create_place

    create_place("A", PlaceKind.AISLE)
    form = {"code": "A-01", "parent": "A", "levels": "2", "bins": "3", "litres": "5"}
    assert clerk.post("/places/rack/", form).status_code == 302
    made = Place.objects.filter(kind="bin").order_by("path")
    assert [place.code for place in made][:2] == ["A-01-1-01", "A-01-1-02"]
    assert {place.volume_mm3 for place in made} == {5_000_000}
    assert "A-01" in page_of(clerk, "/places/?in=A")


def test_a_place_with_goods_cannot_be_closed(clerk, ring, bins):
    from hanmaru.central.stock.models import Place

    clerk.post(f"/places/{bins[0]}/close/")
    clerk.post(f"/places/{bins[1]}/close/")
    assert [Place.objects.get(pk=pk).archived_at is None for pk in bins[:2]] == [True, False]


@pytest.mark.parametrize("path", ["/stock/{v}/", "/stock/{v}/correct/", "/stock/{v}/move/", "/places/{p}/"])
def test_another_company_s_stock_does_not_exist(client_of, other_company, ring, bins, path):
    stranger = client_of(other_company)
    assert stranger.get(path.format(v=ring, p=bins[0])).status_code == 404


def test_labels_are_a_sheet_to_print(clerk, bins):
    answer = clerk.get("/places/labels/")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")


def test_the_places_of_the_only_site_stand_on_the_first_page(clerk, company):
    from hanmaru.central.stock.services import PlaceKind, create_place

    site = create_place("HOUSE", PlaceKind.SITE)
    create_place("ZONE-A", PlaceKind.ZONE, parent=site)
    page = page_of(clerk, "/places/")
    assert "ZONE-A" in page
    assert f"/places/{site}/change/" in page
    create_place("OTHER", PlaceKind.SITE)
    page = page_of(clerk, "/places/")
    assert "OTHER" in page
    assert "ZONE-A" not in page
