"""The machine at the other end of the line: what it said last, and ways to tell it something."""

import asyncio
import math
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Final

import serialx

from hanmaru.floor.words import Sentence, foreign, of_error, sentence
from hanmaru.gateway.drivers.grbl import codes
from hanmaru.gateway.drivers.grbl.config import GrblConfig
from hanmaru.gateway.drivers.grbl.lines import (
    LONGEST,
    Acknowledged,
    Alarmed,
    Greeted,
    Place,
    Said,
    Setting,
    Status,
    understand,
)
from hanmaru.gateway.drivers.grbl.streaming import Lost, Streaming
from hanmaru.gateway.errors import Reconfigure, Retry, system_said

WAKE_SECONDS: Final = 6.0  # an Arduino boots for up to two seconds after its port was opened
RESET, QUESTION, HOLD, RESUME, CANCEL_JOG = b"\x18", b"?", b"!", b"~", b"\x85"
_OPEN_SECONDS: Final = 5.0


class Machine:
    """One open line. `told` is called with kind and words of what happens, `seen` after every report."""

    def __init__(self, config: GrblConfig, told: Callable[[str, Sentence], None], seen: Callable[[], None]) -> None:
        self._config, self._told, self._seen = config, told, seen
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._streaming = Streaming()
        self._news = asyncio.Event()
        self._unanswered = 0
        self._resets_wanted = 0
        self.broken: Retry | None = None
        self.status = Status("")
        self.place: Place | None = None
        self.offset: Place = (0.0, 0.0, 0.0)
        self.reports = 0
        self.alarm = 0
        self.last_alarm = 0  # also after a restart has ended it
        self.homed = False  # by us, on this line
        self.trusted = False  # it was found unlocked, so somebody has homed it before us
        self.greetings = 0  # how often it has started
        self.version = ""
        self.settings: dict[int, float] = {}
        self.quiet_until = 0.0  # while homing, GRBL answers no questions
        self.pins_seen: set[str] = set()

    @property
    def is_open(self) -> bool:
        """Say whether the line is there and the machine answers."""
        return self._writer is not None and self.broken is None

    @property
    def travel(self) -> Place:
        """Answer the length of each axis in mm, by the machine's own settings."""
        return (self.settings.get(130, 0.0), self.settings.get(131, 0.0), self.settings.get(132, 0.0))

    async def open(self) -> None:
        """Open the port, wake the machine and read its settings. Raise Retry, Reconfigure."""
        config = self._config
        try:
            async with asyncio.timeout(_OPEN_SECONDS):
                self._reader, self._writer = await serialx.open_serial_connection(config.port, config.baud)
        except (OSError, serialx.SerialException, TimeoutError) as error:
            raise self._retry(sentence("the port cannot be opened (%(error)s)", error=system_said(error))) from error
        self._start(self._read())
        await self._wake()
        await self._read_settings()
        self._start(self._ask())

    async def close(self) -> None:
        """Let go of the port; never raises."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self._streaming.forget()
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(OSError, TimeoutError, serialx.SerialException):
                async with asyncio.timeout(1):
                    writer.close()
                    await writer.wait_closed()

    def at_once(self, byte: bytes) -> None:
        """Send a byte that the machine acts on before anything in its buffer. Raise Retry."""
        if byte == RESET:
            self._resets_wanted += 1
        self._write(byte)

    async def send(self, line: str) -> "asyncio.Future[int]":
        """Send a line as soon as the machine has room for it; the future gets its answer. Raise Retry, Lost."""
        data = line.encode("ascii") + b"\n"
        started = self.greetings
        await self._streaming.room_for(len(data))
        if started != self.greetings or self.broken:
            raise Lost
        answer = self._streaming.sent(len(data))
        self._write(data)
        return answer

    async def ask(self, line: str, seconds: float) -> int:
        """Send a line and wait for its answer: 0 for ok, else the error's number. Raise Retry, Lost, TimeoutError."""
        async with asyncio.timeout(seconds):
            return await (await self.send(line))

    async def until(self, holds: Callable[[], bool], seconds: float | None) -> None:
        """Wait until what the machine says makes it hold. Raise TimeoutError, Retry where the line goes."""
        async with asyncio.timeout(seconds):
            while not holds():
                if self.broken:
                    raise self.broken
                self._news.clear()
                await self._news.wait()

    def poke(self) -> None:
        """Let `until` look again."""
        self._news.set()

    async def read_setting(self, number: int, seconds: float = 3) -> float | None:
        """Read all settings anew and answer one of them. Raise as `ask`."""
        self.settings.pop(number, None)
        await self.ask("$$", seconds)
        return self.settings.get(number)

    async def _wake(self) -> None:
        deadline = self._now() + WAKE_SECONDS
        while not self.status.state:
            if self.broken:
                raise self.broken
            if self._now() > deadline:
                raise self._retry(
                    sentence("nothing on this line answers as GRBL does: check port, baud rate and power")
                )
            self._write(QUESTION)
            with suppress(TimeoutError):
                await self.until(lambda: bool(self.status.state), 0.25)
        if self.version and not self.version.startswith("1.1"):
            remedy = sentence("Load GRBL 1.1 onto the controller")
            why = sentence("the controller runs GRBL %(version)s", version=self.version)
            raise Reconfigure(device=self._config.port, why=why, remedy=remedy)

    async def _read_settings(self) -> None:
        """Read `$$` and compare it with what is expected; once more where the machine started in between."""
        for attempt in range(3):
            try:
                await self.ask("$$", 3)
                break
            except (Lost, TimeoutError) as error:
                if attempt == 2 or self.broken:
                    raise self.broken or self._retry(sentence("it does not tell its settings")) from error
        for number, wanted in self._config.expected_settings.items():
            found = self.settings.get(number)
            if found is None or abs(found - wanted) > 1e-6 * max(1.0, abs(wanted)):
                shown = sentence("not there") if found is None else foreign(f"{found}")
                why = sentence(
                    "its setting $%(number)s is %(found)s, %(wanted)s is expected",
                    number=number,
                    found=shown,
                    wanted=f"{wanted:g}",
                )
                remedy = sentence("Set it on the machine, or change what is expected")
                raise Reconfigure(device=self._config.port, why=why, remedy=remedy)
        if not all(self.travel):
            remedy = sentence("Set $130, $131 and $132 to the length of the axes")
            why = sentence("the machine does not know its travel")
            raise Reconfigure(device=self._config.port, why=why, remedy=remedy)

    async def _read(self) -> None:
        assert self._reader is not None  # noqa: S101 - opened before
        pending = bytearray()
        try:
            while data := await self._reader.read(4096):
                pending += data
                *lines, rest = pending.split(b"\n")
                pending = bytearray(rest[-LONGEST:])
                for line in lines:
                    said = understand(line.decode("ascii", "replace"))
                    if said is not None:
                        self._unanswered = 0
                        self._take(said)
            self._break(sentence("the line was closed"))
        except (OSError, serialx.SerialException) as error:
            self._break(sentence("the line broke (%(error)s)", error=error))

    async def _ask(self) -> None:
        """Ask for its state again and again, and notice when it does not answer.

        Questions are counted, not seconds: a process of ours that was held up must not take the machine for gone.
        """
        most = max(2, math.ceil(self._config.silence_seconds / self._config.look_seconds))
        while self.broken is None:
            if self._now() >= self.quiet_until:
                self._unanswered += 1
                self._write(QUESTION)
            await asyncio.sleep(self._config.look_seconds)
            if self._unanswered > most:
                seconds = f"{self._config.silence_seconds:g}"
                self._break(sentence("it has not answered for %(seconds)s s: is its power on?", seconds=seconds))

    def _take(self, said: Said) -> None:
        match said:
            case Acknowledged(error):
                self._streaming.answered(error)
            case Alarmed(number):
                self.alarm = self.last_alarm = number
                self.homed = self.homed and number in codes.KEEPS_ITS_PLACE
                self.trusted = self.homed
                self._told("alarm", of_error(codes.alarm(number)))
            case Greeted(version):
                self._restarted(version)
            case Setting(number, value):
                self.settings[number] = value
            case Status():
                self._report(said)
        self._news.set()

    def _restarted(self, version: str) -> None:
        self.greetings += 1
        self.version, self.alarm = version, 0
        self._streaming.forget()
        if self._resets_wanted:
            self._resets_wanted -= 1
            return
        self.homed = self.trusted = False
        if self.greetings > 1 or self.status.state:
            words = sentence("The machine has started anew: its power was off, or somebody pressed reset")
            self._told("restarted", words)

    def _report(self, status: Status) -> None:
        if status.offset is not None:
            self.offset = status.offset
        if status.machine is None and status.work is not None:
            x, y, z = (at + shift for at, shift in zip(status.work, self.offset, strict=True))
            status = replace(status, machine=(x, y, z))
        before, self.status, self.place = self.status, status, status.machine
        self.reports += 1
        if not before.state and not self.greetings:
            self.trusted = status.state != "Alarm"
        self.pins_seen |= set(status.pins)
        if status.state == "Door" and before.state != "Door":
            self._told("door", sentence("The safety door is open: close it and resume"))
        if status.state != "Alarm":
            self.alarm = 0
        self._seen()

    def _write(self, data: bytes) -> None:
        if self._writer is None or self.broken:
            raise self.broken or self._retry(sentence("not connected"))
        try:
            self._writer.write(data)
        except (OSError, RuntimeError, serialx.SerialException) as error:
            self._break(sentence("the line broke (%(error)s)", error=error))

    def _break(self, why: Sentence) -> None:
        if self.broken is None:
            self.broken = self._retry(why)
            self.homed = self.trusted = False
            self._streaming.forget()
            self._news.set()
            self._seen()

    def _retry(self, why: Sentence) -> Retry:
        return Retry(device=self._config.port, why=why)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        self._tasks.add(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Let nobody wait for ever on a line that nobody reads any more."""
        if not task.cancelled() and isinstance(task.exception(), Retry):
            self._break(sentence("the line broke"))
        elif not task.cancelled() and (error := task.exception()):
            self._break(foreign(f"{type(error).__name__}: {error}"))

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
