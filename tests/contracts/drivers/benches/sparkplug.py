"""A broker that others wrote, and an edge node with its own bytes behind it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from hanmaru.floor.command import Command
from hanmaru.floor.tag import Tag
from tests.brokers import Broker, mosquitto_program
from tests.contracts.drivers.bench import DeviceBench, command
from tests.contracts.drivers.bench import tag as a_tag
from tests.sparkplug_node import DOUBLE, INT32, EdgeNode


class Bench(DeviceBench):
    """One edge node with one device that has two metrics."""

    wrong: ClassVar = {"url": "http://here", "groups": ["a/b"], "host_id": "a#", "gap_seconds": -1, "keepalive": 1}

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.broker = Broker("mosquitto" if mosquitto_program() else "nats", folder / "broker")
        self.node: EdgeNode | None = None
        self._starts = 0

    def config(self) -> dict[str, object]:
        return {"url": self.broker.url, "groups": ["g"], "keepalive": 20, "look_seconds": 0.5, "birth_seconds": 2}

    def url(self) -> str:
        return f"sparkplug://127.0.0.1:{self.broker.port}/g"

    def tags(self) -> Sequence[Tag]:
        return [a_tag(1, "g/n/d/temperature"), a_tag(2, "g/n/d/pieces/good", "integer")]

    def unknown(self) -> Tag:
        return a_tag(9, "g/n/d/pressure")

    def writable(self) -> Tag:
        return a_tag(1, "g/n/d/temperature", writable=True)

    async def held(self, tag: Tag) -> float:
        assert self.node
        value = self.node.values[tag.address.split("/", 3)[3]][1]
        assert isinstance(value, float)
        return value

    def refused(self) -> tuple[Command, Tag | None]:
        target = self.tags()[1]
        return command(target, 2.0**40), target

    async def start(self) -> None:
        await asyncio.to_thread(self.broker.start)
        values: dict[str, tuple[int, object]] = {"temperature": (DOUBLE, 20.0), "pieces/good": (INT32, 7)}
        self.node = EdgeNode(self.broker.port, values=values, bd_seq=self._starts)
        self._starts += 1
        await asyncio.to_thread(self.node.start)

    async def stop(self) -> None:
        self.broker.stop()
        if self.node is not None:
            await asyncio.to_thread(self.node.stop)
            self.node = None

    async def change(self, tag: Tag, number: float) -> None:
        assert self.node
        await asyncio.to_thread(self.node.change, tag.address.split("/", 3)[3], number)

    async def hang(self) -> None:
        self.broker.hang()

    def release(self) -> None:
        self.broker.go_on()
