"""Import and export from the command line."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


@pytest.fixture
def slug(company: Any, tmp_path: Path, settings: Any) -> str:
    settings.MEDIA_ROOT = tmp_path / "media"
    return str(company.company.slug)


def test_products_are_imported_and_exported_again(slug: str, tmp_path: Path) -> None:
    from hanmaru.central.catalog.queries import product_rows

    path = tmp_path / "상품.csv"
    path.write_bytes("상품코드,상품명,가격\nCUP,찻잔,9000\nDISH,접시,많이\n".encode("cp949"))
    out = StringIO()
    call_command("import_products", path, company=slug, dry_run=True, stdout=out)
    assert "가격" in out.getvalue()
    assert product_rows() == []
    call_command("import_products", path, company=slug, stdout=StringIO())
    assert [row.name for row in product_rows()] == ["찻잔"]
    folder = tmp_path / "out"
    call_command("export_company", folder, company=slug, stdout=StringIO())
    assert "찻잔" in (folder / "products.csv").read_text("utf-8-sig")
    assert "찻잔" in (folder / "tables" / "catalog_product.csv").read_text("utf-8")
    assert "secret" not in (folder / "tables" / "companies_devicetoken.csv").read_text("utf-8")
    with pytest.raises(CommandError, match="not empty"):
        call_command("export_company", folder, company=slug, stdout=StringIO())


def test_what_cannot_be_read_fails_with_a_sentence(slug: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"MZ" + bytes(900))
    for given, words in (
        ((path, slug), "table|표"),
        ((tmp_path / "none", slug), "no such"),
        ((path, "nobody"), "nobody"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("import_products", given[0], company=given[1], stdout=StringIO())
