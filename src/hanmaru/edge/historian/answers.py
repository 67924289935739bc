"""Questions of floor.history, answered from the store as Arrow tables."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hanmaru.edge.historian import rollup
from hanmaru.edge.historian.coarse import Asked, rollups
from hanmaru.edge.historian.columns import joined, tags, times
from hanmaru.edge.historian.gather import Tags
from hanmaru.edge.historian.store import Store
from hanmaru.floor.history import Aligned, At, Buckets, Last, Raw, Trend
from hanmaru.floor.reading import microseconds
from hanmaru.kernel.errors import Invalid, TooLarge

MINUTE: Final = 60_000_000
HOUR: Final = 60 * MINUTE
MOST_CELLS: Final = 10_000_000  # rows times tags of what is aligned
_UTC = pa.timestamp("us", tz="UTC")


class TooManyRows(TooLarge):
    """More readings than the question allows."""

    code = "historian.too_many_rows"
    message = "%(rows)s rows, at most %(most)s: ask for a shorter range, fewer tags or buckets"


class EmptyRange(Invalid):
    """A range that ends where it begins, or before."""

    code = "historian.empty_range"
    message = "The range must begin before it ends; it begins %(begin)s and ends %(end)s"


def last(store: Store, asked: Last) -> Any:
    """Answer the last reading of each tag."""
    return store.last(_wanted(asked.tags) if asked.tags else None)


def raw(store: Store, asked: Raw) -> Any:
    """Answer every reading of a range. Raise TooManyRows, EmptyRange."""
    begin, end = _range(asked)
    wanted = _wanted(asked.tags)
    names = ["number", "text", "quality"]
    likely = store.likely_rows(wanted, begin, end)
    if likely > 2 * asked.most + 1_000_000:  # row groups hold more than the range: exact only once they are read
        raise TooManyRows(rows=f"about {likely}", most=asked.most)
    table = store.read(wanted, begin, end, ["receive_time", *names] if asked.receive_time else names)
    if table.num_rows > asked.most:
        raise TooManyRows(rows=table.num_rows, most=asked.most)
    return table


def trend(store: Store, asked: Trend) -> Any:
    """Answer first, last, least and greatest value of each of the buckets that fill the range. Raise EmptyRange."""
    begin, end = _range(asked)
    wanted = _wanted(asked.tags)
    width = max(1, -(-(end - begin) // asked.points))
    if width >= 2 * MINUTE:
        length = HOUR if width >= 2 * HOUR else MINUTE
        start = begin // length * length
        rows = rollups(store, Asked("hours" if length == HOUR else "minutes", wanted, start, end))
        return rollup.merged(rows, width / 1_000_000, start)
    fast = store.fast(wanted, begin, end) if width >= 2_000_000 else np.zeros(0, np.uint32)
    slow = np.setdiff1d(wanted, fast)
    made = [rollup.rolled(store.read(slow, begin, end, ["number", "quality"]), width / 1_000_000, begin)]
    if len(fast):
        rows = rollups(store, Asked("seconds", fast, begin // 1_000_000 * 1_000_000, end))
        made.append(rollup.merged(rows, width / 1_000_000, begin))
    table = joined(made)
    return table.take(pa.array(np.argsort(tags(table["tag"]), kind="stable"))) if len(fast) else table


def buckets(store: Store, asked: Buckets) -> Any:
    """Answer aggregates by bucket. Raise EmptyRange."""
    begin, end = _range(asked)
    width = asked.seconds * 1_000_000
    kind, length = next(
        (kind, length)
        for kind, length in (("hours", HOUR), ("minutes", MINUTE), ("seconds", 1_000_000))
        if width % length == 0
    )
    start = begin // width * width
    rows = rollups(store, Asked(kind, _wanted(asked.tags), start, -(-end // length) * length))  # type: ignore[arg-type]
    return rows if width == length else rollup.merged(rows, asked.seconds)


def at(store: Store, asked: At) -> Any:
    """Answer of each tag the newest reading with source time <= when, no older than `within`."""
    when = microseconds(asked.when)
    return store.newest(_wanted(asked.tags), when - asked.within * 1_000_000, when + 1)


def aligned(store: Store, asked: Aligned) -> Any:
    """Answer several tags on the same times. Raise TooManyRows, EmptyRange."""
    begin, end = _range(asked)
    wanted, step = _wanted(asked.tags), round(asked.seconds * 1_000_000)
    grid = np.arange(begin, end, step, dtype=np.int64)
    if len(grid) * len(wanted) > MOST_CELLS:
        raise TooManyRows(rows=len(grid) * len(wanted), most=MOST_CELLS)
    back = asked.within * 1_000_000
    table = store.read(wanted, begin - back, end + (back if asked.how == "linear" else 0), ["number", "quality"])
    find = _held if asked.how == "hold" else _between
    columns: dict[str, Any] = {"time": pa.array(grid).cast(_UTC)}
    tag = tags(table["tag"])
    for one in wanted.tolist():
        low, high = np.searchsorted(tag, [one, one + 1])
        rows = table.slice(int(low), int(high - low))
        value = np.where(np.asarray(rows["quality"]) & rollup.BAD, np.nan, np.asarray(rows["number"].fill_null(np.nan)))
        found = find(times(rows["source_time"]), value, grid, back)
        columns[str(one)] = pa.array(found, mask=np.isnan(found))
    return pa.table(columns)


def _held(
    time: NDArray[np.int64], value: NDArray[np.float64], grid: NDArray[np.int64], back: int
) -> NDArray[np.float64]:
    """Answer the value that held at each time of the grid; NaN where it is older than `back`, or was bad."""
    if not len(time):
        return np.full(len(grid), np.nan)
    place = np.searchsorted(time, grid, "right") - 1
    known = (place >= 0) & (grid - time[np.maximum(place, 0)] <= back)
    return np.where(known, value[np.maximum(place, 0)], np.nan)


def _between(
    time: NDArray[np.int64], value: NDArray[np.float64], grid: NDArray[np.int64], back: int
) -> NDArray[np.float64]:
    """Answer values on the line between the readings around; NaN where these are further apart than `back`."""
    good = ~np.isnan(value)
    time, value = time[good], value[good]
    if not len(time):
        return np.full(len(grid), np.nan)
    right = np.searchsorted(time, grid, "left")
    left = np.searchsorted(time, grid, "right") - 1
    inside = (left >= 0) & (right < len(time))
    near = inside & (time[np.minimum(right, len(time) - 1)] - time[np.maximum(left, 0)] <= back)
    return np.where(near, np.interp(grid, time, value), np.nan)


def _wanted(numbers: Sequence[int]) -> Tags:
    return np.unique(np.asarray(numbers, np.uint32))


def _range(asked: Raw | Trend | Buckets | Aligned) -> tuple[int, int]:
    begin, end = microseconds(asked.begin), microseconds(asked.end)
    if begin >= end:
        raise EmptyRange(begin=asked.begin.isoformat(), end=asked.end.isoformat())
    return begin, end


ANSWERS: Final[dict[type, Callable[[Store, Any], Any]]] = {
    Last: last,
    Raw: raw,
    Trend: trend,
    Buckets: buckets,
    At: at,
    Aligned: aligned,
}
