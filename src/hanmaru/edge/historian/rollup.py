"""Readings rolled up: one row for each tag and second, minute or hour in which it had readings.

`min`, `max`, `mean`, `first` and `last` are of the `values` readings that have a number which is not NaN and whose
quality is not bad; without any they are null. `count` counts all readings, `good` those of good quality. Rows of the
same tag and bucket merge into one without error but rounding in `mean`: first and last keep their times.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hanmaru.edge.historian.columns import Integers, tags, times
from hanmaru.floor.quality import SEVERITY

_UTC = pa.timestamp("us", tz="UTC")
SCHEMA: Final = pa.schema(
    [
        pa.field("tag", pa.uint32(), nullable=False),
        pa.field("start", _UTC, nullable=False),
        pa.field("min", pa.float64()),
        pa.field("max", pa.float64()),
        pa.field("mean", pa.float64()),
        pa.field("first", pa.float64()),
        pa.field("last", pa.float64()),
        pa.field("first_time", _UTC),
        pa.field("last_time", _UTC),
        pa.field("values", pa.uint32(), nullable=False),
        pa.field("count", pa.uint32(), nullable=False),
        pa.field("good", pa.uint32(), nullable=False),
    ]
)
BAD: Final = np.uint32(0x80000000)
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Columns to be reduced, sorted by (tag, bucket, time); NaN where a part holds no value."""

    tag: NDArray[np.uint32]
    start: Integers
    least: Numbers
    greatest: Numbers
    total: Numbers
    first: Numbers
    last: Numbers
    first_time: Integers
    last_time: Integers
    values: Integers
    count: Integers
    good: Integers


def rolled(table: Any, seconds: float, origin: int = 0) -> Any:
    """Roll up readings sorted by (tag, source time) into buckets of `seconds`, counted from `origin` (microseconds)."""
    time, quality = times(table["source_time"]), np.asarray(table["quality"])
    value = _numbers(table["number"])
    if (quality & BAD).any():
        value = np.where(quality & BAD, np.nan, value)
    usable = (~np.isnan(value)).astype(np.int64)
    good = (quality & np.uint32(SEVERITY) == 0).astype(np.int64)
    start, ones = floored(time, seconds, origin), np.ones(len(time), np.int64)
    return _reduced(
        _Parts(tags(table["tag"]), start, value, value, value, value, value, time, time, usable, ones, good)
    )


def merged(table: Any, seconds: float | None = None, origin: int = 0) -> Any:
    """Make one row of all with the same tag and bucket, with `seconds` of larger buckets. Answers them sorted."""
    tag, start = tags(table["tag"]), times(table["start"])
    first_time = times(table["first_time"].fill_null(0))
    same = tag[1:] == tag[:-1]
    if not np.all((tag[1:] > tag[:-1]) | (same & (start[1:] > start[:-1]))):
        order = np.lexsort((first_time, start, tag))
        table = table.take(pa.array(order))
        tag, start, first_time = tag[order], start[order], first_time[order]
    elif seconds is None:
        return table
    values = np.asarray(table["values"]).astype(np.int64)
    return _reduced(
        _Parts(
            tag,
            start if seconds is None else floored(start, seconds, origin),
            _numbers(table["min"]),
            _numbers(table["max"]),
            _numbers(table["mean"]) * values,
            _numbers(table["first"]),
            _numbers(table["last"]),
            first_time,
            times(table["last_time"].fill_null(0)),
            values,
            np.asarray(table["count"]).astype(np.int64),
            np.asarray(table["good"]).astype(np.int64),
        )
    )


def floored(time: Integers, seconds: float, origin: int = 0) -> Integers:
    """Answer where the bucket of each time begins."""
    width = round(seconds * 1_000_000)
    return (time - origin) // width * width + origin


def _reduced(parts: _Parts) -> Any:
    if not len(parts.tag):
        return pa.Table.from_batches([], SCHEMA)
    changes = (parts.tag[1:] != parts.tag[:-1]) | (parts.start[1:] != parts.start[:-1])
    begins = np.concatenate(([0], np.flatnonzero(changes) + 1))
    rows = np.arange(len(parts.tag))
    held = parts.values > 0
    values = np.add.reduceat(parts.values, begins)
    first = np.minimum.reduceat(np.where(held, rows, len(rows) - 1), begins)
    last = np.maximum.reduceat(np.where(held & _is_latest(parts, held, begins), rows, 0), begins)
    none = values == 0
    with np.errstate(invalid="ignore"):  # the mean of plus and minus infinity is NaN, as it should be
        mean = np.add.reduceat(np.where(held, parts.total, 0.0), begins) / np.maximum(values, 1)
    columns: list[tuple[Any, bool]] = [
        (parts.tag[begins], False),
        (parts.start[begins], False),
        (np.fmin.reduceat(parts.least, begins), True),
        (np.fmax.reduceat(parts.greatest, begins), True),
        (mean, True),
        (parts.first[first], True),
        (parts.last[last], True),
        (parts.first_time[first], True),
        (parts.last_time[last], True),
        (values, False),
        (np.add.reduceat(parts.count, begins), False),
        (np.add.reduceat(parts.good, begins), False),
    ]
    return pa.table(
        [
            pa.array(column, mask=none if nullable else None).cast(field.type)
            for (column, nullable), field in zip(columns, SCHEMA, strict=True)
        ],
        schema=SCHEMA,
    )


def _is_latest(parts: _Parts, held: NDArray[np.bool_], begins: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Say of each part whether none of its bucket ends later: parts of the same bucket may lie across each other."""
    if parts.last_time is parts.first_time:  # single readings, sorted by time
        return held
    time = np.where(held, parts.last_time, np.iinfo(np.int64).min)
    latest = np.maximum.reduceat(time, begins)
    is_latest: NDArray[np.bool_] = time == np.repeat(latest, np.diff(np.append(begins, len(time))))
    return is_latest


def _numbers(column: Any) -> Numbers:
    """Answer a column of numbers, NaN where there is none."""
    return np.asarray(column.fill_null(np.nan) if column.null_count else column)
