"""Readings as columns in the order of the history: by tag, then source time, each once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def times(column: Any) -> Integers:
    """Answer a column of times as microseconds since 1970."""
    return np.asarray(column.cast(pa.int64()))


def tags(column: Any) -> NDArray[np.uint32]:
    """Answer a column of tags."""
    return np.asarray(column)


def joined(parts: Sequence[Any]) -> Any:
    """Put tables or batches below each other, every column in one piece where Arrow allows it."""
    tables = [pa.Table.from_batches([part]) if isinstance(part, pa.RecordBatch) else part for part in parts]
    return pa.concat_tables(tables).combine_chunks()


def by_tag(tag: NDArray[np.uint32]) -> Integers:
    """Answer the order that sorts tags, equal ones as they stand.

    NumPy sorts 16-bit keys by radix, ten times faster than wider ones: so by the low half, then by the high half.
    """
    order = np.argsort(tag.astype(np.uint16), kind="stable")
    high = (tag >> 16).astype(np.uint16)
    if high.any():
        order = order[np.argsort(high[order], kind="stable")]
    return order


def ordered(table: Any) -> Any:
    """Sort readings by (tag, source time); of two with the same key only the one received later stays.

    Of two received at the same moment the first in `table` stays: what is replayed changes nothing.
    """
    tag, time = tags(table["tag"]), times(table["source_time"])
    order = by_tag(tag)
    sorted_tag, sorted_time = tag[order], time[order]
    same = sorted_tag[1:] == sorted_tag[:-1]
    if not np.any(same & (sorted_time[1:] <= sorted_time[:-1])):
        return table if _is_counting(order) else taken(table, order)
    received = times(table["receive_time"])
    order = np.lexsort((-np.arange(len(tag)), received, time, tag))
    last = np.ones(len(order), bool)
    last[:-1] = (tag[order][1:] != tag[order][:-1]) | (time[order][1:] != time[order][:-1])
    return taken(table, order[last])


def taken(table: Any, rows: Integers) -> Any:
    """Answer rows of a table in this order. NumPy gathers numbers twice as fast as Arrow."""
    return pa.table([_taken(column, rows) for column in table.columns], schema=table.schema)


def _taken(column: Any, rows: Integers) -> Any:
    if column.null_count == len(column):
        return pa.nulls(len(rows), column.type)
    if column.null_count or pa.types.is_string(column.type):
        return column.take(pa.array(rows))
    if pa.types.is_timestamp(column.type):
        return pa.array(times(column)[rows]).cast(column.type)
    return pa.array(np.asarray(column)[rows])


def _is_counting(order: Integers) -> bool:
    return len(order) == 0 or bool(order[0] == 0 and np.all(order[1:] > order[:-1]))


def within(table: Any, wanted: NDArray[np.uint32]) -> Any:
    """Answer the rows of some tags."""
    return table.filter(pa.array(np.isin(tags(table["tag"]), wanted)))
