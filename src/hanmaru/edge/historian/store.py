"""The history of one site on one disk: takes batches, writes files, reads rows. No network, no clock of its own.

A batch is in the journal (on the disk) and in memory (hot) before `append` returns. `flush` writes what is hot to
Parquet files and forgets its journal. One thread appends, one flushes and compacts; any may read.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hanmaru.edge.historian.columns import joined, ordered, tags, times, within
from hanmaru.edge.historian.datafile import Reader
from hanmaru.edge.historian.gather import Source, gather
from hanmaru.edge.historian.hot import Hot, Run
from hanmaru.edge.historian.index import Index
from hanmaru.edge.historian.journal import Journal
from hanmaru.edge.historian.latest import Latest, save
from hanmaru.edge.historian.manifest import DataFile, Folder, HistoryDamaged, Manifest, day_bounds
from hanmaru.edge.historian.placing import Classes, Draft, FileMaker, late, parted
from hanmaru.edge.historian.readers import Readers
from hanmaru.floor.reading import SCHEMA, BadBatch, decode

T = TypeVar("T")
Now = Callable[[], int]
WARM: Final = 100  # files
FIRST_LOOK: Final = 600_000_000  # microseconds before the end in which the newest reading is looked for first


def now() -> int:
    """Answer microseconds since 1970."""
    return time.time_ns() // 1_000


@dataclass(frozen=True, slots=True)
class View:
    """The history at one moment: files and sorted tables in memory."""

    manifest: Manifest
    runs: tuple[Run, ...]


class Store:
    """One folder. Raise HistoryDamaged when its files are not what the manifest says."""

    def __init__(self, path: Path, classes: Classes, clock: Now = now) -> None:
        self.folder = Folder(path)
        self.reader = Reader()
        self.latest = Latest()
        self.clock = clock
        self.classes = classes
        self._journal = Journal(path / "hot")
        self._appending = Lock()  # batch and journal belong to the same segment
        self._looking = Lock()  # for moments only: what there is
        self._flushing = Lock()
        self._readers = Readers()
        self._hot = Hot()
        self._frozen: tuple[Run, ...] = ()
        self._through = self._take_up()

    @property
    def rows_hot(self) -> int:
        """Answer how many readings are in memory and not yet in files."""
        return self._hot.rows + sum(run.index.rows for run in self._frozen)

    @property
    def bytes_hot(self) -> int:
        """Answer how much memory readings take that are not yet in files, about."""
        return self._hot.bytes + sum(int(run.table.nbytes) for run in self._frozen)

    def append(self, data: Sequence[bytes], batches: Sequence[Any]) -> None:
        """Take batches, encoded and decoded; on the disk when this returns. Raise OSError: nothing was taken."""
        with self._appending:
            self._journal.append(data)
            with self._looking:
                self._add(batches)

    def flush(self) -> None:
        """Write what is hot to files. Raise OSError when the disk is full; nothing is lost, call it again."""
        with self._flushing:
            self._freeze()
            if self._frozen:
                self._write_frozen()

    def _freeze(self) -> None:
        """Let a new segment and a new table in memory begin, unless the last ones wait to be written still."""
        with self._appending:
            if self._frozen or not self._hot.rows:
                return
            through = self._journal.segment
            self._journal.begin(through + 1)
            with self._looking:
                self._frozen, self._hot, self._through = self._hot.runs(), Hot(), through

    def _write_frozen(self) -> None:
        with self.folder.drafting():
            made = self._made(ordered(joined([run.table for run in self._frozen])))
        self._save_latest()
        with self._looking:
            self.folder.commit(made, flushed=self._through)
            self._frozen = ()
        self._journal.remove([number for number in self._journal.segments() if number <= self._through])

    def replace(self, add: Sequence[DataFile], remove: Iterable[DataFile], **changes: Any) -> None:
        """Let drafts take the place of files; `changes` are other fields of the manifest."""
        gone = list(remove)
        with self._looking:
            self.folder.commit(add, gone, **changes)
        self._readers.replaced(gone)
        self._clear()

    def view(self) -> View:
        """Answer what there is now."""
        with self._looking:
            return View(self.folder.manifest, (*self._frozen, *self._hot.runs()))

    def read(self, wanted: NDArray[np.uint32], start: int, end: int, columns: Sequence[str]) -> Any:
        """Answer readings of wanted tags (ascending) with start <= source time < end, sorted, each once.

        Columns: tag, source_time and those named.
        """
        return self.steadily(lambda view: gather(self.sources(view, wanted, start, end), wanted, start, end, columns))

    def last(self, wanted: NDArray[np.uint32] | None = None) -> Any:
        """Answer the last reading of each tag; of all tags when none are named."""
        with self._looking:
            return self.latest.table(wanted)

    def newest(self, wanted: NDArray[np.uint32], start: int, end: int) -> Any:
        """Answer of each tag the newest reading in start <= source time < end, looking from the end backwards."""
        found: list[Any] = []
        step, until = FIRST_LOOK, end
        while len(wanted) and until > start:
            since = max(start, until - step)
            table = self.read(wanted, since, until, SCHEMA.names[2:])
            tag = tags(table["tag"])
            newest = table.take(pa.array(np.flatnonzero(np.append(tag[1:] != tag[:-1], [True])[: len(tag)])))
            found.append(newest)
            wanted = np.setdiff1d(wanted, tag)
            until, step = since, step * 8
        return joined(found).sort_by("tag")

    def too_late(self, tag: NDArray[np.uint32], source: NDArray[np.int64]) -> NDArray[np.bool_] | None:
        """Answer which readings lie in a time whose readings were removed already; None for none."""
        over = {keep: day_bounds(day)[1] for keep, day in self.folder.manifest.gone.items()}
        if not over or not len(source) or int(source.min()) >= max(over.values()):
            return None
        late = np.zeros(len(source), bool)
        class_of = self.classes(tag)
        for keep, end in over.items():
            late |= (class_of == keep) & (source < end)
        return late if late.any() else None

    def likely_rows(self, wanted: NDArray[np.uint32], start: int, end: int) -> int:
        """Answer how many readings a read would look at, at most."""
        return self.steadily(lambda view: _likely(self.sources(view, wanted, start, end), wanted, start, end))

    def fast(self, wanted: NDArray[np.uint32], start: int, end: int) -> NDArray[np.uint32]:
        """Answer the wanted tags of which seconds are kept somewhere in the range."""

        def held(view: View) -> list[NDArray[np.uint32]]:
            files = [file for file in view.manifest.of("seconds") if touches(file, wanted, start, end)]
            return [np.intersect1d(wanted, self.index(file, "start").tags) for file in files]

        found = self.steadily(held)
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint32)

    def steadily(self, read: Callable[[View], T]) -> T:
        """Read from a view, of which no file goes meanwhile. Raise HistoryDamaged when one is not there."""
        try:
            with self._readers.reading():
                return read(self.view())
        except FileNotFoundError as error:
            raise HistoryDamaged(what=error.filename or "a file", why=error) from error
        finally:
            self._clear()

    def sources(self, view: View, wanted: NDArray[np.uint32], start: int, end: int) -> list[Source]:
        """Answer what may hold readings of wanted tags in start <= source time < end, files first, hot last."""
        files = [file for file in view.manifest.of("readings", "late") if touches(file, wanted, start, end)]
        files.sort(key=lambda file: file.number)
        return [*map(self.source, files), *map(Source.of, view.runs)]

    def source(self, file: DataFile, time: str = "source_time") -> Source:
        """Answer a file as a source."""
        path = self.folder.file(file)
        return Source(self.index(file, time), lambda groups, columns: self.reader.groups(path, groups, columns))

    def index(self, file: DataFile, time: str = "source_time") -> Index:
        """Answer where the tags of a file lie."""
        return self.reader.index(self.folder.index(file.number, file.kind), self.folder.file(file), time)

    def warm_newest(self) -> None:
        """Do so for the files that are asked for most; what is known already costs nothing."""
        files = self.folder.manifest.of("readings", "minutes", "hours")
        for file in sorted(files, key=lambda file: file.last)[-WARM:]:
            self.warm(file)

    def warm(self, file: DataFile) -> None:
        """Read footer and index of a file, so that the first question need not."""
        self.reader.warm(self.folder.file(file))
        self.index(file, "source_time" if file.kind in {"readings", "late"} else "start")

    def _clear(self) -> None:
        """Delete what was replaced and is read no more."""
        gone = self._readers.unread()
        for file in gone:
            self.reader.forget(self.folder.index(file.number, file.kind), self.folder.file(file))
        self.folder.remove(gone)

    def close(self) -> None:
        """End; what is hot is in the journal."""
        self._save_latest()
        self._journal.close()
        self.folder.close()

    def _add(self, batches: Sequence[Any]) -> None:
        filled = [batch for batch in batches if batch.num_rows]
        for batch in filled:
            self._hot.add(batch)
        if filled:
            self.latest.take(joined(filled))

    def _made(self, table: Any) -> list[DataFile]:
        """Write sorted readings to drafts: what overlaps with files there are goes to late ones."""
        made: list[DataFile] = []
        clock = self.clock()
        for keep, day, rows in parted(table, self.classes):
            index = Index.of(tags(rows["tag"]), times(rows["source_time"]))
            overlapped = self._overlapped(index, day)
            if len(overlapped):
                draft = Draft(self.folder.number(), "late", keep, day, 0, clock)
                made.append(late(self.folder, within(rows, overlapped), draft))
            if len(overlapped) < len(index.tags):
                maker = FileMaker(self.folder, keep, day, 0, clock)
                maker.add(within(rows, np.setdiff1d(index.tags, overlapped)) if len(overlapped) else rows)
                maker.close()
                made += maker.files
        return made

    def _overlapped(self, index: Index, day: str) -> NDArray[np.uint32]:
        first, last = int(index.first.min()), int(index.last.max())
        found = [
            index.overlapped(self.index(file))
            for file in self.folder.manifest.of("readings", "late")
            if file.day == day and file.first <= last and file.last >= first
        ]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint32)

    def _take_up(self) -> int:
        """Read what the journal holds that is not in files yet."""
        self.latest.load(self.folder.path / "latest.arrow")
        through = self.folder.manifest.flushed
        self._journal.remove([number for number in self._journal.segments() if number <= through])
        for number in self._journal.segments():
            if self._journal.is_empty(number):
                self._journal.remove([number])
                continue
            for data in self._journal.read(number):
                try:
                    self._add([decode(data)])
                except BadBatch as error:
                    raise HistoryDamaged(what=f"segment {number} of the journal", why=error) from error
        self._journal.begin(max(self._journal.segment, through) + 1)
        return through

    def _save_latest(self) -> None:
        with self._looking:
            table = self.latest.table()
        save(table, self.folder.path / "latest.arrow")


def _likely(sources: Sequence[Source], wanted: NDArray[np.uint32], start: int, end: int) -> int:
    spans = [(source.index, source.index.find(wanted, start, end)) for source in sources]
    return sum(int((index.starts[found + 1] - index.starts[found]).sum()) for index, found in spans)


def touches(file: DataFile, wanted: NDArray[np.uint32], start: int, end: int) -> bool:
    """Say whether a file may hold rows of wanted tags (ascending) in start <= time < end."""
    low, high = np.searchsorted(wanted, [file.tags[0], file.tags[1] + 1])
    return file.first < end and file.last >= start and bool(high > low)
