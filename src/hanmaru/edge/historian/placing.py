"""Sorted readings into files: by retention class and day, with their roll-ups beside them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hanmaru.edge.historian import rollup
from hanmaru.edge.historian.columns import joined, tags, times, within
from hanmaru.edge.historian.datafile import Writer, write
from hanmaru.edge.historian.index import Index
from hanmaru.edge.historian.manifest import DataFile, Folder, Kind, day_of
from hanmaru.floor.reading import SCHEMA

DAY: Final = 86_400_000_000  # microseconds
LARGEST_FILE: Final = 24_000_000  # rows; a day of 4,051 tags at 1 Hz becomes fifteen files
FAST: Final = 2.0  # readings a second from which seconds are kept: below, they would be as many as the readings

Classes = Callable[[NDArray[np.uint32]], NDArray[np.str_]]


def parted(table: Any, classes: Classes) -> Iterator[tuple[str, str, Any]]:
    """Part sorted readings into (class, day, rows); the rows keep their order."""
    tag, time = tags(table["tag"]), times(table["source_time"])
    begins = np.concatenate(([0], np.flatnonzero(tag[1:] != tag[:-1]) + 1))
    class_of = classes(tag[begins])  # of each tag, not of each row
    lengths = np.diff(np.append(begins, len(tag)))
    for keep in np.unique(class_of).tolist():
        of_class = np.repeat(class_of == keep, lengths)
        rows = table if of_class.all() else table.filter(pa.array(of_class))
        time_of_rows = time[of_class]
        first, last = int(time_of_rows.min()) // DAY, int(time_of_rows.max()) // DAY
        if first == last:
            yield keep, day_of(first * DAY), rows
            continue
        days = time_of_rows // DAY
        for day in np.unique(days).tolist():
            yield keep, day_of(day * DAY), rows.filter(pa.array(days == day))


class FileMaker:
    """Writes files of one class and day, tag after tag, and their roll-ups; a new one begins when one is large."""

    def __init__(self, folder: Folder, keep: str, day: str, level: int, made: int) -> None:
        self.files: list[DataFile] = []
        self._folder, self._keep, self._day, self._level, self._made = folder, keep, day, level, made
        self._number = 0
        self._writer: Writer | None = None
        self._indexes: list[Index] = []
        self._rolled: dict[Kind, list[Any]] = {}

    def add(self, table: Any) -> None:
        """Write sorted readings; all keys are greater than those before."""
        if self._writer is None:
            self._number = self._folder.number()
            self._writer = Writer(self._folder.draft(self._number, "readings"), SCHEMA)
            self._indexes, self._rolled = [], {"minutes": [], "seconds": []}
        tag = tags(table["tag"])
        index = Index.of(tag, times(table["source_time"]))
        self._writer.write(table, index.groups)
        self._indexes.append(index)
        self._rolled["minutes"].append(rollup.rolled(table, 60))
        if len(fast := _fast(index)):
            self._rolled["seconds"].append(rollup.rolled(within(table, fast), 1))
        if sum(one.rows for one in self._indexes) >= LARGEST_FILE:
            self.close()

    def close(self) -> None:
        """End the file under way, if there is one."""
        if self._writer is None:
            return
        self._writer.close()
        self._writer = None
        self._list("readings", together(self._indexes))
        for kind, tables in self._rolled.items():
            if tables:
                table = rollup.merged(joined(tables))
                self._list(kind, write(table, self._folder.draft(self._number, kind), "start"))

    def _list(self, kind: Kind, index: Index) -> None:
        draft = Draft(self._number, kind, self._keep, self._day, self._level, self._made)
        self.files.append(listed(self._folder, draft, index))


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a file before it is written."""

    number: int
    kind: Kind
    keep: str
    day: str
    level: int
    made: int


def listed(folder: Folder, draft: Draft, index: Index) -> DataFile:
    """Describe a written draft for the manifest, and write its index."""
    path = folder.index(draft.number, draft.kind)
    path.parent.mkdir(parents=True, exist_ok=True)
    index.save(path)
    return DataFile(
        **asdict(draft),
        rows=index.rows,
        size=folder.draft(draft.number, draft.kind).stat().st_size,
        tags=(int(index.tags[0]), int(index.tags[-1])),
        first=int(index.first.min()),
        last=int(index.last.max()),
    )


def late(folder: Folder, table: Any, draft: Draft) -> DataFile:
    """Write sorted readings that overlap with what is there; they find their place later."""
    return listed(folder, draft, write(table, folder.draft(draft.number, "late")))


def together(parts: Sequence[Index]) -> Index:
    """Answer the index of tables written one behind the other; a tag may go on in the next."""
    index = parts[0]
    for part in parts[1:]:
        more = int(index.tags[-1] == part.tags[0])
        shift = index.rows
        index = Index(
            np.concatenate((index.tags, part.tags[more:])),
            np.concatenate((index.starts[:-1], part.starts[more:] + shift)),
            np.concatenate((index.first, part.first[more:])),
            np.concatenate((index.last[: len(index.last) - more], part.last)),
            np.concatenate((index.groups[:-1], part.groups + shift)),
            np.concatenate((index.group_times, part.group_times)),
        )
    return index


def _fast(index: Index) -> NDArray[np.uint32]:
    """Answer the tags of which seconds are kept."""
    rows, length = np.diff(index.starts), (index.last - index.first) / 1_000_000
    return index.tags[(rows > 60) & (rows > FAST * length)]
