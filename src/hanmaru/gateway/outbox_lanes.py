"""The two lanes in which messages leave an outbox, and what waits in them. Used under the outbox's lock."""

import os
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from hanmaru.gateway.outbox_file import Place, Record, Segment, place_at, read
from hanmaru.gateway.outbox_state import MOST_RANGES, Progress, ProgressFile

WINDOW: Final = 10  # seconds over which the rate is told


class Cursor:
    """Reads one segment after the other, forward; knows where it was."""

    def __init__(self) -> None:
        """Stand nowhere."""
        self._path: Path | None = None
        self._descriptor = -1
        self._offset = self._wanted = 0

    def find(self, segments: list[Segment], wanted: int) -> Record | None:
        """Answer the first record whose sequence is at least `wanted`."""
        at = bisect_left(segments, wanted, key=lambda segment: segment.last)
        for segment in segments[at:]:
            self._stand(segment, wanted)
            place = place_at(self._descriptor, self._offset, segment.size)
            if place is None or place.sequence < wanted:
                place = next((one for one in segment.places(self._offset) if one.sequence >= wanted), None)
            if place is not None:
                self._offset = place.offset
                return read(self._descriptor, place)
        return None

    def _stand(self, segment: Segment, wanted: int) -> None:
        if self._path != segment.path or wanted < self._wanted:
            self.close()
            self._path, self._descriptor, self._offset = segment.path, os.open(segment.path, os.O_RDONLY), 0
        self._wanted = wanted

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._path, self._descriptor = None, -1


class Lanes:
    """What waits: in segments, in memory (`loose`), and how far each lane is."""

    def __init__(self, folder: Path, progress_file: ProgressFile) -> None:
        """Read the folder. The newest segment's torn tail is cut."""
        self._folder, self._file = folder, progress_file
        self.progress: Progress = progress_file.load()
        self.segments: list[Segment] = []
        self.loose: deque[Record] = deque()
        self.damaged = self.sent_rows = self.messages = 0
        self._rows = {"live": 0, "backlog": 0}
        self._sent: deque[tuple[float, int]] = deque()
        self._cursors = {"live": Cursor(), "backlog": Cursor()}
        for draft in folder.glob("*.draft"):
            draft.unlink()
        self._load()
        self.saved = max([self.progress.sequence, self.progress.live - 1, *(one.last for one in self.segments)])

    def _load(self) -> None:
        paths = sorted(self._folder.glob("*.segment"))
        firsts = [path.stem.partition("-")[0] for path in paths]
        for at, path in enumerate(paths):
            if firsts[at] in firsts[at + 1 :]:  # thinned, and killed before the thicker one was gone
                path.unlink()
                continue
            segment = Segment.found(path, newest=at == len(paths) - 1)
            self.damaged += segment.damaged
            if segment.size:
                self.segments.append(segment)
                self._count(segment.places())
            else:
                path.unlink()
        if self.segments:
            self.progress.epoch = max(self.progress.epoch, *(one.epoch for one in self.segments))

    def _count(self, places: Iterable[Place], sign: int = 1) -> None:
        for place in places:
            if (lane := self.lane_of(place.sequence)) is not None:
                self._rows[lane] += sign * place.rows
                self.messages += sign

    @property
    def rows(self) -> int:
        """Readings that wait."""
        return self._rows["live"] + self._rows["backlog"]

    @property
    def backlog_rows(self) -> int:
        """Readings that wait in the backlog."""
        return self._rows["backlog"]

    @property
    def bytes(self) -> int:
        """Bytes on the disk."""
        return sum(segment.size for segment in self.segments)

    def lane_of(self, sequence: int) -> str | None:
        """Answer the lane in which a message waits, None when it was sent."""
        if sequence >= self.progress.live:
            return "live"
        return "backlog" if any(start <= sequence < end for start, end in self.progress.backlog) else None

    def add(self, records: Iterable[Record]) -> None:
        """Count what can be sent now."""
        for record in records:
            self._rows["live"] += record.rows
            self.messages += 1
            self.saved = record.sequence

    def replace(self, segment: Segment, thinned: Segment | None) -> None:
        """Put a thinned segment (or none) in the place of one, and forget the old file."""
        self._count(segment.places(), -1)
        at = self.segments.index(segment)
        self.segments[at : at + 1] = [thinned] if thinned else []
        if thinned:
            self._count(thinned.places())
        segment.path.unlink()

    def next(self, lane: str) -> Record | None:
        """Answer what a lane sends next; the same again until it is done."""
        if lane == "live":
            found = self._find(lane, self.progress.live)
            if found is None:
                self._all_sent()
            return found
        while self.progress.backlog:
            start, end = self.progress.backlog[0]
            record = self._find(lane, start)
            if record is not None and record.sequence < end:
                return record
            self.progress.backlog.pop(0)  # its last messages were dropped
        self._rows["backlog"] = 0
        return None

    def _all_sent(self) -> None:
        """Bring the counts to nothing: what is still counted in the live lane is gone, spoilt by the disk."""
        self._rows["live"] = 0
        self.progress.live = max(self.progress.live, self.saved + 1)
        if not self.progress.backlog:
            self.damaged += self.messages
            self.messages = 0

    def done(self, record: Record, now: float) -> None:
        """Forget a message: the bus has it, or will never take it."""
        lane = self.lane_of(record.sequence)
        if lane is None:
            return
        if lane == "live":
            self.progress.live = record.sequence + 1
        else:
            self.progress.backlog[0][0] = record.sequence + 1
            if self.progress.backlog[0][0] >= self.progress.backlog[0][1]:
                self.progress.backlog.pop(0)
        self._rows[lane] = max(0, self._rows[lane] - record.rows)
        self.messages = max(0, self.messages - 1)
        self.sent_rows += record.rows
        self._sent.append((now, record.rows))
        while self._sent[0][0] < now - WINDOW:
            self._sent.popleft()
        while self.loose and self.loose[0].sequence <= record.sequence:
            self.loose.popleft()
        self.keep()
        self._prune()

    def split(self) -> bool:
        """Make all that waits backlog, so that the live lane begins with what comes.

        False when nothing waits, or after more outages than are kept apart: the live lane then sends all in order.
        """
        backlog = self.progress.backlog
        if self.progress.live > self.saved:
            return False
        if backlog and backlog[-1][1] == self.progress.live:
            backlog[-1][1] = self.saved + 1
        elif len(backlog) < MOST_RANGES:
            backlog.append([self.progress.live, self.saved + 1])
        else:
            return False
        self.progress.live = self.saved + 1
        self._rows["backlog"] += self._rows["live"]
        self._rows["live"] = 0
        self.keep()
        return True

    def rename(self, record: Record, epoch: int) -> None:
        """Give an epoch of its own to a message and all after it: another outbox has used its numbers."""
        self.progress.renamed.append([record.epoch, record.sequence, epoch])
        self.progress.epoch = epoch
        self.keep()

    def epoch_of(self, record: Record) -> int:
        """Answer the epoch under which a message is sent."""
        for epoch, start, other in self.progress.renamed:
            if record.epoch == epoch and record.sequence >= start:
                return other
        return record.epoch

    def oldest(self) -> int:
        """Answer when the oldest that waits was put, µs; 0 when nothing waits."""
        first = self.next("backlog") or self.next("live")
        return first.at if first else 0

    def rate(self, now: float) -> float:
        """Answer the readings sent a second."""
        return sum(rows for at, rows in self._sent if at > now - WINDOW) / WINDOW

    def keep(self) -> None:
        """Remember how far it is."""
        self.progress.sequence = self.saved
        self._file.keep(self.progress)

    def close(self) -> None:
        """Let go of all files."""
        for cursor in self._cursors.values():
            cursor.close()
        self.keep()
        self._file.close()

    def _find(self, lane: str, wanted: int) -> Record | None:
        found = self._cursors[lane].find(self.segments, wanted)
        if found is not None:
            return found
        return next((record for record in self.loose if record.sequence >= wanted), None)

    def _prune(self) -> None:
        """Delete segments of which nothing waits; the newest stays, it knows the last number."""
        starts = [self.progress.live, *(start for start, _end in self.progress.backlog)]
        while len(self.segments) > 1 and self.segments[0].last < min(starts):
            self.segments.pop(0).path.unlink()
        if len(self.progress.backlog) and len(self.segments) > 2:
            for segment in self.segments[1:-1]:
                waits = self.progress.live <= segment.last or any(
                    start <= segment.last and segment.first < end for start, end in self.progress.backlog
                )
                if not waits:
                    self.segments.remove(segment)
                    segment.path.unlink()
