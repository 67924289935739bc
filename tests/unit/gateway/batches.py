"""Batches of readings for tests of the outbox."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from hanmaru.floor import reading

START = datetime(2026, 3, 2, tzinfo=UTC)


def batch(rows: int, *, tags: int = 100, at: datetime = START, seed: int = 0) -> bytes:
    """So many good readings of so many tags, in the order in which a driver gives them."""
    start = int(at.timestamp() * 1e6)
    times = pa.array(np.arange(rows, dtype=np.int64) // tags * 1_000_000 + start, pa.int64()).cast(
        reading.SCHEMA.field("source_time").type
    )
    columns = [
        pa.array(np.arange(rows) % tags + 1, pa.uint32()),
        times,
        times,
        pa.array(np.random.default_rng(seed).normal(size=rows)),
        pa.nulls(rows, pa.string()),
        pa.array(np.zeros(rows), pa.uint32()),
    ]
    return reading.encode(pa.record_batch(columns, schema=reading.SCHEMA))


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)
