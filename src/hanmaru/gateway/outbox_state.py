"""How far an outbox was sent, and what the bus will never take; two small files beside the segments."""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from hanmaru.gateway.outbox_file import Record

SLOT: Final = 8192  # bytes; two of them, written in turn, so that one is whole whenever the power goes
MOST_RANGES: Final = 100
MOST_DEAD_BYTES: Final = 64 * 1024 * 1024


@dataclass(slots=True)
class Progress:
    """What has been sent. Not synced: what is forgotten in a power cut is sent again under the same id.

    `live`: the next sequence of the live lane. `backlog`: ranges [from, to) that are sent beside it, oldest first.
    `renamed`: [epoch, from sequence, other epoch] where an epoch turned out to be used already.
    """

    epoch: int = 0
    sequence: int = 0
    live: int = 1
    backlog: list[list[int]] = field(default_factory=list)
    renamed: list[list[int]] = field(default_factory=list)


class ProgressFile:
    """Keeps Progress."""

    def __init__(self, path: Path) -> None:
        """Open the file, made if missing."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._turn = 0

    def load(self) -> Progress:
        """Answer the newest whole one; a new one when there is none."""
        found: dict[int, Progress] = {}
        for slot in (0, 1):
            line = os.pread(self._descriptor, SLOT, slot * SLOT).partition(b"\n")[0]
            check, _, body = line.partition(b" ")
            if check == b"%08x" % crc32(body) and body:
                turn, *rest = json.loads(body)
                found[turn] = Progress(*rest)
        self._turn = max(found, default=0)
        return found.get(self._turn, Progress())

    def keep(self, progress: Progress) -> None:
        """Write it; the disk gets it when the system likes."""
        self._turn += 1
        body = json.dumps([self._turn, *asdict(progress).values()], separators=(",", ":")).encode()
        line = b"%08x %s\n" % (crc32(body), body)
        with suppress(OSError):  # a disk that is full: what is forgotten is sent again
            os.pwrite(self._descriptor, line, self._turn % 2 * SLOT)

    def close(self) -> None:
        """Sync and close."""
        with suppress(OSError):
            os.fsync(self._descriptor)
        os.close(self._descriptor)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that the bus refuses for what it is, and why."""

    record: Record
    why: str


class DeadLetters:
    """The list of what will never be taken as it is; a person can look at it and send it anew."""

    def __init__(self, path: Path) -> None:
        """Count what is there."""
        self._path = path
        self._count = sum(1 for _letter in self)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[DeadLetter]:
        """Answer them, oldest first; a line that was cut off by a crash is left out."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for line in file:
                check, _, body = line.rstrip(b"\n").partition(b" ")
                if check == b"%08x" % crc32(body):
                    yield _letter(json.loads(body))

    def bury(self, record: Record, why: str) -> bool:
        """Keep one, on the disk when this returns; false when list or disk is full and it was only counted."""
        self._count += 1
        if self._path.exists() and self._path.stat().st_size + len(record.data) * 4 // 3 > MOST_DEAD_BYTES:
            return False
        fields: dict[str, Any] = {**asdict(record), "data": base64.b64encode(record.data).decode(), "why": why}
        body = json.dumps(fields, ensure_ascii=False).encode()
        try:
            with self._path.open("ab") as file:
                file.write(b"%08x %s\n" % (crc32(body), body))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            return False
        return True

    def take_all(self) -> list[DeadLetter]:
        """Empty the list; answer what was in it."""
        letters = list(self)
        self._path.unlink(missing_ok=True)
        self._count = 0
        return letters


def _letter(fields: dict[str, Any]) -> DeadLetter:
    why = fields.pop("why")
    return DeadLetter(Record(**{**fields, "data": base64.b64decode(fields["data"])}), why)
