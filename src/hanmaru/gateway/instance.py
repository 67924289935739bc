"""One driver instance as a process of its own: `python -m hanmaru.gateway.instance FOLDER`.

The folder holds what it is to do (wanted.py), its outbox, the journal of its commands and what its driver remembers.
The bus is at HANMARU_BUS_URL; without it the instance reads on and keeps. Other tags are taken over from the file as
soon as it changes. SIGTERM: a clean end, and an end within `ending.LATEST` seconds whatever hangs.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.streams import Question, Streams
from hanmaru.floor import subjects
from hanmaru.floor.words import sentence
from hanmaru.gateway import heart, refused, wanted
from hanmaru.gateway.contract import Driver, Keeps
from hanmaru.gateway.doing import Doing
from hanmaru.gateway.drivers import make
from hanmaru.gateway.ending import at_the_latest, ended
from hanmaru.gateway.errors import Reconfigure, Retry, system_said
from hanmaru.gateway.forwarding import forward
from hanmaru.gateway.intake import Intake
from hanmaru.gateway.journal import Journal
from hanmaru.gateway.keeping import Keeping
from hanmaru.gateway.outbox import Outbox, OutboxInUse, OutboxUnwritable
from hanmaru.gateway.probe import Look, browsed, told
from hanmaru.gateway.reporting import Reporting
from hanmaru.gateway.session import Session
from hanmaru.gateway.wanted import Wanted
from hanmaru.kernel.errors import HanmaruError

BROWSING: Final = 40.0  # seconds
LETTING_GO: Final = 7.0  # seconds in which the device may be let go of: as long as a session takes at most
LAST_WORDS: Final = 3.0  # seconds in which what is kept may still go out at the end
AGAIN: Final = 2.0
LOOK: Final = 0.25  # seconds between two looks at the file

log = structlog.get_logger(__name__)


class Instance:
    """All parts of one driver instance, wired."""

    def __init__(self, folder: Path, wished: Wanted, streams: Streams) -> None:
        """Raise what is wrong with the configuration, the outbox or the folder."""
        self._folder, self._streams = folder, streams
        self._site, self._source = wished.site, wished.source
        self._stamp = 0
        self.driver = self._driver(wished)
        keeping = Keeping(wished.site, wished.source)
        self.outbox = Outbox(folder / "outbox", wished.source, tell=keeping.tell)
        keeping.put_into(self.outbox)
        self.intake = Intake(keeping)
        self.session = Session(self.driver, wished.tags, self.intake)
        self.journal = Journal(folder)
        self.doing = Doing(streams, wished.site, wished.source, self.session, self.journal, self.intake.latest)
        self.reporting = Reporting(wished, streams, self.session, self.driver, self.intake, self.outbox)

    def _driver(self, wished: Wanted) -> Driver:
        driver = make(wished.protocol, wished.config)
        if isinstance(driver, Keeps):
            kept = self._folder / "driver"
            kept.mkdir(exist_ok=True)
            driver.keep_in(kept)
        return driver

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until asked to stop. Raise what no part can live with; the host then starts a new process."""
        work: list[Coroutine[Any, Any, None]] = [
            self.session.run(),
            self.intake.run(),
            forward(self.outbox, self._streams),
            self.doing.run(),
            self.reporting.run(),
            self._answer(),
            self._follow_file(),
        ]
        if descriptor := os.environ.get(heart.VARIABLE):
            work.append(_beat(int(descriptor), stopping))
        tasks = [asyncio.create_task(one) for one in work]
        asked = asyncio.create_task(stopping.wait())
        try:
            done, _ = await asyncio.wait({*tasks, asked}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {asked}:
                task.result()
        finally:
            await self._end(tasks, asked)

    async def _follow_file(self) -> None:
        """Take over other tags when the host has written them."""
        path = self._folder / wanted.FILE
        while True:
            before, self._stamp = self._stamp, wanted.stamp(path)
            if before != self._stamp:
                try:
                    wished = wanted.read(path)
                except (HanmaruError, OSError) as error:
                    log.warning("instance.not_reloaded", words=str(error))
                else:
                    if wished.tags != self.session.tags:
                        self.session.give_tags(wished.tags)
            await asyncio.sleep(LOOK)

    async def _end(self, tasks: list["asyncio.Task[None]"], asked: "asyncio.Task[Any]") -> None:
        """Let go of the device first, then bring what was read to the disk, then let it go out for a moment."""
        session, intake, forwarding, *others = tasks
        closing = ended([session], LETTING_GO, may_cancel=lambda: self.session.state != "ended")
        hanging = set[asyncio.Task[Any]]().union(
            *await asyncio.gather(closing, ended([asked, *others], LETTING_GO)), await ended([intake], LAST_WORDS)
        )
        if hanging:
            log.error("instance.tasks_hang", tasks=sorted(str(task.get_coro()) for task in hanging))
        with suppress(HanmaruError, OSError):
            await self.intake.flush()
        await self._drained()
        await ended([forwarding], LAST_WORDS)
        self.outbox.close()
        self.journal.close()

    async def _drained(self) -> None:
        """Wait a moment for the last messages to go out; what does not stays on the disk."""
        until = time.monotonic() + LAST_WORDS
        while self.outbox.state().messages and self._streams.is_connected() and time.monotonic() < until:  # noqa: ASYNC110 - the box tells nobody
            await asyncio.sleep(0.02)

    async def _answer(self) -> None:
        """Answer the host's questions: of the device, through the connection that is open, and of refused messages."""
        while True:
            try:
                async with self._streams.serve(subjects.ask(self._site, self._source), self._source) as questions:
                    async for question in questions:
                        await self._answer_one(question)
            except HanmaruError as error:
                log.warning("instance.not_asked", words=str(error))
            await asyncio.sleep(AGAIN)

    async def _browsed(self, look: Look) -> dict[str, Any]:
        if self.session.state != "running":
            trouble = self.session.trouble
            raise Retry(device=self._source, why=trouble.words if trouble else sentence("not connected yet"))
        async with asyncio.timeout(BROWSING):
            return await browsed(self.driver, look)

    async def _answer_one(self, question: Question) -> None:
        try:
            asked = json.loads(question.data)
            if asked.get("do") in refused.DEEDS:
                found = await asyncio.to_thread(refused.answer, self.outbox, asked)
            else:
                found = await self._browsed(Look.asked(asked))
        except HanmaruError as error:
            found = {"error": told(error)}
        except (OSError, TimeoutError, ValueError, KeyError) as error:
            found = {"error": told(Retry(device=self._source, why=system_said(error)))}
        with suppress(HanmaruError):
            await question.answer(json.dumps(found, ensure_ascii=False).encode())


async def _beat(descriptor: int, stopping: asyncio.Event) -> None:
    """Beat for the host; without one there is nobody to work for."""
    await heart.beat(descriptor)
    stopping.set()
    await asyncio.Event().wait()


async def _show_trouble(wished: Wanted, streams: Streams, error: HanmaruError, stopping: asyncio.Event) -> None:
    """Nothing can be done with this configuration: say so until somebody mends it."""
    trouble = {**told(error), "at": datetime.now(UTC).isoformat()}
    state = {"state": "needs_attention", "connected": False, "protocol": wished.protocol, "error": trouble}
    if descriptor := os.environ.get(heart.VARIABLE):
        beating = asyncio.create_task(_beat(int(descriptor), stopping))
    else:
        beating = None
    while not stopping.is_set():
        await streams.tell(subjects.states(wished.site, wished.source), json.dumps(state).encode())
        with suppress(TimeoutError):
            async with asyncio.timeout(AGAIN):
                await stopping.wait()
    if beating:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)


async def serve(folder: Path, bus_url: str) -> None:
    """Run the instance of a folder until SIGTERM."""
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()

    def stop(*_signal: object) -> None:
        """Not as the loop's own: that one waits for whatever holds the loop up."""
        at_the_latest()
        loop.call_soon_threadsafe(stopping.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    wished = wanted.read(folder / wanted.FILE)
    structlog.contextvars.bind_contextvars(source=wished.source)
    streams = connect_streams(bus_url)
    try:
        try:
            instance = Instance(folder, wished, streams)
        except (OutboxInUse, OutboxUnwritable):
            raise  # the one before us has not quite ended, or the disk: the host tries again
        except (HanmaruError, ImportError) as error:
            words = error if isinstance(error, HanmaruError) else _not_installed(wished, error)
            await _show_trouble(wished, streams, words, stopping)
            return
        await instance.run(stopping)
    finally:
        at_the_latest()
        await asyncio.wait({asyncio.ensure_future(streams.close())}, timeout=LAST_WORDS)


def _not_installed(wished: Wanted, error: ImportError) -> HanmaruError:
    why = sentence("its driver cannot be loaded: %(error)s", error=error)
    return Reconfigure(device=wished.protocol, why=why, remedy=sentence("Run make setup"))


def main() -> None:
    """Run the instance of the folder named on the command line."""
    asyncio.run(serve(Path(sys.argv[1]), os.environ["HANMARU_BUS_URL"]))


if __name__ == "__main__":
    main()
