"""The Sink that a driver is handed: gathers what it reads into batches, shapes them and puts them into the outbox.

Batches are made by what has come while the last one went to the disk, and at least LINGER is waited, so that single
changes do not each pay for a write (figures: docs/benchmarks.md). What a driver hands in faster than the disk takes is
held up to MOST_WAITING rows; beyond that the oldest go, counted and told: memory is bounded.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import pyarrow as pa

from hanmaru.floor.tag import Tag
from hanmaru.floor.words import Sentence, sentence
from hanmaru.gateway.shaping import Shaper
from hanmaru.gateway.skew import Skew

LINGER: Final = 0.005  # seconds
ROWS: Final = 2_000  # a batch of so many is not waited for any longer
MOST_ROWS: Final = 20_000  # in one message of the bus
MOST_WAITING: Final = 2_000_000


class Keeper(Protocol):
    """What is behind the intake: the outbox."""

    async def readings(self, batch: pa.RecordBatch) -> None:
        """Keep a batch; returns when it is on the disk."""

    def event(self, kind: str, words: Sentence, data: dict[str, object]) -> None:
        """Keep an event."""


class Intake:
    """The sink of one source."""

    def __init__(self, keeper: Keeper, *, now: Callable[[], float] = time.monotonic, linger: float = LINGER) -> None:
        self._keeper, self._now, self._linger = keeper, now, linger
        self._waiting: deque[pa.RecordBatch] = deque()
        self._waiting_rows = 0
        self._handed = self._kept = 0  # rows, counted for those who wait for the disk
        self._fresh, self._full, self._done = asyncio.Event(), asyncio.Event(), asyncio.Condition()
        self._mismatched: set[int] = set()
        self._tags: dict[int, Tag] = {}
        self._watches_clock = True
        self.shaper = Shaper(())
        self.skew = Skew(now)
        self.rows = 0
        self.lost = 0

    def take_tags(self, tags: Sequence[Tag], *, deadbands: bool, watches_clock: bool) -> None:
        """From now on these are the tags. What is known of the last values is begun anew."""
        self._tags = {tag.id: tag for tag in tags}
        self.shaper = Shaper(tags, deadbands=deadbands)
        self._watches_clock = watches_clock
        self._mismatched.clear()

    def latest(self, tag: int) -> tuple[float, int]:
        """Answer the last number (NaN if none) and quality of a tag."""
        return self.shaper.latest(tag)

    def readings(self, batch: pa.RecordBatch) -> None:
        """Take a batch; never waits."""
        if not batch.num_rows:
            return
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        self._handed += batch.num_rows
        if self._waiting_rows > MOST_WAITING:
            self._drop_oldest()
        self._fresh.set()
        if self._waiting_rows >= ROWS:
            self._full.set()

    def event(self, kind: str, words: Sentence, **data: object) -> None:
        """Tell what happened."""
        self._keeper.event(kind, words, data)

    async def kept(self) -> None:
        """Wait until all that was handed in is on the disk."""
        wanted = self._handed
        self._full.set()
        async with self._done:
            await self._done.wait_for(lambda: self._kept >= wanted)

    async def run(self) -> None:
        """Bring what comes to the outbox, until cancelled. What the outbox raises comes out here."""
        while True:
            await self._fresh.wait()
            await self._linger_a_little()
            await self.flush()

    async def flush(self) -> None:
        """Bring all that waits to the outbox."""
        while self._waiting:
            batch, taken = self._next()
            shaped = self.shaper.shape(batch)
            self._tell_of_types(shaped.mismatched - self._mismatched)
            if shaped.batch.num_rows:
                if self._watches_clock and self.skew.see(shaped.batch):
                    self._tell_of_clock()
                await self._keeper.readings(shaped.batch)
                self.rows += shaped.batch.num_rows
            async with self._done:
                self._kept += taken
                self._done.notify_all()

    async def _linger_a_little(self) -> None:
        self._fresh.clear()
        if self._waiting_rows < ROWS and not self._full.is_set():
            try:
                async with asyncio.timeout(self._linger):
                    await self._full.wait()
            except TimeoutError:
                pass
        self._full.clear()

    def _next(self) -> tuple[pa.RecordBatch, int]:
        """Take what waits, at most MOST_ROWS, as one batch."""
        taken, rows = [], 0
        while self._waiting and rows < MOST_ROWS:
            batch = self._waiting.popleft()
            room = MOST_ROWS - rows
            if batch.num_rows > room:
                self._waiting.appendleft(batch.slice(room))
                batch = batch.slice(0, room)
            taken.append(batch)
            rows += batch.num_rows
        self._waiting_rows -= rows
        return (taken[0] if len(taken) == 1 else pa.concat_batches(taken)), rows

    def _drop_oldest(self) -> None:
        dropped = 0
        while self._waiting_rows > MOST_WAITING:
            rows = self._waiting.popleft().num_rows
            self._waiting_rows -= rows
            dropped += rows
        self._kept += dropped
        if not self.lost:
            words = sentence("The device is faster than the disk; the oldest readings in memory were dropped")
            self.event("overflow", words)
        self.lost += dropped

    def _tell_of_types(self, fresh: frozenset[int] | set[int]) -> None:
        for number in sorted(fresh):
            tag = self._tags[number]
            self._mismatched.add(number)
            self.event(
                "type_changed",
                sentence(
                    "%(tag)s is %(type)s, the device sends another type; mend the tag or the device",
                    tag=tag.path,
                    type=tag.type,
                ),
                tag=number,
            )

    def _tell_of_clock(self) -> None:
        seconds = self.skew.seconds or 0.0
        if self.skew.is_wrong:
            off = f"{abs(seconds):.0f}"
            words = sentence("The device's clock is %(seconds)s s ahead; set it", seconds=off)
            if seconds < 0:
                words = sentence("The device's clock is %(seconds)s s behind; set it", seconds=off)
            self.event("clock_skew", words, seconds=seconds)
        else:
            self.event("clock_right", sentence("The device's clock is right again"), seconds=seconds)

    def figures(self) -> dict[str, Any]:
        """Answer what is counted here."""
        return {
            "waiting": self._waiting_rows,
            "lost": self.lost,
            "unknown_tags": self.shaper.unknown,
            "thinned": self.shaper.thinned,
        }
