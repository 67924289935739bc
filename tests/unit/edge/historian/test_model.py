"""Whatever comes in whatever order, the history equals a dictionary: (tag, source time) -> what was received last."""

from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hanmaru.edge.historian.classes import Classes
from hanmaru.edge.historian.compaction import DAILY, HOURLY, Work, days_to_take, join, make_hours
from hanmaru.edge.historian.store import Store
from tests.unit.edge.historian.conftest import NOON, SECOND, batch, every, put

HOUR = 3_600 * SECOND
TAGS = (1, 2, 70_001)
SPOTS = [day * 24 * HOUR + spot * 20 * SECOND for day in (-2, 0, 1) for spot in range(6)]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(TAGS),
        st.sampled_from(SPOTS),
        st.integers(0, 4),  # seconds after which it was received
        st.sampled_from([None, 0.0, 1.5, float("inf")]),
        st.sampled_from([None, None, "켜짐"]),
        st.sampled_from([0, 0x40000000, 0x808A0000]),
    ),
    min_size=1,
    max_size=30,
)


class History(RuleBasedStateMachine):
    """The store beside a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.folder = tempfile.TemporaryDirectory(prefix="hanmaru-history-")
        self.model: dict[tuple[int, int], tuple[Any, ...]] = {}
        self.batches: list[Any] = []

    @initialize()
    def begin(self) -> None:
        self.store = Store(Path(self.folder.name) / "h", Classes(), lambda: NOON)

    @rule(rows=ROWS)
    def take(self, rows: list[tuple[Any, ...]]) -> None:
        """New, late and corrected readings, in one batch, in any order."""
        made = []
        for tag, spot, delay, number, text, quality in rows:
            key = (tag, NOON + spot)
            row = (*key, NOON + spot + delay * SECOND, number, text, quality)
            made.append(row)
            if key not in self.model or self.model[key][2] < row[2]:
                self.model[key] = row
        one = batch(*(list(column) for column in zip(*made, strict=True)))
        self.batches.append(one)
        put(self.store, one)

    @precondition(lambda self: self.batches)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """A batch comes again."""
        put(self.store, data.draw(st.sampled_from(self.batches)))

    @rule()
    def flush(self) -> None:
        self.store.flush()

    @rule()
    def kill(self) -> None:
        """End without a word and begin again."""
        self.store._journal.close()
        self.store.folder.close()
        self.begin()

    @rule(level=st.sampled_from([HOURLY, DAILY]), data=st.data())
    def compact(self, level: int, data: st.DataObject) -> None:
        """Join all of a day, or what is settled of it."""
        held = self.store.folder.manifest
        kinds = data.draw(st.sampled_from([("readings",), ("readings", "late")]))
        days = sorted({file.day for file in held.of(*kinds)})
        if days:
            day = data.draw(st.sampled_from(days))
            join(self.store, Work(tuple(file for file in held.of(*kinds) if file.day == day), level))

    @rule()
    def hours(self) -> None:
        for day in sorted(days_to_take(self.store.folder.manifest)):
            make_hours(self.store, day[:7])

    @invariant()
    def same_readings(self) -> None:
        if self.model:
            assert every(self.store, TAGS) == sorted(self.model.values(), key=lambda row: row[:2])

    @invariant()
    def same_last(self) -> None:
        newest = {tag: max(key for key in self.model if key[0] == tag) for tag, _ in self.model}
        table = self.store.last()
        found = zip(table["tag"].to_pylist(), table["source_time"].cast(pa.int64()).to_pylist(), strict=True)
        assert list(found) == sorted(newest.values())
        assert table["text"].to_pylist() == [self.model[key][4] for key in sorted(newest.values())]

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
        self.folder.cleanup()


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=25, stateful_step_count=20)
