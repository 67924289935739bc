"""The edge node against the MQTT listener of NATS, heard by a plain MQTT client; payloads read by field numbers."""

import asyncio
import signal
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiomqtt import Client, Message

from hanmaru.bus.server import program
from hanmaru.launch import child
from hanmaru.launch.ports import free_port
from hanmaru.twin.devices.sparkplug import payload
from hanmaru.twin.devices.sparkplug.node import Broker, Point, SparkplugNode
from hanmaru.twin.truth import TrueLog, Value

POINTS = {"room": [Point("temperature", unit="Cel"), Point("door", "flag"), Point("setpoint", writable=True)]}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("mqtt")
    ports = free_port(), free_port()
    (folder / "nats.conf").write_text(
        f'server_name: t\nlisten: "127.0.0.1:{ports[0]}"\njetstream {{ store_dir: "{folder}" }}\n'
        f'mqtt {{ listen: "127.0.0.1:{ports[1]}" }}\n'
    )
    server = child.Program(
        name="NATS with MQTT",
        command=[program(), "--config", str(folder / "nats.conf")],
        log=folder / "nats.log",
        ready=lambda _pid: listens(folder / "nats.log"),
        orphaned=signal.SIGKILL,
    )
    process = child.start(server)
    yield Broker("127.0.0.1", ports[1])
    child.end(process, server)


def listens(log: Path) -> bool:
    return log.exists() and "Server is ready" in log.read_text()


class Heard:
    """Payloads taken apart by field number alone."""

    def __init__(self, message: Message) -> None:
        self.topic = message.topic.value.removeprefix("spBv1.0/plant/")
        fields = list(payload._fields(bytes(message.payload)))
        self.sequence = next((value for number, value in fields if number == 3), None)
        self.metrics = [dict(payload._fields(bytes(value))) for number, value in fields if number == 2]  # type: ignore[arg-type]

    def value(self, name: str) -> object:
        return next(number(one) for one in self.metrics if one.get(1) == name.encode())


def number(metric: dict[int, Any]) -> object:
    if 13 in metric:
        return struct.unpack("<d", metric[13])[0]
    return metric.get(14, metric.get(11))


async def hear(client: Client, count: int) -> list[Heard]:
    heard: list[Heard] = []
    async with asyncio.timeout(60):
        async for message in client.messages:
            heard.append(Heard(message))
            if len(heard) == count:
                break
    return heard


def test_birth_data_command_rebirth_and_death(broker: Broker) -> None:
    written = list[tuple[str, str, Value]]()

    async def go() -> None:
        async with Client(broker.host, broker.port, identifier="ear") as ear:
            await ear.subscribe("spBv1.0/plant/#", 1)
            node = SparkplugNode(broker, "plant", "n1", POINTS, log=log)
            node.written = lambda device, metric, value: written.append((device, metric, value))
            async with node:
                node_birth, birth = await hear(ear, 2)
                assert (node_birth.topic, node_birth.sequence) == ("NBIRTH/n1", 0)
                assert node_birth.value("bdSeq") == 0
                assert (birth.topic, birth.sequence) == ("DBIRTH/n1/room", 1)
                assert {bytes(one[1]) for one in birth.metrics} == {b"temperature", b"door", b"setpoint"}  # type: ignore[arg-type]
                alias = {one[1]: one[2] for one in birth.metrics}

                await node.connected.wait()
                await node.offer("room", {"temperature": 21.5, "door": True})
                await node.offer("room", {"temperature": 21.5, "door": False})
                first, second = await hear(ear, 2)
                assert [(one[2], number(one)) for one in first.metrics] == [
                    (alias[b"temperature"], 21.5), (alias[b"door"], 1)
                ]  # fmt: skip
                assert [(one[2], number(one)) for one in second.metrics] == [(alias[b"door"], 0)]
                assert (first.sequence, second.sequence) == (2, 3)

                command = [
                    payload.Metric(payload.DOUBLE, 19.0, 1, name="setpoint"),
                    payload.Metric(payload.DOUBLE, 5.0, 1, name="temperature"),
                ]
                await ear.publish("spBv1.0/plant/DCMD/n1/room", payload.encode(command, 1, 0), 1)
                again = [payload.Metric(payload.BOOLEAN, value=True, timestamp=1, name="Node Control/Rebirth")]
                await ear.publish("spBv1.0/plant/NCMD/n1", payload.encode(again, 1, 0), 1)
                told = await hear(ear, 4)
                assert [one.topic for one in told if "CMD" not in one.topic] == ["NBIRTH/n1", "DBIRTH/n1/room"]
                assert told[-1].value("temperature") == 21.5
                await node.drop()
                dead, born, *_ = await hear(ear, 3)
                assert dead.topic == "NDEATH/n1"
                assert dead.value("bdSeq") == 0
                assert born.value("bdSeq") == 1
            [dead] = await hear(ear, 1)
            assert dead.topic == "NDEATH/n1"

    with TrueLog() as log:
        asyncio.run(go())
        assert [(row.address, row.number) for row in log.rows()] == [
            ("plant/n1/room/temperature", 21.5), ("plant/n1/room/door", 1), ("plant/n1/room/door", 0)
        ]  # fmt: skip
        assert all(row.source_time % 1000 == 0 for row in log.rows()), "Sparkplug's times are milliseconds"
    assert written == [("room", "setpoint", 19.0)], "and nothing that is not writable"


def test_what_is_measured_without_a_line_comes_as_history(broker: Broker) -> None:
    async def go() -> None:
        async with Client(broker.host, broker.port, identifier="ear") as ear:
            await ear.subscribe("spBv1.0/plant/#", 1)
            node = SparkplugNode(broker, "plant", "n2", POINTS)
            await node.offer("room", {"temperature": 1.0})
            await node.offer("room", {"temperature": 2.0})
            async with node:
                told = await hear(ear, 4)
                assert told[1].value("temperature") == 2.0, "the birth tells the newest"
                assert [(number(one.metrics[0]), one.metrics[0][5]) for one in told[2:]] == [(1.0, 1), (2.0, 1)]

    asyncio.run(go())


@pytest.mark.parametrize("damaged", [b"\x12\x05\x0a", b"\xff" * 11, b"\x0b", b"\x12\x80"])
def test_bytes_that_are_no_payload_are_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"cut short|unknown wire"):
        payload.decode(damaged)


def test_commands_of_every_type_are_read() -> None:
    metrics = [
        payload.Metric(payload.INT64, -5, 1, name="a"),
        payload.Metric(payload.STRING, "한", 1, name="b"),
        payload.Metric(payload.BOOLEAN, value=True, timestamp=1, name="c"),
        payload.Metric(payload.DOUBLE, None, 1, alias=7),
    ]
    asked = payload.decode(payload.encode(metrics, 5, 1))
    assert [(one.name, one.alias, one.value) for one in asked] == [
        ("a", None, -5), ("b", None, "한"), ("c", None, True), ("", 7, None)
    ]  # fmt: skip
