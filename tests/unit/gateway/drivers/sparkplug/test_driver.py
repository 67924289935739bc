"""The host application against both brokers: births, deaths, late data, wrong clocks, large and odd values."""

import asyncio
import json
import math
import queue
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from hanmaru.floor.quality import Quality, is_good
from hanmaru.floor.reading import LONGEST_TEXT
from hanmaru.floor.shapes import take
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.sparkplug.config import SparkplugConfig
from hanmaru.gateway.drivers.sparkplug.driver import SparkplugDriver
from hanmaru.gateway.errors import Retry
from tests.brokers import Broker
from tests.contracts.drivers.bench import command, tag
from tests.contracts.drivers.caught import Caught
from tests.sparkplug_node import BOOLEAN, DOUBLE, INT32, STRING, UINT64, EdgeNode, metric, number

TEMPERATURE = tag(1, "g/n/d/temperature", writable=True)


def driver_of(broker: Broker, **more: Any) -> SparkplugDriver:
    given = {"url": broker.url, "groups": ["g"], "keepalive": 20, "birth_seconds": 1, "gap_seconds": 0.5, **more}
    return SparkplugDriver(take(SparkplugConfig, given, "config"))


@asynccontextmanager
async def listening(driver: SparkplugDriver, *tags: Tag) -> AsyncIterator[tuple[Caught, asyncio.Task[None]]]:
    sink = Caught()
    await driver.connect()
    task = asyncio.create_task(driver.run(tags, sink))
    try:
        yield sink, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()


@asynccontextmanager
async def beside(broker: Broker, **more: Any) -> AsyncIterator[EdgeNode]:
    node = await asyncio.to_thread(EdgeNode(broker.port, **more).start)
    try:
        yield node
    finally:
        await asyncio.to_thread(node.stop)


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 240))


def test_a_node_born_before_us_is_asked_for_its_birth(broker: Broker) -> None:
    async def work() -> None:
        async with beside(broker) as node, listening(driver_of(broker), TEMPERATURE) as (sink, _):
            await sink.until(lambda: any(one.number == 20.0 for one in sink.all))
            assert node.births >= 2
            assert any(kind == "rebirth_asked" for kind, _ in sink.events)

    run(work)


def test_a_node_that_breaks_off_leaves_its_tags_not_connected(broker: Broker) -> None:
    async def work() -> None:
        async with beside(broker) as node, listening(driver_of(broker), TEMPERATURE) as (sink, _):
            await sink.until(lambda: any(one.number == 20.0 for one in sink.all))
            await asyncio.to_thread(node.break_off)
            await sink.until(lambda: sink.all[-1].quality == Quality.BAD_NOT_CONNECTED, 60)
            assert (sink.all[-1].number, sink.all[-1].text) == (None, None)
            assert sink.all[-1].source_time >= sink.all[-2].source_time

    run(work)


def test_late_data_keep_their_time_and_do_not_become_the_newest(broker: Broker) -> None:
    yesterday = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)

    async def work() -> None:
        driver = driver_of(broker)
        async with beside(broker) as node, listening(driver, TEMPERATURE) as (sink, _):
            await sink.until(lambda: any(one.number == 20.0 for one in sink.all))
            stamp = int(yesterday.timestamp() * 1000)
            node.send("DDATA", metric("temperature", 11.0, at=stamp, flags=number(5, 1)))
            await sink.until(lambda: any(one.number == 11.0 for one in sink.all))
            (late,) = [one for one in sink.all if one.number == 11.0]
            assert (late.source_time, is_good(late.quality)) == (yesterday, True)
            assert datetime.now(UTC) - late.receive_time < timedelta(minutes=1)
            (seen,) = [one for one in await driver.browse("g/n/d") if one.name == "temperature"]
            assert seen.value == "20.0"
            assert abs(driver.health().skew or 0) < 60

    run(work)


def test_a_clock_an_hour_off_is_told_and_both_times_are_kept(broker: Broker) -> None:
    async def work() -> None:
        driver = driver_of(broker)
        async with (
            beside(broker, clock=lambda: time.time() + 3600) as node,
            listening(driver, TEMPERATURE) as (sink, _),
        ):
            await sink.until(lambda: any(kind == "clock_skew" for kind, _ in sink.events))
            await sink.until(lambda: any(one.number == 20.0 for one in sink.all))
            reading = next(one for one in sink.all if one.number == 20.0)
            assert timedelta(minutes=59) < reading.source_time - reading.receive_time < timedelta(minutes=61)
            assert driver.health().skew == pytest.approx(3600, abs=60)
            node.clock = time.time
            for value in range(25):
                await asyncio.to_thread(node.change, "temperature", float(value))
            await sink.until(lambda: any(kind == "clock_right" for kind, _ in sink.events))

    run(work)


def test_odd_and_large_values_come_as_they_are(broker: Broker) -> None:
    text = "한" * 400_000  # 1.2 MB
    values: dict[str, tuple[int, object]] = {
        "nan": (DOUBLE, math.nan),
        "inf": (DOUBLE, -math.inf),
        "large": (UINT64, 2**64 - 1),
        "text": (STRING, text),
        "flag": (BOOLEAN, True),
        "null": (INT32, None),
        "wrong": (STRING, "hot"),
    }
    types = {"large": "integer", "text": "text", "flag": "flag", "null": "integer"}
    tags = {
        name: tag(place, f"g/n/d/{name}", types.get(name, "number"))  # type: ignore[arg-type]
        for place, name in enumerate(values, 1)
    }

    async def work() -> None:
        async with (
            beside(broker, values=values),
            listening(driver_of(broker), *tags.values()) as (sink, _),
        ):
            await sink.until(lambda: {one.tag for one in sink.all} >= {one.id for one in tags.values()})
            last = {name: sink.of(one.id)[-1] for name, one in tags.items()}
            assert last["nan"].number is not None
            assert math.isnan(last["nan"].number)
            assert last["inf"].number == -math.inf
            assert (last["large"].number, last["large"].text) == (2.0**64, str(2**64 - 1))
            assert last["flag"].number == 1.0
            assert (last["null"].number, last["null"].quality) == (None, Quality.BAD_NO_DATA)
            assert (last["wrong"].text, last["wrong"].quality) == (None, Quality.BAD_TYPE_MISMATCH)
            cut = last["text"].text
            assert cut
            assert LONGEST_TEXT - 3 < len(cut.encode()) <= LONGEST_TEXT
            assert last["text"].quality == Quality.UNCERTAIN

    run(work)


def test_what_a_node_calls_transient_is_not_kept(broker: Broker) -> None:
    async def work() -> None:
        driver, shown = driver_of(broker), tag(2, "g/n/d/shown")
        async with beside(broker) as node, listening(driver, TEMPERATURE, shown) as (sink, _):
            await sink.until(lambda: any(one.number == 20.0 for one in sink.all))
            node.send("DDATA", metric("shown", 1.0, flags=number(6, 1)), metric("temperature", 21.0))
            await sink.until(lambda: any(one.number == 21.0 for one in sink.all))
            assert all(one.number is None for one in sink.of(2))
            assert "transient" in driver.health().missing[2]

    run(work)


def test_tags_of_a_node_that_nobody_hears_become_bad(broker: Broker) -> None:
    async def work() -> None:
        driver = driver_of(broker)
        nobody, nonsense = tag(2, "g/nobody/d/m"), tag(3, "temperature")
        async with beside(broker), listening(driver, TEMPERATURE, nobody, nonsense) as (sink, _):
            await sink.until(lambda: bool(sink.of(2)) and bool(sink.of(3)))
            assert [one.quality for one in sink.of(2)] == [Quality.BAD_NO_COMMUNICATION]
            assert [one.quality for one in sink.of(3)] == [Quality.BAD_CONFIGURATION]
            assert set(driver.health().missing) == {2, 3}

    run(work)


def test_a_gap_is_told_and_mended_by_a_birth(broker: Broker) -> None:
    async def work() -> None:
        driver = driver_of(broker, rebirth_seconds=1)
        async with beside(broker) as node, listening(driver, TEMPERATURE) as (sink, _):
            await sink.until(lambda: any(one.number == 20.0 for one in sink.all))
            births = node.births
            node.skip(3)
            await asyncio.to_thread(node.change, "temperature", 33.0)
            await sink.until(lambda: any(kind == "sequence_gap" for kind, _ in sink.events))
            await sink.until(lambda: node.births > births)
            assert driver.health().extra["missing"] == 3
            assert 33.0 in {one.number for one in sink.all}

    run(work)


def test_a_broker_that_starts_again_is_retry_and_then_all_is_as_before(broker: Broker) -> None:
    async def work() -> None:
        driver = driver_of(broker)
        async with beside(broker, bd_seq=1), listening(driver, TEMPERATURE) as (sink, task):
            await sink.until(lambda: any(one.number == 20.0 for one in sink.all))
            await asyncio.to_thread(broker.stop)
            with pytest.raises(Retry):
                await asyncio.wait_for(asyncio.shield(task), 60)
            assert not driver.health().connected
        await asyncio.to_thread(broker.start)
        values = {"temperature": (DOUBLE, 44.0)}
        async with beside(broker, bd_seq=2, values=values), listening(driver, TEMPERATURE) as (sink, _):
            await sink.until(lambda: any(one.number == 44.0 for one in sink.all))

    run(work)


def test_a_broker_that_is_slow_for_a_while_loses_nothing(broker: Broker) -> None:
    async def work() -> None:
        driver = driver_of(broker, keepalive=60)
        async with beside(broker) as node, listening(driver, TEMPERATURE) as (sink, _):
            await sink.until(lambda: any(one.number == 20.0 for one in sink.all))
            broker.hang()
            for value in range(100, 150):
                await asyncio.to_thread(node.change, "temperature", float(value))
            await asyncio.sleep(1.5)  # the time of slowness itself
            broker.go_on()
            await sink.until(lambda: any(one.number == 149.0 for one in sink.all))
            told = [one.number for one in sink.all if one.number and one.number >= 100]
            assert told == [float(value) for value in range(100, 150)]
            assert driver.health().extra["missing"] == 0

    run(work)


def test_a_broker_that_hangs_is_noticed(broker: Broker) -> None:
    async def work() -> None:
        async with listening(driver_of(broker, keepalive=2), TEMPERATURE) as (_, task):
            broker.hang()
            with pytest.raises(Retry):
                await asyncio.wait_for(asyncio.shield(task), 60)
            broker.go_on()

    run(work)


def test_nodes_are_told_whether_we_listen(broker: Broker) -> None:
    said: queue.Queue[dict[str, object]] = queue.Queue()
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="looks")
    client.on_message = lambda _client, _data, message: said.put(json.loads(message.payload))
    client.connect("127.0.0.1", broker.port)
    client.subscribe("spBv1.0/STATE/house", qos=1)
    client.loop_start()

    async def heard() -> dict[str, object]:
        return await asyncio.to_thread(said.get, timeout=60)

    async def work() -> None:
        driver = driver_of(broker, host_id="house")
        async with listening(driver):
            birth = await heard()
        death = await heard()
        assert (birth["online"], death["online"]) == (True, False)
        assert birth["timestamp"] == death["timestamp"]
        async with listening(driver):
            assert (await heard())["online"] is True
            # The death of an older line of ours: it must not be the last word.
            client.publish("spBv1.0/STATE/house", json.dumps({"online": False, "timestamp": 1}), qos=1, retain=True)
            while (await heard())["timestamp"] != 1:
                continue  # ours, told again because the retained one said that we were gone
            assert (await heard())["online"] is True

    try:
        run(work)
    finally:
        client.disconnect()
        client.loop_stop()


def test_a_command_that_the_node_does_not_follow_is_unknown(broker: Broker) -> None:
    async def work() -> None:
        driver = driver_of(broker, answer_seconds=1)
        async with beside(broker, obeys=False) as node, listening(driver, TEMPERATURE) as (sink, _):
            await sink.until(lambda: any(one.number == 20.0 for one in sink.all))
            outcome = await driver.write(command(TEMPERATURE, 30.0), TEMPERATURE)
            assert (outcome.result, bool(outcome.reason)) == ("unknown", True)
            outcome = await driver.write(command(TEMPERATURE, 20.0), TEMPERATURE)
            assert (outcome.result, outcome.read_back) == ("done", 20.0)
            asked = asyncio.create_task(driver.write(command(TEMPERATURE, 31.0), TEMPERATURE))
            await asyncio.to_thread(node.change, "temperature", 29.0)
            assert ((await asked).result, (await asked).read_back) == ("failed", 29.0)

    run(work)


def test_a_command_to_a_node_that_is_not_there_is_refused(broker: Broker) -> None:
    async def work() -> None:
        driver = driver_of(broker, answer_seconds=0.5)
        async with listening(driver, TEMPERATURE):
            outcome = await driver.write(command(TEMPERATURE, 30.0), TEMPERATURE)
            assert outcome.result == "refused"
            outcome = await driver.write(command(TEMPERATURE, None, program="dance"), None)
            assert outcome.result == "refused"
            asked = command(TEMPERATURE, None, program="rebirth", arguments=("g", "n"))
            assert (await driver.write(asked, None)).result == "done"

    run(work)


def test_a_thousand_metrics_of_a_message_are_one_batch(broker: Broker) -> None:
    values: dict[str, tuple[int, object]] = {f"m{place}": (DOUBLE, float(place)) for place in range(1_000)}
    tags = [tag(place + 1, f"g/n/d/{name}") for place, name in enumerate(values)]
    batches: list[int] = []

    class Counting(Caught):
        def readings(self, batch: Any) -> None:
            batches.append(batch.num_rows)
            super().readings(batch)

    async def work() -> None:
        driver, sink = driver_of(broker), Counting()
        async with beside(broker, values=values):
            await driver.connect()
            task = asyncio.create_task(driver.run(tags, sink))
            await sink.until(lambda: len(sink.all) >= 1_000)
            assert max(batches) >= 1_000
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await driver.close()

    run(work)


def test_garbage_is_counted_told_once_and_the_rest_goes_on(broker: Broker) -> None:
    async def work() -> None:
        driver = driver_of(broker)
        async with beside(broker) as node, listening(driver, TEMPERATURE) as (sink, _):
            await sink.until(lambda: any(one.number == 20.0 for one in sink.all))
            for _ in range(3):
                node.raw("DDATA", b"\xff\xff\xff garbage")
            await asyncio.to_thread(node.change, "temperature", 22.0)
            await sink.until(lambda: any(one.number == 22.0 for one in sink.all))
            assert driver.health().extra["bad"] == 3
            assert len([kind for kind, _ in sink.events if kind == "bad_payload"]) == 1

    run(work)
