"""Rows of a CSV file in whatever letters and with whatever separator people's programs write it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from hanmaru.central.sheets.columns import Column
from hanmaru.central.sheets.header import LOOK_AT, NumberedRow, score
from hanmaru.central.sheets.refusals import SheetEncoding, SheetNotATable, SheetOpenQuote

DELIMITERS = ",;\t|"
_BLOCK = 256 * 1024
_LONGEST_LINE = 4_000_000
_END = "\x00end"
"""A row of our own after the last: if it comes back inside a cell, a quote was never closed."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def rows(file: BinaryIO, columns: Sequence[Column]) -> Iterator[NumberedRow]:
    """Every row with its number from 1, blank ones too, reading a little at a time; the file stays open.

    Raises `SheetEncoding`, `SheetNotATable` or `SheetOpenQuote`.
    """
    encoding = _encoding(file)
    delimiter, skipped = _delimiter(file, encoding, columns)
    reader = csv.reader(chain(_lines(file, encoding), [_END]), delimiter=delimiter)
    began = 1
    try:
        for number, cells in enumerate(reader, start=1):
            if cells and cells[-1].endswith(_END):
                if cells != [_END]:
                    raise SheetOpenQuote(line=began)
                return
            if number > skipped:
                yield number, cells
            began = reader.line_num + 1
    except csv.Error as error:
        raise SheetOpenQuote(line=began) from error  # a cell longer than any cell can be


def _lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """Yield the lines, each ended by one line feed whatever the file ends them with."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(), translate=True)
    file.seek(0)
    rest = ""
    while block := file.read(_BLOCK):
        *lines, rest = (rest + decoder.decode(block)).split("\n")
        if len(rest) > _LONGEST_LINE:
            raise SheetNotATable(what=_("one endless line"))
        for line in lines:
            yield line + "\n"
    if rest := rest + decoder.decode(b"", final=True):
        yield rest


def _encoding(file: BinaryIO) -> str:
    """Find the encoding by reading the file once; CP949 is the superset of EUC-KR that Windows writes."""
    file.seek(0)
    head = file.read(4096)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return _checked(file, encoding)
    if head[1::2].count(0) > len(head) // 8:
        return _checked(file, "utf-16-le")
    if head[::2].count(0) > len(head) // 8:
        return _checked(file, "utf-16-be")
    if _fault(file, "utf-8") is None:
        return "utf-8"
    return _checked(file, "cp949")


def _checked(file: BinaryIO, encoding: str) -> str:
    line = _fault(file, encoding)
    if line is not None:
        raise SheetEncoding(line=line)
    return encoding


def _fault(file: BinaryIO, encoding: str) -> int | None:
    """The first line that cannot be decoded, or None; a file with zero letters in it is no text."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    while True:
        block = file.read(_BLOCK)
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
        if "\x00" in text:
            raise SheetNotATable(what=_("no text"))
        line += text.count("\n")
        if not block:
            return None


def _delimiter(file: BinaryIO, encoding: str, columns: Sequence[Column]) -> tuple[str, int]:
    """The separator by which most of our headers are found, else the most cells; and the rows to leave out.

    Excel's own first line `sep=;` decides by itself.
    """
    lines = list(islice(_lines(file, encoding), LOOK_AT))
    if lines and (first := lines[0].strip().lower()).startswith("sep=") and len(first) == len("sep=;"):
        return first[-1], 1

    def worth(delimiter: str) -> tuple[int, int]:
        try:
            found = list(csv.reader(lines, delimiter=delimiter))
        except csv.Error:
            return 0, 0
        return max((score(row, columns) for row in found), default=0), max(map(len, found), default=0)

    return max(DELIMITERS, key=worth), 0
