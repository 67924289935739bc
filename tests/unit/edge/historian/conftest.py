"""A history in a folder of its own, a clock that stands still, and readings by the hundred."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hanmaru.edge.historian.classes import Classes
from hanmaru.edge.historian.store import Store
from hanmaru.floor.reading import SCHEMA, encode

NOON = 1_795_262_400_000_000  # 2026-11-21 12:00 UTC, microseconds
SECOND = 1_000_000


def readings(tags: Any, first: int = NOON, count: int = 100, *, number: float = 1.0, delay: int = 1_000) -> Any:
    """Readings of each tag, one a second from `first` on, received `delay` microseconds later."""
    tag = np.tile(np.asarray(tags, np.uint32), count)
    time = np.repeat(first + np.arange(count) * SECOND, len(tags))
    return batch(tag, time, time + delay, np.full(len(tag), number))


def batch(tag: Any, source: Any, receive: Any, number: Any, text: Any = None, quality: Any = None) -> Any:
    """Columns as a batch."""
    return pa.record_batch(
        [
            pa.array(tag, pa.uint32()),
            pa.array(source, pa.int64()).cast(SCHEMA.field("source_time").type),
            pa.array(receive, pa.int64()).cast(SCHEMA.field("receive_time").type),
            pa.array(number, pa.float64()),
            pa.nulls(len(tag), pa.string()) if text is None else pa.array(text, pa.string()),
            pa.array(np.zeros(len(tag), np.uint32) if quality is None else quality, pa.uint32()),
        ],
        schema=SCHEMA,
    )


def put(store: Store, *batches: Any) -> None:
    """Append batches as they come from the bus."""
    store.append([encode(one) for one in batches], batches)


def every(store: Store, tags: Any, start: int = 0, end: int = 2**61) -> list[tuple[Any, ...]]:
    """All readings of tags as rows: tag, source, receive, number, text, quality."""
    table = store.read(np.asarray(sorted(tags), np.uint32), start, end, SCHEMA.names[2:])
    columns = [
        (table[name].cast(pa.int64()) if "time" in name else table[name]).to_pylist() for name in table.schema.names
    ]
    return list(zip(*columns, strict=True))


@pytest.fixture
def classes() -> Classes:
    return Classes()


@pytest.fixture
def opened(tmp_path: Path, classes: Classes) -> Iterator[Callable[[], Store]]:
    """Open the history again and again; each time the one before is let go as a kill would: without a word."""
    stores: list[Store] = []

    def again() -> Store:
        if stores:
            stores[-1]._journal.close()
            stores[-1].folder.close()
        stores.append(Store(tmp_path / "history", classes, lambda: NOON))
        return stores[-1]

    yield again
    if stores:
        stores[-1].close()


@pytest.fixture
def store(opened: Callable[[], Store]) -> Store:
    return opened()
