"""The process that owns the history of a site: takes readings from the stream, answers questions, keeps house.

A batch is acknowledged to the bus once it is on the disk. What was not acknowledged comes again; that changes nothing.
"""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import structlog

from hanmaru.bus.floor_streams import HISTORIAN, READINGS
from hanmaru.bus.streams import LARGEST_MESSAGE, Consumer, NoSuchStream, NotAcknowledged, Question, StreamFull, Streams
from hanmaru.edge.historian import classes
from hanmaru.edge.historian.classes import Classes
from hanmaru.edge.historian.desk import Desk
from hanmaru.edge.historian.housekeeping import Housekeeping
from hanmaru.edge.historian.intake import Intake
from hanmaru.edge.historian.retention import Keep
from hanmaru.edge.historian.set_aside import SetAside
from hanmaru.edge.historian.store import Store
from hanmaru.edge.historian.telling import sentence_of
from hanmaru.floor.subjects import ask, events, states
from hanmaru.floor.words import forms

log = structlog.get_logger(__name__)

PULL: Final = 256  # messages at once
WAIT: Final = 1.0  # seconds
AGAIN: Final = 5.0  # seconds after which what failed is tried again
AT_ONCE: Final = 4  # questions worked on at a time
MOST_EVENTS: Final = 1_000  # that wait for the bus
TOLD_EVERY: Final = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Pace:
    """When what is hot is written to files."""

    rows: int = 2_000_000
    bytes: int = 256 * 1024 * 1024
    seconds: float = 900


@dataclass(frozen=True, slots=True)
class Plan:
    """How the history is kept; `free` answers the free bytes of its disk."""

    keep: Keep
    free: Callable[[], int]
    pace: Pace = field(default_factory=Pace)


class Owner:
    """Runs in one event loop; the work is done in threads."""

    def __init__(
        self,
        store: Store,
        aside: SetAside,
        streams: Streams,
        site: str,
        classes: Classes,
        plan: Plan,
    ) -> None:
        self._store, self._aside, self._streams, self._site = store, aside, streams, site
        self._classes, self._pace = classes, plan.pace
        self._house = Housekeeping(store, plan.keep, plan.free, self._note)
        self._events: asyncio.Queue[dict[str, object]] = asyncio.Queue(MOST_EVENTS)
        self.intake = Intake(store, aside)
        self.desk = Desk(store, self.intake, aside, self.state)
        self.trouble: str | None = None
        self._flushed_at = time.monotonic()
        self._flushing: asyncio.Task[None] | None = None
        self._rate = 0.0

    async def run(self) -> None:
        """Work until cancelled; then bring everything into order."""
        try:
            async with asyncio.TaskGroup() as group:
                for work in (self._take, self._answer, self._write, self._hear_classes, self._keep_house):
                    group.create_task(work(), name=work.__name__)
                for work in (self._tell_events, self._tell):
                    group.create_task(work(), name=work.__name__)
        finally:
            if self._flushing:
                await asyncio.wait({self._flushing})
            self._store.close()

    def state(self) -> Mapping[str, Any]:
        """Answer how it fares, as JSON data."""
        files = self._store.folder.manifest
        return {
            "state": "stopped" if self.trouble else "running",
            "trouble": self.trouble or self._house.trouble,
            "disk": self._house.room,
            "connected": self._streams.is_connected(),
            "rate": round(self._rate, 1),
            "taken": self.intake.rows,
            "hot": self._store.rows_hot,
            "tags": len(self._store.latest),
            "set_aside": self._aside.count,
            "files": {kind: len(files.of(kind)) for kind in ("readings", "late", "seconds", "minutes", "hours")},
            "rows": sum(file.rows for file in files.of("readings", "late")) + self._store.rows_hot,
            "bytes": sum(file.size for file in files.files),
        }

    async def _take(self) -> None:
        consumer = await self._patiently(lambda: self._streams.consumer(READINGS, HISTORIAN, take_over=True))
        while True:
            try:
                await self._take_some(consumer)
            except OSError as error:
                self._troubled(f"the disk does not take readings: {error.strerror or error}")
                await asyncio.sleep(AGAIN)
                await self._patiently(consumer.take_back)
            except (NotAcknowledged, NoSuchStream) as error:
                log.warning("historian.bus", why=str(error))
                await asyncio.sleep(AGAIN)

    async def _take_some(self, consumer: Consumer) -> None:
        if self._house.room == "none":
            self._troubled("the disk is full: make room, or shorten what is kept")
            await asyncio.sleep(WAIT)
            return
        messages = await consumer.pull(PULL, WAIT)
        if not messages:
            return
        await asyncio.to_thread(self.intake.take, messages)
        self._troubled(None)
        await consumer.acknowledge(messages)
        if self._is_full(1):
            self._begin_flush()
        if self._flushing and self._is_full(2):  # files are written slower than readings come: let these wait
            await asyncio.wait({self._flushing})

    def _is_full(self, times: int) -> bool:
        pace = self._pace
        return self._store.rows_hot >= times * pace.rows or self._store.bytes_hot >= times * pace.bytes

    async def _write(self) -> None:
        """Write what is hot to files when it is old enough."""
        while True:
            await asyncio.sleep(min(WAIT, self._pace.seconds))
            if self._store.rows_hot and time.monotonic() - self._flushed_at >= self._pace.seconds:
                self._begin_flush()

    def _begin_flush(self) -> None:
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        self._flushed_at = time.monotonic()
        try:
            await asyncio.to_thread(self._store.flush)
        except OSError as error:
            self._troubled(f"files cannot be written: {error.strerror or error}")
            await asyncio.sleep(AGAIN)

    async def _answer(self) -> None:
        """Answer questions of the bus, a few at a time."""
        turns, asked = asyncio.Semaphore(AT_ONCE), set[asyncio.Task[None]]()
        async with self._streams.serve(ask(self._site, HISTORIAN)) as questions:
            async for question in questions:
                await turns.acquire()
                task = asyncio.create_task(self._answer_one(question))
                asked.add(task)
                task.add_done_callback(asked.discard)
                task.add_done_callback(lambda _: turns.release())

    async def _answer_one(self, question: Question) -> None:
        try:
            answer = await asyncio.to_thread(self.desk.answer, question.data, LARGEST_MESSAGE - 1024)
            await question.answer(answer)
        except NotAcknowledged as error:
            log.warning("historian.not_answered", why=str(error))
        except Exception:
            log.exception("historian.answer_failed", asked=question.data[:300])
            raise

    async def _hear_classes(self) -> None:
        """Hear of every tag how long its readings are kept."""
        bucket = await self._patiently(lambda: self._streams.bucket(classes.bucket(self._site)))
        async with bucket.watch(classes.PATTERN) as changes:
            async for kept in changes:
                self._classes.hear(kept)

    async def _keep_house(self) -> None:
        await self._house.run()

    def _note(self, code: str, facts: Mapping[str, object]) -> None:
        """Have an event told; of very many the newest are only logged."""
        log.warning("historian.event", code=code, **facts)
        with suppress(asyncio.QueueFull):
            words = sentence_of(code, facts)
            told: dict[str, object] = {
                "kind": code,
                "words": words,
                "at": datetime.now(UTC).isoformat(),
                "source": HISTORIAN,
                "data": facts,
                **forms(words=words),
            }
            self._events.put_nowait(told)

    async def _tell_events(self) -> None:
        """Put events into their stream, each once."""
        while True:
            event = await self._events.get()
            data, name = json.dumps(event, default=str).encode(), f"{HISTORIAN}:{event['at']}:{event['kind']}"
            subject = events(self._site, HISTORIAN)
            await self._patiently(partial(self._streams.append, subject, data, message_id=name))

    async def _tell(self) -> None:
        """Say every few seconds how it fares, to whoever listens."""
        before, at = self.intake.rows, time.monotonic()
        while True:
            await asyncio.sleep(TOLD_EVERY)
            now = time.monotonic()
            self._rate = (self.intake.rows - before) / (now - at)
            before, at = self.intake.rows, now
            with suppress(NotAcknowledged):
                await self._streams.tell(states(self._site, HISTORIAN), json.dumps(self.state()).encode())

    async def _patiently(self, work: Callable[[], Any]) -> Any:
        while True:
            try:
                return await work()
            except (NotAcknowledged, NoSuchStream, StreamFull) as error:
                log.warning("historian.waits", why=str(error))
                await asyncio.sleep(WAIT)

    def _troubled(self, why: str | None) -> None:
        """Note what hinders, and say so once."""
        if why != self.trouble:
            (log.error if why else log.info)("historian.trouble" if why else "historian.well_again", why=why)
        self.trouble = why
