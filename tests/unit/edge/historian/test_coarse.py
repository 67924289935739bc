"""Roll-ups agree with the readings, wherever these lie and however late they came."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from hanmaru.edge.historian import rollup
from hanmaru.edge.historian.coarse import Asked, rollups
from hanmaru.edge.historian.compaction import DAILY, HOURLY, Work, join, make_hours
from hanmaru.edge.historian.store import Store
from tests.unit.edge.historian.conftest import NOON, SECOND, batch, every, put, readings

DAY = 86_400 * SECOND
KINDS = {"seconds": 1, "minutes": 60, "hours": 3_600}


def simply(store: Store, tags: Any, seconds: int) -> list[dict[str, Any]]:
    """The same, worked out reading by reading."""
    found: dict[tuple[int, int], list[tuple[Any, ...]]] = {}
    for row in every(store, tags):
        found.setdefault((row[0], row[1] // (seconds * SECOND) * seconds * SECOND), []).append(row)
    made = []
    for (tag, start), rows in sorted(found.items()):
        held = [row for row in rows if row[3] is not None and not np.isnan(row[3]) and not row[5] & 0x80000000]
        numbers = [row[3] for row in held]
        made.append(
            {
                "tag": tag,
                "start": start,
                "min": min(numbers, default=None),
                "max": max(numbers, default=None),
                "mean": pytest.approx(sum(numbers) / len(numbers)) if numbers else None,
                "first": numbers[0] if numbers else None,
                "last": numbers[-1] if numbers else None,
                "first_time": held[0][1] if held else None,
                "last_time": held[-1][1] if held else None,
                "values": len(held),
                "count": len(rows),
                "good": sum(row[5] & 0xC0000000 == 0 for row in rows),
            }
        )
    return made


def answered(store: Store, tags: Any, kind: Any) -> list[dict[str, Any]]:
    asked = Asked(kind, np.asarray(sorted(tags), np.uint32), NOON // DAY * DAY - 30 * DAY, NOON + 2 * DAY)
    table = rollups(store, asked)
    assert table.schema.equals(rollup.SCHEMA)
    for name in ("start", "first_time", "last_time"):
        table = table.set_column(table.schema.get_field_index(name), name, table[name].cast(pa.int64()))
    return table.to_pylist()


def some(seed: int, first: int, count: int = 400) -> Any:
    """Readings of four tags, some bad, some without a number, some NaN; one tag ten times a second."""
    random = np.random.default_rng(seed)
    tag = random.choice([1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4], count).astype(np.uint32)
    time = first + random.integers(0, 40, count) * SECOND + random.integers(0, 10, count) * 100_000
    number = [
        None if one < 0.05 else float("nan") if one < 0.1 else round(one * 100, 3) for one in random.random(count)
    ]
    quality = random.choice([0, 0, 0, 0x40000000, 0x80000000], count).astype(np.uint32)
    return batch(tag, time, time + random.integers(0, 10**6, count), number, quality=quality)


def agree(store: Store) -> None:
    for kind, seconds in KINDS.items():
        assert answered(store, [1, 2, 3, 4], kind) == simply(store, [1, 2, 3, 4], seconds), kind


@pytest.mark.parametrize("seed", range(4))
def test_hot_flushed_late_and_joined_readings_roll_up_alike(store: Store, seed: int) -> None:
    put(store, some(seed, NOON))
    agree(store)
    store.flush()
    agree(store)
    put(store, some(seed + 10, NOON + 30 * SECOND), some(seed + 20, NOON - DAY))
    agree(store)
    store.flush()
    assert store.folder.manifest.of("late")
    agree(store)
    put(store, some(seed + 30, NOON + 10 * SECOND), some(seed + 40, NOON - 7 * DAY))
    agree(store)
    for day in {file.day for file in store.folder.manifest.of("readings")}:
        files = [file for file in store.folder.manifest.of("readings", "late") if file.day == day]
        join(store, Work(tuple(files), DAILY))
    agree(store)
    make_hours(store, "2026-11")
    agree(store)
    store.flush()
    agree(store)


def test_late_readings_after_the_hours_were_made_are_in_them_at_once(store: Store) -> None:
    put(store, readings([1, 2], NOON - DAY, 1000))
    store.flush()
    join(store, Work(tuple(store.folder.manifest.of("readings")), DAILY))
    make_hours(store, "2026-11")
    put(store, readings([1], NOON - DAY + 5 * SECOND, 1, number=99.0, delay=DAY))
    found = answered(store, [1, 2], "hours")
    assert [(row["tag"], row["max"], row["count"]) for row in found] == [(1, 99.0, 1000), (2, 1.0, 1000)]
    store.flush()
    assert answered(store, [1, 2], "hours") == found
    join(store, Work(tuple(store.folder.manifest.of("readings", "late")), HOURLY))
    assert answered(store, [1, 2], "hours") == found


def test_seconds_are_kept_of_fast_tags_alone(store: Store) -> None:
    time = NOON + np.arange(1_000) * 10_000
    put(store, batch(np.full(1_000, 7), time, time, np.arange(1_000)), readings([8], count=100))
    store.flush()
    (seconds,) = store.folder.manifest.of("seconds")
    assert (seconds.tags, seconds.rows) == ((7, 7), 10)
    assert [row["last"] for row in answered(store, [7], "seconds")] == [99 + 100 * n for n in range(10)]
    assert len(answered(store, [8], "seconds")) == 100


def test_infinities_are_numbers_and_their_mean_is_what_it_is(store: Store) -> None:
    time = NOON + np.arange(2) * SECOND
    put(store, batch([1, 1], time, time, [float("inf"), -float("inf")]))
    (row,) = answered(store, [1], "minutes")
    assert (row["min"], row["max"], row["values"]) == (-float("inf"), float("inf"), 2)
    assert np.isnan(row["mean"])
