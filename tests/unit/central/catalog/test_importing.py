"""Products from people's spreadsheets."""

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

pytestmark = pytest.mark.django_db

HEADER = "상품코드,상품명,옵션:크기,옵션: 금속,SKU,가격,바코드,무게(g)"
ROWS = (
    "RING,물결 반지,15호,은,,50000,8801234567893,6",
    "RING,물결 반지,17호,은,,50000,,6",
    'RING,물결 반지,17호,금,R-17-G,"140,000원",,7',
    "CUP,찻잔,,,CUP-1,9000,,",
)


@pytest.fixture(autouse=True)
def _media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def csv(*rows: str, header: str = HEADER, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\r\n".join([header, *rows]).encode(encoding))


def tried(file: io.BytesIO) -> Any:
    from hanmaru.central.catalog.importing.run import try_file
    from hanmaru.central.sheets.queries import run_card

    return run_card(try_file(file, "상품.csv"))


def imported(file: io.BytesIO) -> Any:
    from hanmaru.central.catalog.importing.run import import_file
    from hanmaru.central.sheets.queries import run_card

    return run_card(import_file(tried(file).id))


def reasons(run: Any) -> list[tuple[int, str, str]]:
    from hanmaru.central.sheets.queries import refused_rows

    return [(row.row, row.column, row.code) for row in refused_rows(run.id)]


def stock() -> list[tuple[str, str, str, int, str, int | None]]:
    from hanmaru.central.catalog.queries import variant_pages

    return [
        (card.name, card.sku, card.label, card.price, card.gtin_printed, card.weight_g)
        for page in variant_pages()
        for card in page
    ]


WANTED = [
    ("물결 반지", "RING-15HO-EUN", "15호 / 은", 50_000, "8801234567893", 6),
    ("물결 반지", "RING-17HO-EUN", "17호 / 은", 50_000, "", 6),
    ("물결 반지", "R-17-G", "17호 / 금", 140_000, "", 7),
    ("찻잔", "CUP-1", "", 9_000, "", None),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_trial_promises_what_the_import_does(company: Any, encoding: str) -> None:
    trial = tried(csv(*ROWS, encoding=encoding))
    assert (trial.dry_run, trial.total, trial.position, trial.refused) == (True, 4, 4, 0)
    assert trial.counts == {"products_made": 2, "variants_made": 4, "refused": 0}
    assert stock() == []
    run = imported(csv(*ROWS, encoding=encoding))
    assert (run.counts, run.failed, run.finished_at is not None) == (trial.counts, "", True)
    assert stock() == WANTED


def test_excel_works_as_well(company: Any) -> None:
    book = Workbook()
    for row in (HEADER.split(","), ["CUP", "찻잔", None, None, "CUP-1", 9000, 8801234567893, 120.0]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    assert imported(file).counts == {"products_made": 1, "variants_made": 1, "refused": 0}
    assert stock() == [("찻잔", "CUP-1", "", 9_000, "8801234567893", 120)]


def test_the_same_file_again_changes_nothing(company: Any) -> None:
    first = imported(csv(*ROWS))
    again = imported(csv(*ROWS))
    assert again == first
    assert stock() == WANTED


def test_the_same_rows_in_another_file_are_found_to_be_the_same(company: Any) -> None:
    imported(csv(*ROWS))
    run = imported(csv(*ROWS, ""))
    assert run.counts == {"products_same": 2, "variants_same": 4, "refused": 0}
    assert stock() == WANTED


def test_changed_rows_change_only_what_they_tell(company: Any) -> None:
    imported(csv(*ROWS))
    changed = csv("RING,물결 반지,15호,은,,55000,,", "CUP,찻잔 세트,,,CUP-1,,,", "RING,물결 반지,19호,은,,,,")
    run = imported(changed)
    assert run.counts == {
        "products_same": 1,
        "products_changed": 1,
        "variants_changed": 1,
        "variants_made": 1,
        "variants_same": 1,
        "refused": 0,
    }
    assert stock() == [
        ("물결 반지", "RING-15HO-EUN", "15호 / 은", 55_000, "8801234567893", 6),
        *WANTED[1:3],
        ("물결 반지", "RING-19HO-EUN", "19호 / 은", 50_000, "", None),
        ("찻잔 세트", "CUP-1", "", 9_000, "", None),
    ]


def test_each_refused_row_names_its_column_and_the_good_ones_go_in(company: Any) -> None:
    from hanmaru.central.catalog.services import create_product

    create_product(name="접시", code="DISH", variant={"gtin": "4006381333931"})
    run = imported(
        csv(
            *ROWS,
            "RING,물결 반지,15호,은,,1,,",  # 6: the combination again
            "RING,물결 반지,19호,은,R-17-G,1,,",  # 7: the SKU again
            "RING,다른 이름,21호,은,,1,,",  # 8
            "RING,물결 반지,21호,,,1,,",  # 9: an option left open
            "NECK,목걸이,,,,-5,,",  # 10
            "NECK,목걸이,,,,99999999999999,,",  # 11
            "NECK,목걸이,,,,1000,8801234567894,",  # 12: check digit
            "NECK,목걸이,,,,1000,4006381333931,",  # 13: the dish's barcode
            "NECK,목걸이,,,DISH,1000,,",  # 14: the dish's SKU
            "NECK,,,,,1000,,",  # 15
            "DISH,접시,대,,,1000,,",  # 16: an option it does not have
            "DISH2,큰 접시,대,,,1000,8801234567893,",  # 17: the ring's barcode, in this file
        )
    )
    assert reasons(run) == [
        (10, "가격", "too_small"),
        (11, "가격", "too_large"),
        (15, "상품명", "missing"),
        (6, "상품코드", "catalog.twice_in_file"),
        (7, "SKU", "catalog.twice_in_file"),
        (8, "", "catalog.name_differs"),
        (9, "옵션: 금속", "catalog.option_missing"),
        (12, "바코드", "scan.check_digit"),
        (13, "바코드", "catalog.barcode_taken"),
        (14, "SKU", "catalog.sku_taken"),
        (16, "옵션:크기", "catalog.option_unknown"),
        (17, "바코드", "catalog.twice_in_file"),
    ]
    assert (run.total, run.position, run.counts["refused"]) == (16, 16, 12)
    assert stock() == [("접시", "DISH", "", 0, "4006381333931", None), *WANTED]


def test_refused_rows_can_be_mended_and_sent_again(company: Any) -> None:
    from hanmaru.central.sheets.queries import refused_sheet
    from hanmaru.central.sheets.writer import write_csv

    run = imported(csv(*ROWS, 'NECK,목걸이,,,N-1,"12,34",,5'))
    header, rows = refused_sheet(run.id, "사유")
    mended = [dict(zip(header, row, strict=True)) for row in rows]
    assert [(row["SKU"], row["가격"], row["무게(g)"]) for row in mended] == [("N-1", "12,34", "5")]
    assert mended[0]["사유"].startswith("가격: ")
    mended[0]["가격"] = "1234"
    again = imported(io.BytesIO(b"".join(write_csv(header, [list(mended[0].values())]))))
    assert (again.counts, again.refused) == ({"products_made": 1, "variants_made": 1, "refused": 0}, 0)
    assert stock()[-1] == ("목걸이", "N-1", "", 1_234, "", 5)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheet.empty"),
        (b"MZ" + bytes(3_000), "sheet.not_a_table"),
        (b"PK\x03\x04" + bytes(3_000), "sheet.broken"),
        ("이름,값\n가,1".encode(), "sheet.columns_missing"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_leaves_no_run(company: Any, data: bytes, code: str) -> None:
    from hanmaru.central.sheets.models import ImportRun
    from hanmaru.central.sheets.refusals import SheetRefused

    with pytest.raises(SheetRefused) as refused:
        tried(io.BytesIO(data))
    assert refused.value.code == code
    assert not ImportRun.objects.exists()


def test_a_large_file_is_left_to_the_worker(company: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from procrastinate.testing import InMemoryConnector

    from hanmaru.central.catalog import tasks
    from hanmaru.central.catalog.importing import run
    from hanmaru.central.sheets.queries import run_card

    monkeypatch.setattr(run, "INLINE_BYTES", 10)
    with tasks.app.replace_connector(connector := InMemoryConnector()):
        trial = tried(csv(*ROWS))
        assert (trial.total, trial.finished_at) == (None, None)
        [job] = connector.jobs.values()
    tasks.import_products(**job["args"])
    assert (run_card(trial.id).counts["variants_made"], stock()) == (4, [])


def test_an_import_that_was_cut_off_begins_again_and_doubles_nothing(company: Any) -> None:
    from hanmaru.central.catalog.importing import run as importing
    from hanmaru.central.sheets import services
    from hanmaru.central.sheets.queries import run_card

    trial = tried(csv(*ROWS, "NECK,,,,,,,"))
    run, _new = services.begin_run("products", "상품.csv", trial.file_hash, dry_run=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, "BATCH", 1)
        patch.setattr(importing.runs, "advance_run", _cut_off_after(2, services.advance_run))
        with pytest.raises(KeyboardInterrupt):
            importing.carry_out(run)
    assert len(stock()) == 3
    importing.carry_out(run)
    card = run_card(run)
    assert (card.counts["variants_same"] + card.counts["variants_made"], card.refused) == (4, 1)
    assert stock() == WANTED


def _cut_off_after(calls: int, function: Any) -> Any:
    left = [calls]

    def call(*args: Any) -> None:
        function(*args)
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    return call


def test_an_export_can_be_sent_back(company: Any) -> None:
    from hanmaru.central.catalog.importing.export import table
    from hanmaru.central.sheets.writer import write_csv, write_xlsx

    imported(csv(*ROWS))
    exported = table("KRW")
    file = io.BytesIO(b"".join(write_csv(exported.header, exported.rows)))
    assert imported(file).counts == {"products_same": 2, "variants_same": 4, "refused": 0}
    english = table("KRW", english=True)
    book = io.BytesIO()
    write_xlsx(book, english.header, english.rows)
    assert imported(book).counts == {"products_same": 2, "variants_same": 4, "refused": 0}
    assert stock() == WANTED


def test_another_companys_run_is_not_there(company: Any, other_company: Any) -> None:
    from hanmaru.central.catalog.importing.run import import_file
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.sheets.errors import NoSuchRun
    from hanmaru.central.sheets.queries import refused_rows

    trial = tried(csv(*ROWS, "NECK,,,,,,,"))
    with acting(company_id=other_company.company_id):
        assert refused_rows(trial.id) == []
        with pytest.raises(NoSuchRun):
            import_file(trial.id)


def test_new_products_are_made_by_few_statements_however_many(company: Any, django_assert_max_num_queries: Any) -> None:
    rows = [f"P{number:02},그릇 {number},{size},,,1000,," for number in range(40) for size in ("대", "소")]
    run = tried(csv(*rows))
    with django_assert_max_num_queries(2 * 40 + 60):  # the code and the answer of each product, and the run's own
        again = tried(csv(*rows, "LAST,접시,,,,1000,,"))
    assert (run.counts["variants_made"], again.counts["variants_made"]) == (80, 81)


def test_many_at_once_come_to_what_one_by_one_comes_to(company: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from hanmaru.central.catalog.importing import run as importing

    file = csv(
        *ROWS,
        "DISH,접시,대,,,1000,,",
        "BOWL,그릇,대,,DISH-DAE,1000,,",  # the SKU that the dish above was given
        "VASE,꽃병,,,,1000,8801234567893,",  # the ring's barcode
        "VASE2,큰 꽃병,,,,1000,4006381333931,",
        "VASE3,더 큰 꽃병,,,,1000,04006381333931,",  # the same barcode, spelt with a digit more
        "JAR,항아리,Red,,,1000,,",
        "JAR,항아리,red,,JAR-2,1000,,",  # the same value
        "LID,뚜껑,,,,1000,,3",
    )
    with monkeypatch.context() as one_by_one:
        one_by_one.setattr(importing, "draft", lambda *_arguments, **_options: None)
        careful = tried(file)
    file.seek(0)
    quick = imported(file)
    assert reasons(quick) == reasons(careful)
    assert dict(quick.counts) == dict(careful.counts)
    assert ("뚜껑", "LID", "", 1_000, "", 3) in stock()
