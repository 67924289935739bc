"""Readings from driver-shaped batches through outbox and bus into the historian, every step on the disk.

    python -m benchmarks.ingest [--scale 1] [--seconds 60] [--sources 4] [--minutes 0] [--rate 0] [--steady 0]

First as fast as it goes: each source makes batches of 4,000 readings (with times and values of their own), puts them
into its outbox, which syncs and sends them; the NATS server syncs each message; the historian syncs before it
acknowledges. Then 4,051 tags at 1 Hz for as long again: what bus and historian use of one core. `--minutes 30` does the
first part for that long and tells how memory goes, `--rate` no faster than that many readings a second; `--steady 30`
does the second for that long. At the end every reading must be in the history, once.
"""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from benchmarks.report import Figure, report
from benchmarks.system import processor_seconds
from hanmaru.bus.connect import connect_streams
from hanmaru.bus.floor_streams import make_floor_streams
from hanmaru.bus.streams import NotAcknowledged, Streams
from hanmaru.floor import subjects
from hanmaru.floor.reading import SCHEMA, encode
from hanmaru.gateway.forwarding import Pace, forward
from hanmaru.gateway.outbox import Outbox
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets

SITE: Final = "bench"
TAGS: Final = 4_051
SAMPLES: Final = 10  # of each tag in a batch, when it goes as fast as it can
BATCH_TAGS: Final = 400
STEP: Final = 10_000  # microseconds between two samples of a tag: 100 Hz, some 400,000 readings a second
LONG_ENOUGH: Final = 300  # seconds; before, memory still grows towards the first files
WAITING: Final = 60  # messages in an outbox above which its source pauses


@dataclass
class Source:
    """A driver instance: its tags, its outbox, and what it has sent."""

    name: str
    tags: Any
    outbox: Outbox
    rows: int = 0
    turn: int = 0
    values: Any = field(default_factory=lambda: np.round(np.cumsum(np.random.default_rng(3).normal(0, 0.1, 8_192)), 2))

    def put(self, tags: Any, times: Any) -> None:
        """Make a batch of readings of tags at times and put it into the outbox."""
        tag = np.tile(tags, len(times))
        source = np.repeat(times, len(tags)) + (tag * 7 % 997)
        batch = pa.record_batch(
            [
                pa.array(tag),
                pa.array(source).cast(SCHEMA.field("source_time").type),
                pa.array(source + 3_000).cast(SCHEMA.field("receive_time").type),
                pa.array(self.values[(tag + self.turn) % len(self.values)]),
                pa.nulls(len(tag), pa.string()),
                pa.array(np.zeros(len(tag), np.uint32)),
            ],
            schema=SCHEMA,
        )
        self.outbox.put(subjects.readings(SITE, self.name), encode(batch), len(tag))
        self.rows += len(tag)
        self.turn += 1


@dataclass
class Plant:
    """What runs: bus, historian, and the sources in this process."""

    streams: Streams
    sources: list[Source]
    processes: dict[str, int]
    memory: list[float] = field(default_factory=list)

    async def state(self) -> dict[str, Any]:
        """Ask the historian how it fares; until it answers."""
        while True:
            with suppress(NotAcknowledged):
                answer: dict[str, Any] = json.loads(
                    await self.streams.request(subjects.ask(SITE, "historian"), b'{"ask":"state"}', 10)
                )
                return answer
            await asyncio.sleep(0.2)

    def used(self) -> dict[str, float]:
        """Answer the processor seconds of each process."""
        return {name: processor_seconds(pid) for name, pid in self.processes.items()}

    async def taken(self, rows: int) -> None:
        """Wait until the historian has them all."""
        while (await self.state())["rows"] < rows:  # noqa: ASYNC110 - it is in another process
            await asyncio.sleep(0.1)


def resident(pid: int) -> float:
    """Answer the memory that a process holds of its own, MiB. Source: proc_pid_status(5), RssAnon."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


async def flat_out(plant: Plant, seconds: float, rate: float) -> tuple[float, dict[str, float], int]:
    """Send as fast as it goes, or at `rate` readings a second where that is not 0.

    Answer readings a second taken, processor seconds, and readings.
    """
    await plant.state()
    before, began = plant.used(), time.monotonic()
    rows_before = (await plant.state())["rows"]
    until, looked = began + seconds, began
    at = int(time.time()) * 1_000_000
    while time.monotonic() < until:
        busy = False
        ahead = rate and sum(source.rows for source in plant.sources) - rows_before > rate * (time.monotonic() - began)
        for source in [] if ahead else plant.sources:
            if source.outbox.state().messages < WAITING:
                _put_samples(source, at)
                busy = True
        await asyncio.sleep(0 if busy else 0.002)
        if time.monotonic() - looked > 1:
            looked = time.monotonic()
            plant.memory.append(resident(plant.processes["historian"]))
    rows = sum(source.rows for source in plant.sources)
    await plant.taken(rows)
    took = time.monotonic() - began
    used = {name: value - before[name] for name, value in plant.used().items()}
    return (rows - rows_before) / took, used, rows - rows_before


def _put_samples(source: Source, at: int) -> None:
    """Put the next ten samples of the next 400 tags; after all tags time goes on."""
    parts = -(-len(source.tags) // BATCH_TAGS)
    round_, part = divmod(source.turn, parts)
    tags = source.tags[part * BATCH_TAGS : (part + 1) * BATCH_TAGS]
    source.put(tags, at + (round_ * SAMPLES + np.arange(SAMPLES)) * STEP)


async def steady(plant: Plant, seconds: float) -> tuple[dict[str, float], float, list[float]]:
    """Send every tag once a second; answer processor seconds, seconds, and how old a value is once it can be asked."""
    await plant.taken(sum(source.rows for source in plant.sources))
    before, began, ages = plant.used(), time.monotonic(), []
    for second in range(round(seconds)):
        for source in plant.sources:
            source.put(source.tags, np.asarray([time.time_ns() // 1000]))
        if second % 5 == 2:
            sent = time.monotonic()
            await plant.taken(sum(source.rows for source in plant.sources))
            ages.append(time.monotonic() - sent)
        await asyncio.sleep(max(0, began + second + 1 - time.monotonic()))
    used = {name: value - before[name] for name, value in plant.used().items()}
    return used, time.monotonic() - began, ages


async def measure(folder: Path, url: str, pids: dict[str, int], given: argparse.Namespace) -> list[Figure]:
    """Run both parts."""
    streams = connect_streams(url)
    await make_floor_streams(streams, 1_024)
    tags = np.arange(1, TAGS + 1, dtype=np.uint32)
    sources = [
        Source(f"plc-{number}", part, Outbox(folder / f"outbox-{number}", f"plc-{number}"))
        for number, part in enumerate(np.array_split(tags, given.sources))
    ]
    plant = Plant(streams, sources, pids)
    async with asyncio.TaskGroup() as group:
        pace = Pace(behind=3_600)
        senders = [group.create_task(forward(source.outbox, streams, pace)) for source in sources]
        length = given.minutes * 60 or given.seconds * given.scale
        rate, used, rows = await flat_out(plant, length, given.rate)
        slow, seconds, ages = await steady(plant, given.steady * 60 or given.seconds * given.scale)
        state = await plant.state()
        for sender in senders:
            sender.cancel()
    for source in sources:
        source.outbox.close()
    await streams.close()
    sent = sum(source.rows for source in sources)
    if state["rows"] != sent or state["set_aside"]:
        raise RuntimeError(f"{sent} readings sent, {state['rows']} in the history, {state['set_aside']} set aside")
    return _figures(rate, used, rows, plant.memory) + _steady_figures(slow, seconds, ages)


def _figures(rate: float, used: dict[str, float], rows: int, memory: list[float]) -> list[Figure]:
    settled = memory[len(memory) // 3 :] or [0.0]
    half = len(settled) // 2
    first, second = max(settled[:half] or settled), max(settled[half:])
    growth = Figure("memory, the last third's greatest by that of the third before", second / max(first, 1), "x", 1.2)
    flat = [growth] if len(memory) > LONG_ENOUGH else []
    return [
        Figure("readings a second, outbox to history", rate, "/s", 400_000, higher=True),
        Figure("readings", rows / 1e6, "million"),
        *(Figure(f"processor time of a million readings, {name}", 1e6 * one / rows, "s") for name, one in used.items()),
        Figure("the same, all together", 1e6 * sum(used.values()) / rows, "s", 5.0),
        Figure("memory of the historian, greatest", max(settled), "MiB"),
        *flat,
    ]


def _steady_figures(used: dict[str, float], seconds: float, ages: list[float]) -> list[Figure]:
    share = 100 * (used["bus"] + used["historian"]) / seconds
    return [
        Figure("4,051 tags at 1 Hz: bus and historian, of one core", share, "%", 15.0),
        *(Figure(f"4,051 tags at 1 Hz: {name}, of one core", 100 * one / seconds, "%") for name, one in used.items()),
        Figure("4,051 tags at 1 Hz: all in the history, after at most", max(ages, default=0), "s", 1.0),
    ]


def historian(folder: Path, url: str) -> child.Program:
    """Answer the historian as `hanmaru up` runs it."""
    return child.Program(
        name="historian",
        command=[sys.executable, "-m", "hanmaru.launch.historian"],
        log=folder / "historian.log",
        environment={
            "HANMARU_DATA_DIR": str(folder / "data"),
            "HANMARU_BUS_URL": url,
            "HANMARU_SITE": SITE,
            "HANMARU_HISTORIAN_TOKEN": "for-this-benchmark-only-" + "0" * 16,
        },
    )


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--sources", type=int, default=4)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--steady", type=float, default=0)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hanmaru-bench-"))
    server = nats.embedded_nats(folder / "nats", Secrets(folder / "secrets.json"))
    programs = [nats.program(server, folder / "nats.log"), historian(folder, server.url)]
    running = [child.start(program) for program in programs]
    try:
        pids = {"bus": running[0].pid, "historian": running[1].pid, "sources": os.getpid()}
        figures = asyncio.run(measure(folder, server.url, pids, given))
        report("ingest", figures, scale=given.scale, seconds=given.seconds, sources=given.sources, tags=TAGS)
    finally:
        for process, program in zip(reversed(running), reversed(programs), strict=True):
            child.end(process, program)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
