"""How far an outbox was sent; a small file beside the segments."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final
from zlib import crc32

SLOT: Final = 8192  # bytes; two of them, written in turn, so that one is whole whenever the power goes
MOST_RANGES: Final = 100


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
