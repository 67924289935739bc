"""Rows of an Excel file (.xlsx, .xlsm), read as a stream with the values that Excel last computed."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext_lazy as _
from openpyxl.utils.exceptions import InvalidFileException

from hanmaru.central.sheets.cells import Cell
from hanmaru.central.sheets.header import NumberedRow
from hanmaru.central.sheets.kinds import Limits
from hanmaru.central.sheets.refusals import SheetBomb, SheetBroken, SheetNotATable, SheetOldExcel, SheetUnknown

MOST_PARTS = 10_000
_DENSE = 16 * 1024 * 1024
_DENSEST = 250
"""A part above `_DENSE` bytes that shrinks more than this was made to be a bomb: real sheets shrink 5 to 60 times."""

_ZEROS = re.compile(r"0+")
# openpyxl lets through what zip, XML and its own descriptors raise on a damaged part.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException,
    OSError, EOFError, ValueError, TypeError, LookupError, AttributeError, NotImplementedError, RuntimeError,
)  # fmt: skip


def rows(file: BinaryIO, limits: Limits, sheet: str | None = None) -> Iterator[NumberedRow]:
    """Every row of the sheet named, else of the first one not hidden, with its number from 1; the file stays open.

    Raises a `SheetRefused`: not Excel, damaged, a bomb, no such sheet.
    """
    with _damage():
        _check_parts(file, limits)
    with _damage(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl names every extension it leaves out
        file.seek(0)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        with _damage():
            page = _page(book, sheet)
            page.reset_dimensions()  # the size written in the file is often wrong
            numbered = enumerate(page.iter_rows(max_row=limits.rows + LOOK_FURTHER, max_col=limits.columns), start=1)
        while True:
            with _damage():
                row = next(numbered, None)
            if row is None:
                return
            yield row[0], [_value(cell) for cell in row[1]]
    finally:
        book.close()


LOOK_FURTHER = 1
"""One row more than allowed is read, to see that there are too many."""


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise SheetBroken from error


def _check_parts(file: BinaryIO, limits: Limits) -> None:
    """Judge the archive by its directory alone; what a part unpacks to beyond it, zipfile refuses."""
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise SheetOldExcel
    if "xl/workbook.xml" not in names:
        raise SheetNotATable(what=_("another kind of document or archive"))
    dense = any(p.file_size > _DENSE and p.file_size > _DENSEST * max(p.compress_size, 1) for p in parts)
    strings = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    total = sum(part.file_size for part in parts)
    if dense or total > limits.unpacked or strings > limits.strings or len(parts) > MOST_PARTS:
        raise SheetBomb


def _page(book: Any, sheet: str | None) -> Any:
    pages = [page for page in book.worksheets if page.sheet_state == "visible"] or book.worksheets
    if sheet is None:
        if not pages:
            raise SheetNotATable(what=_("an Excel file without a sheet"))
        return pages[0]
    for page in book.worksheets:
        if page.title == sheet:
            return page
    raise SheetUnknown(sheet=sheet, sheets=", ".join(page.title for page in book.worksheets))


def _value(cell: Any) -> Cell:
    """The value Excel shows: a number formatted as `0000000000000` keeps its leading zeros."""
    value: Cell = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value == int(value):
        pattern = cell.number_format
        if len(pattern) > 1 and _ZEROS.fullmatch(pattern):
            return str(int(value)).zfill(len(pattern))
    return value
