"""Sheets as people hand them in: good rows come out, bad ones say what to do, other files say what they are."""

import io
import struct
import tracemalloc
import zipfile
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmaru.central.sheets.columns import Column, day, integer, money, text
from hanmaru.central.sheets.kinds import Limits
from hanmaru.central.sheets.problems import RowError
from hanmaru.central.sheets.reader import Row, open_sheet
from hanmaru.central.sheets.refusals import SheetRefused

NAME = Column("name", "상품명", "Product name", text(), required=True, aliases=("품명",))
PRICE = Column("price", "가격", "Price", money(), required=True)
COUNT = Column("count", "수량", "Quantity", integer(least=0, most=10_000), default=0)
BARCODE = Column("barcode", "바코드", "Barcode", text(14), default="")
SINCE = Column("since", "등록일", "Since", day())
COLUMNS = [NAME, PRICE, COUNT, BARCODE, SINCE]
GOOD = '상품명,가격,수량\n은 반지,"35,000",3\n구두,120000,\n'


def read(data: bytes, columns: Sequence[Column] = COLUMNS, **options: Any) -> list[Row | RowError]:
    return list(open_sheet(io.BytesIO(data), columns, **options))


def xlsx(*rows: Sequence[Any], prepare: Any = None) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(list(row))
    if prepare:
        prepare(book, page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refused(data: bytes, **options: Any) -> SheetRefused:
    with pytest.raises(SheetRefused) as caught:
        read(data, **options)
    assert "%(" not in str(caught.value)
    return caught.value


def names(result: Iterable[Row | RowError]) -> list[object]:
    return [row.values["name"] for row in result if isinstance(row, Row)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "euc-kr", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_of_every_program(encoding: str, delimiter: str, newline: str) -> None:
    content = '상품명,가격,수량\n"은, 반지",35000,3\n구두,120000,\n'.replace(",", delimiter).replace("\n", newline)
    first, second = read(content.encode(encoding))
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert (first.number, first.values) == (
        2, {"name": f"은{delimiter} 반지".strip(), "price": 35000, "count": 3, "barcode": "", "since": None},
    )  # fmt: skip
    assert (second.number, second.values["count"]) == (3, 0)


def test_letters_only_cp949_has() -> None:
    assert names(read("상품명,가격\n뷁 햏,1\n".encode("cp949"))) == ["뷁 햏"]


def test_the_separator_named_in_the_first_line_is_taken() -> None:
    assert names(read("sep=;\n상품명;가격\na,b;1\n".encode())) == ["a,b"]


def test_xlsx_with_types_and_a_formula() -> None:
    data = xlsx(
        ["상품명", "가격", "수량", "바코드", "등록일"],
        ["은 반지", 35000.0, 3, 8801234567893, date(2026, 11, 21)],
        ["구두", "12만원", "=1+1", "0012", None],
    )
    good, bad = read(data)
    assert isinstance(good, Row)
    assert good.values == {
        "name": "은 반지", "price": 35000, "count": 3, "barcode": "8801234567893", "since": date(2026, 11, 21),
    }  # fmt: skip
    assert isinstance(bad, RowError)
    assert (bad.row, bad.column, bad.code) == (3, "가격", "not_a_number")
    assert bad.values == {"상품명": "구두", "가격": "12만원", "바코드": "0012"}
    assert bad.sentence
    assert bad.remedy


def test_leading_zeros_that_excel_shows_are_kept() -> None:
    def zeros(_: Any, page: Any) -> None:
        page["C2"].number_format = "00000000"

    (row,) = read(xlsx(["상품명", "가격", "바코드"], ["a", 1, 1234], prepare=zeros))
    assert isinstance(row, Row)
    assert row.values["barcode"] == "00001234"


def test_the_first_sheet_not_hidden_or_the_one_named() -> None:
    def more(book: Any, page: Any) -> None:
        page.sheet_state = "hidden"
        for title in ("둘", "셋"):
            book.create_sheet(title).append(["상품명", "가격"])
            book[title].append([title, 1])

    data = xlsx(["무엇"], prepare=more)
    assert names(read(data)) == ["둘"]
    assert names(read(data, sheet="셋")) == ["셋"]
    assert refused(data, sheet="넷").code == "sheet.unknown"


def test_headers_in_any_spelling() -> None:
    assert names(read(b"PRODUCT_NAME , price (KRW)\nring,1\n")) == ["ring"]
    assert names(read("품명*,가격(원)\nring,1\n".encode())) == ["ring"]


def test_a_title_above_the_header_is_passed_over() -> None:
    rows = read("2026년 상품 목록\n\n상품명,가격\na,1\n".encode())
    assert [(row.number, row.values["name"]) for row in rows if isinstance(row, Row)] == [(4, "a")]


def test_unknown_columns_are_named_with_the_nearest_of_ours() -> None:
    sheet = open_sheet(io.BytesIO("상품명,가격,수랑,메모\na,1,5,x\n".encode()), COLUMNS)
    assert [(note.column, note.code, note.data.get("nearest")) for note in sheet.notes] == [
        ("수랑", "nearest_column", "수량"), ("메모", "unknown_column", None),
    ]  # fmt: skip
    assert all(note.sentence and note.remedy for note in sheet.notes)
    (row,) = sheet
    assert isinstance(row, Row)
    assert row.values["count"] == 0


def test_good_rows_come_out_beside_bad_ones_and_each_fault_is_named() -> None:
    rows = read("상품명,가격,수량\n,x,-3\na,1,2\nb,5,99999999999\n\nc,1,２,\nd,1,3,stray\n".encode())
    faults = [(r.row, r.column, r.code) for r in rows if isinstance(r, RowError)]
    assert faults == [
        (2, "상품명", "missing"), (2, "가격", "not_a_number"), (2, "수량", "too_small"), (4, "수량", "too_large"),
        (7, "", "extra_cells"),
    ]  # fmt: skip
    assert names(rows) == ["a", "c"]


def test_a_short_row_is_filled_with_blanks() -> None:
    (row,) = read("상품명,가격,수량\na,1\n".encode())
    assert isinstance(row, Row)


def test_error_values_of_formulas_are_named() -> None:
    (error,) = read(xlsx(["상품명", "가격"], ["#N/A", 1]))
    assert isinstance(error, RowError)
    assert error.code == "formula_error"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheet.empty"),
        (b"\n\n,,\n", "sheet.empty"),
        (b"MZ\x90\x00" + bytes(500), "sheet.not_a_table"),
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "sheet.not_a_table"),
        (b"%PDF-1.4", "sheet.not_a_table"),
        (b"\x01\x02\x03\x00" * 3 + b"abc" * 100, "sheet.not_a_table"),
        (b"<html><table><tr><td>1</td></tr></table>", "sheet.web_page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "Workbook".encode("utf-16-le"), "sheet.old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "EncryptedPackage".encode("utf-16-le"), "sheet.locked"),
        (b"PK\x03\x04" + bytes(100), "sheet.broken"),
        (xlsx(["상품명", "가격"], ["a", 1])[:-200], "sheet.broken"),
        ("가격,수량\n1,2\n".encode(), "sheet.columns_missing"),
        ("상품명,품명,가격\na,b,1\n".encode(), "sheet.column_twice"),
        ('상품명,가격\n"열린,1\nb,2\n'.encode(), "sheet.open_quote"),
        (b"name,price\n\xff\xfe\xfd,1\n", "sheet.encoding"),
        (bytes([97]) * 5_000_000, "sheet.not_a_table"),
        (GOOD.encode("cp949") + "é".encode("latin-1") + b"\n", "sheet.encoding"),
    ],
    ids=[
        "nothing", "empty lines", "a program", "a picture", "a PDF", "bytes", "a web page", "old Excel", "locked",
        "a broken archive", "half of Excel", "columns missing", "a column twice", "an open quote", "no encoding",
        "five million letters", "two encodings",
    ],
)  # fmt: skip
def test_what_is_no_table_says_what_it_is(data: bytes, code: str) -> None:
    assert refused(data).code == code


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_archives_of_other_kinds_say_so() -> None:
    assert refused(zipped({"word/document.xml": b"<w/>"})).code == "sheet.not_a_table"
    assert refused(zipped({"xl/workbook.bin": b""})).code == "sheet.old_excel"
    assert refused(zipped({"xl/workbook.xml": b"<workbook"})).code == "sheet.broken"


def test_a_bomb_is_refused_by_its_directory_alone() -> None:
    bomb = zipped({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": bytes(40 * 1024 * 1024)})
    assert len(bomb) < 100_000
    tracemalloc.start()
    assert refused(bomb).code == "sheet.bomb"
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert refused(xlsx(["a"]), limits=Limits(unpacked=1000)).code == "sheet.bomb"


def test_a_part_larger_than_the_directory_says_is_not_unpacked() -> None:
    data = bytearray(xlsx(["상품명", "가격"], ["a" * 5000, 1]))
    at = data.rfind(b"xl/worksheets/sheet1.xml") - 46
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    assert refused(bytes(data)).code in {"sheet.broken", "sheet.empty"}


def test_an_entity_bomb_inside_is_refused() -> None:
    whole = zipfile.ZipFile(io.BytesIO(xlsx(["상품명", "가격"], ["a", 1])))
    parts = {name: whole.read(name) for name in whole.namelist()}
    lol = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    parts["xl/worksheets/sheet1.xml"] = lol + parts["xl/worksheets/sheet1.xml"]
    assert refused(zipped(parts)).code == "sheet.broken"


def test_three_hundred_megabytes_are_refused_before_reading(tmp_path: Path) -> None:
    class Unread(io.FileIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError

        readinto = readall = read  # type: ignore[assignment]

    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    with Unread(path) as file, pytest.raises(SheetRefused) as caught:
        open_sheet(file, COLUMNS)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.status) == ("sheet.too_large", 413)
    assert "300" in str(caught.value)


def test_too_many_rows_are_refused_after_the_good_ones() -> None:
    rows = open_sheet(io.BytesIO("상품명,가격\na,1\nb,2\nc,3\n".encode()), COLUMNS, limits=Limits(rows=2))
    found: list[Row | RowError] = []
    with pytest.raises(SheetRefused, match="2"):
        deque(map(found.append, rows), maxlen=0)
    assert names(found) == ["a", "b"]


def test_a_long_file_is_read_in_little_memory() -> None:
    data = "상품명,가격\n".encode() + "은 반지 12호 각인,35000\n".encode() * 100_000
    file = io.BytesIO(data)
    tracemalloc.start()
    count = sum(isinstance(row, Row) for row in open_sheet(file, COLUMNS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 5_000_000


def test_the_file_stays_open_for_its_owner() -> None:
    for data in (GOOD.encode(), xlsx(["상품명", "가격"], ["a", 1])):
        file = io.BytesIO(data)
        list(open_sheet(file, COLUMNS))
        assert not file.closed


@settings(max_examples=200)
@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: f"상품명,가격\n{t}".encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused_never_a_crash(data: bytes) -> None:
    with suppress(SheetRefused):
        assert all(isinstance(row, Row) or row.sentence for row in read(data))


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_damage_to_an_excel_file_is_read_or_refused(damage: list[tuple[int, int]]) -> None:
    data = bytearray(xlsx(["상품명", "가격"], *([f"ring {n}", n] for n in range(20))))
    for at, byte in damage:
        data[at % len(data)] = byte
    with suppress(SheetRefused):
        read(bytes(data))
