"""The host application and an edge node of Eclipse Tahu's library, over both brokers."""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from hanmaru.floor.quality import Quality
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers import from_url, make
from hanmaru.gateway.drivers.sparkplug.driver import SparkplugDriver
from hanmaru.gateway.ending import ended
from tests.brokers import Broker
from tests.contracts.drivers.bench import command, tag
from tests.contracts.drivers.caught import Caught
from tests.peers.peer import Peer

METRICS: list[dict[str, Any]] = [
    {"name": "int8", "type": "Int8", "value": -5},
    {"name": "int16", "type": "Int16", "value": -3000},
    {"name": "int32", "type": "Int32", "value": -2_000_000_000},
    {"name": "int64", "type": "Int64", "value": "-9223372036854775808"},
    {"name": "uint8", "type": "UInt8", "value": 255},
    {"name": "uint16", "type": "UInt16", "value": 65535},
    {"name": "uint32", "type": "UInt32", "value": 4294967295},
    {"name": "uint64", "type": "UInt64", "value": "18446744073709551615"},
    {"name": "float", "type": "Float", "value": 0.5},
    {"name": "double", "type": "Double", "value": 20.25},
    {"name": "flag", "type": "Boolean", "value": True},
    {"name": "text/ko", "type": "String", "value": "양극산화"},
    {"name": "uuid", "type": "UUID", "value": "123e4567-e89b-12d3-a456-426614174000"},
    {"name": "time", "type": "DateTime", "value": 1769850000000},
    {
        "name": "table",
        "type": "DataSet",
        "value": {"numOfColumns": 2, "columns": ["a", "b"], "types": ["Int64", "String"], "rows": [[1, "x"], [2, "y"]]},
    },
    {
        "name": "motor",
        "type": "Template",
        "value": {
            "isDefinition": False,
            "templateRef": "Motor",
            "version": "v1",
            "metrics": [{"name": "rpm", "type": "Int32", "value": 1500}],
            "parameters": [{"name": "limit", "type": "Double", "value": 3.5}],
        },
    },
    {
        "name": "stale",
        "type": "Double",
        "value": 1.5,
        "properties": {"Quality": {"type": "Int32", "value": 500}, "engUnit": {"type": "String", "value": "Cel"}},
    },
    {"name": "null", "type": "Int32", "value": None},
]
NUMBERS = {
    "int8": -5.0,
    "int16": -3000.0,
    "int32": -2e9,
    "int64": -(2.0**63),
    "uint8": 255.0,
    "uint16": 65535.0,
    "uint32": 4294967295.0,
    "uint64": 2.0**64,
    "float": 0.5,
    "double": 20.25,
    "flag": 1.0,
    "time": 1769850000000.0,
    "stale": 1.5,
}
TYPES = {"flag": "flag", "text/ko": "text", "uuid": "text", "table": "text", "motor": "text"}
TAGS: dict[str, Tag] = {
    one["name"]: tag(place, f"peers/tahu/device/{one['name']}", TYPES.get(one["name"], "number"), writable=True)  # type: ignore[arg-type]
    for place, one in enumerate(METRICS, 1)
}


@pytest.fixture(params=["mosquitto", "nats"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    made = Broker(request.param, tmp_path / "broker").start()
    yield made
    made.stop()


def _subscribe(watcher: Client, *_: object) -> None:
    watcher.subscribe("spBv1.0/peers/DBIRTH/tahu/device")


@pytest.fixture
def tahu(broker: Broker) -> Iterator[Peer]:
    """Its node; the broker has handed its first birth on, so who listens from now on must ask for one."""
    listens, born = Event(), Event()
    watcher = Client(CallbackAPIVersion.VERSION2)
    watcher.on_connect = _subscribe
    watcher.on_subscribe = lambda *_: listens.set()
    watcher.on_message = lambda *_: born.set()
    watcher.connect("127.0.0.1", broker.port)
    watcher.loop_start()
    try:
        assert listens.wait(60)
        with Peer("sparkplug_node.js", url=broker.url, metrics=METRICS) as peer:
            assert born.wait(60)
            watcher.disconnect()
            yield peer
    finally:
        watcher.loop_stop()


@asynccontextmanager
async def listening(broker: Broker) -> AsyncIterator[tuple[SparkplugDriver, Caught]]:
    driver, sink = make("sparkplug", {"url": broker.url, "groups": ["peers"], "gap_seconds": 0.5}), Caught()
    assert isinstance(driver, SparkplugDriver)
    await driver.connect()
    task = asyncio.create_task(driver.run(list(TAGS.values()), sink))
    try:
        await sink.until(lambda: {one.tag for one in sink.all} == {one.id for one in TAGS.values()}, 60)
        yield driver, sink
    finally:
        assert not await ended({task}, 60)
        await driver.close()


def test_all_types_of_its_births_arrive_as_they_are(broker: Broker, tahu: Peer) -> None:
    async def work() -> None:
        async with listening(broker) as (driver, sink):
            last = {name: sink.of(one.id)[-1] for name, one in TAGS.items()}
            assert {name: last[name].number for name in NUMBERS} == NUMBERS
            assert last["int64"].text == "-9223372036854775808"
            assert last["uint64"].text == "18446744073709551615"
            assert last["text/ko"].text == "양극산화"
            assert last["uuid"].text == "123e4567-e89b-12d3-a456-426614174000"
            table = json.loads(last["table"].text or "")
            assert table == {"columns": ["a", "b"], "rows": [[1, "x"], [2, "y"]]}
            motor = json.loads(last["motor"].text or "")
            assert (motor["template"], motor["metrics"], motor["parameters"]) == (
                "Motor",
                {"rpm": 1500},
                {"limit": 3.5},
            )
            assert last["stale"].quality == Quality.UNCERTAIN_LAST_USABLE
            assert last["null"].quality == Quality.BAD_NO_DATA
            units = {one.name: one.unit for one in await driver.browse("peers/tahu/device")}
            assert units["stale"] == "Cel"
            assert tahu.ask(count=True)["births"] >= 2  # its own, and one that we asked for

    asyncio.run(asyncio.wait_for(work(), 240))


def test_data_late_data_packed_data_and_300_in_a_row(broker: Broker, tahu: Peer) -> None:
    yesterday = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)

    async def work() -> None:
        async with listening(broker) as (driver, sink):
            double = TAGS["double"].id
            stamp = int(yesterday.timestamp() * 1000)
            late = {"name": "double", "type": "Double", "value": 1.25, "timestamp": stamp, "isHistorical": True}
            packed = {"name": "double", "type": "Double", "value": 2.5}
            await asyncio.to_thread(tahu.ask, data=[late])
            await asyncio.to_thread(tahu.ask, data=[packed], compress=True)
            await sink.until(lambda: {1.25, 2.5} <= {one.number for one in sink.of(double)})
            (kept,) = [one for one in sink.of(double) if one.number == 1.25]
            assert kept.source_time == yesterday
            for value in range(300):  # past the turn of the sequence at 255
                row = [{"name": "double", "type": "Double", "value": value + 1000}]
                await asyncio.to_thread(tahu.ask, data=row)
            await sink.until(lambda: sink.of(double)[-1].number == 1299.0)
            told = [one.number for one in sink.of(double) if one.number and one.number >= 1000]
            assert told == [float(value) for value in range(1000, 1300)]
            assert driver.health().extra["missing"] == 0

    asyncio.run(asyncio.wait_for(work(), 240))


def test_commands_reach_it_and_are_read_back(broker: Broker, tahu: Peer) -> None:
    async def work() -> None:
        async with listening(broker) as (driver, _):
            for name, number, text in (
                ("double", -7.5, None),
                ("float", 0.1, None),
                ("int8", -128.0, None),
                ("uint32", 4294967295.0, None),
                ("flag", 0.0, None),
                ("text/ko", None, "멈춤"),
            ):
                asked = command(TAGS[name], number, text=text)
                outcome = await driver.write(asked, TAGS[name])
                assert outcome.result == "done", (name, outcome)
                if number is not None:
                    assert outcome.read_back is not None
                    assert math.isclose(outcome.read_back, number, rel_tol=1e-6)
            refused = await driver.write(command(TAGS["int8"], 128.0), TAGS["int8"])
            assert refused.result == "refused"
            assert tahu.ask(count=True)["commands"] == 6

    asyncio.run(asyncio.wait_for(work(), 240))


@pytest.mark.parametrize("how", ["device", "stop", "kill"])
def test_its_deaths_make_all_its_tags_bad(broker: Broker, tahu: Peer, how: str) -> None:
    async def work() -> None:
        async with listening(broker) as (_, sink):
            if how == "kill":
                tahu.kill()
            else:
                await asyncio.to_thread(tahu.ask, **{"death" if how == "device" else "stop": True})
            await sink.until(
                lambda: all(sink.of(one.id)[-1].quality == Quality.BAD_NOT_CONNECTED for one in TAGS.values()), 20
            )

    asyncio.run(asyncio.wait_for(work(), 240))


def test_a_silent_node_is_found_by_its_name(broker: Broker, tahu: Peer) -> None:
    async def work() -> None:
        name, config = from_url(broker.url.replace("mqtt:", "sparkplug:") + "/peers/tahu")
        driver = make(name, {**config, "look_seconds": 2})
        try:
            await driver.connect()
            assert [one.address for one in await driver.browse()] == ["peers"]
            assert [one.value for one in await driver.browse("peers")] == ["online"]
            found = {one.name for one in await driver.browse("peers/tahu/device")}
            assert found == {one["name"] for one in METRICS}
        finally:
            await driver.close()

    asyncio.run(asyncio.wait_for(work(), 240))
