"""Reads kept on disk until the warehouse has confirmed them: they outlive a kill, a power cut, a day without network.

One file, `reads.log`, only ever appended to; each line a CRC-32 and JSON: `{"epoch", "last", "thinned"}` first, then
`{"read": [sequence, epc, antenna, rssi, time]}` and `{"ack": sequence}`. A read is on the disk (fsync) before `append`
answers. An ack is not waited for: losing one means sending again what the warehouse knows. From time to time the file
is written anew with only what is still pending. At most `most` reads are kept; beyond that the file is thinned:
repeated reads of the same tag go first, then the oldest.
"""

import fcntl
import json
import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self
from zlib import crc32

from hanmaru.floor.reads import Read
from hanmaru.gateway.reader.gate import Sighting
from hanmaru.kernel.errors import Conflict, Unavailable

_REWRITE_ABOVE_BYTES: Final = 1024 * 1024


class OutboxInUse(Conflict):
    """Two clients may not share an outbox: they would give the same sequence twice."""

    code = "reader.outbox_in_use"
    message = "Another reader client uses %(folder)s: stop it, or give this one its own folder with --outbox"


class OutboxUnwritable(Unavailable):
    """The disk refuses: full, read-only, or gone."""

    code = "reader.outbox_unwritable"
    message = "Reads cannot be kept in %(folder)s (%(reason)s): make room or mend the disk"


class Outbox:
    """The reads of one client that the warehouse has not confirmed. Safe for use by several threads."""

    def __init__(self, folder: Path, *, now: Callable[[], datetime], most: int = 100_000) -> None:
        """Open the folder, made if missing. Raises `OutboxInUse`, `OutboxUnwritable`.

        What a cut-off write left at the end is dropped; where anything before the end is damaged, the whole file is
        kept aside as `damaged-N.log` and `damaged` counts its unreadable lines.
        """
        self._folder, self._now, self._most = folder, now, most
        self._guard = Lock()
        self._file = -1
        self._size = 0
        self._reads: list[Read] = []
        self._sequences: list[int] = []
        self.epoch = self.last_sequence = self.acknowledged = self.thinned = self.damaged = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock_file = (folder / "lock").open("w")
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._load()
            self._rewrite()
        except BlockingIOError as error:
            raise OutboxInUse(folder=folder) from error
        except OSError as error:
            raise self._unwritable(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._reads)

    def append(self, sightings: Sequence[Sighting]) -> tuple[Read, ...]:
        """Number the sightings and keep them; they are on the disk when this answers. Raises `OutboxUnwritable`."""
        with self._guard:
            reads = tuple(
                Read(self.last_sequence + place, one.epc, one.antenna, one.rssi_dbm, one.read_at)
                for place, one in enumerate(sightings, 1)
            )
            try:
                self._write(b"".join(_packed({"read": _row(read)}) for read in reads), durably=True)
            except OSError as error:
                raise self._unwritable(error) from error
            self.last_sequence += len(reads)
            self._reads += reads
            self._sequences += [read.sequence for read in reads]
            if len(self._reads) > self._most:
                self._thin()
            return reads

    def pending(self, after: int, most: int) -> tuple[Read, ...]:
        """Answer the first `most` unconfirmed reads whose sequence is above `after`."""
        with self._guard:
            start = bisect_right(self._sequences, after)
            return tuple(self._reads[start : start + most])

    def acknowledge(self, sequence: int) -> None:
        """Forget the reads up to this sequence: the warehouse keeps them now."""
        with self._guard:
            if sequence <= self.acknowledged:
                return
            self._forget(sequence)
            # An ack that cannot be written is not lost: the reads are sent again and confirmed again.
            with suppress(OSError):
                self._write(_packed({"ack": sequence}), durably=False)
                if self._size > _REWRITE_ABOVE_BYTES and not self._reads:
                    self._rewrite()

    def renew(self) -> None:
        """Begin a new epoch with the pending reads numbered from 1. Raises `OutboxUnwritable`.

        For when the warehouse knows more of this epoch than we do: the folder was put back from a copy.
        """
        with self._guard:
            self._begin_epoch()
            try:
                self._rewrite()
            except OSError as error:
                raise self._unwritable(error) from error

    def close(self) -> None:
        """Close the file; the folder can be opened again."""
        os.close(self._file)
        self._lock_file.close()

    @property
    def _path(self) -> Path:
        return self._folder / "reads.log"

    def _load(self) -> None:
        raw = self._path.read_bytes() if self._path.exists() else b""
        *lines, tail = raw.split(b"\n")
        for line in lines:
            if (record := _unpacked(line)) is None:
                self.damaged += 1
            else:
                self._replay(record)
        if self.damaged:
            self._keep_aside(raw + (b"\n" if tail else b""))
        if not self.epoch:
            self._begin_epoch()

    def _replay(self, record: dict[str, Any]) -> None:
        if "epoch" in record:
            self.epoch, self.last_sequence = record["epoch"], record["last"]
            self.thinned = record["thinned"]
        elif "ack" in record:
            self._forget(record["ack"])
        else:
            sequence, epc, antenna, rssi, at = record["read"]
            self._reads.append(Read(sequence, epc, antenna, rssi, datetime.fromisoformat(at)))
            self._sequences.append(sequence)
            self.last_sequence = max(self.last_sequence, sequence)

    def _forget(self, sequence: int) -> None:
        gone = bisect_right(self._sequences, sequence)
        del self._reads[:gone], self._sequences[:gone]
        self.acknowledged = max(self.acknowledged, sequence)

    def _begin_epoch(self) -> None:
        self.epoch = max(int(self._now().timestamp() * 1000), self.epoch + 1)
        self._reads = [
            Read(place, one.epc, one.antenna, one.rssi_dbm, one.read_at) for place, one in enumerate(self._reads, 1)
        ]
        self._sequences = [one.sequence for one in self._reads]
        self.last_sequence, self.acknowledged = len(self._reads), 0

    def _keep_aside(self, raw: bytes) -> None:
        path = next(path for n in count(1) if not (path := self._folder / f"damaged-{n}.log").exists())
        path.write_bytes(raw)

    def _thin(self) -> None:
        """Bring the number of reads to three quarters of the bound."""
        before, wanted = len(self._reads), self._most * 3 // 4
        first_of_tag: dict[str, Read] = {}
        for read in self._reads:
            first_of_tag.setdefault(read.epc, read)
        surplus = before - wanted
        kept = []
        for read in self._reads:
            if surplus > 0 and first_of_tag[read.epc] is not read:
                surplus -= 1
            else:
                kept.append(read)
        self._reads = kept[-wanted:]
        self._sequences = [read.sequence for read in self._reads]
        self.thinned += before - len(self._reads)
        with suppress(OSError):  # the reads are in the old file, too many as they are: nothing is lost
            self._rewrite()

    def _write(self, data: bytes, *, durably: bool) -> None:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]
            if durably:
                os.fsync(self._file)
        except OSError:
            with suppress(OSError):  # half a line would spoil the next one
                os.ftruncate(self._file, self._size)
            raise
        self._size += len(data)

    def _rewrite(self) -> None:
        """Replace the file by one that holds only what is pending: complete on the disk before it takes the name."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.writelines(self._packed_all())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        if self._file >= 0:
            os.close(self._file)
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        self._size = self._path.stat().st_size

    def _packed_all(self) -> Iterator[bytes]:
        yield _packed({"epoch": self.epoch, "last": self.last_sequence, "thinned": self.thinned})
        yield _packed({"ack": self.acknowledged})
        yield from (_packed({"read": _row(read)}) for read in self._reads)

    def _unwritable(self, error: OSError) -> OutboxUnwritable:
        return OutboxUnwritable(folder=self._folder, reason=error.strerror or error)


def _row(read: Read) -> list[object]:
    return [read.sequence, read.epc, read.antenna, read.rssi_dbm, read.read_at.isoformat()]


def _packed(record: dict[str, object]) -> bytes:
    body = json.dumps(record, separators=(",", ":")).encode()
    return b"%08x %s\n" % (crc32(body), body)


def _unpacked(line: bytes) -> dict[str, Any] | None:
    check, _, body = line.partition(b" ")
    if check != b"%08x" % crc32(body):
        return None
    record: dict[str, Any] = json.loads(body)
    return record
