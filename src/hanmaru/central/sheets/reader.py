"""Read a person's sheet row by row: good rows come out as values, others as errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from hanmaru.central.sheets import csv_rows, xlsx_rows
from hanmaru.central.sheets.cells import Cell, is_blank, shown
from hanmaru.central.sheets.columns import Column
from hanmaru.central.sheets.header import LOOK_AT, Header, NumberedRow, choose, not_blank
from hanmaru.central.sheets.kinds import Kind, Limits, check_size, kind_of
from hanmaru.central.sheets.problems import Note, RowError, Unreadable
from hanmaru.central.sheets.refusals import SheetTooManyRows
from hanmaru.central.sheets.writer import FORMULA_STARTS

LIMITS = Limits()
_ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})


@dataclass(frozen=True, slots=True)
class Row:
    """A good row: its number as the spreadsheet program shows it, and a value for every column declared."""

    number: int
    values: Mapping[str, object]


class Sheet:
    """A sheet whose header has been understood. Iterate it once; it reads as it goes."""

    def __init__(self, header: Header, rows: Iterator[NumberedRow], columns: Sequence[Column], limits: Limits) -> None:
        """Take the header found and the rows below it."""
        self.header = header
        self._rows = rows
        self._columns = columns
        self._limits = limits

    @property
    def notes(self) -> tuple[Note, ...]:
        """Columns that are not read, with the name of ours that they may have meant."""
        return self.header.notes

    def __iter__(self) -> Iterator[Row | RowError]:
        """Give each row that is not blank: one `Row`, or a `RowError` for each thing wrong with it.

        Raises a `SheetRefused` where the file itself ends badly.
        """
        for number, cells in self._rows:
            if number - self.header.row > self._limits.rows:
                raise SheetTooManyRows(limit=self._limits.rows)
            if not_blank((number, cells)):
                yield from self._read(number, cells)

    def _read(self, number: int, cells: Sequence[Cell]) -> Iterator[Row | RowError]:
        values: dict[str, object] = {}
        errors: list[RowError] = []
        if any(not is_blank(cell) for cell in cells[len(self.header.texts) :]):
            errors.append(RowError(number, "", "extra_cells", {}, self._shown(cells)))
        for column in self._columns:
            at = self.header.places.get(column.name)
            cell = cells[at] if at is not None and at < len(cells) else None
            try:
                values[column.name] = _value(column, cell)
            except Unreadable as error:
                text = self.header.texts[at] if at is not None else column.korean
                errors.append(RowError(number, text, error.code, error.data, self._shown(cells)))
        if errors:
            yield from errors
        else:
            yield Row(number, values)

    def _shown(self, cells: Sequence[Cell]) -> dict[str, str]:
        texts = [text or f"#{at}" for at, text in enumerate(self.header.texts, start=1)]
        further = [f"#{at}" for at in range(len(texts) + 1, len(cells) + 1)]
        return {text: shown(cell) for text, cell in zip([*texts, *further], cells, strict=False) if not is_blank(cell)}


def open_sheet(
    file: BinaryIO, columns: Sequence[Column], *, sheet: str | None = None, limits: Limits = LIMITS
) -> Sheet:
    """Understand the file and its header; rows are read when the result is iterated.

    `file` is a seekable binary file and stays open; `sheet` names a sheet of an Excel file. What
    the file is, is told from its bytes, not its name. Raises a `SheetRefused`: too large (before
    reading), empty, not a table, locked, damaged, a bomb, letters or header not understood.
    """
    check_size(file, limits)
    rows = xlsx_rows.rows(file, limits, sheet) if kind_of(file) is Kind.ZIP else csv_rows.rows(file, columns)
    first: list[NumberedRow] = []
    for row in rows:
        if not_blank(row):
            first.append(row)
        if len(first) == LOOK_AT:
            break
    header = choose(first, columns)
    below = (row for row in first if row[0] > header.row)
    return Sheet(header, chain(below, rows), columns, limits)


def _value(column: Column, cell: Cell) -> object:
    if is_blank(cell):
        if column.required:
            raise Unreadable("missing")
        return column.default
    if isinstance(cell, str) and cell in _ERRORS:
        raise Unreadable("formula_error", value=cell)
    return column.parse(_unguarded(cell))


def _unguarded(cell: Cell) -> Cell:
    """Take off the apostrophe by which our own export keeps a text from being run as a formula."""
    if isinstance(cell, str) and len(cell) > 1 and cell[0] == "'" and cell[1] in FORMULA_STARTS:
        return cell[1:]
    return cell
