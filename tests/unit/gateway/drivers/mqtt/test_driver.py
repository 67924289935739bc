"""Plain MQTT against both brokers: old values, malformed ones, wrong clocks, sessions that outlive us."""

import asyncio
import json
import queue
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import LONGEST_TEXT
from hanmaru.floor.shapes import take
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.mqtt.config import MqttConfig
from hanmaru.gateway.drivers.mqtt.driver import MqttDriver
from hanmaru.gateway.errors import Retry
from tests.brokers import Broker
from tests.contracts.drivers.bench import command, tag
from tests.contracts.drivers.caught import Caught

JSON = {"pattern": "plant/{machine}/{name}", "time": "/at", "time_format": "seconds"}
RAW = {"pattern": "raw/{rest*}"}


class Device:
    """Somebody who publishes."""

    def __init__(self, port: int) -> None:
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id="device")
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def tell(self, topic: str, payload: str | bytes, *, retain: bool = False) -> None:
        self.client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(10)

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def device(broker: Broker) -> Iterator[Device]:
    made = Device(broker.port)
    yield made
    made.stop()


def driver_of(broker: Broker, **more: Any) -> MqttDriver:
    given = {"url": broker.url, "topics": [JSON, RAW], "keepalive": 20, "quiet_seconds": 120, **more}
    return MqttDriver(take(MqttConfig, given, "config"))


@asynccontextmanager
async def listening(driver: MqttDriver, *tags: Tag) -> AsyncIterator[tuple[Caught, asyncio.Task[None]]]:
    sink = Caught()
    await driver.connect()
    task = asyncio.create_task(driver.run(tags, sink))
    try:
        yield sink, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(work(), 240))


def test_a_retained_value_is_never_stamped_as_now_and_good(broker: Broker, device: Device) -> None:
    old = datetime(2026, 1, 31, 9, tzinfo=UTC)
    device.tell("raw/old", "5", retain=True)
    device.tell("plant/press/old", json.dumps({"v": 6, "at": old.timestamp()}), retain=True)

    async def work() -> None:
        bare, timed = tag(1, "raw/old"), tag(2, "plant/press/old#/v")
        async with listening(driver_of(broker), bare, timed) as (sink, _):
            await sink.until(lambda: bool(sink.of(1)) and bool(sink.of(2)))
            assert (sink.of(1)[0].number, sink.of(1)[0].quality) == (5.0, Quality.UNCERTAIN_LAST_USABLE)
            assert (sink.of(2)[0].source_time, sink.of(2)[0].quality) == (old, Quality.GOOD)
            await asyncio.to_thread(device.tell, "raw/old", "7")
            await sink.until(lambda: sink.of(1)[-1].number == 7.0)
            assert sink.of(1)[-1].quality == Quality.GOOD

    run(work)


def test_malformed_payloads_are_counted_and_told_once(broker: Broker, device: Device) -> None:
    async def work() -> None:
        driver = driver_of(broker)
        number, inside = tag(1, "raw/n"), tag(2, "plant/press/s#/v")
        async with listening(driver, number, inside) as (sink, _):
            for _ in range(3):
                await asyncio.to_thread(device.tell, "raw/n", "hot")
                await asyncio.to_thread(device.tell, "plant/press/s", '{"v": ')
            await asyncio.to_thread(device.tell, "raw/n", "1.5")
            await sink.until(lambda: any(one.number == 1.5 for one in sink.all))
            assert driver.health().extra["malformed"] == 6
            assert len([kind for kind, _ in sink.events if kind == "malformed"]) == 2
            assert {one.quality for one in sink.all if one.number is None} == {Quality.BAD_TYPE_MISMATCH}

    run(work)


def test_a_time_that_is_missing_or_odd_makes_the_value_uncertain(broker: Broker, device: Device) -> None:
    async def work() -> None:
        driver, inside = driver_of(broker), tag(1, "plant/press/s#/v")
        async with listening(driver, inside) as (sink, _):
            for told in ({"v": 1}, {"v": 2, "at": "soon"}, {"v": 3, "at": time.time()}):
                await asyncio.to_thread(device.tell, "plant/press/s", json.dumps(told))
            await sink.until(lambda: len(sink.all) == 3)
            assert [one.quality for one in sink.all] == [Quality.UNCERTAIN, Quality.UNCERTAIN, Quality.GOOD]
            assert driver.health().extra["odd_times"] == 2

    run(work)


def test_a_clock_an_hour_off_is_told_and_both_times_are_kept(broker: Broker, device: Device) -> None:
    async def work() -> None:
        driver, inside = driver_of(broker), tag(1, "plant/press/s#/v")
        async with listening(driver, inside) as (sink, _):
            told = json.dumps({"v": 1, "at": time.time() - 3600})
            await asyncio.to_thread(device.tell, "plant/press/s", told)
            await sink.until(lambda: bool(sink.all) and bool(sink.events))
            assert sink.events[0][0] == "clock_skew"
            assert timedelta(minutes=59) < sink.all[0].receive_time - sink.all[0].source_time < timedelta(minutes=61)
            assert driver.health().skew == pytest.approx(-3600, abs=60)

    run(work)


def test_large_and_odd_values(broker: Broker, device: Device) -> None:
    async def work() -> None:
        tags = [
            tag(1, "raw/big", "integer"),
            tag(2, "raw/text", "text"),
            tag(3, "plant/a/b#/list", "text"),
            tag(4, "plant/a/b#/nan"),
            tag(5, "plant/a/b#/null"),
            tag(6, "plant/a/b#/flag", "flag"),
            tag(7, "plant/a/b#/none"),
        ]
        driver = driver_of(broker, quiet_seconds=1)
        async with listening(driver, *tags) as (sink, _):
            await asyncio.to_thread(device.tell, "raw/big", str(2**64 - 1))
            await asyncio.to_thread(device.tell, "raw/text", "한" * 400_000)
            document = {"list": [1, {"a": "가"}], "nan": float("nan"), "null": None, "flag": True, "at": time.time()}
            told = json.dumps(document)
            await asyncio.to_thread(device.tell, "plant/a/b", told)
            await sink.until(lambda: {one.tag for one in sink.all} == set(range(1, 8)))
            last = {one.tag: one for one in sink.all}
            assert (last[1].number, last[1].text) == (2.0**64, str(2**64 - 1))
            assert len((last[2].text or "").encode()) == LONGEST_TEXT - LONGEST_TEXT % 3
            assert last[2].quality == Quality.UNCERTAIN
            assert last[3].text == '[1,{"a":"가"}]'
            assert last[4].number is not None
            assert last[4].number != last[4].number
            assert (last[5].quality, last[6].number) == (Quality.BAD_NO_DATA, 1.0)
            assert last[7].quality == Quality.BAD_NODE_UNKNOWN
            assert "/none" in driver.health().missing[7]

    run(work)


def test_a_tag_outside_the_patterns_is_bad_at_once(broker: Broker) -> None:
    async def work() -> None:
        async with listening(driver_of(broker), tag(1, "elsewhere/x")) as (sink, _):
            await sink.until(lambda: bool(sink.all))
            assert sink.all[0].quality == Quality.BAD_CONFIGURATION

    run(work)


def test_a_session_that_outlives_us_brings_what_came_meanwhile(broker: Broker, device: Device) -> None:
    async def work() -> None:
        driver, number = driver_of(broker, persistent=True, client_id="hanmaru-test"), tag(1, "raw/n")
        async with listening(driver, number) as (sink, _):
            await asyncio.to_thread(device.tell, "raw/n", "1")
            await sink.until(lambda: len(sink.all) == 1)
        for value in range(2, 12):
            await asyncio.to_thread(device.tell, "raw/n", str(value))
        async with listening(driver, number) as (sink, _):
            # NATS sends what it had handed to the old line once more, some seconds later than the rest.
            await sink.until(lambda: {one.number for one in sink.all} == {float(value) for value in range(2, 12)})
            if broker.kind == "mosquitto":
                assert [one.number for one in sink.all] == [float(value) for value in range(2, 12)]

    run(work)


def test_what_is_not_on_our_disk_is_sent_again(broker: Broker, device: Device) -> None:
    class Full(Caught):
        async def kept(self) -> None:
            await asyncio.Event().wait()

    async def work() -> None:
        driver, number = driver_of(broker, persistent=True, client_id="hanmaru-test"), tag(1, "raw/n")
        await driver.connect()
        sink = Full()
        task = asyncio.create_task(driver.run([number], sink))
        await asyncio.to_thread(device.tell, "raw/n", "5")
        await sink.until(lambda: len(sink.all) == 1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()
        async with listening(driver, number) as (again, _):
            await again.until(lambda: any(one.number == 5.0 for one in again.all))

    run(work)


def test_a_broker_that_starts_again_is_retry_and_then_all_is_as_before(broker: Broker) -> None:
    async def work() -> None:
        driver, number = driver_of(broker), tag(1, "raw/n")
        async with listening(driver, number) as (_, task):
            await asyncio.to_thread(broker.stop)
            with pytest.raises(Retry):
                await asyncio.wait_for(asyncio.shield(task), 60)
            with pytest.raises(Retry):
                await driver.connect()
        await asyncio.to_thread(broker.start)
        async with listening(driver, number) as (sink, _):
            again = await asyncio.to_thread(Device, broker.port)
            await asyncio.to_thread(again.tell, "raw/n", "4")
            await sink.until(lambda: any(one.number == 4.0 for one in sink.all))
            again.stop()

    run(work)


@pytest.mark.parametrize(
    ("more", "number", "sent", "result"),
    [
        ({}, 30.0, "30", "done"),
        (
            {"set_payload": '{"wanted": {value}}', "confirm": "message", "confirm_topic": "{topic}/ack"},
            2.5,
            '{"wanted": 2.5}',
            "done",
        ),
        ({"confirm": "none"}, 1.0, "1", "unknown"),
        ({"confirm_seconds": 0.5, "confirm_topic": "{topic}/nobody"}, 1.0, "1", "unknown"),
        ({"set_topic": ""}, 1.0, None, "refused"),
    ],
)
def test_commands_end_as_they_are_confirmed(
    broker: Broker, device: Device, more: dict[str, object], number: float, sent: str | None, result: str
) -> None:
    told: queue.Queue[str] = queue.Queue()

    def follow(client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        told.put(message.payload.decode())
        client.publish("raw/wanted", message.payload)
        client.publish("raw/wanted/ack", b"yes")

    async def work() -> None:
        driver, target = driver_of(broker, **{"set_topic": "{topic}/set", **more}), tag(1, "raw/wanted", writable=True)
        device.client.on_message = follow
        device.client.subscribe("raw/wanted/set", qos=1)
        await asyncio.to_thread(device.tell, "raw/else", "1")  # answered after the subscription
        async with listening(driver, target):
            outcome = await driver.write(command(target, number), target)
        assert outcome.result == result
        assert outcome.reason or result == "done"
        if sent:
            assert await asyncio.to_thread(told.get, timeout=60) == sent
        assert told.empty()

    run(work)


def test_a_flood_comes_whole_and_in_order(broker: Broker, device: Device) -> None:
    """2,000 messages as fast as they go: none lost, order kept, and many of them in one batch."""

    async def work() -> None:
        number = tag(1, "raw/n")
        async with listening(driver_of(broker), number) as (sink, _):
            for begin in range(0, 2_000, 500):  # Mosquitto itself drops what waits beyond 1,000
                for value in range(begin, begin + 499):
                    device.client.publish("raw/n", str(value), qos=1)
                await asyncio.to_thread(device.tell, "raw/n", str(begin + 499))
                await sink.until(lambda end=begin + 500: len(sink.all) >= end, 60)  # type: ignore[misc]
            assert [one.number for one in sink.all] == [float(value) for value in range(2_000)]

    run(work)
