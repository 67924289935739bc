"""Hand out a table: CSV that Excel opens with Korean letters, and XLSX. No cell is ever run as a formula.

A text that a spreadsheet program would take for a formula gets an apostrophe before it in CSV
(OWASP, "CSV injection"); reading takes it off again. In XLSX it is stored as text and needs none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from hanmaru.central.sheets.cells import Cell, shown

FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
LONGEST_TEXT = 32_767
"""Excel holds no longer text in a cell (its specifications and limits)."""
_BLOCK = 500
_WIDEST = 60


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Give the file piece by piece: UTF-8 with a byte order mark, commas, CRLF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    out.write("\ufeff")
    writer.writerow([_guarded(text) for text in header])
    for count, row in enumerate(rows, start=1):
        writer.writerow([_guarded(cell) for cell in row])
        if count % _BLOCK == 0:
            yield _taken(out)
    yield _taken(out)


def write_xlsx(file: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "Sheet1") -> None:
    """Write an Excel file with one sheet, its header bold and kept in view, without holding the rows in memory."""
    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    page.freeze_panes = "A2"
    for at, text in enumerate(header, start=1):
        width = sum(1 + (letter > "\u1100") for letter in text)
        page.column_dimensions[get_column_letter(at)].width = min(max(width + 3, 10), _WIDEST)
    page.append([_cell(page, text, bold=True) for text in header])
    for row in rows:
        page.append([_cell(page, value) for value in row])
    book.save(file)


def _guarded(cell: Cell) -> str:
    """Write the cell as text; only text can be a formula, a number with a minus stays a number."""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(tuple(FORMULA_STARTS)) else cell
    return shown(cell)


def _taken(out: io.StringIO) -> bytes:
    data = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return data


def _cell(page: WriteOnlyWorksheet, value: Cell, *, bold: bool = False) -> Any:
    cell: Any = WriteOnlyCell(page)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_TEXT]
        cell.data_type = "s"
    elif isinstance(value, datetime) and value.tzinfo is not None:
        cell.value = value.replace(tzinfo=None)  # Excel knows no zones; the caller has chosen one
    else:
        cell.value = value
    if bold:
        cell.font = Font(bold=True)
    return cell
