"""Bus, historian and driver instances as the processes that they are, to be killed one by one."""

import asyncio
import json
import os
import signal
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.floor_streams import make_floor_streams
from hanmaru.bus.server import EmbeddedNats
from hanmaru.bus.streams import Streams
from hanmaru.floor import subjects
from hanmaru.floor.reading import Reading
from hanmaru.gateway.wanted import Wanted
from hanmaru.kernel.errors import HanmaruError
from hanmaru.launch.ports import free_port
from hanmaru.twin.devices.wire import Wire
from tests.loop.small_disk import SmallDisk

SITE = "seongsu"
PASSWORD = "chaos"
WINDOW = timedelta(minutes=1)  # of one question to the history


class House:
    """All processes of a site, without the pages. The bus is reached through a wire that can be cut."""

    listens = "127.0.0.1"  # where the bus does

    def __init__(self, folder: Path, *, small_disks: bool = False) -> None:
        self.folder = folder
        self.disks: dict[str, SmallDisk] = {}
        self._small_disks = small_disks
        self.nats = EmbeddedNats(folder / "nats", free_port(), PASSWORD, host=self.listens)
        self.commands: dict[str, list[str]] = {"nats": self.nats.command()}
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.killed: list[str] = []
        self._stack = AsyncExitStack()

    async def lay_lines(self) -> None:
        """Lay the line to the bus: `url` is where it is reached."""
        self.wire = await self._stack.enter_async_context(Wire(self.nats.port))
        self.url = f"nats://{self.nats.user}:{PASSWORD}@127.0.0.1:{self.wire.port}"

    def at_gateway(self, command: list[str]) -> list[str]:
        """Answer the command that runs a command on the gateway's node, under the same process id."""
        return command

    async def __aenter__(self) -> Self:
        await self.start("nats")
        await self.lay_lines()
        self.streams: Streams = connect_streams(self.url)
        async with asyncio.timeout(60):
            while not self.nats.is_ready():  # noqa: ASYNC110 - it happens in another process
                await asyncio.sleep(0.05)
        await make_floor_streams(self.streams, 64)
        historian = [sys.executable, "-m", "hanmaru.launch.historian"]
        self.commands["historian"] = self._on_disk("historian", self.folder / "data" / "historian", historian)
        await self.start("historian")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.streams.close()
        for name in reversed(list(self.processes)):
            await self.kill(name, signal.SIGTERM)
        await self._stack.aclose()

    async def drive(self, wanted: Wanted) -> None:
        """Start the instance of a source."""
        place = self.folder / "gateway" / wanted.source
        wanted.write(place)
        instance = self.at_gateway([sys.executable, "-m", "hanmaru.gateway.instance", str(place)])
        self.commands[wanted.source] = self._on_disk(wanted.source, place / "outbox", instance)
        await self.start(wanted.source)

    def bus_of(self, name: str) -> str:
        """Answer where a process finds the bus."""
        return self.url

    def _on_disk(self, name: str, folder: Path, command: list[str]) -> list[str]:
        if not self._small_disks:
            return command
        self.disks[name] = SmallDisk(folder)
        return self.disks[name].under(command)

    def fill(self, name: str) -> None:
        """Fill the disk of a process."""
        self.disks[name].fill(self.processes[name].pid)

    def make_room(self, name: str) -> None:
        """Empty it again."""
        self.disks[name].empty(self.processes[name].pid)

    def says(self, name: str, word: str) -> bool:
        """Say whether the log of a process has a word."""
        return word in (self.folder / f"{name}.log").read_text(encoding="utf-8")

    async def start(self, name: str) -> None:
        """Start a process, its words in a file of its name."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HANMARU_")}
        environment |= {
            "HANMARU_DATA_DIR": str(self.folder / "data"),
            "HANMARU_SITE": SITE,
            "HANMARU_HISTORIAN_STOP_FREE_MB": "1",
            "HANMARU_HISTORIAN_THIN_FREE_MB": "2",
            "HANMARU_HISTORIAN_WARN_FREE_MB": "3",
        }
        if name != "nats":
            environment["HANMARU_BUS_URL"] = self.bus_of(name)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = await asyncio.create_subprocess_exec(
                *self.commands[name], env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )

    async def kill(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Kill a process, wherever it is in its work, and wait until it is gone."""
        process = self.processes[name]
        if process.returncode is None:
            process.send_signal(how)
            async with asyncio.timeout(120):
                await process.wait()
        self.killed.append(name)

    async def restart(self, name: str, pause: float) -> None:
        """Kill a process and start it again after a while."""
        await self.kill(name)
        await asyncio.sleep(pause)
        await self.start(name)

    async def ask(self, question: dict[str, Any]) -> bytes:
        """Ask the historian, again and again until it is there."""
        async with asyncio.timeout(120):
            while True:
                try:
                    data = json.dumps(question).encode()
                    return await self.streams.request(subjects.ask(SITE, "historian"), data, 5)
                except HanmaruError:
                    await asyncio.sleep(0.2)

    async def history(self, tags: list[int], begin: datetime, end: datetime) -> list[Reading]:
        """Answer all readings of tags, in the order in which they arrived."""
        found: list[Reading] = []
        while begin < end:
            upto = min(begin + WINDOW, end)
            question = {
                "ask": "raw", "tags": tags, "begin": begin.isoformat(), "end": upto.isoformat(), "receive_time": True
            }  # fmt: skip
            answer = await self.ask(question)
            try:
                table = pa.ipc.open_stream(answer).read_all()
            except pa.ArrowInvalid:
                raise AssertionError(answer[:500]) from None
            found += [_reading(row) for row in table.to_pylist()]
            begin = upto
        return sorted(found, key=lambda reading: reading.receive_time)  # stable: what came at once stays by time


def _reading(row: dict[str, Any]) -> Reading:
    return Reading(
        row["tag"], row["source_time"].astimezone(UTC), row["receive_time"].astimezone(UTC), row["number"],
        row["text"], row["quality"],
    )  # fmt: skip
