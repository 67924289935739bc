"""A gateway's node cut off from its bus, and from its device, in a network of its own: a program for `networks.APART`.

    python -m tests.loop.cut_off FOLDER SECONDS bus|floor      prints what came of it as JSON

A line is cut for so long while devices speak. The history must hold what they offered (`compared.run`); besides, the
stream is watched: each lane in order, no message twice, what is live beside what waited.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from hanmaru.bus.floor_streams import READINGS
from hanmaru.bus.streams import Delivered
from hanmaru.floor.reading import Reading, decode
from hanmaru.gateway.ending import ended
from hanmaru.kernel.errors import HanmaruError
from tests.loop import networks
from tests.loop.compared import SERVER_PATIENCE, run, until
from tests.loop.devices import COLUMNS, VARIABLES, Devices
from tests.loop.house import PASSWORD, House

BEFORE: Final = 2.0  # seconds of quiet before the cut
QUICK_PATIENCE: Final = 10.0  # seconds of the driver with its server, where it is to notice a cut
SOURCES: Final = {"opcua", "files"}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of readings, as the stream has it. Times in seconds since 1970."""

    source: str
    number: tuple[int, int]  # epoch and sequence of its outbox
    backlog: bool
    rows: int
    newest: float  # source time
    seen: float

    @classmethod
    def of(cls, one: Delivered) -> "Message":
        """Take one from the stream."""
        head = one.headers
        newest = max(decode(one.data)["source_time"].to_pylist()).timestamp()
        number = int(head["Hanmaru-Epoch"]), int(head["Hanmaru-Sequence"])
        backlog = "Hanmaru-Backlog" in head
        return cls(head["Hanmaru-Source"], number, backlog, int(head["Hanmaru-Rows"]), newest, time.time())


@dataclass(slots=True)
class Cut:
    """What came of it. Times in seconds; `fresh` from the mend until the bus had a value told after it."""

    line: str
    seconds: float
    fresh: dict[str, float] = field(default_factory=dict)
    backlog_rows: int = 0
    backlog_took: float = 0.0
    live_beside_backlog: int = 0  # live messages between the first and the last of the backlog
    read_meanwhile: float = 0.0  # share of what was offered during the cut that the gateway had before its end
    offered_meanwhile: int = 0
    offered: int = 0
    arrived: int = 0
    missed: int = 0  # readings by which the gateway says that its device is not there


class CutHouse(House):
    """The broker listens on all lines; the gateway's node comes to it over one that can be cut."""

    listens = "0.0.0.0"  # noqa: S104 - of a network of its own

    def __init__(self, folder: Path, nets: networks.Networks) -> None:
        super().__init__(folder)
        self.nets = nets

    async def lay_lines(self) -> None:
        """The lines lie already."""
        self.url = self._bus_at("127.0.0.1")

    def bus_of(self, name: str) -> str:
        """The historian lives beside the bus, drivers do not."""
        return self.url if name == "historian" else self._bus_at(networks.here(networks.BUS))

    def at_gateway(self, command: list[str]) -> list[str]:
        return self.nets.at_gateway(command)

    def _bus_at(self, address: str) -> str:
        return f"nats://{self.nats.user}:{PASSWORD}@{address}:{self.nats.port}"


class Story:
    """Cuts a line, and watches the stream meanwhile."""

    def __init__(self, cut: Cut) -> None:
        self.cut, self.messages = cut, list[Message]()
        self.begun = self.mended = 0.0
        self.seen: Counter[str] = Counter()  # rows by source

    async def watch(self, house: House) -> None:
        """Note every message of readings in the order of the stream, for ever."""
        consumer = await house.streams.consumer(READINGS, "auditor")
        while True:
            try:
                found = await consumer.pull(200, 1)
                fresh = [Message.of(one) for one in found]
                self.messages += fresh
                for one in fresh:
                    self.seen[one.source] += one.rows
                await consumer.acknowledge(found)
            except HanmaruError:
                await asyncio.sleep(0.1)

    async def disturb(self, house: House, devices: Devices) -> list[datetime]:
        assert isinstance(house, CutHouse)
        watching = asyncio.create_task(self.watch(house))
        await asyncio.sleep(BEFORE)
        await until(lambda: {one.source for one in self.messages} == SOURCES)
        self.begun, before = time.time(), devices.rounds
        await house.nets.cut(self.cut.line)
        await asyncio.sleep(self.cut.seconds)
        self.mended, self.cut.offered_meanwhile = time.time(), (devices.rounds - before) * len(VARIABLES)
        await house.nets.mend(self.cut.line)
        await until(lambda: self._fresh().keys() == SOURCES)
        self.cut.fresh = self._fresh()
        told = {"opcua": devices.rounds * len(VARIABLES), "files": devices.rounds * len(COLUMNS)}
        await until(lambda: all(self.seen[source] >= rows for source, rows in told.items()))
        assert not await ended([watching], QUICK_PATIENCE), "nats-py may lose one cancellation, not all"
        assert watching.cancelled(), watching
        return []

    def _fresh(self) -> dict[str, float]:
        """Answer by source when the first value told after the mend was seen, in seconds after it."""
        found: dict[str, float] = {}
        for one in self.messages:
            if one.newest > self.mended:
                found.setdefault(one.source, one.seen - self.mended)
        return found

    def judge(self, arrived: Sequence[Reading]) -> None:
        """Look at the stream and at when the gateway had what was offered during the cut."""
        for source in SOURCES:
            ours = [one for one in self.messages if one.source == source]
            assert len({one.number for one in ours}) == len(ours), "no message twice"
            for lane in (False, True):
                numbers = [one.number for one in ours if one.backlog is lane]
                assert numbers == sorted(numbers), "each lane in order"
        backlog = [at for at, one in enumerate(self.messages) if one.backlog]
        if backlog:
            first, last = backlog[0], backlog[-1]
            self.cut.backlog_rows = sum(self.messages[at].rows for at in backlog)
            self.cut.backlog_took = self.messages[last].seen - self.messages[first].seen
            self.cut.live_beside_backlog = sum(not one.backlog for one in self.messages[first:last])
        meanwhile = [
            one
            for one in arrived
            if one.tag <= len(VARIABLES) and self.begun < one.source_time.timestamp() < self.mended
        ]
        in_time = [one for one in meanwhile if one.receive_time < datetime.fromtimestamp(self.mended, UTC)]
        self.cut.read_meanwhile = len(in_time) / max(len(meanwhile), 1)


async def cut_off(folder: Path, seconds: float, line: str) -> Cut:
    story = Story(Cut(line, seconds))
    async with networks.Networks() as nets:
        patience = SERVER_PATIENCE if line == networks.BUS else QUICK_PATIENCE
        ran = await run(CutHouse(folder, nets), story.disturb, networks.here(networks.FLOOR), patience)
    story.judge(ran.arrived)
    story.cut.offered, story.cut.arrived, story.cut.missed = ran.found.offered, ran.found.arrived, len(ran.said)
    return story.cut


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(cut_off(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3])))))  # noqa: T201
