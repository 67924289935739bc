"""Reads the file line by line, whatever its layout: Parquet, CSV or Excel. Memory does not grow with the file."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import pyarrow.parquet as pq
from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from pyarrow.lib import ArrowException

from hanmaru.central.orders.online_retail.lines import RawLine
from hanmaru.kernel.errors import Invalid

# Our names for the columns, and how editions of the data set write them (compared without case, blanks, underscores).
_NAMES = {
    "invoice": ("invoiceno", "invoice"),
    "code": ("stockcode",),
    "description": ("description",),
    "quantity": ("quantity",),
    "at": ("invoicedate",),
    "price": ("unitprice", "price"),
    "customer": ("customerid",),
    "country": ("country",),
}
BATCH = 8_192  # rows read at once


class NotOnlineRetail(Invalid):
    """A file of another kind or layout."""

    code = "online_retail.layout"
    message = _("This file is not in the layout of Online Retail. Missing columns: %(missing)s.")


def count_lines(path: Path) -> int | None:
    """The number of lines where the file says so without being read through."""
    if _kind(path) != "parquet":
        return None
    try:
        return int(pq.ParquetFile(path).metadata.num_rows)
    except ArrowException as error:
        raise NotOnlineRetail(missing=str(error)[:100]) from error


def read_lines(path: Path, *, skip: int = 0) -> Iterator[RawLine]:
    """The lines of the file from ``skip`` on, numbered from 1.

    Raises:
        NotOnlineRetail: columns are missing, or it is no table at all.
    """
    rows = {"parquet": _parquet, "excel": _excel, "csv": _csv}[_kind(path)](path)
    try:
        for number, row in enumerate(islice(rows, skip, None), skip + 1):
            yield RawLine(number, *row)
    except (ArrowException, BadZipFile, KeyError, csv.Error, UnicodeError, OSError) as error:
        raise NotOnlineRetail(missing=str(error)[:100]) from error


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    return {b"PAR1": "parquet", b"PK\x03\x04": "excel"}.get(start, "csv")


def _places(header: Sequence[object]) -> list[int]:
    folded = [str(cell).casefold().replace(" ", "").replace("_", "").lstrip("\ufeff") for cell in header]
    found = {
        ours: next((folded.index(name) for name in names if name in folded), None) for ours, names in _NAMES.items()
    }
    missing = [ours for ours, place in found.items() if place is None]
    if missing:
        raise NotOnlineRetail(missing=", ".join(_NAMES[name][0] for name in missing))
    return [place for place in found.values() if place is not None]


def _parquet(path: Path) -> Iterator[tuple[object, ...]]:
    file = pq.ParquetFile(path, memory_map=True)
    names = file.schema_arrow.names
    order = [names[place] for place in _places(names)]
    for batch in file.iter_batches(batch_size=BATCH, columns=order, use_threads=False):
        yield from zip(*(batch.column(name).to_pylist() for name in order), strict=True)


def _csv(path: Path) -> Iterator[tuple[object, ...]]:
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=_encoding(path), newline="") as text:
        rows = csv.reader(text)
        places = _places(next(rows, []))
        for row in rows:
            yield tuple((row[place] or None) if place < len(row) else None for place in places)


def _encoding(path: Path) -> str:
    """UTF-8, or else the Latin-1 in which the set has often been passed on (its pound signs tell)."""
    try:
        with path.open(encoding="utf-8-sig") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _excel(path: Path) -> Iterator[tuple[object, ...]]:
    book = load_workbook(path.open("rb"), read_only=True, data_only=True)
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        places = _places(next(rows, ()))
        for row in rows:
            yield tuple(row[place] if place < len(row) else None for place in places)
    finally:
        book.close()
