"""`hanmaru reader`: from the serial line or a simulated gate through the outbox to the warehouse, its answers back.

Three threads: the source sees tags, the keeper numbers them and puts them on the disk in groups, the main thread holds
the connection. A tag counts as kept once it is on the disk; only then is it sent.
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, Full, Queue
from random import Random
from threading import Event, Thread
from typing import Final

from rich.console import Console

from hanmaru.gateway.reader.gate import Gate, Sighting
from hanmaru.gateway.reader.link import Link, Server
from hanmaru.gateway.reader.outbox import Outbox, OutboxUnwritable
from hanmaru.gateway.reader.screen import Screen
from hanmaru.gateway.reader.serial_source import SerialSource
from hanmaru.gateway.reader.simulate import BusyGate, tags_of
from hanmaru.kernel.errors import HanmaruError, Invalid

_GROUP: Final = 200
_LAST_WORDS_S: Final = 2.0


class BadOptions(Invalid):
    """The options do not fit together."""

    code = "reader.options"
    message = "Give either --port, or --simulate with --epc-file"


@dataclass(frozen=True, slots=True)
class Options:
    """What `hanmaru reader` is told. One of `port` and `simulate` (sightings a second, with `epc_file`) is set."""

    server: str
    token: str
    outbox: Path
    reader: str = "reader"
    port: str | None = None
    simulate: float | None = None
    epc_file: Path | None = None
    window_s: float = 3.0
    outbox_reads: int = 100_000
    seed: int | None = None

    def __post_init__(self) -> None:
        simulated = self.simulate is not None and self.epc_file is not None
        if simulated == (self.port is not None):
            raise BadOptions
        if self.simulate is not None and not 0 < self.simulate <= 5000:
            raise BadOptions("--simulate %(got)s: give 1 to 5000 sightings a second", got=self.simulate)
        if not 0 <= self.window_s <= 3600:
            raise BadOptions("--window %(got)s: give 0 to 3600 seconds", got=self.window_s)
        if not 100 <= self.outbox_reads <= 10_000_000:
            raise BadOptions("--outbox-reads %(got)s: give 100 to 10000000", got=self.outbox_reads)
        if not 1 <= len(self.reader) <= 64:
            raise BadOptions("--name %(got)s: give 1 to 64 characters", got=self.reader)
        if not (self.token.isascii() and self.token.isprintable() and self.token.strip()):
            raise BadOptions("The device token is missing or garbled: copy it whole from Settings, Devices")


def run(options: Options, console: Console | None = None) -> int:
    """Run until SIGTERM or Ctrl-C; answer the exit status: 0 stopped, 2 could not begin (the reason is printed)."""
    screen = Screen(console or Console())
    try:
        random = Random(options.seed)  # noqa: S311 - back-off and a simulation, no secret
        source = _source(options, screen.say, random)
        with Outbox(options.outbox, now=_now, most=options.outbox_reads) as outbox:
            asyncio.run(_work(options, outbox, source, screen, random))
    except HanmaruError as error:
        screen.say(str(error))
        return 2
    return 0


Source = Callable[[Callable[[Sighting], None], Event], None]


def _source(options: Options, say: Callable[[str], None], random: Random) -> Source:
    """Answer what sees tags: called with where to hand them and when to stop. Raises `BadEpcFile`."""
    if options.port is not None:
        port = options.port
        return lambda see, stop: SerialSource(port, see=see, say=say, now=_now).run(stop)
    if options.simulate is None or options.epc_file is None:
        raise BadOptions
    gate = BusyGate(tags_of(options.epc_file, random), options.simulate, random)
    return lambda see, stop: gate.run(stop, see=see, now=_now)


class Keeper:
    """Puts passages on the disk, as many as wait at a time, and tells when they are there."""

    def __init__(
        self, outbox: Outbox, window: timedelta, *, kept: Callable[[], None], say: Callable[[str], None]
    ) -> None:
        self.gate = Gate(window)
        self._outbox, self._kept, self._say = outbox, kept, say
        self._waiting: Queue[Sighting] = Queue(maxsize=10_000)
        self._told_thinned = outbox.thinned

    def see(self, sighting: Sighting, stop: Event) -> None:
        """Take a sighting from the source's thread; waits when the disk is behind, so that nothing is dropped."""
        if self.gate.begins_passage(sighting):
            while not stop.is_set():
                with suppress(Full):
                    self._waiting.put(sighting, timeout=0.5)
                    return

    def run(self, stop: Event) -> None:
        """Keep until `stop` is set and nothing waits."""
        while True:
            group = self._next_group()
            if group:
                self._keep(group, stop)
            elif stop.is_set():
                return

    def _next_group(self) -> list[Sighting]:
        group: list[Sighting] = []
        with suppress(Empty):
            group.append(self._waiting.get(timeout=0.1))
            while len(group) < _GROUP:
                group.append(self._waiting.get_nowait())
        return group

    def _keep(self, group: list[Sighting], stop: Event) -> None:
        while True:
            try:
                self._outbox.append(group)
            except OutboxUnwritable as error:
                self._say(str(error))
                if stop.wait(1.0):
                    self._say(f"{len(group)} reads could not be kept: show these cards again later")
                    return
                continue
            self._kept()
            break
        if self._outbox.thinned > self._told_thinned:
            self._say(f"Outbox full: {self._outbox.thinned - self._told_thinned} older or repeated reads were dropped")
            self._told_thinned = self._outbox.thinned


async def _work(options: Options, outbox: Outbox, source: Source, screen: Screen, random: Random) -> None:
    loop = asyncio.get_running_loop()
    server = Server(options.server, options.token, options.reader)
    link = Link(server, outbox, show=screen.answer, say=screen.say, random=random)
    keeper = Keeper(
        outbox,
        timedelta(seconds=options.window_s),
        kept=lambda: _call_soon(loop, link.wake),
        say=screen.say,
    )
    if outbox.damaged:
        screen.say(f"{outbox.damaged} kept reads were unreadable: a copy lies in {options.outbox}")
    stop, stopping = Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(RuntimeError, ValueError):  # not in the main thread: whoever embeds us stops us
            loop.add_signal_handler(number, stopping.set)
    connection = asyncio.create_task(link.run())
    seeing = _thread(lambda: source(lambda sighting: keeper.see(sighting, stop), stop), loop, stopping)
    keeping = _thread(lambda: keeper.run(stop), loop, stopping)
    await asyncio.wait({connection, asyncio.ensure_future(stopping.wait())}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    for thread in (seeing, keeping):
        await asyncio.to_thread(thread.join)
    await _last_words(link, connection)
    screen.say(
        f"Stopped: {keeper.gate.sightings} sightings, {keeper.gate.passages} passages, {len(outbox)} still to be sent"
    )


def _thread(work: Callable[[], None], loop: asyncio.AbstractEventLoop, stopping: asyncio.Event) -> Thread:
    """Start a thread whose end, by an error too, stops the client."""

    def guarded() -> None:
        try:
            work()
        finally:
            _call_soon(loop, stopping.set)

    thread = Thread(target=guarded, daemon=True)
    thread.start()
    return thread


def _call_soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Call in the loop's thread, from another."""
    with suppress(RuntimeError):  # the loop is closed already
        loop.call_soon_threadsafe(call)


async def _last_words(link: Link, connection: asyncio.Task[None]) -> None:
    """Let what is kept still go out for a moment, then hang up; an error in the connection's code comes out here."""
    await asyncio.wait(
        {connection, asyncio.create_task(link.drained())}, timeout=_LAST_WORDS_S, return_when="FIRST_COMPLETED"
    )
    connection.cancel()
    with suppress(asyncio.CancelledError):
        await connection


def _now() -> datetime:
    return datetime.now(UTC)
