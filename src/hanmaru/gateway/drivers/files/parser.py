"""One line of a file becomes a time and the values of its columns."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hanmaru.floor.words import sentence
from hanmaru.gateway.drivers.files.config import FilesConfig
from hanmaru.gateway.drivers.files.follow import LONGEST_LINE
from hanmaru.kernel.errors import Invalid

csv.field_size_limit(LONGEST_LINE)  # its own bound is 128 KiB


class BadLine(Invalid):
    """A line that cannot be read; it is kept in the list of rejected lines."""

    code = "files.bad_line"
    message = "%(why)s"


@dataclass(frozen=True, slots=True)
class Row:
    """What a line said: `when` is None when the file tells no time."""

    when: datetime | None
    cells: Mapping[str, str]


class Parser:
    """Reads lines of one kind of file. A heading belongs to one file, so it is handed in with each line."""

    def __init__(self, config: FilesConfig) -> None:
        self._config = config
        self._zone = ZoneInfo(config.zone)
        self._expression = re.compile(config.expression) if config.expression else None

    @property
    def wants_heading(self) -> bool:
        """Say whether the first line of a file names its columns."""
        return self._expression is None and not self._config.columns

    @property
    def columns(self) -> tuple[str, ...]:
        """Answer the columns that are known without any file."""
        return tuple(self._expression.groupindex) if self._expression else self._config.columns

    def heading(self, raw: bytes) -> tuple[str, ...]:
        """Read the first line of a file. Raise BadLine."""
        names = tuple(name.strip() for name in self._cells(self._text(raw.removeprefix(b"\xef\xbb\xbf"))))
        if not all(names) or len(set(names)) != len(names):
            raise BadLine(
                why=sentence("the first line does not name every column once; give `columns` in the configuration")
            )
        return names

    def row(self, raw: bytes, columns: Sequence[str]) -> Row:
        """Read a line. Raise BadLine."""
        text = self._text(raw)
        if self._expression:
            found = self._expression.search(text)
            if found is None:
                raise BadLine(why=sentence("the line does not fit the expression"))
            cells = {name: value or "" for name, value in found.groupdict().items()}
        else:
            values = self._cells(text)
            if len(values) != len(columns):
                raise BadLine(why=sentence("%(found)s columns, %(due)s are due", found=len(values), due=len(columns)))
            cells = dict(zip(columns, (value.strip() for value in values), strict=True))
        return Row(self._time(cells), cells)

    def number(self, cell: str) -> float:
        """Read a number as the file writes it. Raise ValueError."""
        if self._config.decimal == ",":
            cell = cell.replace(".", "").replace(",", ".")
        return float(cell.replace(" ", ""))

    def integer(self, cell: str) -> int:
        """Read a whole number, exactly. Raise ValueError."""
        return int(cell.replace(" ", ""))

    def _text(self, raw: bytes) -> str:
        try:
            return raw.decode(self._config.encoding).rstrip("\r\n")
        except UnicodeError as error:
            raise BadLine(
                why=sentence("not %(encoding)s: %(error)s", encoding=self._config.encoding, error=error)
            ) from error

    def _cells(self, text: str) -> list[str]:
        separator = self._config.separator
        if len(separator) > 1:
            return text.split(separator)
        try:
            return next(csv.reader([text], delimiter=separator, strict=True), [])
        except csv.Error as error:
            raise BadLine(why=str(error)) from error

    def _time(self, cells: Mapping[str, str]) -> datetime | None:
        column = self._config.time_column
        if not column:
            return None
        if column not in cells:
            raise BadLine(why=sentence("there is no column %(column)s; mend `time_column`", column=column))
        try:
            return self._moment(cells[column])
        except (ValueError, OverflowError, OSError) as error:
            raise BadLine(
                why=sentence(
                    "%(cell)s is no time like %(format)s",
                    cell=repr(cells[column][:60]),
                    format=self._config.time_format,
                )
            ) from error

    def _moment(self, cell: str) -> datetime:
        style = self._config.time_format
        if style in {"seconds", "milliseconds"}:
            return datetime.fromtimestamp(float(cell) / (1000 if style == "milliseconds" else 1), UTC)
        moment = datetime.fromisoformat(cell) if style == "iso" else datetime.strptime(cell, style)  # noqa: DTZ007 - zone below
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return moment.astimezone(UTC)
