"""Holds one driver to its device: connects, reads, notices silence, and comes back, as the class of the error says.

Retry: again after 1 s, doubling to 30 s, each pause spread by chance so that fifty drivers do not knock at once.
Reconfigure: the remedy is shown, and a slow look every five minutes. Stop: stays down until a person changes something.
Any other exception is a fault of the driver: it comes out here, the process ends, and the host starts it again.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final, Literal

from hanmaru.floor.command import Command, Outcome
from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading, batch_of
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import Sentence, foreign, of_error, sentence
from hanmaru.gateway.contract import Driver, Polls, patience_with, traits_of
from hanmaru.gateway.errors import Reconfigure, Retry, Stop, system_said
from hanmaru.gateway.intake import Intake
from hanmaru.kernel.errors import HanmaruError

SILENT_SAMPLINGS: Final = 5  # samplings without a reading, after which a polled device counts as hung
LEAST_SILENCE: Final = 10.0  # seconds
LETTING_GO: Final = 1.0  # seconds a driver gets to end when cancelled
SETTLED: Final = 30.0  # seconds of running after which the pauses begin anew

DEVICE: Final = sentence("The device")

State = Literal["connecting", "running", "retrying", "needs_attention", "stopped", "ended"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient a session is, in seconds; tests are less. A driver may ask for more to connect (Patient)."""

    connect: float = 60.0
    first: float = 1.0
    longest: float = 30.0
    slow: float = 300.0


@dataclass(slots=True)
class Trouble:
    """The last error: code, words for a person, remedy, and when it came."""

    code: str
    words: Sentence
    remedy: Sentence
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Session:
    """One driver instance at work. Everything in one event loop."""

    def __init__(
        self,
        driver: Driver,
        tags: Sequence[Tag],
        intake: Intake,
        *,
        pace: Pace | None = None,
        random: Random | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._driver, self._intake, self._now = driver, intake, now
        self._pace, self._random = pace or Pace(), random or Random()  # noqa: S311 - spreads pauses, no secret
        self._traits = traits_of(driver)
        self._tags: Sequence[Tag] = ()
        self._changed = asyncio.Event()
        self._was_connected = False
        self._failures = 0
        self.state: State = "connecting"
        self.trouble: Trouble | None = None
        self.give_tags(tags)

    @property
    def tags(self) -> Sequence[Tag]:
        """Answer what is read."""
        return self._tags

    def give_tags(self, tags: Sequence[Tag]) -> None:
        """Read these from now on; the connection stays."""
        self._tags = tuple(tags)
        self._intake.take_tags(tags, deadbands=not self._traits.deadbands, watches_clock=not self._traits.history)
        self._changed.set()

    async def run(self) -> None:
        """Keep the device connected and read until cancelled."""
        try:
            while True:
                await self._once()
        finally:
            self.state = "ended"
            await self._let_go()

    async def write(self, command: Command, tag: Tag | None) -> Outcome:
        """Hand a command to the driver. Without a connection it fails at once, with the reason."""
        if self.state != "running":
            words = self.trouble.words if self.trouble else "the device is not connected"
            return Outcome(command.id, "failed", datetime.now(UTC), reason=f"Not connected: {words}"[:500])
        return await self._driver.write(command, tag)

    async def _once(self) -> None:
        """Connect and read until something breaks, then wait as that asks for."""
        self.state = "connecting"
        try:
            async with asyncio.timeout(patience_with(self._driver, self._pace.connect)):
                await self._driver.connect()
            self._back()
            await self._read()
        except Reconfigure as error:
            await self._stay("needs_attention", error, self._pace.slow)
        except Stop as error:
            await self._stay("stopped", error, None)
        except Retry as error:
            await self._stay("retrying", error, self._next_pause())
        except (OSError, TimeoutError) as error:
            await self._stay("retrying", Retry(device=DEVICE, why=system_said(error)), self._next_pause())

    async def _read(self) -> None:
        """Let the driver run, and run again with other tags. Raise what it raises, Retry when it falls silent."""
        begun = self._now()
        while True:
            self._changed.clear()
            running = asyncio.create_task(self._driver.run(self._tags, self._intake))
            watching = asyncio.create_task(self._watch())
            changed = asyncio.create_task(self._changed.wait())
            try:
                await asyncio.wait({running, watching, changed}, return_when=asyncio.FIRST_COMPLETED)
                if self._now() - begun > SETTLED:
                    self._failures = 0
                if running.done():
                    running.result()
                    raise Retry(device=DEVICE, why=sentence("the driver ended by itself"))
                if watching.done():
                    watching.result()
            finally:
                watching.cancel()
                changed.cancel()
                await _end(running)

    async def _watch(self) -> None:
        """Raise Retry when a polled device has said nothing for too long."""
        driver = self._driver
        if not isinstance(driver, Polls) or not self._tags:
            await asyncio.Event().wait()
            return
        begun, longest = self._now(), max(tag.sampling for tag in self._tags)
        while True:
            patience = max(LEAST_SILENCE, SILENT_SAMPLINGS * longest, driver.silence)
            silent = self._now() - max(begun, driver.heard)
            if silent >= patience:
                break
            await asyncio.sleep(patience - silent)
        seconds = f"{silent:.0f}"
        words = sentence("The device has said nothing for %(seconds)s s; connecting anew", seconds=seconds)
        self._intake.event("silent", words)
        raise Retry(device=DEVICE, why=sentence("it has said nothing for %(seconds)s s", seconds=seconds))

    def _back(self) -> None:
        self.state, self.trouble = "running", None
        again, self._was_connected = self._was_connected, True
        if again:
            self._intake.event("reconnected", sentence("The device is back"))
        else:
            self._intake.event("connected", sentence("The device is connected"))

    async def _stay(self, state: State, error: HanmaruError, pause: float | None) -> None:
        """Tell the trouble once, let go, and wait: for a pause, or until the tags change."""
        news = self.trouble is None or self.trouble.code != error.code
        words, remedy = of_error(error), foreign(error.data.get("remedy", ""))
        if self.state == "running":
            self._tell_lost()
        self.state = state
        self.trouble = Trouble(error.code, words, remedy) if news or not self.trouble else self.trouble
        self.trouble.words = words
        if news:
            self._intake.event("unavailable", words, code=error.code, remedy=remedy)
        await self._let_go()
        self._changed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._changed.wait()

    def _tell_lost(self) -> None:
        """From now on nothing is known of the tags: say so in their readings, so that no old value looks like new."""
        if self._tags and not self._traits.history:
            now = datetime.now(UTC)
            lost = [Reading(tag.id, now, now, quality=Quality.BAD_NOT_CONNECTED) for tag in self._tags]
            self._intake.readings(batch_of(lost))

    def _next_pause(self) -> float:
        pause = min(self._pace.first * 2**self._failures, self._pace.longest)
        self._failures = min(self._failures + 1, 16)
        return float(pause * (0.5 + self._random.random()))

    async def _let_go(self) -> None:
        closing = asyncio.ensure_future(self._driver.close())
        await asyncio.wait({closing}, timeout=LETTING_GO * 5)
        await _end(closing)


async def _end(task: "asyncio.Task[Any] | asyncio.Future[Any]") -> None:
    """Cancel a task and wait a moment; one that hangs all the same is left behind."""
    task.cancel()
    await asyncio.wait({task}, timeout=LETTING_GO)
    if task.done() and not task.cancelled():
        task.exception()  # it is told elsewhere, or too late to matter
