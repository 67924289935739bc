"""The serial driver: one device at one port, read line by line, asked where it does not speak by itself."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final

from hanmaru.floor.command import Command, Outcome, Result
from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading, batch_of
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import sentence
from hanmaru.gateway.contract import Health, Node, Sink
from hanmaru.gateway.drivers.serial.config import SerialConfig
from hanmaru.gateway.drivers.serial.devices import Value, device_of
from hanmaru.gateway.drivers.serial.line import OPENING, Line
from hanmaru.gateway.errors import Retry

READ_BACK: Final = 3.0  # seconds
STATUS_LINES: Final = 3  # of ~HS
TROUBLES: Final = {
    "paper_out": "the paper is out",
    "paused": "the printer is paused",
    "head_open": "its head is open",
}


class SerialDriver:
    """Speaks with a scale, a label printer or a card reader."""

    protocol: ClassVar[str] = "serial"
    config: ClassVar[type[SerialConfig]] = SerialConfig

    def __init__(self, config: SerialConfig) -> None:
        self._config = config
        self._device = device_of(config.device, config.ask, config.encoding)
        self._line = Line(config.port, config.baud, self._take)
        self._tags: dict[str, list[Tag]] = {}
        self._sink: Sink | None = None
        self._last: dict[str, Value] = {}
        self._missing: dict[int, str] = {}
        self._lines = self._rubbish = 0
        self._writing = asyncio.Lock()

    @property
    def connecting(self) -> float:
        """Answer the most seconds that `connect` takes."""
        return self._config.patience + 2 * OPENING  # to open and to send

    @property
    def heard(self) -> float:
        """Answer when a line came last; one that speaks only when it likes is never late."""
        return self._line.heard if self._device.question else time.monotonic()

    @property
    def silence(self) -> float:
        """Answer the most seconds from one answer to the next."""
        return self._config.every + self._config.patience + OPENING

    async def connect(self) -> None:
        """Open the port; a device that answers questions is asked one. Raise Retry, Reconfigure."""
        await self._line.open()
        if self._device.question:
            await self._line.send(self._device.question)
            await self._line.next(self._config.patience)

    async def browse(self, address: str = "") -> Sequence[Node]:
        """Answer what the device tells, and what it said last."""
        if address:
            return ()
        return [
            Node(
                one.address, one.name, "point", one.type, one.unit, one.writable, value=_shown(self._last, one.address)
            )
            for one in self._device.points
        ]

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:
        """Ask, or listen, until cancelled. Raise Retry when nothing comes or the plug is pulled."""
        known = {one.address for one in self._device.points}
        self._missing = {
            tag.id: f"a {self._config.device} has no {tag.address}" for tag in tags if tag.address not in known
        }
        self._tags = {address: [tag for tag in tags if tag.address == address] for address in known}
        now = datetime.now(UTC)
        if self._missing:
            sink.readings(batch_of(Reading(one, now, now, quality=Quality.BAD_NODE_UNKNOWN) for one in self._missing))
        self._sink = sink
        try:
            while True:
                if self._device.question:
                    await self._line.send(self._device.question)
                await self._line.next(self._config.patience)
                if self._device.question:
                    await asyncio.sleep(self._config.every)
        finally:
            self._sink = None

    async def write(self, command: Command, tag: Tag | None) -> Outcome:
        """Print a label, tare or zero a scale."""
        async with self._writing:
            try:
                return await self._write(command, tag)
            except Retry as error:
                return _outcome(command, "unknown", f"{error}; look at the device")

    def health(self) -> Health:
        """Answer how it fares."""
        return Health(
            connected=self._line.is_open,
            detail=self._line.broken,
            missing=dict(self._missing),
            extra={"lines": self._lines, "unreadable_lines": self._rubbish},
        )

    async def close(self) -> None:
        """Let go of the port."""
        await self._line.close()

    async def _write(self, command: Command, tag: Tag | None) -> Outcome:
        if command.program is not None:
            if command.program not in self._device.programs:
                can = ", ".join(self._device.programs) or "nothing"
                return _outcome(command, "refused", f"A {self._config.device} cannot {command.program}; it can {can}")
            await self._line.send(self._device.programs[command.program] + self._device.question)
            await self._line.next(READ_BACK)
            weight = self._last.get("weight")
            return _outcome(command, "done", read_back=weight.number if weight else None)
        if tag is None or tag.address != "label" or command.text is None:
            return _outcome(command, "refused", f"A {self._config.device} only prints: set the text of its label")
        sent = self._device.label(command.text)
        if sent is None:
            return _outcome(command, "refused", "A label begins with ^XA and ends with ^XZ")
        return await self._print(command, sent)

    async def _print(self, command: Command, sent: bytes) -> Outcome:
        """Print, and ask the printer afterwards whether it can."""
        whole = self._lines + STATUS_LINES
        await self._line.send(sent + self._device.question)
        while self._lines < whole:
            await self._line.next(READ_BACK)
        for address, words in TROUBLES.items():
            if (said := self._last.get(address)) and said.number:
                return _outcome(command, "failed", f"The label waits in the printer: {words}")
        return _outcome(command, "done")

    def _take(self, line: bytes) -> None:
        """Take a line as it comes; what the device cannot have said is counted."""
        if not line.strip():
            return
        values = self._device.take(line)
        if values is None:
            self._rubbish += 1
            if self._rubbish in {1, 100, 10_000} and self._sink:
                words = sentence("A line makes no sense: check speed and device")
                self._sink.event("unreadable_line", words, lines=self._rubbish)
            return
        self._lines += 1
        now = datetime.now(UTC)
        self._last |= {value.address: value for value in values}
        readings = [
            Reading(tag.id, now, now, value.number, value.text, value.quality)
            for value in values
            for tag in self._tags.get(value.address, ())
        ]
        if readings and self._sink:
            self._sink.readings(batch_of(readings))


def _shown(last: dict[str, Value], address: str) -> str:
    value = last.get(address)
    if value is None:
        return ""
    return value.text or ("" if value.number is None else f"{value.number:g}")


def _outcome(command: Command, result: Result, reason: str = "", read_back: float | None = None) -> Outcome:
    return Outcome(command.id, result, datetime.now(UTC), reason=reason[:500], read_back=read_back)
