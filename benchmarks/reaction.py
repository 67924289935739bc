"""From an event at a device to the command written back to it: driver, outbox, bus, rule, command, driver, device.

    python -m benchmarks.reaction [--events 300]

The Modbus driver is the gateway's own process with a cycle of 10 ms; the bus is the embedded NATS with every write
synced. The rule stands in this program: it hears readings as they pass and answers a raised flag with a command.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.report import Figure, percentile, report
from hanmaru.bus.connect import connect_streams
from hanmaru.bus.floor_streams import make_floor_streams
from hanmaru.bus.streams import Streams
from hanmaru.floor import subjects
from hanmaru.floor.command import Command, Permit
from hanmaru.floor.reading import decode
from hanmaru.floor.shapes import give
from hanmaru.floor.tag import Tag
from hanmaru.gateway.wanted import Wanted
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets
from hanmaru.twin.devices.modbus.device import ModbusTcpDevice
from hanmaru.twin.devices.modbus.registers import Point, Registers, Table

SITE, SOURCE = "bench", "press"
SENSOR, VALVE = 1, 2  # tags
CYCLE = 0.01


class Bench:
    """A device whose sensor is raised, and whose valve a command opens."""

    def __init__(self, device: ModbusTcpDevice, streams: Streams) -> None:
        self.streams = streams
        self.unit = device.units[1]
        self.unit.written = self._written
        self.heard = asyncio.Event()
        self.opened: asyncio.Future[float] | None = None
        self.stages: list[tuple[float, float]] = []
        self._raised = self._seen = 0.0

    async def rule(self) -> None:
        """Answer a raised sensor with a command: what an edge function will do."""
        async with self.streams.listen(subjects.readings(SITE, SOURCE)) as news:
            async for message in news:
                self.heard.set()
                for row in decode(message.data).to_pylist():
                    if row["tag"] == SENSOR and row["number"] == 1 and self.opened and not self.opened.done():
                        self._seen = time.perf_counter()
                        await self._command()

    async def react(self) -> float:
        """Raise the sensor; answer the seconds until the valve was opened."""
        self.opened = asyncio.get_running_loop().create_future()
        self.unit.put("valve", value=False)
        self.unit.put("sensor", value=True)
        self._raised = time.perf_counter()
        async with asyncio.timeout(30):
            done = await self.opened
        self.unit.put("sensor", value=False)
        self.stages.append((self._seen - self._raised, done - self._seen))
        return done - self._raised

    async def _command(self) -> None:
        now = datetime.now(UTC)
        command = Command(
            id=str(uuid.uuid4()), source=SOURCE, target="bench/press/valve", issued_at=now,
            expires_at=now + timedelta(seconds=30), number=1.0, who="rule", cause="sensor raised",
            permit=Permit("benchmark", 0, 1),
        )  # fmt: skip
        data = json.dumps(give(command)).encode()
        await self.streams.append(subjects.commands(SITE, SOURCE), data, message_id=command.id)

    def _written(self, name: str, value: Any) -> None:
        if name == "valve" and value and self.opened and not self.opened.done():
            self.opened.set_result(time.perf_counter())


def wanted(device: ModbusTcpDevice) -> Wanted:
    """Describe the driver: two tags, looked at every 10 ms."""
    tags = (
        Tag(SENSOR, "bench/press", "sensor", "flag", SOURCE, "1/discrete/0", sampling=CYCLE),
        Tag(VALVE, "bench/press", "valve", "flag", SOURCE, "1/coil/0", sampling=1.0, writable=True),
    )
    return Wanted(SITE, SOURCE, "modbus", {"host": device.host, "port": device.port}, tags)


async def measure(folder: Path, url: str, events: int) -> tuple[list[float], list[tuple[float, float]]]:
    """Answer the seconds of each event, and of its two halves."""
    choice = random.Random(1)
    unit = Registers([Point("sensor", Table.DISCRETE, 0, "flag"), Point("valve", Table.COIL, 0, "flag")])
    streams = connect_streams(url)
    await make_floor_streams(streams, 64)
    async with ModbusTcpDevice([unit]) as device:
        wanted(device).write(folder)
        bench = Bench(device, streams)
        rule = asyncio.create_task(bench.rule())
        instance = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "hanmaru.gateway.instance", str(folder), env={**os.environ, "HANMARU_BUS_URL": url},
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with asyncio.timeout(60):
                await bench.heard.wait()
            found = []
            for number in range(events + 20):
                await asyncio.sleep(choice.uniform(0.05, 0.15))
                seconds = await bench.react()
                if number >= 20:  # the first ones warm up
                    found.append(seconds)
        finally:
            rule.cancel()
            instance.terminate()
            await instance.wait()
            await asyncio.gather(rule, return_exceptions=True)
            await streams.close()
    return found, bench.stages[20:]


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=300)
    events = parser.parse_args().events
    with tempfile.TemporaryDirectory(prefix="hanmaru-bench-") as name:
        folder = Path(name)
        server = nats.embedded_nats(folder / "nats", Secrets(folder / "secrets.json"))
        program = nats.program(server, folder / "nats.log")
        process = child.start(program)
        try:
            seconds, stages = asyncio.run(measure(folder / "instance", server.url, events))
        finally:
            child.end(process, program)
    heard, done = [first for first, _ in stages], [second for _, second in stages]
    report(
        "reaction",
        [
            Figure("device event to command at the device, p50", percentile(seconds, 0.50) * 1000, "ms", bar=30),
            Figure("device event to command at the device, p99", percentile(seconds, 0.99) * 1000, "ms", bar=80),
            Figure("of it: event to rule, p50", percentile(heard, 0.50) * 1000, "ms"),
            Figure("of it: rule to device, p50", percentile(done, 0.50) * 1000, "ms"),
        ],
        events=events,
        cycle_ms=CYCLE * 1000,
    )


if __name__ == "__main__":
    main()
