"""Kill -9 of historian and bus at random moments: the history equals what was sent, nothing missing or doubled."""

import asyncio
import json
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.floor_streams import make_floor_streams
from hanmaru.bus.streams import NotAcknowledged, Streams
from hanmaru.floor.reading import encode
from hanmaru.floor.subjects import ask, readings
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets
from tests.unit.edge.historian.conftest import NOON, SECOND, batch

SITE = "chaos"
TAGS = 40
Key = tuple[int, int]


class Floor:
    """Sends readings, some late, some corrected, some twice, and remembers what holds."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self.truth: dict[Key, tuple[int, float]] = {}
        self.turn = 0
        self._sent: list[bytes] = []

    def next(self) -> bytes:
        """Answer the next message."""
        self.turn += 1
        if self._sent and self.turn % 11 == 0:
            return self._sent[int(self._random.integers(len(self._sent)))]
        count = 20
        back = self.turn % 7 == 0  # every seventh is late: it lies among what came before, or a day earlier
        first = int(self._random.integers(self.turn)) * count if back else self.turn * count
        day = 86_400 * SECOND * int(self._random.integers(2)) if back else 0
        tag = np.tile(np.arange(1, TAGS + 1), count)
        source = NOON + np.repeat(np.arange(first, first + count), TAGS) * SECOND - day
        receive = np.full(len(tag), NOON + 86_400 * SECOND + self.turn)
        number = np.round(self._random.normal(0, 1, len(tag)), 3)
        for key, when, value in zip(
            zip(tag.tolist(), source.tolist(), strict=True), receive.tolist(), number.tolist(), strict=True
        ):
            if key not in self.truth or self.truth[key][0] < when:
                self.truth[key] = (when, value)
        self._sent.append(encode(batch(tag, source, receive, number)))
        return self._sent[-1]


class Site:
    """A bus and a historian that are started, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = nats.embedded_nats(folder / "nats", Secrets(folder / "secrets.json"))
        self.url = self._server.url
        self._bus = self._begin_bus()
        self._historian = self._begin_historian()

    def kill(self, part: str) -> None:
        """Kill a part outright and start it again."""
        if part == "bus":
            self._bus.send_signal(signal.SIGKILL)
            self._bus.wait()
            self._bus = self._begin_bus()
        else:
            self._historian.send_signal(signal.SIGKILL)
            self._historian.wait()
            self._historian = self._begin_historian()

    def end(self) -> None:
        """Stop both."""
        for process in (self._historian, self._bus):
            process.kill()
            process.wait()

    def _begin_bus(self) -> subprocess.Popen[bytes]:
        return child.start(nats.program(self._server, self.folder / "nats.log"))

    def _begin_historian(self) -> subprocess.Popen[bytes]:
        program = child.Program(
            name="historian",
            command=[sys.executable, "-m", "tests.chaos.historian", str(self.folder / "history"), self.url],
            log=self.folder / "historian.log",
        )
        return child.begin(program)


async def send(streams: Streams, number: int, data: bytes) -> None:
    """Send until the bus has it, as an outbox does."""
    while True:
        try:
            await streams.append(readings(SITE, "plc"), data, message_id=f"plc:1:{number}")
        except NotAcknowledged:
            await asyncio.sleep(0.1)
        else:
            return


async def asked(streams: Streams, **question: Any) -> bytes:
    """Ask until there is an answer."""
    while True:
        try:
            return await streams.request(ask(SITE, "historian"), json.dumps(question).encode(), 10)
        except NotAcknowledged:
            await asyncio.sleep(0.1)


async def play(site: Site, floor: Floor, victims: list[str], seed: int) -> dict[Key, tuple[int, float]]:
    """Send while parts are killed; answer what the history holds once it has taken everything."""
    streams = connect_streams(site.url)
    choice = random.Random(seed)  # noqa: S311 - a seeded run
    try:
        await make_floor_streams(streams, 64)
        number = 0
        for victim in victims:
            for _ in range(choice.randrange(5, 25)):
                number += 1
                await send(streams, number, floor.next())
            await asyncio.sleep(choice.random() * 0.5)  # anywhere in its work
            await asyncio.to_thread(site.kill, victim)
        consumer = await streams.consumer("READINGS", "historian")
        async with asyncio.timeout(150):
            while await consumer.pending():  # noqa: ASYNC110 - it is in another process
                await asyncio.sleep(0.1)
        held: dict[Key, tuple[int, float]] = {}
        for first in range(1, TAGS + 1, 10):
            tags = list(range(first, first + 10))
            span = {"begin": "2026-11-01T00:00:00+00:00", "end": "2026-12-01T00:00:00+00:00", "receive_time": True}
            answer = await asked(streams, ask="raw", tags=tags, **span)
            held |= _rows(pa.ipc.open_stream(answer).read_all())
        return held
    finally:
        await streams.close()


def _rows(table: Any) -> dict[Key, tuple[int, float]]:
    columns = [
        table["tag"],
        *(table[name].cast(pa.int64()) for name in ("source_time", "receive_time")),
        table["number"],
    ]
    rows = list(zip(*(column.to_pylist() for column in columns), strict=True))
    assert len({row[:2] for row in rows}) == len(rows)
    return {row[:2]: row[2:] for row in rows}


def killed(tmp_path: Path, rounds: int, seed: int) -> None:
    """Kill so many times and compare."""
    choice = random.Random(seed)  # noqa: S311 - a seeded run
    victims = [choice.choice(["historian", "historian", "historian", "bus"]) for _ in range(rounds)]
    floor, site = Floor(seed), Site(tmp_path)
    try:
        held = asyncio.run(play(site, floor, victims, seed))
    finally:
        site.end()
    assert held == floor.truth, Counter(victims)
    plain = "SELECT count(*), count(DISTINCT (tag, source_time)) FROM read_parquet(?)"
    count, distinct = duckdb.execute(plain, [f"{tmp_path}/history/readings/**/*.parquet"]).fetchall()[0]
    assert count == distinct > 0


def test_five_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    killed(tmp_path, 5, 1)


@pytest.mark.long
@pytest.mark.timeout(1_200)
def test_fifty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    killed(tmp_path, 50, 2)
