"""The newest readings, in memory: sorted runs, and behind them what came since the last look."""

from dataclasses import dataclass
from typing import Any, Final

from hanmaru.edge.historian.columns import joined, ordered, tags, times
from hanmaru.edge.historian.index import Index

LONG_TAIL: Final = 500_000  # rows; sorting them takes some 60 ms


@dataclass(frozen=True, slots=True)
class Run:
    """A sorted table and where its tags lie."""

    table: Any
    index: Index

    @classmethod
    def of(cls, parts: list[Any]) -> "Run":
        """Sort what is not."""
        table = ordered(joined(parts))
        return cls(table, Index.of(tags(table["tag"]), times(table["source_time"])))


class Hot:
    """Grows by batches until it is written to files. The owner takes care that one at a time works on it."""

    def __init__(self) -> None:
        self.rows = 0
        self.bytes = 0
        self._runs: list[Run] = []
        self._tail: list[Any] = []
        self._tail_rows = 0

    def add(self, batch: Any) -> None:
        """Take a batch of one row or more."""
        self._tail.append(batch)
        self._tail_rows += batch.num_rows
        self.rows += batch.num_rows
        self.bytes += batch.nbytes
        if self._tail_rows >= LONG_TAIL:
            self._sort_tail()

    def runs(self) -> tuple[Run, ...]:
        """Answer everything, sorted; what is answered does not change any more."""
        if self._tail:
            self._sort_tail()
        return tuple(self._runs)

    def _sort_tail(self) -> None:
        """Turn the tail into a run; small runs of like size are joined, so that there are few and rows move seldom."""
        self._runs.append(Run.of(self._tail))
        self._tail, self._tail_rows = [], 0
        while len(self._runs) > 1 and self._runs[-2].index.rows < min(2 * self._runs[-1].index.rows, LONG_TAIL):
            right, left = self._runs.pop(), self._runs.pop()
            self._runs.append(Run.of([left.table, right.table]))
