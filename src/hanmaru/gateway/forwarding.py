"""From the outbox to the bus: one message at a time in each lane, so that the order holds whatever breaks."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from hanmaru.bus.streams import NoSuchStream, NotAcknowledged, StreamFull, Streams
from hanmaru.floor.words import of_error
from hanmaru.gateway.outbox import Outbox
from hanmaru.gateway.outbox_file import Record, is_whole
from hanmaru.kernel.errors import HanmaruError, Invalid, TooLarge

LANES: Final = ("live", "backlog")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast an outbox is emptied. Times in seconds.

    `backlog_rows`: readings a second that the backlog may send. `behind`: age of the next live message above which all
    that waits becomes backlog. `first_pause`, `longest_pause`: after a refusal, doubled each time.
    """

    backlog_rows: float = 100_000
    behind: float = 10.0
    first_pause: float = 0.1
    longest_pause: float = 5.0


async def forward(outbox: Outbox, streams: Streams, pace: Pace | None = None) -> None:
    """Send until cancelled. What the bus refuses for what it is goes to the dead letters; all else is tried again."""
    loop = asyncio.get_running_loop()
    news = {lane: asyncio.Event() for lane in LANES}

    def wake() -> None:
        for event in news.values():
            event.set()

    outbox.listen(lambda: loop.call_soon_threadsafe(wake))
    try:
        async with asyncio.TaskGroup() as lanes:
            for lane in LANES:
                lanes.create_task(_Lane(lane, outbox, streams, pace or Pace(), news[lane]).run(wake))
    finally:
        outbox.listen(None)


class _Lane:
    """One lane's sender."""

    def __init__(self, lane: str, outbox: Outbox, streams: Streams, pace: Pace, news: asyncio.Event) -> None:
        self._lane, self._outbox, self._streams, self._pace, self._news = lane, outbox, streams, pace, news
        self._tried = 0  # sequence that was sent before, without an answer
        self._pause = pace.first_pause
        self._due = 0.0  # when the backlog may send again

    async def run(self, wake_all: Callable[[], None]) -> None:
        while True:
            self._news.clear()
            record = self._outbox.next(self._lane)
            if record is None:
                await self._news.wait()
            elif self._is_late(record) and self._outbox.split():
                wake_all()
            elif is_whole(record):
                await self._send(record)
            else:
                self._outbox.skip_damaged(record)

    def _is_late(self, record: Record) -> bool:
        return self._lane == "live" and time.time() - record.at / 1e6 > self._pace.behind

    async def _send(self, record: Record) -> None:
        epoch = self._outbox.epoch_of(record)
        try:
            stored = await self._streams.append(
                record.subject,
                record.data,
                message_id=f"{self._outbox.source}:{epoch}:{record.sequence}",
                headers=self._headers(record, epoch),
            )
        except (StreamFull, NotAcknowledged, NoSuchStream) as error:
            self._tried = record.sequence
            await self._wait(error)
        except (Invalid, TooLarge) as error:
            log.warning("outbox.dead_letter", source=self._outbox.source, sequence=record.sequence, why=str(error))
            self._outbox.bury(record, of_error(error))
        else:
            self._pause, self._outbox.trouble = self._pace.first_pause, ""
            if stored.duplicate and self._tried != record.sequence and self._outbox.is_fresh(record):
                self._outbox.rename(record)  # and the next turn sends it under its new number
                return
            self._outbox.done(record)
            await self._slow_down(record)

    def _headers(self, record: Record, epoch: int) -> dict[str, str]:
        headers = {
            "Hanmaru-Source": self._outbox.source,
            "Hanmaru-Epoch": str(epoch),
            "Hanmaru-Sequence": str(record.sequence),
            "Hanmaru-Rows": str(record.rows),
            "Hanmaru-Crc": f"{record.crc:08x}",
        }
        if record.original > record.rows:
            headers["Hanmaru-Thinned"] = str(record.original)
        if self._lane == "backlog":
            headers["Hanmaru-Backlog"] = "1"
        return headers

    async def _wait(self, error: HanmaruError) -> None:
        if not self._outbox.trouble:
            log.warning("outbox.held_up", source=self._outbox.source, why=str(error))
        self._outbox.trouble = str(error)
        await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))  # noqa: S311 - so that not all come at once
        self._pause = min(self._pause * 2, self._pace.longest_pause)

    async def _slow_down(self, record: Record) -> None:
        if self._lane == "backlog":
            now = time.monotonic()
            self._due = max(self._due, now - 1.0) + max(record.rows, 1) / self._pace.backlog_rows
            if self._due > now:
                await asyncio.sleep(self._due - now)
