"""What stands in a cell, and how people write numbers, dates and words in one."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite

from hanmaru.central.sheets.problems import Unreadable

Cell = str | int | float | bool | Decimal | datetime | date | time | timedelta | None
"""A cell as its file gives it: CSV gives text only, XLSX the type that Excel keeps."""

_GROUPED = re.compile(
    r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?"
)
_POINT_FIRST = re.compile(r"[+-]?\.[0-9]+")
_SHORTENED = re.compile(r"[0-9](?:\.([0-9]+))?E\+([0-9]{1,3})", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{2,4})\s*[-./년]\s*([0-9]{1,2})\s*[-./월]\s*([0-9]{1,2})\s*[.일]?(?:[ T].*)?")
_PACKED_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u2060\ufeff]")
_FIRST_DAY = date(1899, 12, 30)
_LONGEST_NUMBER = 60


def clean(text: str) -> str:
    """Drop what cannot be seen, make every space a plain one, compose letters (NFC), trim both ends."""
    text = _UNSEEN.sub("", text).replace("\xa0", " ").replace("\u3000", " ")
    return unicodedata.normalize("NFC", text).strip()


def is_blank(cell: Cell) -> bool:
    """Whether nothing is to be seen in the cell."""
    return cell is None or (isinstance(cell, str) and not clean(cell))


def shown(cell: Cell) -> str:
    """Write the cell the way a person sees it, for messages and refused rows."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and isfinite(cell):
        return _plain(Decimal(f"{cell:.15g}"))
    return clean(str(cell))


def words(cell: Cell) -> str:
    """Read text. A number is written out in full; what Excel has shortened or made a date is refused."""
    if isinstance(cell, (datetime, date, time, timedelta)):
        raise Unreadable("became_date", value=shown(cell))
    text = shown(cell)
    match = _SHORTENED.fullmatch(text)
    if match is None or not isinstance(cell, str):
        return text
    if len(match[1] or "") < int(match[2]):
        raise Unreadable("shortened", value=text)
    return _plain(Decimal(text))


def number(cell: Cell) -> Decimal:
    """Read a number: full-width digits, thousands separators, a won sign and brackets for minus are understood."""
    if isinstance(cell, (datetime, date, time, timedelta)):
        raise Unreadable("became_date", value=shown(cell))
    if isinstance(cell, bool):
        raise Unreadable("not_a_number", value=shown(cell))
    if isinstance(cell, (int, Decimal)):
        return Decimal(cell)
    if isinstance(cell, float) and isfinite(cell):
        return Decimal(f"{cell:.15g}")  # what Excel shows; the rest is binary dust
    seen = shown(cell)
    text = unicodedata.normalize("NFKC", seen).replace("−", "-").strip()
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1].strip()
    if len(text) > _LONGEST_NUMBER:
        raise Unreadable("not_a_number", value=seen[:_LONGEST_NUMBER] + "…")
    if _GROUPED.fullmatch(text) or _POINT_FIRST.fullmatch(text):
        return Decimal(text.replace(",", "").replace(" ", ""))
    if re.fullmatch(r"[+-]?[0-9,. ]*,[0-9,. ]*", text):
        raise Unreadable("separator", value=seen)
    raise Unreadable("not_a_number", value=seen)


def day(cell: Cell) -> date:
    """Read a date: a date cell, Excel's day number, 2026-11-21, 2026.11.21., 2026/11/21, 20261121, 2026년 11월 21일."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and 20_000 <= cell < 110_000:
        return _FIRST_DAY + timedelta(days=int(cell))  # a date whose cell has lost its format
    seen = shown(cell)
    text = unicodedata.normalize("NFKC", seen)
    match = _PACKED_DATE.fullmatch(text) or _DATE.fullmatch(text)
    if match is None:
        raise Unreadable("not_a_date", value=seen)
    if len(match[1]) < len("2026"):
        raise Unreadable("short_year", value=seen)
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise Unreadable("not_a_date", value=seen) from error


def _plain(value: Decimal) -> str:
    """Write a number without exponent and without a trailing `.0`."""
    if value == value.to_integral_value():
        return str(int(value))
    return f"{value.normalize():f}"
