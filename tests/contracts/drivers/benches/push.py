"""A small device that posts JSON with the standard library's client."""

import asyncio
import json
import socket
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from hanmaru.floor.tag import Tag
from tests.contracts.drivers.bench import DeviceBench
from tests.contracts.drivers.bench import tag as a_tag

TOKEN = "a-token-of-the-bench"


class Bench(DeviceBench):
    """Sends temperature and state."""

    wrong: ClassVar = {"port": 0, "token": "short", "most_bytes": 1}

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._hanging: socket.socket | None = None
        self._sending: set[asyncio.Task[None]] = set()

    def config(self) -> dict[str, object]:
        return {"token": TOKEN, "port": self.port}

    def url(self) -> str:
        return f"push://127.0.0.1:{self.port}?token={TOKEN}"

    def tags(self) -> Sequence[Tag]:
        return [a_tag(1, "hall/temperature"), a_tag(2, "hall/state", "text")]

    def unknown(self) -> Tag:
        return a_tag(9, "hall/nothing")

    async def change(self, tag: Tag, number: float) -> None:
        """Send, and send again until it is taken, as a device does; the driver may not run yet."""
        task = asyncio.create_task(self._send({"temperature": number, "state": "가동"}))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def start(self) -> None:
        """Wait for somebody to listen."""

    async def stop(self) -> None:
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def hang(self) -> None:
        self._hanging = socket.create_connection(("127.0.0.1", self.port))
        self._hanging.sendall(b"POST /hall HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n")

    def release(self) -> None:
        if self._hanging is not None:
            self._hanging.close()
            self._hanging = None

    async def _send(self, values: dict[str, object]) -> None:
        for _try in range(100):
            if await asyncio.to_thread(self._post, json.dumps(values).encode()):
                return
            await asyncio.sleep(0.05)

    def _post(self, data: bytes) -> bool:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/hall", data, {"Authorization": f"Bearer {TOKEN}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
                return json.load(answer)["kept"] == 2
        except OSError:
            return False
