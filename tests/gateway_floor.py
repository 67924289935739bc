"""A gateway host with real processes on a real bus, and machines that write files, for tests."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.floor_streams import HISTORIAN, READINGS, make_floor_streams
from hanmaru.bus.streams import NotAcknowledged, Streams
from hanmaru.floor import subjects
from hanmaru.floor.reading import decode, readings_of
from hanmaru.gateway.host import Host
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets

SITE = "seongsu"
SECONDS = 120


@contextmanager
def own_bus(folder: Path) -> Iterator[str]:
    """Run a bus of this test's own, whose streams and buckets are not shared; answer its address."""
    folder.mkdir()
    server = nats.embedded_nats(folder, Secrets(folder / "secrets.json"))
    program = nats.program(server, folder / "nats.log")
    process = child.start(program)
    yield server.url
    child.end(process, program)


class Floor:
    """A running host, its bus and files that machines write."""

    def __init__(self, folder: Path, url: str, streams: Streams) -> None:
        self.folder, self.url, self.streams = folder, url, streams
        self.host = self._host()
        self.found: dict[int, list[float | None]] = {}
        self._seen: set[tuple[int, datetime]] = set()
        self.states: dict[str, dict[str, Any]] = {}

    def _host(self) -> Host:
        return Host(self.streams, SITE, self.folder / "gateway", {"HANMARU_BUS_URL": self.url})

    async def ask(self, do: str, **more: object) -> dict[str, Any]:
        data = json.dumps({"do": do, **more}).encode()
        answer: dict[str, Any] = json.loads(await self.streams.request(subjects.ask(SITE, "gateway"), data, SECONDS))
        return answer

    async def answers(self) -> None:
        async with asyncio.timeout(SECONDS):
            while True:
                with suppress(NotAcknowledged):
                    await self.ask("drivers")
                    return
                await asyncio.sleep(0.05)

    def machine(self, name: str) -> "Machine":
        return Machine(self.folder / f"{name}.csv")

    async def store(self, name: str, machine: "Machine") -> dict[str, Any]:
        config = {"path": str(machine.file), "looks": 0.02, "time_column": "time"}
        tags = [{"asset": f"{SITE}/hall/{name}", "name": "count", "address": "count"}]
        return await self.ask("store", name=name, protocol="files", config=config, tags=tags)

    async def until(self, holds: Callable[[], bool], seconds: float = SECONDS) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not holds():  # noqa: ASYNC110 - a process tells nobody
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pytest.fail(f"in vain: found {self.found}, states {self.states}")

    async def read(self) -> None:
        consumer = await self.streams.consumer(READINGS, HISTORIAN)
        while True:
            messages = await consumer.pull(100, 1)
            for message in messages:
                for row in readings_of(decode(message.data)):
                    if (row.tag, row.source_time) not in self._seen:  # as the historian does
                        self._seen.add((row.tag, row.source_time))
                        self.found.setdefault(row.tag, []).append(row.number)
            await consumer.acknowledge(messages)

    async def hear(self) -> None:
        async with self.streams.listen(f"floor.{SITE}.states.>") as news:
            async for one in news:
                self.states[one.subject.rpartition(".")[2]] = json.loads(one.data)


class Machine:
    """Writes one more number with each line."""

    def __init__(self, file: Path) -> None:
        self.file, self.count = file, 0
        file.write_text("time,count\n")

    def write(self, lines: int) -> None:
        now = datetime.now(UTC)
        with self.file.open("a") as file:
            for _line in range(lines):
                self.count += 1
                file.write(f"{(now + timedelta(microseconds=self.count)).isoformat()},{self.count}\n")


@asynccontextmanager
async def floor(folder: Path, url: str) -> AsyncIterator[Floor]:
    streams = connect_streams(url)
    await make_floor_streams(streams, 64)
    made = Floor(folder, url, streams)
    tasks = [asyncio.create_task(one) for one in (made.host.run(), made.read(), made.hear())]
    try:
        await made.answers()
        yield made
    finally:
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        await streams.close()
        assert [end for end in ends if end and not isinstance(end, asyncio.CancelledError)] == []
