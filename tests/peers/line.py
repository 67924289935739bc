"""A TCP line between driver and device that a test can cut, or keep and let nothing through."""

import asyncio
import contextlib


class Line:
    """Passes bytes on to a server, from a port of its own that stays the same."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._streams: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self.delay = 0.0  # seconds for which each piece of an answer is held back
        self.port = 0
        self.accepted = 0

    async def mend(self) -> None:
        """Let connections through, at first or again."""
        if self._server is None:
            self._open.set()
            self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Break all connections and take no more."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for stream in list(self._streams):
            stream.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hang(self) -> None:
        """Keep the connections, and let nothing through."""
        self._open.clear()

    def release(self) -> None:
        """Let through what has waited."""
        self._open.set()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._streams.add(writer)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
            self._streams.add(far_writer)
            both = [
                asyncio.create_task(self._pump(reader, far_writer, late=False)),
                asyncio.create_task(self._pump(far_reader, writer, late=True)),
            ]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in both:
                    one.cancel()
                await asyncio.gather(*both, return_exceptions=True)
                far_writer.transport.abort()
                self._streams.discard(far_writer)
        writer.transport.abort()
        self._streams.discard(writer)
        self._tasks.discard(task)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, late: bool) -> None:
        while data := await reader.read(65_536):
            await self._open.wait()
            if late and self.delay:
                await asyncio.sleep(self.delay)
            writer.write(data)
            await writer.drain()
