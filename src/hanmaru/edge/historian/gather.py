"""Rows of some tags out of sorted sources, put together in order: nothing is sorted where nothing overlaps."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hanmaru.edge.historian.columns import joined, ordered, times
from hanmaru.edge.historian.datafile import stretch_rows
from hanmaru.edge.historian.hot import Run
from hanmaru.edge.historian.index import Index
from hanmaru.floor.reading import SCHEMA

Groups = Callable[[Sequence[int], Sequence[str]], Any]
Tags = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Source:
    """Something sorted by (tag, time): its index, and how to read row groups of it."""

    index: Index
    groups: Groups

    @classmethod
    def of(cls, run: Run) -> "Source":
        """Answer a table in memory as a source; it is read as a whole, which costs nothing."""
        held, whole = run.index, np.asarray([0, run.index.rows], np.int64)
        index = Index(held.tags, held.starts, held.first, held.last, whole, held.group_times[:1])
        return cls(index, lambda _groups, columns: run.table.select(list(columns)))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of one tag in one source, without a gap."""

    tag: int
    first: int
    last: int
    source: int
    entry: int


def stretches(sources: Sequence[Source], wanted: Tags, start: int, end: int) -> list[Stretch]:
    """Answer what holds rows of wanted tags (ascending) that may lie in start <= time < end; by tag, then time."""
    found = [
        Stretch(int(source.index.tags[entry]), int(source.index.first[entry]), int(source.index.last[entry]), n, entry)
        for n, source in enumerate(sources)
        for entry in source.index.find(wanted, start, end).tolist()
    ]
    return sorted(found, key=lambda one: (one.tag, one.first))


def gather(
    sources: Sequence[Source], wanted: Tags, start: int, end: int, columns: Sequence[str] = SCHEMA.names[2:]
) -> Any:
    """Answer the readings of wanted tags (ascending) with start <= source time < end, each once, sorted.

    Columns: tag, source_time and those named. Where stretches overlap the receive time is read as well.
    """
    found = stretches(sources, wanted, start, end)
    overlap = any(a.tag == b.tag and b.first <= a.last for a, b in itertools.pairwise(found))
    if overlap:
        found.sort(key=lambda one: (one.tag, one.source))  # so that of equal rows that of the earlier source stays
    names = ["source_time", *columns]
    read = names if not overlap or "receive_time" in names else [*names, "receive_time"]
    table = collect(sources, found, start, end, read, SCHEMA)
    return (ordered(table) if overlap else table).select(["tag", *names])


def collect(
    sources: Sequence[Source], found: Sequence[Stretch], start: int, end: int, names: Sequence[str], schema: Any
) -> Any:
    """Read stretches, in their order, into one table; the first of `names` is the time that start and end are of."""
    tables = _Tables(sources, found, start, end, names)
    slices = [(one.tag, rows) for one in found if (rows := tables.rows(one)).num_rows]
    if not slices:
        return pa.Table.from_batches([], pa.schema([schema.field(name) for name in ("tag", *names)]))
    tag = np.repeat(np.asarray([tag for tag, _ in slices], np.uint32), [rows.num_rows for _, rows in slices])
    return joined([rows for _, rows in slices]).add_column(0, schema.field("tag"), pa.array(tag))


class _Tables:
    """Reads each source once, for all its stretches together."""

    def __init__(
        self, sources: Sequence[Source], found: Sequence[Stretch], start: int, end: int, names: Sequence[str]
    ) -> None:
        self._sources, self._start, self._end, self._time = sources, start, end, names[0]
        wanted: dict[int, set[int]] = {}
        for one in found:
            wanted.setdefault(one.source, set()).update(range(*sources[one.source].index.span(one.entry, start, end)))
        self._tables: dict[int, Any] = {}
        self._offsets: dict[int, dict[int, int]] = {}
        for number, groups in wanted.items():
            index, chosen = sources[number].index, sorted(groups)
            self._tables[number] = sources[number].groups(chosen, names)
            sizes = [int(index.groups[group + 1] - index.groups[group]) for group in chosen]
            self._offsets[number] = dict(zip(chosen, np.cumsum([0, *sizes]).tolist(), strict=False))

    def rows(self, stretch: Stretch) -> Any:
        """Answer the rows of a stretch within the times asked for."""
        index, table = self._sources[stretch.source].index, self._tables[stretch.source]
        span = index.span(stretch.entry, self._start, self._end)
        low, high = stretch_rows(index, stretch.entry, span)
        offset = self._offsets[stretch.source][span[0]]
        rows = table.slice(offset + low, high - low)
        if stretch.first >= self._start and stretch.last < self._end:
            return rows
        begin, until = np.searchsorted(times(rows[self._time]), [self._start, self._end])
        return rows.slice(int(begin), int(until - begin))
