"""Tables handed out: they come back as they were, and nothing in them is run as a formula."""

import csv
import io
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmaru.central.sheets.cells import Cell, clean
from hanmaru.central.sheets.columns import Column, integer, text
from hanmaru.central.sheets.reader import Row, open_sheet
from hanmaru.central.sheets.writer import write_csv, write_xlsx

HEADER = ["상품명", "수량"]
COLUMNS = [Column("name", "상품명", "Name", text(40_000), required=True), Column("count", "수량", "Count", integer())]
ATTACKS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://example.com")',
    "＝1",
    "=cmd|'/c calc'!A0",
]


def as_csv(rows: list[list[Cell]]) -> bytes:
    return b"".join(write_csv(HEADER, rows))


def as_xlsx(rows: list[list[Cell]]) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, HEADER, rows)
    return out.getvalue()


def test_csv_opens_in_excel_with_korean_letters() -> None:
    assert as_csv([["은 반지", 3]]) == "\ufeff상품명,수량\r\n은 반지,3\r\n".encode()


def test_values_are_written_plainly() -> None:
    row: list[Cell] = [None, True, 1.5, Decimal("2.50"), date(2026, 1, 2), datetime(2026, 1, 2, 3, tzinfo=UTC), -3]
    lines = b"".join(write_csv(["a"], [row])).decode().splitlines()
    assert lines[1] == ",TRUE,1.5,2.50,2026-01-02,2026-01-02 03:00:00+00:00,-3"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_is_run_as_a_formula(attack: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv([[attack, 1]]).decode("utf-8-sig"), newline="")))
    assert rows[1][0] == "'" + attack
    page: Any = openpyxl.load_workbook(io.BytesIO(as_xlsx([[attack, 1]]))).active
    assert page["A2"].data_type in {"s", "inlineStr"}


def test_a_header_is_guarded_as_well() -> None:
    assert b"".join(write_csv(["=1"], [])) == "\ufeff'=1\r\n".encode()


def test_excel_keeps_types_and_the_header_in_view() -> None:
    page: Any = openpyxl.load_workbook(
        io.BytesIO(as_xlsx([["가", 3], ["\x00나", datetime(2026, 1, 2, tzinfo=UTC)]]))
    ).active
    assert [[cell.value for cell in row] for row in page.iter_rows()] == [
        HEADER, ["가", 3], ["나", datetime.combine(date(2026, 1, 2), time())],
    ]  # fmt: skip
    assert page.freeze_panes == "A2"
    assert page["A1"].font.bold


def test_csv_is_given_piece_by_piece() -> None:
    pieces = write_csv(HEADER, ([f"ring {n}", n] for n in range(2_000)))
    assert len(list(pieces)) > 3


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40).map(clean).filter(bool)
names = names.filter(lambda name: not name.startswith("'") and "E+" not in name.upper() and not name.startswith("#"))


@settings(max_examples=80)
@given(st.lists(st.tuples(names | st.sampled_from(ATTACKS).map(clean), st.integers(0, 10**9)), min_size=1, max_size=10))
@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_what_is_handed_out_comes_back(write: Any, table: list[tuple[str, int]]) -> None:
    back = list(open_sheet(io.BytesIO(write([list(row) for row in table])), COLUMNS))
    assert [(row.values["name"], row.values["count"]) for row in back if isinstance(row, Row)] == table
