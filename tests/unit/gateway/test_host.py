"""The gateway host with real processes and a real bus: stored, read, killed, hung, changed, removed."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.floor_streams import HISTORIAN, OUTCOMES, READINGS, make_floor_streams
from hanmaru.bus.streams import NotAcknowledged, Streams
from hanmaru.floor import subjects
from hanmaru.floor.command import Command, Permit
from hanmaru.floor.reading import decode, readings_of
from hanmaru.floor.shapes import give
from hanmaru.gateway import heart
from hanmaru.gateway.host import Host
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets

SITE = "seongsu"
SECONDS = 40


@pytest.fixture
def bus_url(tmp_path: Path) -> Iterator[str]:
    """Start a bus of this test's own: streams and buckets are not shared."""
    folder = tmp_path / "nats"
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


def counted(to: int) -> list[float]:
    return [float(number) for number in range(1, to + 1)]


def test_stored_once_its_device_answers_then_read_changed_and_removed(tmp_path: Path, bus_url: str) -> None:
    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            refused = await made.ask("store", name="press", protocol="files", config={"path": str(tmp_path / "no.csv")})
            assert refused["error"]["code"] == "gateway.retry"
            assert (await made.ask("list"))["sources"] == []
            machine = made.machine("press")
            machine.write(3)
            stored = await made.store("press", machine)
            assert [(tag["id"], tag["type"]) for tag in stored["tags"]] == [(1, "number")]
            await made.until(lambda: made.found.get(1) == counted(3))
            browsed = await made.ask("browse", source="press")
            assert [node["address"] for node in browsed["nodes"]] == ["count"]
            pid = made.host.instances["press"].pid
            picked = await made.ask(
                "pick",
                source="press",
                tags=[{"asset": "seongsu/hall/press", "name": "no", "address": "gone", "type": "text"}],
            )
            assert picked["tags"][0]["id"] == 2
            machine.write(2)
            await made.until(lambda: made.found.get(1) == counted(5) and 2 in made.found)
            await made.until(lambda: "2" in made.states.get("press", {}).get("missing", {}))
            assert made.host.instances["press"].pid == pid
            assert (await made.ask("enable", source="press", enabled=False))["enabled"] is False
            await made.until(lambda: not made.host.instances)
            machine.write(1)
            await made.ask("enable", source="press", enabled=True)
            await made.until(lambda: made.found.get(1) == counted(6))
            assert (await made.ask("remove", source="press"))["forgotten"] == 2
            await made.until(lambda: not made.host.instances)

    asyncio.run(work())


def test_one_that_dies_or_hangs_is_started_again_and_touches_no_other(
    tmp_path: Path, bus_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heart, "HUNG_AFTER", 3.0)

    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            first, second = made.machine("first"), made.machine("second")
            await made.store("first", first)
            await made.store("second", second)
            for machine in (first, second):
                machine.write(10)
            await made.until(lambda: made.found.get(1) == counted(10) and made.found.get(2) == counted(10))
            other = made.host.instances["second"]
            for kill in (signal.SIGKILL, signal.SIGSTOP):
                one = made.host.instances["first"]
                pid, starts = one.pid, one.starts
                assert pid
                os.kill(pid, kill)
                for machine in (first, second):
                    machine.write(10)
                await made.until(lambda: len(made.found[2]) == second.count, 5)
                await made.until(lambda one=one, starts=starts: one.starts > starts)
                await made.until(lambda: len(made.found[1]) == first.count)
            assert made.found == {1: counted(30), 2: counted(30)}
            assert (other.starts, other.killed) == (1, 0)
            assert made.host.instances["first"].killed == 1

    asyncio.run(work())


def test_a_command_reaches_the_driver_and_its_outcome_the_bus(tmp_path: Path, bus_url: str) -> None:
    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            await made.store("press", made.machine("press"))
            await made.until(lambda: made.states.get("press", {}).get("state") == "running")
            now = datetime.now(UTC)
            target, permit = f"{SITE}/hall/press", Permit("Kim")
            asked = Command("c1", "press", target, now, now + timedelta(minutes=1), program="home", permit=permit)
            data = json.dumps(give(asked)).encode()
            await made.streams.append(subjects.commands(SITE, "press"), data, message_id="c1")
            consumer = await made.streams.consumer(OUTCOMES, "page")
            (outcome,) = await consumer.pull(1, 10)
            told = json.loads(outcome.data)
            assert (told["command"], told["result"]) == ("c1", "refused")
            assert "only read" in told["reason"]

    asyncio.run(work())


def test_what_is_asked_wrongly_is_answered_with_words(tmp_path: Path, bus_url: str) -> None:
    async def work() -> None:
        async with floor(tmp_path, bus_url) as made:
            for question, words in [
                ({"do": "dance"}, "give one of"),
                ({"do": "store"}, "name"),
                ({"do": "store", "name": "gateway", "url": "file:///x"}, "choose another"),
                ({"do": "browse", "url": "gopher://x"}, "file://"),
                ({"do": "browse", "source": "nobody"}, "no source nobody"),
                ({"do": "test", "protocol": "files", "config": {"path": "x"}}, "path"),
                ({"do": "pick", "source": "nobody", "tags": [1]}, "tags"),
                ({"do": "remove", "source": "nobody"}, "no source nobody"),
            ]:
                answer = await made.ask(**question)
                assert words in answer["error"]["words"], answer
                assert answer["error"]["code"]

    asyncio.run(work())
