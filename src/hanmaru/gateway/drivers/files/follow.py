"""Finds what is new in a file, whatever was done to it: it grew, was rotated, cut, or written anew.

`look` only reads and answers; nothing is remembered until the caller says so, because a look may hang on a lost network
drive and be given up. A place is (device and inode, byte, crc of the first bytes): the crc tells a file that was
written anew under the same inode from one that grew.
"""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Self
from zlib import crc32

HEAD: Final = 256  # bytes at the beginning by which a file is known again
PIECE: Final = 1024 * 1024  # bytes read at one look
LONGEST_LINE: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """How far one file has been read. `heading` is its first line where that names the columns."""

    device: int
    inode: int
    byte: int = 0
    head: int = 0
    head_length: int = 0
    columns: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Answer it as data for JSON."""
        return {**asdict(self), "columns": list(self.columns)}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Self:
        """Make it of what `plain` answered."""
        return cls(**{**plain, "columns": tuple(plain["columns"])})


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines from one file, and the place after them; `event` says what had happened to the file."""

    path: Path
    lines: tuple[tuple[int, bytes], ...]  # byte at which it begins, line with its end
    after: Place
    event: str = ""


def look(path: Path, place: Place | None, *, whole: bool) -> Piece | None:
    """Answer the next lines of the file at `path`; None when there are none.

    `place`: None for a file not read yet. `whole`: a last line without line end counts, because the file is finished.
    Raise OSError, FileNotFoundError when it is not there.
    """
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        fresh = Place(status.st_dev, status.st_ino)
        if place is None:
            return _read(path, file, fresh, "", whole=whole)
        if (place.device, place.inode) != (status.st_dev, status.st_ino):
            return _read(path, file, fresh, "rotated", whole=whole)
        if status.st_size < place.byte or crc32(file.read(place.head_length)) != place.head:
            return _read(path, file, fresh, "truncated", whole=whole)
        return _read(path, file, place, "", whole=whole)


def moved_away(path: Path, place: Place) -> Path | None:
    """Answer under which name the file of a place lies now, if it was renamed within its folder."""
    for beside in _siblings(path):
        status = beside.stat()
        if beside != path and (status.st_dev, status.st_ino) == (place.device, place.inode):
            return beside
    return None


def _siblings(path: Path) -> Iterator[Path]:
    for entry in os.scandir(path.parent):
        if entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def _read(path: Path, file: Any, place: Place, event: str, *, whole: bool) -> Piece | None:
    file.seek(place.byte)
    data: bytes = file.read(PIECE)
    end = data.rfind(b"\n") + 1
    while not end and len(data) < LONGEST_LINE and (more := file.read(PIECE)):
        data += more
        end = data.rfind(b"\n") + 1
    if not end and len(data) >= LONGEST_LINE:
        end = len(data)  # no line is that long: it goes to the rejected ones instead of standing in the way for ever
    if whole and not file.read(1):
        end = len(data)
    if not end:
        return Piece(path, (), place, event) if event else None
    lines, begin = [], place.byte
    for line in _cut(data[:end]):
        lines.append((begin, line))
        begin += len(line)
    return Piece(path, tuple(lines), _with_head(file, replace(place, byte=begin)), event)


def _cut(data: bytes) -> list[bytes]:
    """Cut at line feeds only: a carriage return alone is part of a line."""
    lines = data.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _with_head(file: Any, place: Place) -> Place:
    if place.head_length >= HEAD:
        return place
    file.seek(0)
    head: bytes = file.read(min(HEAD, place.byte))
    return replace(place, head=crc32(head), head_length=len(head))
