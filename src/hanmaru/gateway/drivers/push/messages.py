"""What small devices send, taken apart: JSON or CSV becomes (address, time, value).

JSON: an object of fields and values, or a list of such objects; one field may be the time (ISO 8601, or seconds or
milliseconds since 1970). CSV: lines `field,value` or `field,value,time`. The address is `device/field`, the device
being the path that was called. A nested value is kept as JSON text.
"""

import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from hanmaru.floor.reading import exact
from hanmaru.kernel.errors import Invalid

MILLISECONDS_ABOVE: Final = 1e11  # seconds would be the year 5138


class BadMessage(Invalid):
    """What was sent cannot be read; nothing of it was kept."""

    code = "push.bad_message"
    message = "%(field)s: %(problem)s"


@dataclass(frozen=True, slots=True)
class Sent:
    """One value of one field; `when` is None when the device told no time."""

    address: str
    when: datetime | None
    number: float | None
    text: str | None


def from_json(device: str, data: str | bytes, time_field: str) -> list[Sent]:
    """Read JSON. Raise BadMessage: then nothing of the message counts."""
    try:
        plain = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadMessage(field="message", problem="send JSON") from error
    found: list[Sent] = []
    for row in plain if isinstance(plain, list) else [plain]:
        if not isinstance(row, dict):
            raise BadMessage(field="message", problem="send an object of fields and values, or a list of such")
        when = _moment(row[time_field]) if time_field in row else None
        found += [_sent(device, name, value, when) for name, value in row.items() if name != time_field]
    return found


def from_csv(device: str, data: bytes) -> list[Sent]:
    """Read lines of CSV. Raise BadMessage: then nothing of the message counts."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode())))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadMessage(field="message", problem=f"send CSV in UTF-8: {error}") from error
    return list(_csv_rows(device, rows))


def _csv_rows(device: str, rows: list[list[str]]) -> Iterator[Sent]:
    for number, row in enumerate(rows, 1):
        if not row:
            continue
        if len(row) not in {2, 3} or not row[0].strip():
            raise BadMessage(field=f"line {number}", problem="send field,value or field,value,time")
        value: Any = row[1].strip()
        try:
            value = float(value) if not value.lstrip("+-").isdigit() else int(value)
        except ValueError:
            value = {"true": True, "false": False}.get(value.lower(), value)
        yield _sent(device, row[0].strip(), value, _moment(row[2].strip()) if len(row) == 3 else None)


def _sent(device: str, name: str, value: object, when: datetime | None) -> Sent:
    address = f"{device}/{name}"
    if value is None:
        return Sent(address, when, None, None)
    if isinstance(value, bool):
        return Sent(address, when, float(value), None)
    if isinstance(value, int):
        try:
            return Sent(address, when, *exact(value))
        except OverflowError as error:
            raise BadMessage(field=name, problem="a number of more than 300 digits") from error
    if isinstance(value, float):
        return Sent(address, when, value, None)
    return Sent(address, when, None, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _moment(value: object) -> datetime:
    try:
        if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
            moment = datetime.fromisoformat(value)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        number = float(value)  # type: ignore[arg-type] # what is none is refused below
        if math.isfinite(number) and not isinstance(value, bool):
            return datetime.fromtimestamp(number / 1000 if number > MILLISECONDS_ABOVE else number, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        pass
    raise BadMessage(field="time", problem="give a time as 2026-01-31T09:00:00Z, or seconds or milliseconds since 1970")
