"""What the file driver must know of a file."""

import codecs
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from hanmaru.floor.shapes import WrongShape, told


@dataclass(frozen=True, slots=True)
class FilesConfig:
    """Where the files are and how their lines are read."""

    path: str = told("The file to follow; for `drop` the folder.", longest=1000, opens="file")
    mode: Literal["tail", "drop"] = told("`tail`: one file that grows. `drop`: every file of a folder.", default="tail")
    pattern: str = told("`drop`: names of the files taken.", longest=200, default="*.csv")
    delimiter: str = told("What parts the columns; `\\t` for a tabulator.", longest=8, default=",")
    expression: str = told(
        "Instead of columns: a regular expression with named groups, `(?P<temperature>...)`, for logs.",
        longest=1000,
        default="",
    )
    columns: tuple[str, ...] = told("Names of the columns, if the file has no heading.", most=500, default=())
    time_column: str = told("Column of the time; empty: the time of reading.", longest=200, default="")
    time_format: str = told(
        "As in `%Y-%m-%d %H:%M:%S`; `iso`; `seconds` or `milliseconds` since 1970.", longest=80, default="iso"
    )
    zone: str = told("Time zone of times that name none.", longest=64, default="Asia/Seoul")
    encoding: str = told("Character encoding: `utf-8`, `cp949`.", longest=40, default="utf-8")
    decimal: Literal[".", ","] = told("Decimal point or comma.", default=".")
    looks: float = told("Seconds between two looks.", low=0.01, high=3600, default=0.5)
    settle: float = told(
        "`drop`: seconds after which a last line without line end counts as whole.", low=0.1, high=86_400, default=10.0
    )

    def __post_init__(self) -> None:
        _require(bool(self.path.startswith("/")), "path", "give the whole path, from /")
        inside = not self.pattern.startswith("/") and ".." not in self.pattern.split("/")
        _require(inside, "pattern", "give names within the folder, such as *.csv")
        _require(bool(self.delimiter), "delimiter", "give at least one character, such as , or ;")
        _require(_is_usable(self.encoding), "encoding", "give one that Python knows, with one byte for a line end")
        _require(_is_zone(self.zone), "zone", "give a name of the tz database, such as Asia/Seoul")
        groups = _groups(self.expression)
        _require(bool(groups or not self.expression), "expression", "give named groups, (?P<name>...)")
        known = groups or self.columns
        if known and self.time_column:
            _require(self.time_column in known, "time_column", f"give one of {', '.join(known)[:200]}")
        fits = self.time_format in {"iso", "seconds", "milliseconds"} or "%" in self.time_format
        _require(fits, "time_format", "give iso, seconds, milliseconds or a format such as %Y-%m-%d %H:%M:%S")

    @classmethod
    def from_url(cls, url: str) -> "FilesConfig":
        """Make one of `file:///folder/file.csv`; an address that ends in / is a folder of files."""
        path = unquote(urlsplit(url).path)
        return cls(path=path, mode="drop" if path.endswith("/") else "tail")

    @property
    def separator(self) -> str:
        """The delimiter, with the tabulator's name made the tabulator."""
        return self.delimiter.replace("\\t", "\t")


def _require(holds: bool, field: str, problem: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise WrongShape(field=f"config.{field}", problem=problem)


def _is_usable(encoding: str) -> bool:
    """Lines are cut as bytes, so a line end must be one byte and look like no half of a character."""
    try:
        codecs.lookup(encoding)
        return "\n".encode(encoding) == b"\n"
    except (LookupError, UnicodeError):
        return False


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


def _groups(expression: str) -> tuple[str, ...]:
    try:
        return tuple(re.compile(expression).groupindex)
    except re.error:
        return ()
