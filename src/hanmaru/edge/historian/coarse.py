"""Roll-ups as the history is now: from their files, and from readings where files do not hold them yet.

Each file of readings has roll-ups of its own rows beside it, so what was written together is found together. What is
hot or late may repeat or correct readings that are rolled up already: buckets that it touches are made from readings.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from hanmaru.edge.historian import rollup
from hanmaru.edge.historian.columns import Integers, joined, times
from hanmaru.edge.historian.gather import Source, Tags, collect, gather, stretches
from hanmaru.edge.historian.manifest import DataFile, Kind, Manifest, day_bounds
from hanmaru.edge.historian.store import Store, View, touches
from hanmaru.floor.reading import SCHEMA

HOUR: Final = 3_600_000_000  # microseconds
DAY: Final = 24 * HOUR
LENGTHS: Final[dict[Kind, int]] = {"seconds": 1, "minutes": 60, "hours": 3_600}
NAMES: Final = rollup.SCHEMA.names[1:]


@dataclass(frozen=True, slots=True)
class Asked:
    """Roll-ups of tags (ascending) whose bucket begins in start <= time < end (microseconds, multiples of a bucket)."""

    kind: Kind
    wanted: Tags
    start: int
    end: int

    @property
    def seconds(self) -> int:
        """Answer the length of a bucket."""
        return LENGTHS[self.kind]


def rollups(store: Store, asked: Asked) -> Any:
    """Answer the roll-ups as columns of rollup.SCHEMA, by tag and time, one a bucket."""
    return store.steadily(lambda view: _rollups(store, view, asked))


def _rollups(store: Store, view: View, asked: Asked) -> Any:
    spans = _unsettled(store, view, asked)
    made = [_outside(_settled(store, view, asked), spans)]
    for begin, until in spans:
        sources = store.sources(view, asked.wanted, begin, until)
        made.append(rollup.rolled(gather(sources, asked.wanted, begin, until, ["number", "quality"]), asked.seconds))
    return rollup.merged(joined(made))


def _settled(store: Store, view: View, asked: Asked) -> Any:
    if asked.kind == "hours":
        return _hours(store, view, asked)
    parts = [_read(store, view.manifest.of(asked.kind), asked)]
    if asked.kind == "seconds":
        parts += _seconds_of_readings(store, view, asked)
    return joined(parts)


def _read(store: Store, files: list[DataFile], asked: Asked) -> Any:
    chosen = [file for file in files if touches(file, asked.wanted, asked.start, asked.end)]
    sources = [store.source(file, "start") for file in chosen]
    found = stretches(sources, asked.wanted, asked.start, asked.end)
    return collect(sources, found, asked.start, asked.end, NAMES, rollup.SCHEMA)


def _seconds_of_readings(store: Store, view: View, asked: Asked) -> list[Any]:
    """Roll up what has no seconds of its own: slow tags have about as many readings as seconds."""
    beside = {file.number: file for file in view.manifest.of("seconds")}
    made = []
    for file in view.manifest.of("readings"):
        if touches(file, asked.wanted, asked.start, asked.end):
            held = beside.get(file.number)
            rest = np.setdiff1d(asked.wanted, store.index(held, "start").tags) if held else asked.wanted
            rows = gather([store.source(file)], rest, asked.start, asked.end, ["number", "quality"])
            made.append(rollup.rolled(rows, asked.seconds))
    return made


def _hours(store: Store, view: View, asked: Asked) -> Any:
    """Hours of whole months where they were made of what there is now; else made of minutes."""
    stale = stale_days(view.manifest)
    months = [file for file in view.manifest.of("hours") if touches(file, asked.wanted, asked.start, asked.end)]
    whole = _read(store, months, asked)
    if whole.num_rows and stale:
        begins = np.asarray(sorted(day_bounds(day)[0] for day in stale), np.int64)
        whole = whole.filter(pa.array(~np.isin(times(whole["start"]) // DAY * DAY, begins)))
    minutes = [file for file in view.manifest.of("minutes") if file.day in stale]
    return joined([whole, rollup.merged(_read(store, minutes, asked), 3_600)])


def stale_days(manifest: Manifest) -> dict[str, list[int]]:
    """Answer the days whose minutes are not in the hours of their month, and the files that hold them."""
    held: dict[str, list[int]] = {}
    for file in manifest.of("minutes"):
        held.setdefault(file.day, []).append(file.number)
    months = manifest.months
    return {
        day: sorted(numbers) for day, numbers in held.items() if months.get(day[:7], {}).get(day) != sorted(numbers)
    }


def _unsettled(store: Store, view: View, asked: Asked) -> list[tuple[int, int]]:
    """Answer the spans of buckets that hot and late readings of wanted tags touch."""
    late = [file for file in view.manifest.of("late") if touches(file, asked.wanted, asked.start, asked.end)]
    sources = [*map(store.source, late), *map(Source.of, view.runs)]
    found = stretches(sources, asked.wanted, asked.start, asked.end)
    if not found:
        return []
    rows = collect(sources, found, asked.start, asked.end, ["source_time"], SCHEMA)
    begins: Integers = np.unique(rollup.floored(times(rows["source_time"]), asked.seconds))
    width = asked.seconds * 1_000_000
    gaps = np.flatnonzero(np.diff(begins) > max(width, HOUR)) + 1
    return [(int(part[0]), min(int(part[-1]) + width, asked.end)) for part in np.split(begins, gaps) if len(part)]


def _outside(table: Any, spans: list[tuple[int, int]]) -> Any:
    """Leave out buckets within spans."""
    start = times(table["start"])
    inside = np.zeros(len(start), bool)
    for begin, until in spans:
        inside |= (start >= begin) & (start < until)
    return table.filter(pa.array(~inside)) if inside.any() else table
