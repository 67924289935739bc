"""Few large files of many small ones, and late readings into their place. Nothing here hurries.

Files as they were flushed are joined when their hour is over, and when the day is over all of it becomes the files of
that day, in which the readings of a tag lie together. A rule of sizes keeps the number of files low when readings come
much faster than that.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hanmaru.edge.historian import rollup
from hanmaru.edge.historian.coarse import DAY, HOUR, Asked, rollups, stale_days
from hanmaru.edge.historian.columns import tags, times
from hanmaru.edge.historian.datafile import Writer
from hanmaru.edge.historian.gather import Source, gather
from hanmaru.edge.historian.index import Index
from hanmaru.edge.historian.manifest import DataFile, Manifest, day_bounds
from hanmaru.edge.historian.placing import Draft, FileMaker, listed, parted, together
from hanmaru.edge.historian.store import Store

SETTLED: Final = 600_000_000  # microseconds after an hour or a day before its files are joined
LATE_WAITS: Final = 60_000_000  # microseconds for more of the same kind to come
LATE_AT_LAST: Final = 6 * HOUR  # until late readings are put among ever so many others
CHEAP: Final = 4_000_000  # rows that may be written again for ever so few late ones
MANY: Final = 8  # files of like size
SMALL: Final = 500_000  # rows
AT_ONCE: Final = 2_000_000  # rows in memory
HOURLY, DAILY = 1, 2
EVER: Final = 2**61


@dataclass(frozen=True, slots=True)
class Work:
    """Files of one day to be made into files of a level."""

    files: tuple[DataFile, ...]
    level: int


def choose(manifest: Manifest, now: int) -> Work | None:
    """Answer what is to be joined next; None when all is in order."""
    days: dict[str, list[DataFile]] = defaultdict(list)
    for file in manifest.of("readings"):
        days[file.day].append(file)
    lates: dict[str, list[DataFile]] = defaultdict(list)
    for file in sorted(manifest.of("late"), key=lambda file: file.made):
        lates[file.day].append(file)
    for day, late in lates.items():
        if late[0].made + LATE_WAITS <= now and (work := _with_late(late, days[day], now)):
            return work
    for day, files in sorted(days.items()):
        if len(files) < 2 and files[0].level == DAILY:
            continue
        over = day_bounds(day)[1] + SETTLED <= now
        if over and any(file.level < DAILY for file in files):
            return Work(tuple(files), DAILY)
        if chosen := _of_an_hour(files, now) or _of_like_size(files):
            return Work(tuple(chosen), HOURLY)
    return None


def _with_late(late: Sequence[DataFile], settled: Sequence[DataFile], now: int) -> Work | None:
    """Take all late files of a day and what they may overlap with; ranges of files are wide, which does no harm.

    None while they are few beside those: each late reading then costs at most MANY others that are written again,
    however steadily they come. Meanwhile answers take them from where they lie.
    """
    first, last = min(file.first for file in late), max(file.last for file in late)
    low, high = min(file.tags[0] for file in late), max(file.tags[1] for file in late)
    touched = [
        file
        for file in settled
        if file.first <= last and file.last >= first and file.tags[0] <= high and file.tags[1] >= low
    ]
    again = sum(file.rows for file in touched)
    enough = MANY * sum(file.rows for file in late) >= again or len(late) >= MANY * MANY
    if again > CHEAP and not enough and late[0].made + LATE_AT_LAST > now:
        return None
    level = max((file.level for file in touched), default=0)
    over = day_bounds(late[0].day)[1] + SETTLED <= now
    return Work((*touched, *late), DAILY if level == DAILY and over else HOURLY)


def _of_an_hour(files: Sequence[DataFile], now: int) -> list[DataFile]:
    """Answer fresh files of one hour that is over, when there are several."""
    hours: dict[int, list[DataFile]] = defaultdict(list)
    for file in files:
        if file.level == 0:
            hours[(file.first + file.last) // 2 // HOUR].append(file)
    for hour, fresh in sorted(hours.items()):
        if (hour + 1) * HOUR + SETTLED <= now and len(fresh) > 1:
            return fresh
    return []


def _of_like_size(files: Sequence[DataFile]) -> list[DataFile]:
    """Answer many files of about the same number of rows. Source: size-tiered compaction (Cassandra, ScyllaDB)."""
    tiers: dict[int, list[DataFile]] = defaultdict(list)
    for file in files:
        if file.level < DAILY:
            tiers[max(0, int(np.log(max(1, file.rows / SMALL)) / np.log(MANY)))].append(file)
    return next((tier for _, tier in sorted(tiers.items()) if len(tier) >= MANY), [])


def join(store: Store, work: Work) -> None:
    """Make files of files: same readings, each once, the one received last. Raise OSError; then all is as before."""
    inputs = sorted(work.files, key=lambda file: file.number)
    sources = [store.source(file) for file in inputs]
    makers: dict[str, FileMaker] = {}
    clock = store.clock()
    with store.folder.drafting():
        for table in _in_order(sources):
            for keep, day, rows in parted(table, store.classes):
                if keep not in makers:
                    makers[keep] = FileMaker(store.folder, keep, day, work.level, clock)
                makers[keep].add(rows)
        for maker in makers.values():
            maker.close()
    numbers = {file.number for file in inputs}
    held = store.folder.manifest.of("readings", "late", "minutes", "seconds")
    made = [file for maker in makers.values() for file in maker.files]
    store.replace(made, [file for file in held if file.number in numbers])


def _in_order(sources: Sequence[Source]) -> Iterator[Any]:
    """Answer all readings by (tag, time), so many at once that they fit well into memory."""
    every, rows = _rows_of_tags([source.index for source in sources])
    chunk = np.cumsum(rows) // AT_ONCE
    for number in np.unique(chunk).tolist():
        wanted = every[chunk == number]
        if len(wanted) > 1 or int(rows[chunk == number].sum()) <= 4 * AT_ONCE:
            yield gather(sources, wanted, -EVER, EVER)
            continue
        begin = min(int(source.index.first.min()) for source in sources) // HOUR * HOUR
        end = max(int(source.index.last.max()) for source in sources) + 1
        for start in range(begin, end, HOUR):  # a very fast tag, hour by hour
            part = gather(sources, wanted, start, min(end, start + HOUR))
            if part.num_rows:
                yield part


def _rows_of_tags(indexes: Sequence[Index]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    tag = np.concatenate([index.tags for index in indexes])
    rows = np.concatenate([np.diff(index.starts) for index in indexes])
    every, place = np.unique(tag, return_inverse=True)
    total = np.zeros(len(every), np.int64)
    np.add.at(total, place, rows)
    return every, total


def days_to_take(manifest: Manifest) -> dict[str, list[int]]:
    """Answer the whole days that are not in the hours of their month yet, and their files of minutes."""
    unready = {file.day for file in manifest.of("readings") if file.level < DAILY}
    unready |= {file.day for file in manifest.of("late")}
    return {day: numbers for day, numbers in stale_days(manifest).items() if day not in unready}


def make_hours(store: Store, month: str) -> None:
    """Make the hours of a month anew, of the hours that hold and of the minutes of days that changed."""
    view = store.view()
    taken = {day: numbers for day, numbers in days_to_take(view.manifest).items() if day[:7] == month}
    known = view.manifest.months.get(month, {})
    days = {**known, **taken}
    held = [file for file in view.manifest.of("hours") if file.day == month]
    files = [*held, *(file for file in view.manifest.of("minutes") if file.day in days)]
    every = np.unique(np.concatenate([store.index(file, "start").tags for file in files]))
    with store.folder.drafting():
        made = _hours_of(store, month, every, days)
    if made:
        store.replace([made], held, months={**view.manifest.months, month: days})


def _hours_of(store: Store, month: str, every: NDArray[np.uint32], days: Mapping[str, object]) -> DataFile | None:
    """Write the hours of some days into one draft; none when there are none."""
    begin, end = day_bounds(min(days))[0], day_bounds(max(days))[1]
    draft = Draft(store.folder.number(), "hours", "", month, DAILY, store.clock())
    parts = []
    with Writer(store.folder.draft(draft.number, "hours"), rollup.SCHEMA) as writer:
        for wanted in np.array_split(every, max(1, len(every) * (end - begin) // HOUR // AT_ONCE)):
            table = rollups(store, Asked("hours", wanted, begin, end))
            inside = np.isin(times(table["start"]) // DAY * DAY, [day_bounds(day)[0] for day in days])
            table = table.filter(inside)
            if table.num_rows:
                parts.append(Index.of(tags(table["tag"]), times(table["start"]), is_rolled=True))
                writer.write(table, parts[-1].groups)
    return listed(store.folder, draft, together(parts)) if parts else None
