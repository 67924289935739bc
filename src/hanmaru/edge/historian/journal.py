"""What came in, appended to a file and synced before anybody says it is taken.

A segment holds batches as they came (Arrow IPC), each behind its length and checksum. A batch torn by a power cut ends
the segment: it was never acknowledged, so it comes again.
"""

import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from hanmaru.edge.historian.disk import synced

HEAD: Final = struct.Struct("<4sII")
MARK: Final = b"HMR1"
MOST_PARTS: Final = 512  # buffers a writev(2) takes: IOV_MAX is 1024


class Journal:
    """The segments of one folder; appends go to the newest."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.segment = max(self.segments(), default=0)
        self._file = -1
        self._size = 0

    def segments(self) -> list[int]:
        """Answer the numbers of the segments on the disk, oldest first."""
        return sorted(int(path.stem) for path in self._folder.glob("*.log"))

    def begin(self, number: int) -> None:
        """Append to a new segment from now on; the one before is complete."""
        file = os.open(self._path(number), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        self.close()
        self.segment, self._file, self._size = number, file, 0
        synced(self._folder)

    def append(self, batches: Sequence[bytes]) -> None:
        """Write batches; returns when they are on the disk. Raise OSError, then none of them is kept."""
        parts: list[bytes] = []
        for data in batches:
            parts += [HEAD.pack(MARK, len(data), zlib.crc32(data)), data]
        try:
            for begin in range(0, len(parts), MOST_PARTS):
                _write_all(self._file, parts[begin : begin + MOST_PARTS])
            os.fdatasync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += sum(map(len, parts))

    def read(self, number: int) -> Iterator[bytes]:
        """Answer the whole batches of a segment, in order."""
        with self._path(number).open("rb") as file:
            while len(head := file.read(HEAD.size)) == HEAD.size:
                mark, length, checksum = HEAD.unpack(head)
                data = file.read(length) if mark == MARK else b""
                if len(data) != length or zlib.crc32(data) != checksum:
                    return
                yield data

    def is_empty(self, number: int) -> bool:
        """Say whether nothing was ever written to a segment."""
        return self._path(number).stat().st_size == 0

    def remove(self, numbers: Sequence[int]) -> None:
        """Forget segments whose batches lie elsewhere now."""
        for number in numbers:
            self._path(number).unlink(missing_ok=True)

    def close(self) -> None:
        """End appending."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:08d}.log"


def _write_all(file: int, parts: Sequence[bytes]) -> None:
    written, wanted = os.writev(file, parts), sum(map(len, parts))
    if written < wanted:  # a signal or a disk almost full cut it short: the rest, or the reason
        rest = memoryview(b"".join(parts))[written:]
        while rest:
            rest = rest[os.write(file, rest) :]
