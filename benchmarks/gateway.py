"""From a device to the bus and back to the device: what the gateway adds, and how long a batch should be waited for.

    python -m benchmarks.gateway [--scale 1]

One after the other in one run, everything durable (outbox, bus and journal sync): single changes every 10 ms through
the intake with several lingers; a device whose driver looks every 10 ms, a rule that hears the reading and answers each
with a command, until the driver is handed it; and as many readings as go through intake, outbox and bus.
"""

import argparse
import asyncio
import json
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from benchmarks.report import Figure, percentile, report
from hanmaru.bus.connect import connect_streams
from hanmaru.bus.floor_streams import HISTORIAN, READINGS, make_floor_streams
from hanmaru.bus.streams import Streams
from hanmaru.floor import subjects
from hanmaru.floor.command import Command, Outcome, Permit
from hanmaru.floor.reading import SCHEMA, Reading, batch_of, decode
from hanmaru.floor.shapes import give
from hanmaru.floor.tag import Tag
from hanmaru.gateway.doing import Doing
from hanmaru.gateway.forwarding import forward
from hanmaru.gateway.intake import LINGER, Intake
from hanmaru.gateway.journal import Journal
from hanmaru.gateway.keeping import Keeping
from hanmaru.gateway.outbox import Outbox
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets

SITE: Final = "bench"
CYCLE: Final = 0.01  # seconds between two looks of the driver
LINGERS: Final = (0.0, 0.002, LINGER, 0.05)
TAGS: Final = tuple(
    Tag(id=n, asset="bench/press", name=f"n{n}", type="number", source="press", address=str(n), writable=True)
    for n in range(1, 101)
)


class Gateway:
    """The parts of one instance that stand between a driver and the bus."""

    def __init__(self, folder: Path, streams: Streams, linger: float) -> None:
        self.source = f"press-{uuid.uuid4().hex[:8]}"
        keeping = Keeping(SITE, self.source)
        self.outbox = Outbox(folder / self.source, self.source)
        keeping.put_into(self.outbox)
        self.intake = Intake(keeping, linger=linger)
        self.intake.take_tags(TAGS, deadbands=True, watches_clock=True)
        self.tags = TAGS
        self.written: dict[str, float] = {}
        self._streams = streams

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Forward while inside."""
        async with _tasks(self.intake.run(), forward(self.outbox, self._streams)):
            yield
        self.outbox.close()

    def read(self, number: float) -> None:
        """Hand in one change, as a driver does."""
        now = datetime.now(UTC)
        self.intake.readings(batch_of([Reading(1 + int(number) % len(TAGS), now, now, number)]))

    async def write(self, command: Command, _tag: Tag | None) -> Outcome:
        """Stand for the driver: the command has arrived."""
        self.written[command.id] = time.time()
        return Outcome(command.id, "done", datetime.now(UTC), read_back=command.number)


@asynccontextmanager
async def _tasks(*work: object) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(one) for one in work]  # type: ignore[arg-type]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _read_at(data: bytes) -> float:
    """Answer when the first reading of a batch was made, in seconds."""
    return float(decode(data).column(1).cast(pa.int64())[0].as_py()) / 1e6


async def single_changes(folder: Path, streams: Streams, linger: float, seconds: float) -> tuple[list[float], float]:
    """Answer the seconds from a device to a consumer of the bus, batch by batch, and the share of a core used."""
    late: list[float] = []
    consumer = await streams.consumer(READINGS, HISTORIAN)

    async def take() -> None:
        while True:
            messages = await consumer.pull(50, 1)
            now = time.time()
            late.extend(now - _read_at(message.data) for message in messages)
            await consumer.acknowledge(messages)

    gateway = Gateway(folder, streams, linger)
    async with gateway.working(), _tasks(take()):
        begun, processor = time.monotonic(), time.process_time()
        for number in range(int(seconds / CYCLE)):
            gateway.read(float(number))
            await asyncio.sleep(max(0.0, begun + (number + 1) * CYCLE - time.monotonic()))
        used = (time.process_time() - processor) / (time.monotonic() - begun)
        await asyncio.sleep(0.5)
    return late, used


async def there_and_back(folder: Path, url: str, streams: Streams, count: int) -> list[float]:
    """Answer the seconds from an event at the device to the command at its driver, through a rule on the bus."""
    gateway, rule, events = Gateway(folder, streams, LINGER), connect_streams(url), dict[str, float]()
    journal = Journal(folder)
    doing = Doing(streams, SITE, gateway.source, gateway, journal, gateway.intake.latest)  # type: ignore[arg-type]

    async def answer() -> None:
        async with rule.listen(subjects.readings(SITE, gateway.source)) as news:
            async for one in news:
                now = datetime.now(UTC)
                asked = Command(
                    str(uuid.uuid4()), gateway.source, TAGS[0].path, now, now + timedelta(minutes=1), 1.0,
                    permit=Permit("rule"),
                )  # fmt: skip
                events[asked.id] = _read_at(one.data)
                data = json.dumps(give(asked)).encode()
                await rule.append(subjects.commands(SITE, gateway.source), data, message_id=asked.id)

    chance = np.random.default_rng(1)
    async with gateway.working(), _tasks(doing.run(), answer()):
        await asyncio.sleep(1)
        for number in range(count):
            event = time.time()
            await asyncio.sleep(float(chance.uniform(0, CYCLE)))  # until the driver looks again
            now = datetime.now(UTC)
            at = datetime.fromtimestamp(event, UTC)
            gateway.intake.readings(batch_of([Reading(1, at, now, float(number))]))
            async with asyncio.timeout(30):
                while len(gateway.written) <= number:  # noqa: ASYNC110 - what is measured is not to be woken by us
                    await asyncio.sleep(0.001)
    journal.close()
    await rule.close()
    return [gateway.written[command] - event for command, event in events.items() if command in gateway.written]


async def in_bulk(folder: Path, streams: Streams, rows: int) -> float:
    """Answer readings a second through intake, outbox and bus, pulled at its end."""
    gateway, taken = Gateway(folder, streams, LINGER), 0
    consumer = await streams.consumer(READINGS, HISTORIAN)

    async def take() -> None:
        nonlocal taken
        while True:
            messages = await consumer.pull(100, 1)
            taken += sum(int(message.headers["Hanmaru-Rows"]) for message in messages)
            await consumer.acknowledge(messages)

    batches = [_batch(np.random.default_rng(seed)) for seed in range(20)]
    async with gateway.working(), _tasks(take()):
        begun = time.monotonic()
        for number in range(rows // 2_000):
            gateway.intake.readings(batches[number % len(batches)])
            if number % 50 == 49:
                await gateway.intake.kept()
        async with asyncio.timeout(300):
            while taken < rows // 2_000 * 2_000:  # noqa: ASYNC110 - same
                await asyncio.sleep(0.005)
        return taken / (time.monotonic() - begun)


def _batch(chance: np.random.Generator) -> pa.RecordBatch:
    place = np.arange(2_000)
    times = pa.array(int(time.time() * 1e6) + place * 500).cast(pa.timestamp("us", tz="UTC"))
    values = np.round(np.cumsum(chance.normal(0, 0.1, 2_000)), 2)
    tags, good = pa.array((place % 100 + 1).astype(np.uint32)), pa.array(np.zeros(2_000, np.uint32))
    return pa.record_batch([tags, times, times, pa.array(values), pa.nulls(2_000, pa.string()), good], schema=SCHEMA)


async def measure(folder: Path, url: str, scale: float) -> list[Figure]:
    """Answer all figures."""
    streams, figures = connect_streams(url), []
    await make_floor_streams(streams, 256)
    for linger in LINGERS:
        late, used = await single_changes(folder, streams, linger, max(2.0, 20 * scale))
        name = f"device to bus, a change every 10 ms, linger {linger * 1000:g} ms"
        figures += [
            Figure(f"{name}: p50", percentile(late, 0.5) * 1000, "ms"),
            Figure(f"{name}: p99", percentile(late, 0.99) * 1000, "ms"),
            Figure(f"{name}: processor", used * 100, "% of a core"),
        ]
    loop = await there_and_back(folder, url, streams, int(max(100, 1000 * scale)))
    figures += [
        Figure("device event to command at its driver, 10 ms cycle: p50", percentile(loop, 0.5) * 1000, "ms", 30),
        Figure("device event to command at its driver, 10 ms cycle: p99", percentile(loop, 0.99) * 1000, "ms", 80),
    ]
    rate = await in_bulk(folder, streams, int(10_000_000 * scale))
    figures.append(Figure("readings through intake, outbox and bus", rate, "readings/s", 400_000, higher=True))
    await streams.close()
    return figures


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    scale = parser.parse_args().scale
    with tempfile.TemporaryDirectory(prefix="hanmaru-bench-") as name:
        folder = Path(name)
        server = nats.embedded_nats(folder / "nats", Secrets(folder / "secrets.json"))
        program = nats.program(server, folder / "nats.log")
        process = child.start(program)
        try:
            figures = asyncio.run(measure(folder, server.url, scale))
        finally:
            child.end(process, program)
    report("gateway", figures, scale=scale, tags=len(TAGS))


if __name__ == "__main__":
    main()
