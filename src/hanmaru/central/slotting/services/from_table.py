"""A bulk study made from a table: a row for each material, a column for each supply point."""

import io
import re
import unicodedata
from decimal import Decimal
from typing import Any, BinaryIO, Final

from hanmaru.central.sheets.columns import Column, decimal, text
from hanmaru.central.sheets.kinds import Limits
from hanmaru.central.sheets.problems import RowError
from hanmaru.central.sheets.reader import Row, Sheet, open_sheet
from hanmaru.central.slotting.errors import NoPoints, SheetRowsWrong
from hanmaru.central.slotting.models import Source
from hanmaru.central.slotting.services.studies import create_study

MOST_LENGTH: Final = 1_000_000
LIMITS: Final = Limits(size=20 * 1024 * 1024, rows=20_000)
POINT: Final = re.compile(r"(?:지점|공급 ?지점|공급|point|supply point)\s*[:@]?\s*([0-9]+(?:\.[0-9]+)?)", re.IGNORECASE)
"""A header that says where a supply point is: 지점 12.5, Point 12.5."""


def columns() -> list[Column]:
    """The columns beside those of supply points."""
    return [
        Column("material", "자재", "Material", text(120), required=True, aliases=("자재명", "품명", "품번", "id")),
        Column(
            "width", "너비", "Width", decimal(Decimal("0.001"), MOST_LENGTH), required=True, aliases=("폭", "자리 너비")
        ),
        Column("today", "지금 위치", "Now at", decimal(0, MOST_LENGTH), aliases=("현재 위치", "today")),
    ]


def study_from_table(name: str, length: float, unit: str, file: BinaryIO) -> int:
    """Keep what a sheet says, on a strip of that length; the id of the study.

    Raises:
        SheetRefused, SheetRowsWrong, NoPoints, and as create_study.
    """
    sheet, points = _opened(file)
    materials, today = [], {}
    for row in sheet:
        if isinstance(row, RowError):
            raise SheetRowsWrong(row=row.row, column=row.column, sentence=row.sentence, remedy=row.remedy)
        material, centre = _material(row, points)
        materials.append(material)
        if centre is not None:
            today[material["id"]] = centre
    document = {"length": length, "supply_points": [at for _name, at in points], "materials": materials}
    if today:
        document["today"] = today
    return create_study(name, document, source=Source.TABLE, unit=unit)


def study_from_text(name: str, length: float, unit: str, table: str) -> int:
    """The same of a table that was typed, or pasted from a spreadsheet."""
    return study_from_table(name, length, unit, io.BytesIO(table.encode("utf-8", "replace")))


def _opened(file: BinaryIO) -> tuple[Sheet, list[tuple[str, float]]]:
    """The sheet with a column for each supply point, and these: name of the column, coordinate."""
    headers = open_sheet(file, columns(), limits=LIMITS).header.texts
    places = {header: _point(header) for header in headers}
    points = [(f"point:{header}", at) for header, at in places.items() if at is not None]
    if not points:
        raise NoPoints
    named = [
        Column(f"point:{header}", header, header, decimal(0, MOST_LENGTH), default=Decimal(0))
        for header, at in places.items()
        if at is not None
    ]
    file.seek(0)
    return open_sheet(file, [*columns(), *named], limits=LIMITS), points


def _point(header: str) -> float | None:
    found = POINT.fullmatch(unicodedata.normalize("NFKC", header).strip())
    return float(found[1]) if found else None


def _material(row: Row, points: list[tuple[str, float]]) -> tuple[dict[str, Any], float | None]:
    values: Any = row.values
    trips = {str(number): float(values[name]) for number, (name, _at) in enumerate(points) if values[name]}
    material = {"id": values["material"], "width": float(values["width"]), "trips": trips}
    return material, None if values["today"] is None else float(values["today"])
