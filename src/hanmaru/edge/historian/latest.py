"""The last value of every tag: the newest by source time. What comes late does not overwrite it."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hanmaru.edge.historian.columns import by_tag, joined, tags, times
from hanmaru.edge.historian.disk import written
from hanmaru.floor.reading import SCHEMA

LONG_AGO: Final = np.iinfo(np.int64).min


class Latest:
    """One row a tag, in arrays sorted by tag. The owner takes care that one at a time works on it."""

    def __init__(self) -> None:
        self._tags = np.zeros(0, np.uint32)
        self._source = np.zeros(0, np.int64)
        self._receive = np.zeros(0, np.int64)
        self._number = np.zeros(0, np.float64)
        self._has_number = np.zeros(0, bool)
        self._quality = np.zeros(0, np.uint32)
        self._texts: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._tags)

    def take(self, table: Any) -> None:
        """Look at readings in any order."""
        tag, source, receive = tags(table["tag"]), times(table["source_time"]), times(table["receive_time"])
        slot = self._slots(tag)
        newer = (source > self._source[slot]) | ((source == self._source[slot]) & (receive > self._receive[slot]))
        rows = np.flatnonzero(newer)
        if not len(rows):
            return
        rows = _newest(rows, tag[rows], source[rows], receive[rows])
        self._put(slot[rows], table.take(pa.array(rows)))

    def table(self, wanted: NDArray[np.uint32] | None = None) -> Any:
        """Answer the last readings, by tag, as columns of floor.reading.SCHEMA; of all tags when none are named."""
        chosen = np.arange(len(self._tags)) if wanted is None else np.flatnonzero(np.isin(self._tags, wanted))
        tag = self._tags[chosen]
        return pa.table(
            [
                pa.array(tag),
                pa.array(self._source[chosen]).cast(SCHEMA.field("source_time").type),
                pa.array(self._receive[chosen]).cast(SCHEMA.field("receive_time").type),
                pa.array(self._number[chosen], mask=~self._has_number[chosen]),
                pa.array([self._texts.get(one) for one in tag.tolist()], pa.string()),
                pa.array(self._quality[chosen]),
            ],
            schema=SCHEMA,
        )

    def load(self, path: Path) -> None:
        """Take what was kept, if there is something."""
        if path.exists():
            with pa.ipc.open_file(path.read_bytes()) as reader:
                self.take(joined([reader.read_all()]))

    def _slots(self, tag: NDArray[np.uint32]) -> NDArray[np.int64]:
        slot = np.searchsorted(self._tags, tag)
        if len(self._tags) and bool(np.all(self._tags[np.minimum(slot, len(self._tags) - 1)] == tag)):
            return slot
        new = np.setdiff1d(tag, self._tags)
        place = np.searchsorted(self._tags, new)
        self._tags = np.insert(self._tags, place, new)
        self._source = np.insert(self._source, place, LONG_AGO)
        self._receive = np.insert(self._receive, place, LONG_AGO)
        self._number = np.insert(self._number, place, np.nan)
        self._has_number = np.insert(self._has_number, place, values=False)
        self._quality = np.insert(self._quality, place, 0)
        return np.searchsorted(self._tags, tag)

    def _put(self, slot: NDArray[np.int64], table: Any) -> None:
        number = table["number"]
        self._source[slot] = times(table["source_time"])
        self._receive[slot] = times(table["receive_time"])
        self._has_number[slot] = np.asarray(number.is_valid())
        self._number[slot] = np.asarray(number.fill_null(np.nan))
        self._quality[slot] = np.asarray(table["quality"])
        text = table["text"]
        if text.null_count == len(text) and not self._texts:
            return
        for tag, words in zip(tags(table["tag"]).tolist(), text.to_pylist(), strict=True):
            if words is None:
                self._texts.pop(tag, None)
            else:
                self._texts[tag] = words


def save(table: Any, path: Path) -> None:
    """Keep last readings on the disk, so that a start need not read the whole history."""
    with written(path) as file, pa.ipc.new_file(file, SCHEMA) as writer:
        writer.write_table(table)


def _newest(
    rows: NDArray[np.int64], tag: NDArray[np.uint32], source: NDArray[np.int64], receive: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Answer of each tag the row newest by source time, then by receive time; of equal ones the first."""
    order = by_tag(tag)
    same = tag[order][1:] == tag[order][:-1]
    later = np.diff(source[order]) > 0
    if not np.all(later | ~same):
        order = np.lexsort((-rows, receive, source, tag))
    newest: NDArray[np.int64] = rows[order[np.append(tag[order][1:] != tag[order][:-1], [True])]]
    return newest
