"""What the gateway has read and the bus has not taken yet: on disk, in order, bounded, never lost without a word.

Every message goes to the disk first and from there to the bus (gateway.forwarding). A thread of its own writes what has
come since it last looked, in one write, and syncs it (group commit): `put` never waits, and only what is synced is
sent, so that no number is ever given to two messages. What the disk refuses is kept in memory, under a new epoch, and
sent from there.

Two lanes leave the box. The live lane sends what comes. After an outage the box is split: what is old becomes backlog,
sent in order and at a limited rate beside the live lane. Both keep the numbers, so a replay is a duplicate.

At the bound of bytes the oldest readings are thinned: halved three times, keeping extremes, then dropped; events and
outcomes go last. Each step is told, and the numbers of what is gone stay out: the gap can be seen.

gateway.reader.outbox is another thing and stays: it holds single reads (a handful a second, in JSON lines that a person
can look at), is thinned by tag number, and is confirmed by sequence over a websocket; this one holds batches for
streams. One format for both would make each of them do what only the other needs.
"""

import asyncio
import errno
import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol
from zlib import crc32

import structlog

from hanmaru.floor.reading import BadBatch
from hanmaru.floor.words import Sentence, sentence
from hanmaru.gateway.dead_letters import DeadLetters
from hanmaru.gateway.outbox_file import Record, Segment, sync_folder
from hanmaru.gateway.outbox_lanes import Lanes
from hanmaru.gateway.outbox_state import ProgressFile
from hanmaru.gateway.thinning import Thinner
from hanmaru.kernel.errors import Conflict, Unavailable

MEGABYTE: Final = 1024 * 1024
MOST_WAITING: Final = 64 * MEGABYTE  # bytes in memory that the disk has not taken
RETRY_DISK: Final = 1.0  # seconds

log = structlog.get_logger(__name__)


class OutboxInUse(Conflict):
    """Two processes may not share an outbox: they would give the same number twice."""

    code = "gateway.outbox_in_use"
    message = "Another process uses the outbox %(folder)s: stop it first"


class OutboxUnwritable(Unavailable):
    """The folder cannot be used at all."""

    code = "gateway.outbox_unwritable"
    message = "Readings cannot be kept in %(folder)s (%(why)s): make room or mend the disk"


class OutboxOverrun(Unavailable):
    """The disk does not keep up or refuses, and the memory for that case is used up: this message was not taken."""

    code = "gateway.outbox_overrun"
    message = "The outbox %(folder)s can take no more (%(why)s): what comes now is counted and lost. Mend the disk"


class Tell(Protocol):
    """How the box says what happened, as a driver's Sink.event does. Called from the box's own thread."""

    def __call__(self, kind: str, words: Sentence, /, **data: object) -> None:
        """Take a kind for programs, words for people, and figures."""


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How the box stands. Rows are readings; times in seconds; counts since it was opened, but `dead` in all."""

    rows: int
    messages: int
    bytes: int
    most_bytes: int
    oldest_age: float  # of what waits; 0 when nothing does
    backlog_rows: int
    rate: float  # readings a second sent, over the last ten seconds
    sent_rows: int
    thinned_rows: int
    dropped_rows: int
    dropped_messages: int
    refused_rows: int
    damaged: int
    dead: int
    trouble: str  # why nothing goes out, or the disk refuses; empty when all is well


class Outbox:
    """The messages of one source that the bus does not have yet. Safe for use by several threads."""

    def __init__(
        self,
        folder: Path,
        source: str,
        *,
        most_bytes: int = 1024 * MEGABYTE,
        segment_bytes: int = 0,
        sync_every: float = 0.0,
        tell: Tell | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Open the folder, made if missing. Raise OutboxInUse, OutboxUnwritable.

        `sync_every` is the policy of syncing: 0 syncs each group as soon as it is written; otherwise groups are
        collected for so many seconds, which spares a memory card and delays what is sent by as much.
        """
        self.source, self._folder, self._now = source, folder, now
        self._segment_bytes = segment_bytes or max(min(16 * MEGABYTE, most_bytes // 16), 4096)
        self._sync_every, self._most_bytes = sync_every, most_bytes
        self.tell: Tell = tell or _silent
        self._lock = threading.RLock()
        self._work, self._saved = threading.Condition(self._lock), threading.Condition(self._lock)
        self._queue: deque[Record] = deque()
        self._queued_bytes = 0
        self._descriptor = -1
        self._closing = False
        self._refused = 0
        self._disk_trouble = ""
        self.trouble = ""  # set by who sends
        self._listener: Callable[[], object] | None = None
        self._retry_at = 0.0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock_file = (folder / "lock").open("w")
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._dead = DeadLetters(folder / "dead-letters.jsonl")
            self._lanes = Lanes(folder, ProgressFile(folder / "progress"))
        except BlockingIOError as error:
            self._lock_file.close()
            raise OutboxInUse(folder=folder) from error
        except OSError as error:
            raise OutboxUnwritable(folder=folder, why=error.strerror or error) from error
        self._thinner = Thinner(self._lanes, folder, self._lock)
        self._sequence = self._opened_at = self._lanes.saved
        self._epoch = self._lanes.progress.epoch = self._lanes.progress.epoch or self._new_epoch()
        self._thread = threading.Thread(target=self._write_for_ever, name=f"outbox {source}", daemon=True)
        self._thread.start()

    def put(self, subject: str, data: bytes, rows: int = 0) -> int:
        """Take a message; answer its sequence. `rows` are the readings in it, 0 for what is no batch of readings.

        It is on its way to the disk: `kept` waits until it is there. Raise OutboxOverrun.
        """
        at = int(self._now() * 1e6)
        with self._lock:
            if self._queued_bytes + self._loose_bytes() + len(data) > MOST_WAITING:
                self._refused += rows or 1
                raise OutboxOverrun(folder=self._folder, why=self._disk_trouble or "the disk is too slow")
            self._sequence += 1
            self._queue.append(Record(subject, data, self._epoch, self._sequence, at, rows))
            self._queued_bytes += len(data)
            self._work.notify()
            return self._sequence

    def flush(self, seconds: float = 10.0) -> bool:
        """Wait until everything put before is on the disk; say whether it came to that."""
        with self._lock:
            wanted = self._sequence
            return self._saved.wait_for(lambda: self._lanes.saved >= wanted, seconds)

    async def kept(self, sequence: int) -> None:
        """Wait until a message is on the disk; or in memory and on its way, where the disk refuses."""
        if self._lanes.saved < sequence:
            await asyncio.to_thread(self._await_saved, sequence)

    def listen(self, listener: Callable[[], object] | None) -> None:
        """Call this, from the box's thread, whenever there is more to send; None ends it. There is one listener."""
        with self._lock:
            self._listener = listener

    def next(self, lane: str) -> Record | None:
        """Answer what the lane `live` or `backlog` sends next; the same again until it is `done`."""
        with self._lock:
            return self._lanes.next(lane)

    def done(self, record: Record) -> None:
        """Forget a message that the bus has."""
        with self._lock:
            self._lanes.done(record, time.monotonic())

    def bury(self, record: Record, why: str) -> None:
        """Put a message that the bus will never take on the list of dead letters, and go on."""
        whole = self._dead.bury(record, why)
        with self._lock:
            self._lanes.done(record, time.monotonic())
        words = sentence("A message that the bus refuses was put aside")
        if not whole:
            words = sentence("A message that the bus refuses was lost: the list of such messages is full")
        self.tell("outbox_dead_letter", words, sequence=record.sequence, why=why)

    def skip_damaged(self, record: Record) -> None:
        """Leave out a message that the disk has spoilt."""
        with self._lock:
            self._lanes.damaged += 1
            self._lanes.done(record, time.monotonic())
        self.tell("outbox_damaged", sentence("The disk has spoilt a message in the outbox"), sequence=record.sequence)

    def split(self) -> bool:
        """Send what waits as backlog, and what comes from now on as live; false when that cannot be."""
        with self._lock:
            return self._lanes.split()

    def epoch_of(self, record: Record) -> int:
        """Answer the epoch under which a message is sent."""
        with self._lock:
            return self._lanes.epoch_of(record)

    def is_fresh(self, record: Record) -> bool:
        """Say whether a message was put since this box was opened: nobody can have sent it before."""
        return record.sequence > self._opened_at

    def rename(self, record: Record) -> None:
        """Take a new epoch from this message on: its numbers were used already, this folder is an old copy."""
        with self._lock:
            self._epoch = self._new_epoch()
            self._lanes.rename(record, self._epoch)
        self.tell("outbox_renamed", sentence("The outbox was put back from a copy; it goes on under a new number"))

    @property
    def dead(self) -> DeadLetters:
        """What the bus refused; gateway.refused sends it anew or drops it for a person."""
        return self._dead

    def state(self) -> OutboxState:
        """Answer how it stands, at once; for the gateway's page."""
        with self._lock:
            lanes, oldest = self._lanes, self._lanes.oldest()
            return OutboxState(
                rows=lanes.rows + sum(record.rows for record in self._queue),
                messages=lanes.messages + len(self._queue),
                bytes=lanes.bytes + self._queued_bytes,
                most_bytes=self._most_bytes,
                oldest_age=max(0.0, self._now() - oldest / 1e6) if oldest else 0.0,
                backlog_rows=lanes.backlog_rows,
                rate=lanes.rate(time.monotonic()),
                sent_rows=lanes.sent_rows,
                thinned_rows=self._thinner.thinned_rows,
                dropped_rows=self._thinner.dropped_rows,
                dropped_messages=self._thinner.dropped_messages,
                refused_rows=self._refused,
                damaged=lanes.damaged,
                dead=len(self._dead),
                trouble=self._disk_trouble or self.trouble,
            )

    def close(self) -> None:
        """Write what was taken, and let go of the folder."""
        with self._lock:
            self._closing = True
            self._work.notify()
        self._thread.join()
        with self._lock:
            self._lanes.close()
            self._let_go()
            self._lock_file.close()

    def _new_epoch(self) -> int:
        return max(int(self._now() * 1000), self._lanes.progress.epoch + 1)

    def _loose_bytes(self) -> int:
        return sum(len(record.data) for record in self._lanes.loose)

    def _await_saved(self, sequence: int) -> None:
        with self._lock:
            self._saved.wait_for(lambda: self._lanes.saved >= sequence or self._closing)

    def _write_for_ever(self) -> None:
        while self._await_work():
            if self._sync_every and not self._closing:
                time.sleep(self._sync_every)
            with self._lock:
                fresh = list(self._queue)
                records = [*self._lanes.loose, *fresh]
            if self._disk_trouble and time.monotonic() < self._retry_at:
                self._take_in(fresh)
                continue
            try:
                self._save(records)
            except OSError as error:
                self._refuse(error, fresh)
                continue
            self._settle(fresh, saved=True)
            self._make_room()

    def _await_work(self) -> bool:
        """Wait for something to write; false at the end."""
        with self._lock:
            while not self._queue and not self._closing:
                if not self._work.wait(RETRY_DISK if self._lanes.loose else None):
                    return True  # look whether the disk is well again
            return bool(self._queue)

    def _save(self, records: list[Record]) -> None:
        """Write records to the newest segment and sync it; only this thread writes."""
        segments = self._lanes.segments
        if not segments or segments[-1].size >= self._segment_bytes or segments[-1].level:
            self._begin_segment(records[0].sequence)
        elif self._descriptor < 0:
            self._descriptor = os.open(segments[-1].path, os.O_WRONLY)
        segment, offset = segments[-1], segments[-1].size
        view = memoryview(b"".join(record.packed() for record in records))
        while view:
            written = os.pwrite(self._descriptor, view, offset)
            view, offset = view[written:], offset + written
        os.fdatasync(self._descriptor)
        with self._lock:
            for record in records:
                segment.add(record.lies_at(segment.size))

    def _begin_segment(self, first: int) -> None:
        self._let_go()
        segment = Segment.named(self._folder, first)
        self._descriptor = os.open(segment.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        sync_folder(self._folder)
        with self._lock:
            self._lanes.segments.append(segment)

    def _let_go(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _settle(self, fresh: list[Record], *, saved: bool) -> None:
        """Let what was written, or taken into memory instead, be sent."""
        with self._lock:
            for record in fresh:
                self._queue.popleft()
                self._queued_bytes -= len(record.data)
            if saved:
                self._lanes.loose.clear()
                self._disk_trouble = ""
            self._lanes.add(fresh)
            self._saved.notify_all()
            if self._listener is not None:
                self._listener()

    def _refuse(self, error: OSError, fresh: list[Record]) -> None:
        """Go on in memory when the disk does not take it."""
        why = error.strerror or type(error).__name__
        told, self._disk_trouble = self._disk_trouble == why, why
        self._retry_at = time.monotonic() + RETRY_DISK
        if self._descriptor >= 0 and self._lanes.segments:
            with suppress(OSError):  # half a group would be found again behind the next one
                os.ftruncate(self._descriptor, self._lanes.segments[-1].size)
        self._take_in(fresh)
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            self._thinner.drop_oldest()
        if not told:
            log.error("outbox.disk", folder=str(self._folder), why=why)
            words = sentence("The outbox's disk refuses: %(why)s. Readings are kept in memory; make room", why=why)
            self.tell("outbox_disk", words)

    def _take_in(self, fresh: list[Record]) -> None:
        """Keep messages in memory, under an epoch that the disk has never seen: its last numbers may come again."""
        with self._lock:
            if not self._lanes.loose:
                self._epoch = self._lanes.progress.epoch = self._new_epoch()
            # Sent from here, a message needs the check sum that the disk would have given it.
            self._lanes.loose.extend(replace(one, epoch=self._epoch, crc=crc32(one.data)) for one in fresh)
        self._settle(fresh, saved=False)

    def _make_room(self) -> None:
        """Thin at the bound, and tell what it cost."""
        while self._lanes.bytes > self._most_bytes:
            try:
                told = self._thinner.thin()
            except (OSError, BadBatch):
                log.exception("outbox.cannot_thin", source=self.source)
                told = self._thinner.drop_oldest()
            if told is None:
                return
            log.warning("outbox.thinned", source=self.source, **told)
            words = sentence("The outage outlasts the disk: the oldest readings waiting to be sent were thinned")
            self.tell("outbox_thinned", words, **told)


def _silent(_kind: str, _words: Sentence, /, **_data: object) -> None:
    """Tell nobody."""
