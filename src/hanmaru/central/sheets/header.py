"""Find the header row and tell which of its columns are ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hanmaru.central.sheets.cells import Cell, is_blank, shown
from hanmaru.central.sheets.columns import Column, folded, nearest, without_unit
from hanmaru.central.sheets.problems import Note
from hanmaru.central.sheets.refusals import SheetColumnsMissing, SheetColumnTwice, SheetEmpty

LOOK_AT = 10
"""Titles and remarks may stand above the header, but not more rows than this."""

NumberedRow = tuple[int, Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Header:
    """The header row: its number, its texts, and for each of our columns found its place in the row."""

    row: int
    texts: tuple[str, ...]
    places: dict[str, int]
    notes: tuple[Note, ...]


def known(columns: Sequence[Column]) -> dict[str, Column]:
    """Every folded header, with the column it means."""
    return {folded(header): column for column in columns for header in column.headers}


def score(cells: Sequence[Cell], columns: Sequence[Column]) -> int:
    """How many of the cells are headers of ours."""
    names = known(columns)
    return sum(_meaning(shown(cell), names) is not None for cell in cells)


def choose(rows: Sequence[NumberedRow], columns: Sequence[Column]) -> Header:
    """Take the row in which most of our columns are found, the first of equals.

    `rows` are the first rows that are not blank. Raises `SheetEmpty`, `SheetColumnsMissing` or
    `SheetColumnTwice`.
    """
    if not rows:
        raise SheetEmpty
    number, cells = max(rows[:LOOK_AT], key=lambda row: (score(row[1], columns), -row[0]))
    texts = tuple(shown(cell) for cell in cells)
    names = known(columns)
    places: dict[str, int] = {}
    strangers: list[str] = []
    for at, text in enumerate(texts):
        column = _meaning(text, names)
        if column is None:
            strangers += [text] if text else []
        elif column.name in places:
            raise SheetColumnTwice(headers=f"{texts[places[column.name]]}, {text}")
        else:
            places[column.name] = at
    missing = [
        f"{column.korean} ({column.english})" for column in columns if column.required and column.name not in places
    ]
    if missing:
        raise SheetColumnsMissing(missing=", ".join(missing), found=", ".join(filter(None, texts))[:300])
    return Header(number, texts, places, tuple(_note(text, columns, places) for text in strangers))


def not_blank(row: NumberedRow) -> bool:
    """Whether anything stands in the row."""
    return not all(is_blank(cell) for cell in row[1])


def _meaning(text: str, names: dict[str, Column]) -> Column | None:
    return names.get(folded(text)) or names.get(folded(without_unit(text)))


def _note(text: str, columns: Sequence[Column], places: dict[str, int]) -> Note:
    """Name a column we do not know; suggest one of ours that is not there and is written alike."""
    free = [header for column in columns if column.name not in places for header in column.headers]
    if near := nearest(text, free):
        return Note(text, "nearest_column", {"column": text, "nearest": near})
    return Note(text, "unknown_column", {"column": text})
