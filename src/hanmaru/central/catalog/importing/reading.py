"""Reads a sheet of products: rows gathered by product, what cannot be read told apart."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from hanmaru.central.catalog.importing.columns import columns, option_columns
from hanmaru.central.sheets.problems import Note
from hanmaru.central.sheets.reader import Row, Sheet, open_sheet
from hanmaru.central.sheets.services import Refusal


@dataclass(frozen=True, slots=True)
class Line:
    """One readable row: what it says of the product and the variant, its options, and the row as it came."""

    number: int
    values: Mapping[str, Any]
    options: Mapping[str, str]
    headers: Mapping[str, str]
    shown: Mapping[str, str]


@dataclass(slots=True)
class ProductSheet:
    """A whole sheet: lines by product code in the order of the file, refused rows, and notes on its columns."""

    products: dict[str, list[Line]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    notes: tuple[Note, ...] = ()
    rows: int = 0


def read(file: BinaryIO, exponent: int) -> ProductSheet:
    """Read the whole sheet; raises a SheetRefused where the file itself cannot be read."""
    expected = columns(exponent)
    options = option_columns(open_sheet(file, expected).header.texts)
    file.seek(0)
    sheet = open_sheet(file, [*expected, *options.values()])
    found = ProductSheet(notes=sheet.notes)
    numbers: set[int] = set()
    for line in _lines(sheet, options, found.refused):
        found.products.setdefault(line.values["code"], []).append(line)
        numbers.add(line.number)
    found.rows = len(numbers | {refusal.row for refusal in found.refused})
    return found


def _lines(sheet: Sheet, options: Mapping[str, Any], refused: list[Refusal]) -> Iterator[Line]:
    texts = {name: sheet.header.texts[place] for name, place in sheet.header.places.items()}
    for row in sheet:
        if not isinstance(row, Row):
            refused.append(Refusal.of(row))
            continue
        chosen = {name: str(row.values[column.name]) for name, column in options.items() if row.values[column.name]}
        values = {name: value for name, value in row.values.items() if not name.startswith("option:")}
        told = {name: value for name, value in row.values.items() if name in texts and value is not None}
        shown = {texts[name]: _written(value) for name, value in told.items()}
        yield Line(row.number, values, chosen, texts, shown)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "예" if value else "아니요"
    return str(value)
