"""A serial line in the event loop: lines come in by one reader, whoever waits for the next one gets it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import serialx

from hanmaru.gateway.errors import Reconfigure, Retry

OPENING = 5.0  # seconds


class Line:
    """One open port. `take` is called with each line, without its end."""

    def __init__(self, port: str, baud: int, take: Callable[[bytes], None]) -> None:
        self._port, self._baud, self._take = port, baud, take
        self._writer: serialx.SerialStreamWriter[serialx.BaseSerialTransport] | None = None
        self._pump: asyncio.Task[None] | None = None
        self._news: asyncio.Future[None] | None = None
        self.broken = "not open"

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
                why="the port may not be opened",
                remedy="Add the account that Hanmaru runs under to the group dialout, and log in anew",
            ) from error
        except (OSError, serialx.SerialException, TimeoutError) as error:
            raise Retry(device=self._port, why=f"the port cannot be opened ({str(error) or 'no answer'})") from error
        self.broken = ""
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
            self._break(str(error) or "it takes nothing")
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
            raise Retry(device=self._port, why=f"nothing came for {seconds:g} s; is it switched on?") from error
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
        self._break("not open")

    def trouble(self) -> Retry:
        """Answer what is wrong with the line."""
        return Retry(device=self._port, why=self.broken or "the line is fine")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._take(line.rstrip(b"\r\n"))
                self._wake()
            self._break("the plug was pulled")
        except ValueError:
            self._break("no line end within 64 KB; is the speed right?")
        except (OSError, serialx.SerialException) as error:
            self._break(f"the plug was pulled ({error})")

    def _break(self, why: str) -> None:
        self.broken = why
        self._wake()

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
