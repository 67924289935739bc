"""Pages of the catalogue: what they show, change and refuse."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def browser(company: Any, client_of: Any) -> Any:
    return client_of(company)


def ring(sizes: int = 2) -> int:
    from hanmaru.central.catalog.services import OptionSpec, ValueSpec, create_product

    sized = [ValueSpec(f"{n}호") for n in range(sizes)]
    metals = [ValueSpec("은"), ValueSpec("금", price_difference=90_000)]
    return create_product(
        name="물결 반지",
        code="RING",
        base_price=50_000,
        options=[OptionSpec("크기", sized), OptionSpec("금속", metals)],
    )


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(out, "JPEG")
    return out.getvalue()


def test_a_product_is_made_in_three_steps(browser: Any) -> None:
    from hanmaru.central.catalog.queries import photos_of, product_rows, variants_of

    answer = browser.post("/products/new/", {"name": "소가죽 로퍼", "base_price": "120,000원", "code": "LOAF"})
    product = product_rows()[0].id
    assert answer.url == f"/products/{product}/options/?new=1"
    assert [card.sku for card in variants_of(product)] == ["LOAF"]
    typed = {
        "n0-name": "크기",
        "n0-fresh": "240, 250",
        "n1-name": "색",
        "n1-fresh": "검정,갈색",
        "n1-f-갈색-difference": "5000",
    }
    preview = browser.post(f"/products/{product}/options/preview/", typed).content.decode()
    assert "<b>4</b>" in preview
    answer = browser.post(f"/products/{product}/options/?new=1", typed)
    assert answer.url == f"/products/{product}/photos/?new=1"
    assert [(card.sku, card.price) for card in variants_of(product)] == [
        ("LOAF-240-GEOMJEONG", 120_000),
        ("LOAF-240-GALSAEK", 125_000),
        ("LOAF-250-GEOMJEONG", 120_000),
        ("LOAF-250-GALSAEK", 125_000),
    ]
    files = [
        SimpleUploadedFile("a.jpg", jpeg()),
        SimpleUploadedFile("b.jpg", b"MZ" + bytes(900)),
        SimpleUploadedFile("c.jpg", b""),
    ]
    page = browser.post(f"/products/{product}/photos/?new=1", {"photos": files}, follow=True).content.decode()
    assert len(photos_of(product)) == 1
    assert "b.jpg" in page
    assert "c.jpg" in page


def test_what_is_wrong_stands_at_its_field_and_nothing_is_made(browser: Any) -> None:
    from hanmaru.central.catalog.queries import product_rows

    ring()
    for typed, words in (
        ({"name": "", "base_price": "1000"}, "id_name"),
        ({"name": "새", "base_price": "-5"}, "-5"),
        ({"name": "새", "base_price": "8801234567893"}, "8801234567893"),
        ({"name": "새", "base_price": "많이"}, "50000"),
        ({"name": "새", "base_price": "1", "code": "RING"}, "물결 반지"),
    ):
        answer = browser.post("/products/new/", typed)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert len(product_rows()) == 1


def test_the_table_changes_only_what_was_changed(browser: Any) -> None:
    from hanmaru.central.catalog.queries import variants_of

    product = ring()
    before = variants_of(product)
    typed = {f"price_{card.id}": f"{card.price:,}" for card in before}
    typed[f"gtin_{before[0].id}"] = "8801234567893"
    typed[f"weight_g_{before[1].id}"] = "12"
    assert browser.post(f"/products/{product}/", typed).status_code == 302
    after = variants_of(product)
    assert [(card.gtin, card.weight_g, card.price, card.own_price) for card in after] == [
        ("08801234567893", None, 50_000, False),
        ("", 12, 140_000, False),
        ("", None, 50_000, False),
        ("", None, 140_000, False),
    ]
    typed[f"gtin_{before[1].id}"] = "8801234567893"
    refused = browser.post(f"/products/{product}/", typed)
    assert refused.status_code == 422
    assert before[0].sku in refused.content.decode()


def test_options_that_make_too_many_are_counted_and_refused(browser: Any) -> None:
    product = ring()
    typed = {"n2-name": "번호", "n2-fresh": ",".join(str(n) for n in range(1_300))}
    assert "5200" in browser.post(f"/products/{product}/options/preview/", typed).content.decode()
    assert browser.post(f"/products/{product}/options/", typed).status_code == 422


def test_photos_are_moved_described_and_deleted(browser: Any) -> None:
    from hanmaru.central.catalog.queries import photos_of
    from hanmaru.central.catalog.services import add_photo

    product = ring()
    first, second = add_photo(product, jpeg()), add_photo(product, jpeg())
    url = f"/products/{product}/photos/{second}/"
    browser.post(url, {"forward": "1"})
    browser.post(url, {"alt": "앞에서 본 반지"})
    assert [(photo.id, photo.alt) for photo in photos_of(product)] == [(second, "앞에서 본 반지"), (first, "물결 반지")]
    browser.post(url, {"delete": "1"})
    assert [photo.id for photo in photos_of(product)] == [first]
    assert browser.post(f"/products/{product}/photos/999999/", {"delete": "1"}).status_code == 404


def test_barcodes_and_tags_of_a_variant(browser: Any) -> None:
    from hanmaru.central.catalog.queries import barcodes_of, tags_of, variants_of

    card = variants_of(ring())[0]
    url = f"/products/variants/{card.id}"
    browser.post(f"{url}/barcodes/", {"code": "18801234567890", "quantity": "24"})
    browser.post(f"{url}/barcodes/", {"code": "18801234567890", "quantity": "0"})
    assert [(barcode.code, barcode.quantity) for barcode in barcodes_of(card.id)] == [("18801234567890", 24)]
    browser.post(f"{url}/barcodes/", {"remove": str(barcodes_of(card.id)[0].id)})
    assert barcodes_of(card.id) == []
    browser.post(f"{url}/tags/", {"count": "2"})
    browser.post(f"{url}/tags/", {"epc": "3074257BF7194E4000001A85", "quantity": "5", "lot_number": "L1"})
    tags = tags_of(card.id)
    assert [(tag.scheme, tag.quantity) for tag in tags] == [("sgtin-96", 5), ("own-96", 1), ("own-96", 1)]
    browser.post(f"{url}/tags/", {"retire": tags[0].epc})
    assert tags_of(card.id)[0].retired_at is not None
    told = browser.post(f"{url}/tags/", {"epc": "zz", "quantity": "1"}, follow=True).content.decode()
    assert len(tags_of(card.id)) == 3
    assert "ZZ" in told or "zz" in told


def test_labels_are_a_pdf_with_a_page_for_24(browser: Any) -> None:
    from django.conf import settings

    from hanmaru.central.catalog.errors import FontMissing
    from hanmaru.central.catalog.labels import font_file
    from hanmaru.central.catalog.queries import tags_of, variants_of

    try:
        font_file(settings.FRONT_END_PACKAGES)
    except FontMissing:
        pytest.skip("the front-end packages are not installed: run make demo or npm ci")
    product = ring(7)
    answer = browser.post(f"/products/{product}/labels/", {"kind": "item", "copies": "2"})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert answer.content.count(b"/Type /Page\n") == 2
    card = variants_of(product)[0]
    assert tags_of(card.id) == []
    browser.post(f"/products/variants/{card.id}/labels/", {"kind": "tag", "copies": "3"})
    assert len(tags_of(card.id)) == 3
    assert browser.post(f"/products/{product}/labels/", {"kind": "item", "copies": "100"}).status_code == 422


def test_without_the_font_no_number_is_used_up(browser: Any, settings: Any, tmp_path: Path) -> None:
    from hanmaru.central.catalog.queries import tags_of, variants_of

    settings.FRONT_END_PACKAGES = tmp_path
    card = variants_of(ring())[0]
    assert browser.post(f"/products/variants/{card.id}/labels/", {"kind": "tag", "copies": "3"}).status_code == 422
    assert tags_of(card.id) == []


def test_pages_with_many_variants_ask_the_database_little(browser: Any, django_assert_max_num_queries: Any) -> None:
    from hanmaru.central.catalog.queries import variants_of
    from hanmaru.central.catalog.services import add_photo, create_product

    product = ring(600)
    add_photo(product, jpeg())
    for number in range(60):
        create_product(name=f"상품 {number}")
    card = variants_of(product, limit=1)[0]
    for url in (
        "/products/",
        "/products/?q=반지",
        f"/products/{product}/",
        f"/products/{product}/edit/",
        f"/products/{product}/options/",
        f"/products/{product}/photos/",
        f"/products/{product}/labels/",
        f"/products/variants/{card.id}/",
    ):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert browser.get(url).status_code == 200
    with django_assert_max_num_queries(MOST_QUERIES):
        following = browser.get("/products/").context["following"]
    assert len(browser.get(f"/products/{following}").context["rows"]) == 11


def test_who_may_only_look_changes_nothing(company: Any, client_of: Any) -> None:
    from hanmaru.central.catalog.queries import product_card, variants_of

    product = ring()
    company.roles = ["warehouse"]
    company.save()
    browser = client_of(company)
    page = browser.get(f"/products/{product}/").content.decode()
    assert "price_" not in page
    card = variants_of(product)[0]
    browser.post(f"/products/{product}/", {f"price_{card.id}": "1"})
    assert variants_of(product)[0] == card
    assert browser.get("/products/new/").status_code == 403
    assert browser.post(f"/products/{product}/archive/").status_code == 403
    assert product_card(product).archived_at is None


def test_a_file_is_tried_then_taken_in_by_pages(browser: Any) -> None:
    from hanmaru.central.catalog.queries import product_rows

    rows = "상품코드,상품명,가격\nCUP,찻잔,9000\nDISH,접시,많이\n"
    tried = browser.post("/products/import/", {"file": SimpleUploadedFile("상품.csv", rows.encode("cp949"))})
    page = browser.get(tried.url)
    assert (page.context["run"].dry_run, page.context["good"], len(page.context["rows"])) == (True, 1, 1)
    assert product_rows() == []
    done = browser.post(f"{tried.url}start/")
    page = browser.get(done.url)
    assert (page.context["run"].dry_run, [row.name for row in product_rows()]) == (False, ["찻잔"])
    mend = browser.get(f"{done.url}refused.xlsx")
    assert mend.content.startswith(b"PK")
    assert browser.post(f"{tried.url}start/").url == done.url
    assert browser.get(tried.url).context["earlier"].id == page.context["run"].id
    assert browser.get("/products/import/").context["runs"][0].file_name == "상품.csv"


def test_a_program_under_a_tables_name_is_refused_with_a_sentence(browser: Any) -> None:
    for data in (b"MZ" + bytes(3_000), b"PK\x03\x04" + bytes(3_000), b""):
        answer = browser.post("/products/import/", {"file": SimpleUploadedFile("a.xlsx", data)})
        assert answer.status_code == 422
        assert answer.context["form"].errors["file"]


def test_a_20_megabyte_photo_works(browser: Any) -> None:
    import os

    from hanmaru.central.catalog.queries import photos_of

    out = io.BytesIO()
    Image.frombytes("RGB", (2600, 2600), os.urandom(2600 * 2600 * 3)).save(out, "PNG", compress_level=0)
    assert out.tell() > 20_000_000
    product = ring()
    browser.post(f"/products/{product}/photos/", {"photos": SimpleUploadedFile("a.png", out.getvalue())})
    assert [(photo.width, photo.height) for photo in photos_of(product)] == [(2400, 2400)]


def test_the_export_is_what_the_import_reads(browser: Any) -> None:
    ring()
    assert browser.get("/products/export.csv").content.decode("utf-8-sig").count("RING-") == 4
    assert browser.get("/products/export.xlsx").content.startswith(b"PK")
    assert browser.get("/products/import/template.xlsx").content.startswith(b"PK")


def test_another_companys_pages_are_not_found(browser: Any, other_company: Any, client_of: Any) -> None:
    from hanmaru.central.catalog.queries import variants_of

    product = ring()
    variant = variants_of(product)[0].id
    rows = "상품코드,상품명,가격\nCUP,찻잔,9000\n"
    run = browser.post("/products/import/", {"file": SimpleUploadedFile("a.csv", rows.encode())}).url
    stranger = client_of(other_company)
    for url in (
        f"/products/{product}/",
        f"/products/{product}/edit/",
        f"/products/{product}/options/",
        f"/products/{product}/photos/",
        f"/products/{product}/labels/",
        f"/products/variants/{variant}/",
        f"/products/variants/{variant}/labels/",
        run,
        f"{run}refused.xlsx",
    ):
        assert browser.get(url).status_code == 200, url
        assert stranger.get(url).status_code == 404, url
    for url in (
        f"/products/{product}/archive/",
        f"/products/{product}/options/preview/",
        f"/products/variants/{variant}/archive/",
        f"/products/variants/{variant}/tags/",
        f"{run}start/",
    ):
        assert stranger.post(url, {"count": "1"}).status_code == 404, url
