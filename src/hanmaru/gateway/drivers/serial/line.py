"""A serial line in the event loop: lines come in by one reader, whoever waits for the next one gets it."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import serialx

from hanmaru.floor.words import NOTHING, Sentence, foreign, sentence
from hanmaru.gateway.errors import Reconfigure, Retry, system_said

OPENING = 5.0  # seconds

NOT_OPEN: Final = sentence("not open")


class Line:
    """One open port. `take` is called with each line, without its end."""

    def __init__(self, port: str, baud: int, take: Callable[[bytes], None]) -> None:
        self._port, self._baud, self._take = port, baud, take
        self._writer: serialx.SerialStreamWriter[serialx.BaseSerialTransport] | None = None
        self._pump: asyncio.Task[None] | None = None
        self._news: asyncio.Future[None] | None = None
        self.broken: Sentence = NOT_OPEN
        self.heard = 0.0  # when a line came last

    @property
    def is_open(self) -> bool:
        """Say whether the port is there."""
        return not self.broken

    async def open(self) -> None:
        """Open the port. Raise Retry, Reconfigure."""
        await self.close()
        try:
            async with asyncio.timeout(OPENING):
                reader, self._writer = await serialx.open_serial_connection(self._port, self._baud)
        except PermissionError as error:
            raise Reconfigure(
                device=self._port,
                why=sentence("the port may not be opened"),
                remedy=sentence("Add the account that Hanmaru runs under to the group dialout, and log in anew"),
            ) from error
        except (OSError, serialx.SerialException, TimeoutError) as error:
            why = sentence("the port cannot be opened (%(error)s)", error=system_said(error))
            raise Retry(device=self._port, why=why) from error
        self.broken = NOTHING
        self._pump = asyncio.create_task(self._read(reader))

    async def send(self, data: bytes) -> None:
        """Write; returns when the port has taken it. Raise Retry."""
        if self._writer is None or self.broken:
            raise self.trouble()
        try:
            self._writer.write(data)
            async with asyncio.timeout(OPENING):
                await self._writer.drain()
        except (OSError, serialx.SerialException, TimeoutError) as error:
            self._break(foreign(str(error)) if str(error) else sentence("it takes nothing"))
            raise self.trouble() from error

    async def next(self, seconds: float) -> None:
        """Wait for the next line. Raise Retry when none comes or the plug is pulled."""
        if self.broken:
            raise self.trouble()
        if self._news is None or self._news.done():
            self._news = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await asyncio.shield(self._news)
        except TimeoutError as error:
            why = sentence("nothing came for %(seconds)s s; is it switched on?", seconds=f"{seconds:g}")
            raise Retry(device=self._port, why=why) from error
        if self.broken:
            raise self.trouble()

    async def close(self) -> None:
        """Let go of the port; never raises."""
        pump, self._pump = self._pump, None
        writer, self._writer = self._writer, None
        if pump is not None:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
        if writer is not None:
            with suppress(OSError, TimeoutError, serialx.SerialException):
                async with asyncio.timeout(1):
                    writer.close()
                    await writer.wait_closed()
        self._break(NOT_OPEN)

    def trouble(self) -> Retry:
        """Answer what is wrong with the line."""
        return Retry(device=self._port, why=self.broken or sentence("the line is fine"))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self.heard = time.monotonic()
                self._take(line.rstrip(b"\r\n"))
                self._wake()
            self._break(sentence("the plug was pulled"))
        except ValueError:
            self._break(sentence("no line end within 64 KB; is the speed right?"))
        except (OSError, serialx.SerialException) as error:
            self._break(sentence("the plug was pulled (%(error)s)", error=error))

    def _break(self, why: Sentence) -> None:
        self.broken = why
        self._wake()

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
