"""Kill -9 of who holds an outbox and of the bus, and cuts of the wire between them, while messages are taken.

What was accepted is in the stream, once, and in order; the disk is a real one, with real syncs.
"""

import asyncio
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.server import EmbeddedNats
from hanmaru.bus.streams import Delivered, StreamShape
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets
from tests.peers.line import Line

SHAPE = StreamShape("READINGS", ("floor.*.readings.>",), max_bytes=500_000_000, duplicate_window=1_200)
HARM = ("holder", "server", "cut", "hang")
PATIENCE = 120  # seconds within which everything goes on after any harm


class Plant:
    """A bus, a wire to it, and a holder of an outbox at the other end."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.random = folder, random.Random(seed)  # noqa: S311 - a seeded run
        self.server: EmbeddedNats = nats.embedded_nats(folder / "nats", Secrets(folder / "secrets.json"))
        self.program = nats.program(self.server, folder / "nats.log")
        self.noted, self.lives = folder / "noted", 0
        self.done: Counter[str] = Counter()
        self.noted.touch()

    async def start(self) -> None:
        self.bus = await asyncio.to_thread(child.start, self.program)
        streams = connect_streams(self.server.url)
        await streams.ensure(SHAPE)
        await streams.close()
        self.line = Line(self.server.port)
        await self.line.mend()
        self.begin_life()

    def begin_life(self) -> None:
        self.lives += 1
        url = replace(self.server, port=self.line.port).url
        with (self.folder / "holder.log").open("ab") as log:
            self.holder = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.chaos.outbox_holder",
                    self.folder / "box",
                    url,
                    str(self.lives),
                    self.noted,
                ],
                stdout=log,
                stderr=log,
            )

    def accepted(self) -> list[str]:
        """What the holder has noted; a line cut off by a kill does not count."""
        return self.noted.read_text().rpartition("\n")[0].split()

    async def harm(self) -> None:
        """Wait until some more was accepted, then break something and mend it."""
        wanted = len(self.accepted()) + self.random.randint(1, 120)
        await self.becomes(lambda: len(self.accepted()) >= wanted)
        kind = self.random.choice(HARM)
        self.done[kind] += 1
        if kind == "holder":
            self.holder.kill()
            await asyncio.to_thread(self.holder.wait)
            self.begin_life()
            return
        if kind == "server":
            self.bus.send_signal(signal.SIGKILL)
            await asyncio.to_thread(self.bus.wait)
        elif kind == "cut":
            await self.line.cut()
        else:
            self.line.hang()
        await asyncio.sleep(self.random.choice((0.0, 0.3, 1.0, 3.0)))  # how long an outage lasts is part of the harm
        if kind == "server":
            self.bus = await asyncio.to_thread(child.start, self.program)
        await self.line.mend()
        self.line.release()

    async def becomes(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                assert self.holder.poll() is None, (self.folder / "holder.log").read_text()[-2000:]
                await asyncio.sleep(0.02)

    async def content(self) -> list[Delivered]:
        """Everything in the stream, once the outbox is empty."""
        (self.folder / "stop").touch()
        async with asyncio.timeout(PATIENCE):
            status = await asyncio.to_thread(self.holder.wait)
        assert status == 0, (self.folder / "holder.log").read_text()[-2000:]
        streams = connect_streams(self.server.url)
        consumer = await streams.consumer("READINGS", "auditor")
        found: list[Delivered] = []
        while batch := await consumer.pull(1_000, 1):
            found += batch
            await consumer.acknowledge(batch)
        await streams.close()
        return found

    async def end(self) -> None:
        self.holder.kill()
        await asyncio.to_thread(self.holder.wait)
        await self.line.cut()
        await asyncio.to_thread(child.end, self.bus, self.program)


async def under_fire(folder: Path, rounds: int, seed: int) -> tuple[list[str], list[Delivered], Counter[str]]:
    plant = Plant(folder, seed)
    try:
        await plant.start()
        for _round in range(rounds):
            await plant.harm()
        found = await plant.content()
        return plant.accepted(), found, plant.done
    finally:
        await plant.end()


def audit(accepted: Sequence[str], found: Sequence[Delivered]) -> None:
    """Nothing missing, nothing doubled, each lane in order."""
    words = [one.data.decode().strip() for one in found]
    assert sorted(set(accepted) - set(words)) == []
    assert [word for word, count in Counter(words).items() if count > 1] == []
    for lane in (None, "1"):
        sequences = [
            int(one.headers["Hanmaru-Sequence"]) for one in found if one.headers.get("Hanmaru-Backlog") == lane
        ]
        assert sequences == sorted(sequences)
    # By their numbers they are in the order in which they were put.
    by_number = sorted(found, key=lambda one: int(one.headers["Hanmaru-Sequence"]))
    told = [tuple(int(part) for part in one.data.decode().strip().split(":")) for one in by_number]
    assert told == sorted(told)


@pytest.mark.parametrize("seed", [1])
def test_what_was_accepted_is_in_the_stream_once_and_in_order(tmp_path: Path, seed: int) -> None:
    accepted, found, _done = asyncio.run(under_fire(tmp_path, rounds=5, seed=seed))
    assert len(accepted) > 50
    audit(accepted, found)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", [2])
def test_fifty_rounds_of_it(tmp_path: Path, seed: int) -> None:
    accepted, found, done = asyncio.run(under_fire(tmp_path, rounds=50, seed=seed))
    assert set(done) == set(HARM)
    audit(accepted, found)


def test_the_audit_sees_a_loss_a_double_and_a_swap() -> None:
    def message(number: int) -> Delivered:
        return Delivered("s", f"1:{number}".encode(), number, 1, {"Hanmaru-Sequence": str(number)})

    accepted = ["1:1", "1:2", "1:3"]
    audit(accepted, [message(n) for n in (1, 2, 3)])
    for wrong in ((1, 3), (1, 2, 2, 3), (1, 3, 2)):
        with pytest.raises(AssertionError):
            audit(accepted, [message(n) for n in wrong])
