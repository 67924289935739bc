"""One line of the file, as found and as understood."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")  # the merchant's clock
_ISO = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$")
_FORMATS = ("%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M")


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as the file has it; ``row`` counts from 1, empty cells are None."""

    row: int
    invoice: object
    code: object
    description: object
    quantity: object
    at: object
    price: object
    customer: object
    country: object

    def shown(self) -> dict[str, str]:
        """The cells as text, for the list of refused rows."""
        cells = {
            "InvoiceNo": self.invoice,
            "StockCode": self.code,
            "Description": self.description,
            "Quantity": self.quantity,
            "InvoiceDate": self.at,
            "UnitPrice": self.price,
            "CustomerID": self.customer,
            "Country": self.country,
        }
        return {name: str(cell) for name, cell in cells.items() if cell is not None}


@dataclass(frozen=True, slots=True)
class RetailLine:
    """A line understood: ``price`` in pounds, ``pence`` rounded half up, ``at`` in UTC, ``customer`` "" if unknown."""

    raw: RawLine
    invoice: str
    code: str
    description: str
    quantity: int
    at: datetime
    price: Decimal
    customer: str
    country: str

    @property
    def pence(self) -> int:
        """The price a piece in whole pence."""
        return int((self.price * 100).quantize(Decimal(1), ROUND_HALF_UP))


def understood(raw: RawLine) -> RetailLine | None:
    """The line's meaning, or None when a cell that is needed cannot be read."""
    try:
        return RetailLine(
            raw=raw,
            invoice=_text(raw.invoice).upper(),
            code=_text(raw.code).upper(),
            description=_text(raw.description),
            quantity=_whole(raw.quantity),
            at=_moment(raw.at),
            price=Decimal(_text(raw.price)),
            customer=_customer(raw.customer),
            country=_text(raw.country),
        )
    except (ValueError, InvalidOperation, OverflowError):
        return None


def _text(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _whole(cell: object) -> int:
    number = Decimal(_text(cell))
    if number != int(number):
        raise ValueError(cell)
    return int(number)


def _customer(cell: object) -> str:
    text = _text(cell)
    return "" if text.lower() in {"", "nan"} else str(_whole(text))


def _moment(cell: object) -> datetime:
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=LONDON)
    text = _text(cell)
    if _ISO.match(text):
        return datetime.fromisoformat(text).replace(tzinfo=LONDON)
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=LONDON)
        except ValueError:
            continue
    raise ValueError(text)
