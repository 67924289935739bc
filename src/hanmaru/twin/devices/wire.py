"""A network cable between a driver and a device that speaks TCP: it can be cut, or fall silent while it holds."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

PIECE: Final = 65_536


class Wire:
    """Listens on a port of its own and passes bytes on to the device behind it.

    `freeze()` lets nothing through while connections stay up, as a hung device does; `cut()` breaks them and refuses
    new ones; `thaw()` and `mend()` end them. `flap()` breaks the connections once.
    """

    def __init__(self, port: int, host: str = "127.0.0.1", own_port: int = 0, address: str = "127.0.0.1") -> None:
        """Lead to `host` and `port`; listen at `address` on `own_port`, on a free one if that is 0 or taken."""
        self._host, self._behind, self._address = host, port, address
        self._server: asyncio.Server | None = None
        self._open = asyncio.Event()
        self._open.set()
        self._begun = False
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = own_port

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.set()
        await self.cut()

    def freeze(self) -> None:
        """Let nothing through any more; nobody is told."""
        self._open.clear()

    def thaw(self) -> None:
        """Let bytes through again; those that waited go first."""
        self._open.set()

    async def cut(self) -> None:
        """Break all connections and refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self.flap()

    async def flap(self) -> None:
        """Break all connections; new ones are taken."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def mend(self) -> None:
        """Let bytes through again, on the same port."""
        self.thaw()
        if self._server is None:
            await self._listen()

    async def _listen(self) -> None:
        try:
            self._server = await asyncio.start_server(self._connected, self._address, self.port)
        except OSError:
            if self._begun:
                raise
            self._server = await asyncio.start_server(self._connected, self._address, 0)
        self._begun = True
        self.port = self._server.sockets[0].getsockname()[1]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio runs this as a task
        self._tasks.add(task)
        try:
            await self._join(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # broken by us, by the driver or by the device: the connection is over
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._behind)
        pumps = [asyncio.create_task(self._pump(reader, back)), asyncio.create_task(self._pump(there, writer))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            back.close()
            with suppress(OSError):
                await back.wait_closed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(PIECE):
            await self._open.wait()
            writer.write(data)
            await writer.drain()
