"""The bus and the outbox: what a producer and a consumer get on one machine, everything on the disk first.

    python -m benchmarks.bus [--scale 1]

A NATS server of its own with `sync_interval: always`. "Awaited" is one message at a time, "windowed" are 64 under way
at once. A batch holds 2,000 readings of 2,000 tags as Arrow IPC with LZ4, about 25 KB. The outbox is measured alone
(put to synced), and with the sender behind it until all is in the stream. Pulls are of 100 messages, each acknowledged;
nats-py's own `fetch` does the same beside it.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from nats.aio.client import Client
from nats.errors import TimeoutError as NatsTimeout

from benchmarks.report import Figure, report
from benchmarks.system import processor_seconds
from hanmaru.bus.connect import connect_streams
from hanmaru.bus.streams import Streams, StreamShape
from hanmaru.floor import reading
from hanmaru.gateway.forwarding import Pace, forward
from hanmaru.gateway.outbox import Outbox
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets

ROWS = 2_000
WINDOW = 64
BATCH = 100
BAR = 400_000  # readings a second


def batch(seed: int) -> bytes:
    """One look at 2,000 tags: noisy values with three decimals, as sensors give them."""
    now = int(datetime.now(UTC).timestamp() * 1e6) + seed * 1_000_000
    times = pa.array(np.full(ROWS, now), pa.int64()).cast(reading.SCHEMA.field("source_time").type)
    values = np.round(np.random.default_rng(seed).normal(50, 10, ROWS), 3)
    columns = [
        pa.array(np.arange(1, ROWS + 1), pa.uint32()),
        times,
        times,
        pa.array(values),
        pa.nulls(ROWS, pa.string()),
        pa.array(np.zeros(ROWS, np.uint32)),
    ]
    return reading.encode(pa.record_batch(columns, schema=reading.SCHEMA))


async def rate(work: Callable[[], Awaitable[None]], count: int) -> float:
    """How many a second."""
    started = time.perf_counter()
    await work()
    return count / (time.perf_counter() - started)


async def publishing(streams: Streams, data: bytes, count: int, mark: str) -> tuple[float, float]:
    """Awaited and windowed appends a second."""

    async def append(number: int, way: str) -> None:
        await streams.append("b.a", data, message_id=f"{mark}:{way}:{number}")

    async def awaited() -> None:
        for number in range(count):
            await append(number, "awaited")

    async def windowed() -> None:
        for start in range(0, count, WINDOW):
            await asyncio.gather(*(append(number, "windowed") for number in range(start, min(start + WINDOW, count))))

    return await rate(awaited, count), await rate(windowed, count)


async def pulling(streams: Streams, durable: str, count: int) -> float:
    """Messages a second, pulled by hundreds and acknowledged."""
    consumer = await streams.consumer("B", durable)

    async def pull() -> None:
        left = count
        while left > 0:
            messages = await consumer.pull(BATCH, 5)
            await consumer.acknowledge(messages)
            left -= len(messages)

    return await rate(pull, count)


async def fetching(url: str, count: int) -> float:
    """The same with nats-py's own means; the last acknowledgement of each batch is awaited, as ours is."""
    client = Client()
    await client.connect(url)
    subscription = await client.jetstream().pull_subscribe("b.a", durable="fetch", stream="B")

    async def fetch() -> None:
        left = count
        while left > 0:
            messages = []
            with suppress(NatsTimeout):
                messages = await subscription.fetch(BATCH, timeout=5)
            for message in messages[:-1]:
                await message.ack()
            if messages:
                await messages[-1].ack_sync(5)
            left -= len(messages)

    try:
        return await rate(fetch, count)
    finally:
        await client.close()


def outbox_alone(folder: Path, batches: list[bytes], count: int) -> float:
    """Readings a second from `put` to the disk, with groups as they come."""
    box = Outbox(folder, "bench", most_bytes=8 * 1024**3)
    started = time.perf_counter()
    for number in range(count):
        box.put("b.r", batches[number % len(batches)], ROWS)
        if number % 1_000 == 999:
            box.flush(60)
    box.flush(60)
    seconds = time.perf_counter() - started
    box.close()
    return count * ROWS / seconds


async def outbox_to_bus(folder: Path, streams: Streams, batches: list[bytes], count: int) -> float:
    """Readings a second from `put` until the stream has them all."""
    box = Outbox(folder, "bench", most_bytes=8 * 1024**3)
    sending = asyncio.create_task(forward(box, streams, Pace(behind=3_600)))

    async def through() -> None:
        for number in range(count):
            while box.state().messages > 500:  # noqa: ASYNC110 - a producer that is as fast as its box
                await asyncio.sleep(0.002)
            box.put("b.r", batches[number % len(batches)], ROWS)
            if number % 20 == 0:
                await asyncio.sleep(0)
        while box.state().messages:  # noqa: ASYNC110 - the box tells nobody
            await asyncio.sleep(0.002)

    try:
        return await rate(through, count * ROWS)
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        box.close()


def resident(process: int) -> float:
    """Memory of a process in MB (Linux, `proc_pid_status(5)`, VmRSS)."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


async def measure(url: str, server: int, folder: Path, scale: float) -> list[Figure]:
    """All figures, in one run."""
    streams = connect_streams(url)
    await streams.ensure(StreamShape("B", ("b.>",), max_bytes=16 * 1024**3, duplicate_window=60))
    count = max(200, int(5_000 * scale))
    batches = [batch(seed) for seed in range(50)]
    idle = resident(server)
    small = await publishing(streams, bytes(512), count, "small")
    large = await publishing(streams, batches[0], count, "large")
    pulled = await pulling(streams, "pull", count * 4)
    fetched = await fetching(url, count * 4)
    alone = outbox_alone(folder / "alone", batches, count)
    before, started = processor_seconds(server), time.perf_counter()
    through = await outbox_to_bus(folder / "through", streams, batches, count)
    share = (processor_seconds(server) - before) / (time.perf_counter() - started)
    await streams.close()
    return [
        Figure("512 bytes, awaited", small[0], "messages/s"),
        Figure("512 bytes, windowed", small[1], "messages/s"),
        Figure("a batch of 2,000 readings, awaited", large[0], "messages/s"),
        Figure("a batch of 2,000 readings, windowed", large[1], "messages/s"),
        Figure("pulled and acknowledged, half of it batches", pulled, "messages/s"),
        Figure("the same with nats-py's fetch", fetched, "messages/s"),
        Figure("outbox, put to disk", alone, "readings/s", BAR, higher=True),
        Figure("outbox to the stream", through, "readings/s", BAR, higher=True),
        Figure("the server's share of a core meanwhile", share * 100, "%"),
        Figure("server's memory, idle", idle, "MB"),
        Figure("server's memory, after all", resident(server), "MB"),
        Figure("size of a batch", len(batches[0]) / 1024, "KB"),
    ]


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    scale = parser.parse_args().scale
    folder = Path(tempfile.mkdtemp(prefix="hanmaru-bench-"))
    server = nats.embedded_nats(folder / "nats", Secrets(folder / "secrets.json"))
    program = nats.program(server, folder / "nats.log")
    process = child.start(program)
    try:
        report("bus", asyncio.run(measure(server.url, process.pid, folder, scale)), scale=scale)
    finally:
        child.end(process, program)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
