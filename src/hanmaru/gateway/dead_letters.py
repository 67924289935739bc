"""What the bus will never take as it is: a list on the disk, until a person sends it anew or drops it."""

import base64
import json
import os
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from zlib import crc32

from hanmaru.floor.words import Sentence
from hanmaru.gateway.outbox_file import Record, sync_folder

MOST_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that the bus refuses for what it is, and why."""

    record: Record
    why: str
    said: Mapping[str, Any] | None = None  # how the words were made: floor.words

    @property
    def name(self) -> str:
        """By which a person picks it out: the numbers under which it was sent."""
        return f"{self.record.epoch}-{self.record.sequence}"


class DeadLetters:
    """The list of one outbox, oldest first. Safe for use by several threads."""

    def __init__(self, path: Path) -> None:
        """Count what is there."""
        self._path = path
        self._lock = threading.Lock()
        self._count = sum(1 for _line in lines(path))

    @property
    def folder(self) -> Path:
        """Where the list is; what belongs to it lies beside it."""
        return self._path.parent

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[DeadLetter]:
        """Answer them; a line that was cut off by a crash is left out."""
        for body in lines(self._path):
            yield _letter(body)

    def bury(self, record: Record, why: str) -> bool:
        """Keep one, on the disk when this returns; false when list or disk is full and it was only counted."""
        fields: dict[str, Any] = {**asdict(record), "data": base64.b64encode(record.data).decode(), "why": why}
        if isinstance(why, Sentence):
            fields["said"] = why.form()
        line = sealed(json.dumps(fields, ensure_ascii=False).encode())
        with self._lock:
            self._count += 1
            with suppress(OSError):
                if self._path.exists() and self._path.stat().st_size + len(line) > MOST_BYTES:
                    return False
                with self._path.open("ab") as file:
                    file.write(line)
                    file.flush()
                    os.fsync(file.fileno())
                return True
        return False

    def forget(self, names: Collection[str]) -> int:
        """Take some off the list; answer how many there were. Raise OSError: then none is gone."""
        fresh = self._path.with_suffix(".new")
        with self._lock:
            gone, left = 0, 0
            with fresh.open("wb") as file:
                for body in lines(self._path):
                    if _letter(body).name in names:
                        gone += 1
                    else:
                        left += file.write(sealed(body))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
            sync_folder(self._path.parent)
            self._count = self._count - gone if left else 0
        return gone


def lines(path: Path) -> Iterator[bytes]:
    """Answer the whole lines of the file, without their check sums."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        for line in file:
            check, _, body = line.rstrip(b"\n").partition(b" ")
            if check == b"%08x" % crc32(body):
                yield body


def sealed(body: bytes) -> bytes:
    """Answer a line of such a file: a check sum and the body."""
    return b"%08x %s\n" % (crc32(body), body)


def _letter(body: bytes) -> DeadLetter:
    fields = json.loads(body)
    why, said = fields.pop("why"), fields.pop("said", None)
    return DeadLetter(Record(**{**fields, "data": base64.b64decode(fields["data"])}), why, said)
