"""The OPC UA driver's bench: node-opcua's server in a process of its own, behind a line that can be cut."""

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from hanmaru.floor.command import Command
from hanmaru.floor.tag import Tag
from tests.contracts.drivers.bench import DeviceBench, command, tag
from tests.peers.line import Line
from tests.peers.peer import Peer, shared


class Bench(DeviceBench):
    """One server for all tests; each has a line of its own to it."""

    wrong: ClassVar = {
        "url": "http://localhost",
        "publishing": 0,
        "queue": 0,
        "security": "Basic128",
        "trusted": ["ab"],
    }
    peer: Peer | None = None
    line: Line | None = None

    async def start(self) -> None:
        if self.line is None:
            self.peer = await asyncio.to_thread(shared, "opcua_server.js", bulk=1000)
            self.line = Line(self.peer.at["port"])
            for name, value in (("Number", 1.5), ("Small", 0.5), ("TypeString", "하나")):
                # Measured now: the server tells a value's own time, also when it is of an hour ago.
                await asyncio.to_thread(self.peer.ask, set=name, value=value)
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
        return {"url": self.url(), "publishing": 0.05, "timeout": 20.0}

    def url(self) -> str:
        return f"opc.tcp://127.0.0.1:{self.line.port if self.line else 4840}/peer"

    def tags(self) -> Sequence[Tag]:
        return [tag(1, "ns=1;s=Number"), tag(2, "ns=1;s=Small"), tag(3, "ns=1;s=TypeString", "text")]

    def unknown(self) -> Tag:
        return tag(9, "ns=1;s=Nowhere")

    async def change(self, tag: Tag, number: float) -> None:
        assert self.peer is not None
        await asyncio.to_thread(self.peer.ask, set=tag.address.rpartition("=")[2], value=number)

    def writable(self) -> Tag:
        return tag(4, "ns=1;s=Level", writable=True)

    async def held(self, tag: Tag) -> float:
        assert self.peer is not None
        return float((await asyncio.to_thread(self.peer.ask, get=tag.address.rpartition("=")[2]))["value"])

    def refused(self) -> tuple[Command, Tag]:
        fixed = tag(5, "ns=1;s=Fixed")
        return command(fixed, 1.0), fixed
