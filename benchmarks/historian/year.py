"""A year of roll-ups: the hours of eleven months, and the last month as minutes of its first days."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from hanmaru.edge.historian import rollup
from hanmaru.edge.historian.classes import Classes
from hanmaru.edge.historian.compaction import DAILY
from hanmaru.edge.historian.datafile import write
from hanmaru.edge.historian.manifest import DataFile, day_bounds
from hanmaru.edge.historian.placing import Draft, listed
from hanmaru.edge.historian.store import Store

MONTHS: Final = [f"2025-{month:02}" for month in range(12, 13)] + [f"2026-{month:02}" for month in range(1, 11)]
DAYS: Final = ["2026-11-01", "2026-11-02"]


def build_year(folder: Path, tags: int) -> tuple[Store, datetime, datetime]:
    """Answer a store with the roll-ups of `tags` tags, and when they begin and end."""
    store = Store(folder, Classes())
    made: list[DataFile] = []
    months: dict[str, dict[str, list[int]]] = {}
    with store.folder.drafting():
        _fill(store, tags, made, months)
    store.replace(made, [], months=months)
    return store, datetime.fromisoformat(f"{MONTHS[0]}-01").replace(tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)


def _fill(store: Store, tags: int, made: list[DataFile], months: dict[str, dict[str, list[int]]]) -> None:
    for month, after in zip(MONTHS, [*MONTHS[1:], "2026-11"], strict=True):
        begin, end = day_bounds(f"{month}-01")[0], day_bounds(f"{after}-01")[0]
        made.append(_file(store, "hours", month, _table(tags, begin, end, 3_600)))
        months[month] = {f"{month}-{day:02}": [0] for day in range(1, 32)}
    made += [_file(store, "minutes", day, _table(tags, *day_bounds(day), 60)) for day in DAYS]


def _file(store: Store, kind: Any, day: str, table: Any) -> DataFile:
    draft = Draft(store.folder.number(), kind, "", day, DAILY, 0)
    return listed(store.folder, draft, write(table, store.folder.draft(draft.number, kind), "start"))


def _table(tags: int, begin: int, end: int, seconds: int) -> Any:
    random = np.random.default_rng(begin // 1_000_000)
    step = seconds * 1_000_000
    start = np.tile(np.arange(begin, end, step, dtype=np.int64), tags)
    rows = len(start)
    middle = np.round(np.cumsum(random.normal(0, 0.01, rows)), 2)
    half = np.round(np.abs(random.normal(0, 1, rows)), 2)
    count = np.full(rows, seconds, np.uint32)
    columns = [
        np.repeat(np.arange(1, tags + 1, dtype=np.uint32), rows // tags),
        start,
        middle - half,
        middle + half,
        middle,
        middle - half / 2,
        middle + half / 2,
        start,
        start + step - 1_000_000,
        count,
        count,
        count,
    ]
    made = [pa.array(column).cast(field.type) for column, field in zip(columns, rollup.SCHEMA, strict=True)]
    return pa.table(made, schema=rollup.SCHEMA)
