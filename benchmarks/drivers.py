"""Drivers against servers of other makers: changes a second into a sink, and the share of a core that the driver takes.

    python -m benchmarks.drivers [--scale 1] [--seconds 20]

OPC UA: node-opcua's server with 1,000 nodes (at scale 1) that all change 20 times a second. The same server is followed
by our driver and, for comparison, by asyncua's own subscription with a handler that only counts. Beside it the driver's
decoding alone, from bytes to Arrow columns. Modbus: modbus-serial's server with 1,000 registers, read as fast as it
answers. The share of a core is that of this process, by its own processor time; the servers run in others.
"""

import argparse
import asyncio
import resource
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from asyncua import Client, ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_to_binary

from benchmarks.report import Figure, report
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.modbus.config import Config as BusConfig
from hanmaru.gateway.drivers.modbus.driver import Modbus
from hanmaru.gateway.drivers.opcua import wire
from hanmaru.gateway.drivers.opcua.batch import Book
from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.driver import OpcUa
from tests.peers.peer import Peer

EVERY = 50  # milliseconds between two changes of a node
DECODED = 200  # messages of 1,000 values for the decoding alone


class Counter:
    """A sink that counts, and looks whether the values of one tag come without a hole."""

    def __init__(self, watched: int) -> None:
        self.rows = 0
        self.told = 0
        self._watched = watched
        self.seen: list[float] = []

    def readings(self, batch: pa.RecordBatch) -> None:
        self.rows += batch.num_rows
        tags, numbers = batch.column("tag").to_numpy(), batch.column("number").to_numpy(zero_copy_only=False)
        self.seen += numbers[tags == self._watched].tolist()

    def event(self, kind: str, words: str, **data: object) -> None:
        self.told += 1
        print(kind, words, data)

    async def kept(self) -> None:
        """Nothing is written here."""

    @property
    def holes(self) -> int:
        """How many of the values of the watched tag, which count up by one, are missing."""
        return int(self.seen[-1] - self.seen[0] + 1 - len(set(self.seen))) if self.seen else 0


def tag(number: int, address: str, sampling: float) -> Tag:
    """A tag of the benchmark."""
    return Tag(number, "bench/a/b/c", f"t{number}", "number", "bench", address, sampling=sampling)


async def measured(seconds: float, warm: int, count: Callable[[], int]) -> tuple[float, float]:
    """What is counted in a second, and the share of a core that this process takes meanwhile."""
    async with asyncio.timeout(120):
        while count() < warm:  # noqa: ASYNC110 - both sides only count
            await asyncio.sleep(0.1)
    begun, used, before = time.perf_counter(), _processor(), count()
    await asyncio.sleep(seconds)
    took = time.perf_counter() - begun
    return (count() - before) / took, (_processor() - used) / took


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def while_running(
    driver: Any, tags: list[Tag], sink: Counter, work: Callable[[], Coroutine[Any, Any, Any]]
) -> Any:
    """Do work while a driver reads tags."""
    await driver.connect()
    task = asyncio.create_task(driver.run(tags, sink))
    working = asyncio.create_task(work())
    try:
        await asyncio.wait({task, working}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        return await working
    finally:
        working.cancel()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()


async def ours(url: str, nodes: int, seconds: float) -> tuple[float, float, Counter]:
    """Follow the server by our driver."""
    sink = Counter(1)
    tags = [tag(1 + number, f"ns=1;s=Bulk{number}", 0) for number in range(nodes)]
    driver = OpcUa(Config(url=url, publishing=0.1, queue=1000))
    rate, share = await while_running(driver, tags, sink, lambda: measured(seconds, 5 * nodes, lambda: sink.rows))
    return rate, share, sink


async def plain_asyncua(url: str, nodes: int, seconds: float) -> tuple[float, float]:
    """Follow the server by asyncua's own subscription."""

    class Handler:
        rows = 0

        def datachange_notification(self, _node: Any, _value: Any, _data: Any) -> None:
            self.rows += 1

    handler = Handler()
    async with Client(url) as client:
        asked = ua.CreateSubscriptionParameters(100, 10_000, 50, 20_000, True)  # noqa: FBT003 - publishing enabled
        subscription = await client.create_subscription(asked, handler)
        listed = [client.get_node(f"ns=1;s=Bulk{number}") for number in range(nodes)]
        for place in range(0, nodes, 400):
            await subscription.subscribe_data_change(listed[place : place + 400], queuesize=1000, sampling_interval=0)
        return await measured(seconds, 5 * nodes, lambda: handler.rows)


def decoding() -> float:
    """Values a second from the bytes of messages to Arrow columns, on one core, without a network."""
    now = datetime.now(UTC)
    value = ua.DataValue(ua.Variant(1.5, ua.VariantType.Double), SourceTimestamp=now, ServerTimestamp=now)
    items = [ua.MonitoredItemNotification(ClientHandle=1 + row, Value=value) for row in range(1000)]
    answer = ua.PublishResponse()
    answer.Parameters.NotificationMessage.NotificationData = [ua.DataChangeNotification(MonitoredItems=items)]
    data = struct_to_binary(answer)
    book = Book([tag(1 + number, f"i={number}", 0) for number in range(1000)])
    used = time.process_time()
    for _ in range(DECODED):
        for columns in wire.published(Buffer(data)).columns:
            book.make(columns, 1_800_000_000_000_000)
    return DECODED * 1000 / (time.process_time() - used)


async def modbus(port: int, registers: int, seconds: float) -> tuple[float, float, float]:
    """Read registers as fast as the server answers: requests a second, share of a core, registers a second."""
    sink = Counter(1)
    tags = [tag(1 + place, f"1/holding/{place}", 0) for place in range(registers)]
    driver = Modbus(BusConfig(host="127.0.0.1", port=port))
    asked = driver.health

    async def work() -> tuple[float, float]:
        return await measured(seconds, 50, lambda: int(asked().extra["requests"]))

    rate, share = await while_running(driver, tags, sink, work)
    return rate, share, rate / asked().extra["blocks"] * registers


def main() -> None:
    """Measure all and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    nodes = max(10, round(1000 * given.scale))
    with Peer("opcua_server.js", bulk=nodes, every=EVERY) as peer:
        rate, share, sink = asyncio.run(ours(peer.at["url"], nodes, given.seconds))
        plain_rate, plain_share = asyncio.run(plain_asyncua(peer.at["url"], nodes, given.seconds))
    with Peer("modbus_server.js") as peer:
        requests, bus_share, values = asyncio.run(modbus(peer.at["port"], nodes, given.seconds))
    report(
        "drivers",
        [
            Figure("OPC UA driver, changes into the sink", rate, "changes/s"),
            Figure("OPC UA driver, share of a core", share * 100, "%"),
            Figure("OPC UA driver, changes per second of processor time", rate / share, "changes/s"),
            Figure("values of one node that are missing", sink.holes, "", 0),
            Figure("asyncua's own handler, changes", plain_rate, "changes/s"),
            Figure("asyncua's own handler, share of a core", plain_share * 100, "%"),
            Figure(
                "asyncua's own handler, changes per second of processor time", plain_rate / plain_share, "changes/s"
            ),
            Figure("OPC UA decoding alone, one core", decoding(), "values/s"),
            Figure("Modbus driver, requests", requests, "requests/s"),
            Figure("Modbus driver, registers read", values, "registers/s"),
            Figure("Modbus driver, share of a core", bus_share * 100, "%"),
        ],
        nodes=nodes,
        seconds=given.seconds,
        offered=nodes * 1000 / EVERY,
    )


if __name__ == "__main__":
    main()
