"""Photos of products: kept, ordered, shown to whom they are for."""

import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def jpeg(colour: str = "red", size: tuple[int, int] = (800, 600)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", quality=95)
    return out.getvalue()


@pytest.fixture
def product(company: Any) -> int:
    from hanmaru.central.catalog.services import create_product

    return create_product(name="물결 반지")


def test_the_first_photo_is_that_of_the_card_until_another_is(product: int, company: Any) -> None:
    from hanmaru.central.catalog.queries import photos_of, variants_of
    from hanmaru.central.catalog.services import add_photo, delete_photo, describe_photo, order_photos

    first, second = (add_photo(product, jpeg(colour)) for colour in ("red", "blue"))
    assert [photo.id for photo in photos_of(product)] == [first, second]
    assert variants_of(product)[0].photo == f"/photos/{company.company_id}/{first}/320.webp"
    order_photos(product, [second])
    assert [photo.id for photo in photos_of(product)] == [second, first]
    describe_photo(second, "파란 상자에 든 반지")
    assert [photo.alt for photo in photos_of(product)] == ["파란 상자에 든 반지", "물결 반지"]
    delete_photo(second)
    assert variants_of(product)[0].photo == f"/photos/{company.company_id}/{first}/320.webp"


def test_files_go_with_the_photo(product: int, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    from hanmaru.central.catalog.services import add_photo, delete_photo

    photo = add_photo(product, jpeg())
    assert len(list(tmp_path.rglob("*.webp"))) == 4
    with django_capture_on_commit_callbacks(execute=True):
        delete_photo(photo)
    assert not list(tmp_path.rglob("*.webp"))


def test_a_refused_photo_leaves_nothing(product: int, tmp_path: Path) -> None:
    from hanmaru.central.catalog.photos import PhotoNotAPicture
    from hanmaru.central.catalog.queries import photos_of
    from hanmaru.central.catalog.services import add_photo

    with pytest.raises(PhotoNotAPicture):
        add_photo(product, b"MZ" + os.urandom(5_000))
    assert photos_of(product) == []
    assert not list(tmp_path.rglob("*.webp"))


def test_no_more_photos_than_a_page_can_show(product: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hanmaru.central.catalog.errors import TooManyPhotos
    from hanmaru.central.catalog.services import add_photo, pictures

    monkeypatch.setattr(pictures, "MOST_PHOTOS", 1)
    add_photo(product, jpeg())
    with pytest.raises(TooManyPhotos, match="1"):
        add_photo(product, jpeg())
    assert len(list(tmp_path.rglob("*.webp"))) == 4


def test_who_sees_a_photo(product: int, company: Any, other_company: Any, client_of: Any, client: Any) -> None:
    from hanmaru.central.catalog.queries import photo_url
    from hanmaru.central.catalog.services import add_photo, edit_product

    photo = add_photo(product, jpeg())
    url = photo_url(photo, 96)
    answer = client_of(company).get(url)
    assert Image.open(io.BytesIO(answer.content)).size == (96, 72)
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]
    assert client.get(url).status_code == client_of(other_company).get(url).status_code == 200
    edit_product(product, on_order_page=False)
    assert client.get(url).status_code == client_of(other_company).get(url).status_code == 404
    assert client_of(company).get(url).status_code == 200
    assert client_of(company).get(photo_url(photo, 97)).status_code == 404
    assert client_of(other_company).get(f"/photos/{other_company.company_id}/{photo}/96.webp").status_code == 404
    assert client.get(f"/photos/999999/{photo}/96.webp").status_code == 404


def test_another_companys_photo_is_not_there(product: int, other_company: Any) -> None:
    from hanmaru.central.catalog.errors import NoSuchProduct
    from hanmaru.central.catalog.services import add_photo, delete_photo, describe_photo, order_photos
    from hanmaru.central.companies.tenancy import acting

    photo = add_photo(product, jpeg())
    with acting(company_id=other_company.company_id):
        for attempt in (
            lambda: add_photo(product, jpeg()),
            lambda: describe_photo(photo, "x"),
            lambda: order_photos(product, [photo]),
            lambda: delete_photo(photo),
        ):
            with pytest.raises(NoSuchProduct):
                attempt()
