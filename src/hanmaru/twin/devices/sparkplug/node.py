"""The life of an edge node: birth, data, death, and what was measured while the line was down.

Source: Sparkplug 3.0.0, sections 4 (topics), 5 (operational behaviour), 6.4 (payloads). What cannot be sent is kept, up
to a bound, and sent after the next birth with the historical flag.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from types import TracebackType
from typing import Final, Self

from aiomqtt import Client, Message, MqttError, Will

from hanmaru.twin.clock import VirtualClock
from hanmaru.twin.devices.sparkplug.payload import BOOLEAN, KINDS, UINT64, Asked, Metric, decode, encode
from hanmaru.twin.truth import TrueLog, Value, offered

REBIRTH: Final = "Node Control/Rebirth"
KEPT: Final = 20_000  # metrics kept while the line is down
PAUSE: Final = 0.5  # seconds between two tries to connect


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One metric of a device."""

    name: str
    type: str = "number"  # number integer flag text
    unit: str = ""
    writable: bool = False


class SparkplugNode:
    """`async with SparkplugNode(broker, "seongsu", "hall", {"room": [Point("temperature", "number")]}) as node:`.

    `await node.offer("room", {"temperature": 21.5})` tells what changed. `written` may be replaced by what is to get
    (device, metric, value) of commands. Faults: `skew`, `await node.drop()` (the line breaks), `skip_sequence()`.
    """

    def __init__(
        self,
        broker: Broker,
        group: str,
        node: str,
        devices: Mapping[str, Sequence[Point]],
        *,
        clock: VirtualClock | None = None,
        log: TrueLog | None = None,
    ) -> None:
        """Describe the node; entering connects it, and it connects again by itself."""
        self.broker, self.group, self.node = broker, group, node
        self.devices = {device: {point.name: point for point in points} for device, points in devices.items()}
        self.clock = clock or VirtualClock()
        self.skew = timedelta()
        self.written: Callable[[str, str, Value], None] = lambda _device, _metric, _value: None
        self.births = 0
        self._log = log
        names = [(device, name) for device, points in self.devices.items() for name in points]
        self._alias = {name: number for number, name in enumerate(names, 1)}
        self._last: dict[tuple[str, str], Metric] = {}
        self._kept: deque[tuple[str, Metric]] = deque(maxlen=KEPT)
        self._session = -1  # bdSeq
        self._sequence = 0
        self._client: Client | None = None
        self._task: asyncio.Task[None] | None = None
        self.connected = asyncio.Event()

    def address(self, device: str, metric: str) -> str:
        """Answer how the true log calls a metric."""
        return f"{self.group}/{self.node}/{device}/{metric}"

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._live())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def offer(self, device: str, values: Mapping[str, Value], quality: int = 192) -> None:
        """Tell the metrics of a device that have changed."""
        when = self.clock.now() + self.skew
        milliseconds = round(when.timestamp() * 1000)
        changed = []
        for name, value in values.items():
            before = self._last.get((device, name))
            if before is not None and (before.value, before.quality) == (value, quality):
                continue
            point = self.devices[device][name]
            alias = self._alias[device, name]
            metric = Metric(KINDS[point.type], value, milliseconds, alias=alias, quality=quality)
            self._last[device, name] = metric
            changed.append(metric)
            if self._log is not None:
                # a bad metric has no value for whoever keeps quality apart; Sparkplug's 0 and 500 are OPC UA's bad
                code = 0 if quality == 192 else 0x80000000
                self._log.add(offered(self.node, self.address(device, name), milliseconds * 1000, value, code))
        if changed:
            await self._tell(device, changed)

    async def drop(self) -> None:
        """Break the line as if the node had died, and come back: the broker tells of its death."""
        self.connected.clear()
        if self._client is not None:
            line: socket.socket = self._client._client.socket()  # type: ignore[assignment] # noqa: SLF001 - aiomqtt only says good-bye
            line.shutdown(socket.SHUT_RDWR)
        await self.connected.wait()

    def skip_sequence(self) -> None:
        """Leave out one sequence number, as if a message had been lost."""
        self._sequence = (self._sequence + 1) % 256

    async def _end(self) -> None:
        self.connected.clear()
        if self._client is not None:
            with suppress(MqttError):
                await self._client.publish(self._topic("NDEATH"), self._death(), qos=1)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _live(self) -> None:
        while True:
            with suppress(MqttError):
                await self._one_session()
            self.connected.clear()
            self._client = None
            await asyncio.sleep(PAUSE)

    async def _one_session(self) -> None:
        self._session = (self._session + 1) % 256
        will = Will(self._topic("NDEATH"), self._death(), qos=1)
        broker = self.broker
        async with Client(
            broker.host, broker.port, username=broker.user, password=broker.password, will=will, keepalive=10,
            identifier=f"{self.group}-{self.node}",
        ) as client:  # fmt: skip
            for kind in ("NCMD", "DCMD"):
                await client.subscribe(f"spBv1.0/{self.group}/{kind}/{self.node}{'/#' if kind == 'DCMD' else ''}", 1)
            self._client = client
            await self._be_born()
            self.connected.set()
            async for message in client.messages:
                await self._command(message)

    async def _be_born(self) -> None:
        """Tell everything that there is, then what was measured meanwhile."""
        self.births += 1
        now = self._now()
        self._sequence = 0
        metrics = [
            Metric(UINT64, self._session, now, name="bdSeq"),
            Metric(BOOLEAN, value=False, timestamp=now, name=REBIRTH),
        ]
        await self._publish(self._topic("NBIRTH"), metrics)
        for device, points in self.devices.items():
            born = []
            for point in points.values():
                alias = self._alias[device, point.name]
                known = self._last.get((device, point.name)) or Metric(KINDS[point.type], None, now)
                born.append(replace(known, name=point.name, alias=alias, unit=point.unit))
            await self._publish(self._topic("DBIRTH", device), born)
        while self._kept:
            device, metric = self._kept[0]
            await self._publish(self._topic("DDATA", device), [replace(metric, historical=True)])
            self._kept.popleft()

    async def _tell(self, device: str, metrics: Sequence[Metric]) -> None:
        if self.connected.is_set():
            try:
                await self._publish(self._topic("DDATA", device), metrics)
            except MqttError:
                self.connected.clear()
            else:
                return
        self._kept.extend((device, metric) for metric in metrics)

    async def _publish(self, topic: str, metrics: Sequence[Metric]) -> None:
        if self._client is None:
            raise MqttError("not connected")
        sequence, self._sequence = self._sequence, (self._sequence + 1) % 256
        await self._client.publish(topic, encode(metrics, self._now(), sequence), qos=0)

    async def _command(self, message: Message) -> None:
        device = message.topic.value.split("/")[4] if message.topic.value.count("/") > 3 else ""
        try:
            asked = decode(bytes(message.payload))
        except ValueError:
            return  # not a payload: an edge node has nobody to tell
        for one in asked:
            if one.name == REBIRTH and one.value:
                await self._be_born()
            elif device in self.devices:
                await self._set(device, one)

    async def _set(self, device: str, asked: Asked) -> None:
        names = {alias: name for (of, name), alias in self._alias.items() if of == device}
        name = asked.name or names.get(asked.alias or 0, "")
        point = self.devices[device].get(name)
        if point is None or not point.writable:
            return
        self.written(device, name, asked.value)

    def _topic(self, kind: str, device: str = "") -> str:
        return f"spBv1.0/{self.group}/{kind}/{self.node}" + (f"/{device}" if device else "")

    def _death(self) -> bytes:
        return encode([Metric(UINT64, max(self._session, 0), self._now(), name="bdSeq")], self._now(), None)

    def _now(self) -> int:
        return round((self.clock.now() + self.skew).timestamp() * 1000)
