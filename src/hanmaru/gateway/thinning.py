"""What goes first when an outage outlasts the disk: resolution, not events and not extremes."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from hanmaru.floor import reading
from hanmaru.floor.quality import SEVERITY
from hanmaru.gateway.outbox_file import Record, Segment, write_whole
from hanmaru.gateway.outbox_lanes import Lanes

GROUP: Final = 4  # readings of a tag in turn, of which the least and the greatest stay
ONLY_EVENTS: Final = 4  # level of a segment that was halved three times and then lost its readings
STEEPNESS: Final = 2  # a segment is halved again when it is this many times further from the present


def halve(records: Sequence[Record]) -> list[Record]:
    """Answer the records with about half of their readings; each keeps its number, what is no batch stays as it is.

    Of four readings of a tag in turn the least and the greatest stay. Readings with a text, a quality that is not good
    or a value that is no number all stay: they are rare, and what a person looks for after an outage.
    """
    batches = {at: reading.decode(record.data) for at, record in enumerate(records) if record.rows}
    if not batches:
        return list(records)
    keep = _kept(pa.Table.from_batches(batches.values()))
    thinned, start = list(records), 0
    for at, batch in batches.items():
        mask = keep[start : start + batch.num_rows]
        start += batch.num_rows
        if not mask.all():
            left = batch.filter(pa.array(mask))
            thinned[at] = replace(records[at], data=reading.encode(left), rows=left.num_rows, crc=-1)
    return thinned


def _kept(table: pa.Table) -> npt.NDArray[np.bool_]:
    """Say for each row whether it stays."""
    numbers = table["number"].to_numpy()
    quality = table["quality"].to_numpy()
    text = table["text"].is_valid().to_numpy()
    plain: npt.NDArray[np.bool_] = ~text & (quality & SEVERITY == 0) & np.isfinite(numbers)
    rows = np.flatnonzero(plain)
    tags = table["tag"].to_numpy()[rows]
    by_tag = np.argsort(tags, kind="stable")
    rows, tags = rows[by_tag], tags[by_tag]
    begins = np.flatnonzero(np.r_[True, tags[1:] != tags[:-1]]) if len(rows) else np.zeros(0, np.intp)
    sizes = np.diff(np.r_[begins, len(rows)])
    turn = np.arange(len(rows)) - np.repeat(begins, sizes)
    group = np.cumsum(turn % GROUP == 0)
    by_value = np.lexsort((numbers[rows], group))
    rows, group = rows[by_value], group[by_value]
    changes = group[1:] != group[:-1]
    extremes = np.r_[True, changes] | np.r_[changes, True] if len(rows) else np.zeros(0, np.bool_)
    keep = ~plain
    keep[rows[extremes]] = True
    return keep


class Thinner:
    """Takes from the oldest segments, so that what waits is the coarser the older it is.

    For one thread; lanes are touched under their lock.
    """

    def __init__(self, lanes: Lanes, folder: Path, lock: AbstractContextManager[object]) -> None:
        """Count from zero."""
        self._lanes, self._folder, self._lock = lanes, folder, lock
        self.thinned_rows = self.dropped_rows = self.dropped_messages = 0

    def thin(self) -> dict[str, object] | None:
        """Thin one segment; answer what that cost, None when there is none but the one that is written.

        Reading and writing are done without the lock: who puts must not wait for them.
        """
        with self._lock:
            closed = [one for one in self._lanes.segments[:-1] if not self._is_read(one)] or self._lanes.segments[:-1]
            if not closed:
                return None
            _cost, segment = max(
                (((len(closed) - at) / STEEPNESS**one.level, one) for at, one in enumerate(closed)),
                key=lambda weighed: weighed[0],
            )
            if segment.level >= ONLY_EVENTS:
                return self._dropped(segment)
        records = list(segment.records())
        if segment.level < ONLY_EVENTS - 1:
            left = halve(records)
        else:
            left = [record for record in records if not (record.rows or record.original)]
        return self._rewritten(segment, records, left)

    def drop_oldest(self) -> dict[str, object] | None:
        """Free room on a disk that is full, without needing any; None when there is nothing to drop."""
        with self._lock:
            return self._dropped(self._lanes.segments[0]) if len(self._lanes.segments) > 1 else None

    def _is_read(self, segment: Segment) -> bool:
        progress = self._lanes.progress
        heads = [progress.live, *(start for start, _end in progress.backlog[:1])]
        return any(segment.first <= head <= segment.last for head in heads)

    def _rewritten(self, segment: Segment, records: list[Record], left: list[Record]) -> dict[str, object]:
        thinned: Segment | None = None
        if left:
            thinned = Segment.named(self._folder, segment.first, segment.level + 1)
            write_whole(thinned.path, left)
            thinned = Segment.found(thinned.path, newest=False)
        lost = sum(record.rows for record in records) - sum(record.rows for record in left)
        with self._lock:
            if segment not in self._lanes.segments:  # all sent meanwhile
                if thinned:
                    thinned.path.unlink()
                return {"rows": 0}
            self._lanes.replace(segment, thinned)
            if segment.level < ONLY_EVENTS - 1:
                self.thinned_rows += lost
            else:
                self.dropped_rows += lost
        return self._told(segment, lost, len(records) - len(left))

    def _dropped(self, segment: Segment) -> dict[str, object]:
        messages = sum(1 for _place in segment.places())
        self._lanes.replace(segment, None)
        self.dropped_rows += segment.rows
        self.dropped_messages += messages
        return self._told(segment, segment.rows, messages)

    @staticmethod
    def _told(segment: Segment, rows: int, messages: int) -> dict[str, object]:
        return {
            "rows": rows,
            "messages": messages,
            "first": segment.first,
            "last": segment.last,
            "since": datetime.fromtimestamp(segment.oldest / 1e6, UTC).isoformat(),
            "level": segment.level + 1,
        }
