"""A broker that others wrote, and a device that publishes numbers and JSON and follows its set topics."""

import asyncio
import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from hanmaru.floor.command import Command
from hanmaru.floor.tag import Tag
from tests.brokers import Broker, mosquitto_program
from tests.contracts.drivers.bench import DeviceBench, command
from tests.contracts.drivers.bench import tag as a_tag


class Bench(DeviceBench):
    """Tells every tenth of a second what it measures."""

    wrong: ClassVar = {
        "url": "http://here",
        "topics": [{"pattern": "a/{b}c"}],
        "qos": 3,
        "set_topic": "{topic}/{place}",
        "set_payload": "value",
        "persistent": True,
    }

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.broker = Broker("mosquitto" if mosquitto_program() else "nats", folder / "broker")
        self.values = {"temperature": 20.0, "wanted": 5.0}
        self._device: paho.Client | None = None
        self._end = threading.Event()
        self._telling: threading.Thread | None = None

    def config(self) -> dict[str, object]:
        return {
            "url": self.broker.url,
            "topics": [
                {"pattern": "plant/{machine}/{name}", "time": "/at", "time_format": "seconds"},
                {"pattern": "raw/{name}"},
            ],
            "keepalive": 20,
            "look_seconds": 0.5,
            "quiet_seconds": 1,
            "set_topic": "{topic}/set",
            "confirm_seconds": 5,
        }

    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.broker.port}/plant"

    def tags(self) -> Sequence[Tag]:
        return [a_tag(1, "plant/press/state#/temperature"), a_tag(2, "raw/wanted"), a_tag(3, "raw/word", "text")]

    def unknown(self) -> Tag:
        return a_tag(9, "plant/press/nowhere")

    def writable(self) -> Tag:
        return a_tag(2, "raw/wanted", writable=True)

    async def held(self, tag: Tag) -> float:
        return self.values["wanted"]

    def refused(self) -> tuple[Command, Tag | None]:
        target = self.tags()[0]
        return command(target, 1.0), target

    async def start(self) -> None:
        await asyncio.to_thread(self.broker.start)
        await asyncio.to_thread(self._start_device)

    async def stop(self) -> None:
        self.broker.stop()
        self._end.set()
        if self._device is not None:
            assert self._telling
            await asyncio.to_thread(self._telling.join)
            self._device.disconnect()
            await asyncio.to_thread(self._device.loop_stop)
            self._device = None

    async def change(self, tag: Tag, number: float) -> None:
        self.values["temperature"] = number

    async def hang(self) -> None:
        self.broker.hang()

    def release(self) -> None:
        self.broker.go_on()

    def _start_device(self) -> None:
        self._end.clear()
        device = self._device = paho.Client(CallbackAPIVersion.VERSION2, client_id="device")
        device.on_connect = lambda client, *_: client.subscribe("raw/wanted/set", qos=1)
        device.on_message = self._set
        device.connect("127.0.0.1", self.broker.port, keepalive=60)
        device.loop_start()
        self._telling = threading.Thread(target=self._tell)
        self._telling.start()

    def _set(self, client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        self.values["wanted"] = float(message.payload)

    def _tell(self) -> None:
        assert self._device
        while not self._end.wait(0.1):
            told = {"temperature": self.values["temperature"], "at": time.time()}
            self._device.publish("plant/press/state", json.dumps(told))
            self._device.publish("raw/wanted", str(self.values["wanted"]))
            self._device.publish("raw/word", "달린다")
