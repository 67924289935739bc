"""The Modbus driver's bench: modbus-serial's TCP server in a process of its own, behind a line that can be cut."""

import asyncio
import struct
from collections.abc import Sequence
from typing import ClassVar

from hanmaru.floor.command import Command
from hanmaru.floor.tag import Tag
from tests.contracts.drivers.bench import DeviceBench, command, tag
from tests.peers.line import Line
from tests.peers.peer import Peer, shared

TEMPERATURE, LEVEL, LOCKED = 0, 20, 999


class Bench(DeviceBench):
    """One server for all tests; each has a line of its own to it."""

    wrong: ClassVar = {
        "port": 70_000,
        "baud": 5,
        "parity": "X",
        "registers": [{"unit": 1, "table": "tape", "address": 1}],
    }
    peer: Peer | None = None
    line: Line | None = None

    async def start(self) -> None:
        if self.line is None:
            self.peer = await asyncio.to_thread(shared, "modbus_server.js")
            self.line = Line(self.peer.at["port"])
        await self.line.mend()

    async def stop(self) -> None:
        if self.line is not None:
            await self.line.cut()

    async def hang(self) -> None:
        assert self.line is not None
        self.line.hang()

    def release(self) -> None:
        if self.line is not None:
            self.line.release()

    def config(self) -> dict[str, object]:
        rows = [
            {"unit": 1, "table": "holding", "address": TEMPERATURE, "type": "float32", "name": "temperature"},
            {"unit": 1, "table": "input", "address": 3, "type": "uint16", "name": "count"},
            {"unit": 2, "table": "coil", "address": 7, "type": "bit", "name": "running"},
        ]
        port = self.line.port if self.line else 502
        return {"host": "127.0.0.1", "port": port, "timeout": 2.0, "retries": 1, "registers": rows}

    def url(self) -> str:
        return f"modbus://127.0.0.1:{self.line.port if self.line else 502}"

    def tags(self) -> Sequence[Tag]:
        return [tag(1, "temperature"), tag(2, "count", "integer"), tag(3, "running", "flag")]

    def unknown(self) -> Tag:
        return tag(9, "1/holding/5000/uint16")

    async def change(self, tag: Tag, number: float) -> None:
        await self._ask(cells=list(struct.unpack(">2H", struct.pack(">f", number))), address=TEMPERATURE)

    async def _ask(self, **more: object) -> dict[str, list[int]]:
        assert self.peer is not None
        return await asyncio.to_thread(self.peer.ask, unit=1, table="holding", **more)

    def writable(self) -> Tag:
        return tag(4, f"1/holding/{LEVEL}/int16?scale=0.5", writable=True)

    async def held(self, tag: Tag) -> float:
        return (await self._ask(get=LEVEL))["cells"][0] * 0.5

    def refused(self) -> tuple[Command, Tag]:
        locked = tag(5, f"1/holding/{LOCKED}/uint16")
        return command(locked, 1.0), locked
