"""The newest value of every tag that some open page looks at, as it comes over the bus.

Batches are decoded only while somebody looks. A page that does not keep up gets the newest value, never a queue of old
ones. All of it lives on one event loop.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import pyarrow as pa
import structlog

from hanmaru.bus.streams import News
from hanmaru.floor import reading
from hanmaru.floor.reading import BadBatch

log = structlog.get_logger(__name__)

Value = tuple[float, float | str | None, int]
"""When (ms since 1970), what, and its quality (OPC UA status code)."""

SILENT: Final = 10.0
"""Seconds after which a connection that tells nothing is not said to run; each tells every two."""

_LONGEST: Final = 500  # characters of a text value that a page is sent


class Watcher:
    """What one page looks at: tags of a site, whether it wants to hear how the connections fare, and its language."""

    def __init__(self, site: str, tags: frozenset[int], *, states: bool, language: str = "ko") -> None:
        self.site, self.tags, self.states, self.language = site, tags, states, language
        self.wanted = np.fromiter(sorted(tags), np.uint32, len(tags))
        self._values: dict[int, Value] = {}
        self._times: dict[int, float] = {}
        self._states: dict[str, Any] = {}
        self._something = asyncio.Event()

    def put(self, tag: int, value: Value) -> None:
        """Note a value unless it is late: an old reading never takes the place of a newer one."""
        if value[0] >= self._times.get(tag, 0.0):
            self._times[tag] = value[0]
            self._values[tag] = value
            self._something.set()

    def put_state(self, source: str, state: Any) -> None:
        """Note how a connection fares."""
        self._states[source] = state
        self._something.set()

    async def take(self) -> dict[str, Any]:
        """Wait for something new; answer all of it: {"values": {tag: Value}, "states": {source: state}}."""
        await self._something.wait()
        self._something.clear()
        taken = {"values": self._values, "states": self._states}
        self._values, self._states = {}, {}
        return taken


class Newest:
    """Hands news of the plant's bus to those who look."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[Watcher]] = defaultdict(set)
        self._states: dict[str, dict[str, tuple[float, Any]]] = defaultdict(dict)

    @contextmanager
    def watching(self, watcher: Watcher) -> Iterator[Watcher]:
        """Send a watcher what comes while inside; what is known of the connections it gets at once."""
        self._watchers[watcher.site].add(watcher)
        if watcher.states:
            for source, state in self._fresh(watcher.site).items():
                watcher.put_state(source, state)
        try:
            yield watcher
        finally:
            self._watchers[watcher.site].discard(watcher)

    def hear(self, news: News) -> None:
        """Take one message of a subject `floor.<site>.(readings|states).<source>`."""
        _floor, site, what, source = news.subject.split(".", 3)
        if what == "states":
            self._hear_state(site, source, news.data)
        elif what == "readings" and self._watchers[site]:
            try:
                self._hear_readings(site, reading.decode(news.data))
            except BadBatch as error:
                log.warning("plant.bad_batch", subject=news.subject, why=str(error))

    def _hear_state(self, site: str, source: str, data: bytes) -> None:
        try:
            state = json.loads(data, parse_constant=lambda _nan: None)  # no page can read NaN
        except (ValueError, RecursionError):
            state = None
        if not isinstance(state, dict):
            log.warning("plant.bad_state", site=site, source=source)
            return
        self._states[site][source] = (time.monotonic(), state)
        for watcher in self._watchers[site]:
            if watcher.states:
                watcher.put_state(source, state)

    def _fresh(self, site: str) -> dict[str, Any]:
        """How connections fare that told it just now; what has fallen silent or was removed is forgotten."""
        oldest = time.monotonic() - SILENT
        self._states[site] = {name: one for name, one in self._states[site].items() if one[0] >= oldest}
        return {name: state for name, (_at, state) in self._states[site].items()}

    def _hear_readings(self, site: str, batch: pa.RecordBatch) -> None:
        tags = batch.column("tag").to_numpy()
        for watcher in self._watchers[site]:
            rows = np.flatnonzero(np.isin(tags, watcher.wanted))
            if rows.size:
                for tag, value in newest(batch.take(pa.array(rows))).items():
                    watcher.put(tag, value)


def newest(batch: pa.RecordBatch | pa.Table) -> dict[int, Value]:
    """The reading of each tag with the greatest source time."""
    # Never as datetime: a device may send a year that Python has none for.
    times = batch.column("source_time").cast(pa.int64()).to_numpy()
    order = np.argsort(times, kind="stable")
    columns = batch.select(["tag", "number", "text", "quality"]).take(pa.array(order)).to_pydict()
    rows = zip(times[order].tolist(), *columns.values(), strict=True)
    return {
        tag: (when / 1000, text[:_LONGEST] if text is not None else _told(number), quality)
        for when, tag, number, text, quality in rows
    }


def _told(number: float | None) -> float | str | None:
    """A number as JSON can carry it: NaN and the infinities become words."""
    if number is None or np.isfinite(number):
        return number
    return str(number)
