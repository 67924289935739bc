"""What a field of the catalogue may hold: texts made clean, numbers within bounds, barcodes in one spelling."""

import unicodedata
from typing import Final

from django.utils.translation import gettext as _

from hanmaru.central.catalog.errors import NumberImpossible, TextNeeded, TextTooLong
from hanmaru.floor.scan import gtin14

MOST_MONEY: Final = 10_000_000_000
"""The highest price, in the minor unit: a slip of the scanner into a price field is thirteen digits."""
MOST_GRAMS: Final = 10_000_000
MOST_MM: Final = 100_000


def text(field: str, value: str | None, most: int, *, needed: bool = False) -> str:
    """The text in NFC, on one line, without blanks around it.

    Raises:
        TextNeeded: it is needed and empty.
        TextTooLong: it has more than ``most`` characters.
    """
    clean = " ".join(unicodedata.normalize("NFC", (value or "").replace("\0", "")).split())
    if needed and not clean:
        raise TextNeeded(field=field)
    if len(clean) > most:
        raise TextTooLong(field=field, length=len(clean), most=most)
    return clean


def paragraph(field: str, value: str | None, most: int) -> str:
    """Like :func:`text`, but its lines stay."""
    clean = unicodedata.normalize("NFC", (value or "").replace("\0", "").replace("\r\n", "\n")).strip()
    if len(clean) > most:
        raise TextTooLong(field=field, length=len(clean), most=most)
    return clean


def number(field: str, value: int, most: int, *, least: int = 0) -> int:
    """The number, if it is within bounds; raises :class:`NumberImpossible`."""
    if not least <= value <= most:
        raise NumberImpossible(field=field, value=value, least=least, most=most)
    return value


def price(value: int, field: str | None = None) -> int:
    """A price in the minor unit, 0 to :data:`MOST_MONEY`; raises :class:`NumberImpossible`."""
    return number(field or _("Price"), value, MOST_MONEY)


def gtin(value: str) -> str:
    """A GTIN-8, -12, -13 or -14 as 14 digits, "" for none.

    Raises:
        ScanUnreadable: not 8, 12, 13 or 14 digits.
        WrongCheckDigit: the last digit does not fit.
    """
    return gtin14(value) if value.strip() else ""
