"""Orders from a spreadsheet: tried first, good ones taken, bad ones kept with the reason; and orders as a file."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.unit.central.orders import flow

pytestmark = pytest.mark.django_db
SHEET = """주문번호,SKU,수량,단가,받는 분,전화번호,주소
A-1,RING-1,2,900,홍길동,010-1111-2222,성수동
A-1,RING-2,1,,홍길동,010-1111-2222,성수동
A-2,NOWHERE,1,,김,010,성수동
A-2,RING-1,1,,김,010,성수동
A-3,RING-1,-4,,박,010,성수동
A-3,RING-2,1,,박,010,성수동
"""


@pytest.fixture
def clerk(company: Any, client_of: Any, new_variant: Any, settings: Any, tmp_path: Any) -> Any:
    """The owner's browser, two products, and a media folder of our own."""
    settings.MEDIA_ROOT = tmp_path
    new_variant("RING-1")
    new_variant("RING-2")
    return client_of(company)


def upload(clerk: Any, content: bytes, name: str = "orders.csv") -> Any:
    return clerk.post("/orders/import/", {"file": SimpleUploadedFile(name, content)})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_file_is_tried_and_then_taken(clerk: Any, encoding: str) -> None:
    tried = upload(clerk, SHEET.encode(encoding))
    assert tried.status_code == 302
    page = clerk.get(tried["Location"])
    assert page.context["counts"] == {"orders_made": 1, "orders_known": 0, "orders_refused": 2, "refused": 4}
    assert flow.queries.orders() == []
    taken = clerk.post(f"{tried['Location']}start/")
    (card,) = flow.queries.orders()
    assert (card.external_id, card.channel, card.total, card.customer_name) == ("A-1", "file", 2800, "홍길동")
    assert clerk.get(taken["Location"]).status_code == 200
    assert clerk.get(f"{taken['Location']}refused/").status_code == 200
    again = upload(clerk, SHEET.encode(encoding) + b"\n")
    assert clerk.get(again["Location"]).context["counts"]["orders_known"] == 1
    clerk.post(f"{again['Location']}start/")
    assert len(flow.queries.orders()) == 1


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n", b"PK\x03\x04broken", b"a,b\n1,2\n"])
def test_other_files_are_refused_with_a_sentence(clerk: Any, content: bytes) -> None:
    answer = upload(clerk, content)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_orders_as_csv_and_excel(clerk: Any) -> None:
    from openpyxl import load_workbook

    variant = next(iter(flow.catalog_variants()))
    order = flow.placed((variant, 3), external_id="x")
    text = clerk.get("/orders/export.csv?state=confirmed").content.decode("utf-8-sig")
    assert flow.queries.order_card(order).number in text
    book = load_workbook(io.BytesIO(clerk.get("/orders/export.xlsx").content))
    assert [row[2].value for row in book.active.iter_rows(min_row=2)] == [3]
    assert flow.queries.order_card(order).number not in clerk.get("/orders/export.csv?state=shipped").content.decode()


def test_another_companys_import_is_not_found(clerk: Any, client_of: Any, other_company: Any) -> None:
    tried = upload(clerk, SHEET.encode())
    stranger = client_of(other_company)
    assert stranger.get(tried["Location"]).status_code == 404
    assert stranger.post(f"{tried['Location']}start/").status_code == 404
    assert stranger.get(f"{tried['Location']}refused/").status_code == 404
