"""Parquet files sorted by (tag, time): row groups end at tags, so that few are read for few tags.

Measured on two slow cores (docs/decisions): times as deltas and values by dictionary take 6.8 bytes a reading with
both times jittering, and 23 tags of a day (two million rows) are read in 40 ms once the footer is known.
"""

import itertools
import os
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Final, Self

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hanmaru.edge.historian.columns import joined, tags, times
from hanmaru.edge.historian.index import Index

MOST_FOOTERS: Final = 64 * 1024 * 1024  # bytes of footers kept in memory
MOST_INDEXES: Final = 2_000

_DELTA = "DELTA_BINARY_PACKED"
_TIMES: Final = ("source_time", "receive_time", "start", "first_time", "last_time")


def write(table: Any, path: Path, time: str = "source_time") -> Index:
    """Write a sorted table and answer its index. The file is on the disk when this returns."""
    index = Index.of(tags(table["tag"]), times(table[time]), is_rolled=time == "start")
    with Writer(path, table.schema) as writer:
        writer.write(table, index.groups)
    return index


class Writer:
    """Writes one file, a sorted table after the other; closing it brings it to the disk."""

    def __init__(self, path: Path, schema: Any) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        delta = {name: _DELTA for name in schema.names if name in _TIMES}
        self._writer = pq.ParquetWriter(
            path,
            schema,
            compression="zstd",
            compression_level=1,
            use_dictionary=[name for name in schema.names if name not in delta],
            column_encoding=delta,
            write_statistics=["tag", "source_time", "start"],
            data_page_size=256 * 1024,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()

    def close(self) -> None:
        """End the file; it is on the disk when this returns."""
        self._writer.close()
        with self._path.open("rb+") as file:
            os.fsync(file.fileno())

    def write(self, table: Any, groups: NDArray[np.int64]) -> None:
        """Write row groups that begin at these rows, the number of all rows last."""
        bounds = groups.tolist()
        for begin, until in itertools.pairwise(bounds):
            self._writer.write_table(table.slice(begin, until - begin), row_group_size=until - begin)


class Reader:
    """Reads rows of tags from files; keeps footers and indexes that were used lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._footers: OrderedDict[Path, Any] = OrderedDict()
        self._footer_bytes = 0
        self._indexes: OrderedDict[Path, Index] = OrderedDict()

    def index(self, path: Path, file: Path, time: str = "source_time") -> Index:
        """Answer the index at `path` of `file`; a missing or torn one is made again from the file."""
        with self._lock:
            if known := self._indexes.get(path):
                self._indexes.move_to_end(path)
                return known
        try:
            index = Index.load(path)
        except (OSError, ValueError, KeyError, EOFError):
            index = self._made_again(file, time)
            path.parent.mkdir(parents=True, exist_ok=True)
            index.save(path)
        with self._lock:
            self._indexes[path] = index
            while len(self._indexes) > MOST_INDEXES:
                self._indexes.popitem(last=False)
        return index

    def groups(self, file: Path, wanted: Sequence[int], columns: Sequence[str]) -> Any:
        """Read whole row groups into one table."""
        footer = self._footer(file)
        with pq.ParquetFile(file, metadata=footer) as opened:
            return opened.read_row_groups(list(wanted), columns=list(columns))

    def warm(self, file: Path) -> None:
        """Read a footer."""
        self._footer(file)

    def forget(self, path: Path, file: Path) -> None:
        """Drop what is kept of a file that is gone."""
        with self._lock:
            self._indexes.pop(path, None)
            footer = self._footers.pop(file, None)
            self._footer_bytes -= footer.serialized_size if footer else 0

    def _footer(self, file: Path) -> Any:
        with self._lock:
            if file in self._footers:
                self._footers.move_to_end(file)
                return self._footers[file]
        footer = pq.read_metadata(file)
        with self._lock:
            if file not in self._footers:
                self._footers[file] = footer
                self._footer_bytes += footer.serialized_size
            while self._footer_bytes > MOST_FOOTERS and len(self._footers) > 1:
                _, old = self._footers.popitem(last=False)
                self._footer_bytes -= old.serialized_size
        return footer

    def _made_again(self, file: Path, time: str) -> Index:
        with pq.ParquetFile(file) as opened:
            footer = opened.metadata
            table = joined([opened.read(columns=["tag", time])])
        made = Index.of(tags(table["tag"]), times(table[time]))
        rows = [footer.row_group(number).num_rows for number in range(footer.num_row_groups)]
        groups = np.concatenate(([0], np.cumsum(rows))).astype(np.int64)
        return Index(made.tags, made.starts, made.first, made.last, groups, times(table[time])[groups[:-1]])


def stretch_rows(index: Index, entry: int, span: tuple[int, int]) -> tuple[int, int]:
    """Answer which rows of the groups in `span`, read into one table, are the entry's: from and until."""
    begins = int(index.groups[span[0]])
    low = max(int(index.starts[entry]), begins)
    high = min(int(index.starts[entry + 1]), int(index.groups[span[1]]))
    return low - begins, high - begins
