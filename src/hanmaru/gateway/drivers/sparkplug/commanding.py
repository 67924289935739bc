"""Commands to edge nodes (NCMD, DCMD), done when the node reports the value. Source: Sparkplug 3.0.0, 6.4.22."""

import asyncio
import json
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from hanmaru.floor.command import Command, Outcome, Result
from hanmaru.floor.shapes import WrongShape, from_json
from hanmaru.floor.tag import Tag
from hanmaru.gateway.broker import BrokerLine
from hanmaru.gateway.drivers.sparkplug.codec import Metric, Payload, encode
from hanmaru.gateway.drivers.sparkplug.config import SparkplugConfig
from hanmaru.gateway.drivers.sparkplug.edge_node import EdgeNode
from hanmaru.gateway.drivers.sparkplug.effects import Known, Reported
from hanmaru.gateway.drivers.sparkplug.schema import DataType
from hanmaru.gateway.drivers.sparkplug.topic import Point, command_topic, parse_address
from hanmaru.gateway.drivers.sparkplug.values import INTEGERS, TEXTS, BadValue, Value, type_name
from hanmaru.gateway.errors import Retry

REBIRTH = "Node Control/Rebirth"


class Commander:
    """Sends commands and waits for what the node says afterwards."""

    def __init__(self, config: SparkplugConfig, line: BrokerLine, now: Callable[[], datetime]) -> None:
        self._config, self._line, self._now = config, line, now
        self._waiting: dict[Point, list[asyncio.Queue[Reported]]] = {}
        self._birth = asyncio.Event()

    def born(self) -> None:
        """Say that somebody was born: a command may wait for it."""
        self._birth.set()
        self._birth.clear()

    def heard(self, point: Point, reported: Reported) -> None:
        """Hand a report to the commands that wait for it."""
        for queue in self._waiting.get(point, ()):
            queue.put_nowait(reported)

    async def carry_out(
        self,
        command: Command,
        tag: Tag | None,
        nodes: Mapping[tuple[str, str], EdgeNode],
        last: Mapping[Point, Reported],
    ) -> Outcome:
        """Do what the command says; every end is an outcome."""
        if command.program is not None:
            return await self._run_program(command)
        point = parse_address(tag.address) if tag else None
        if point is None:
            return self._ended(command, "refused", "A command to an edge node names a tag of it, or runs `rebirth`")
        known = await self._known(point, nodes)
        if known is None:
            where = f"{point.group}/{point.node}"
            return self._ended(command, "refused", f"{where} is not online or has no {point.metric}: nothing was sent")
        try:
            value = wanted(known.datatype, command)
            payload = self._payload(point.metric, known.datatype, value)
        except BadValue as error:
            return self._ended(command, "refused", str(error))
        return await self._send(command, point, payload, value, last)

    async def _known(self, point: Point, nodes: Mapping[tuple[str, str], EdgeNode]) -> Known | None:
        """Answer what the birth said of a metric; just after a start the birth is waited for."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._config.answer_seconds):
                while True:
                    node = nodes.get((point.group, point.node))
                    device = node.devices.get(point.device) if node and node.online else None
                    if device is not None:
                        return device.get(point.metric)
                    await self._birth.wait()
        return None

    async def _send(
        self, command: Command, point: Point, payload: bytes, value: Value, last: Mapping[Point, Reported]
    ) -> Outcome:
        queue: asyncio.Queue[Reported] = asyncio.Queue()
        self._waiting.setdefault(point, []).append(queue)
        said: Reported | None = None
        try:
            await self._line.publish(command_topic(point.group, point.node, point.device), payload, qos=0)
            async with asyncio.timeout(self._config.answer_seconds):
                while said is None or not _same(said, value):
                    said = await queue.get()
            return self._ended(command, "done", read_back=_number(said))
        except Retry as error:
            return self._ended(command, "failed", str(error))
        except TimeoutError:
            return self._unanswered(command, said, last.get(point), value)
        finally:
            self._waiting[point].remove(queue)

    def _unanswered(self, command: Command, said: Reported | None, last: Reported | None, value: Value) -> Outcome:
        if said is not None:
            words = f"The node was told, and reports {str(said.value)[:80]} instead"
            return self._ended(command, "failed", words, read_back=_number(said))
        if last is not None and _same(last, value):  # a node reports changes only
            return self._ended(command, "done", "It was so before", read_back=_number(last))
        words = f"The node was told and has not reported the value within {self._config.answer_seconds:g} s: look at it"
        return self._ended(command, "unknown", words)

    async def _run_program(self, command: Command) -> Outcome:
        if command.program != "rebirth" or len(command.arguments) != 2:
            return self._ended(command, "refused", "The one program is `rebirth`, with group and node as arguments")
        group, node = command.arguments
        try:
            await self._line.publish(command_topic(group, node, ""), rebirth_request(self._now()), qos=0)
        except Retry as error:
            return self._ended(command, "failed", str(error))
        return self._ended(command, "done", "The node was asked for its birth")

    def _payload(self, metric: str, datatype: int, value: Value) -> bytes:
        now = int(self._now().timestamp() * 1000)
        return encode(Payload((Metric(name=metric, timestamp=now, datatype=datatype),), now), [value])

    def _ended(self, command: Command, result: Result, reason: str = "", read_back: float | None = None) -> Outcome:
        return Outcome(command.id, result, self._now(), reason[:500], read_back)


def rebirth_request(now: datetime) -> bytes:
    """Answer the payload that asks a node for its birth."""
    stamp = int(now.timestamp() * 1000)
    return encode(Payload((Metric(name=REBIRTH, timestamp=stamp, datatype=DataType.BOOLEAN),), stamp), [True])


def wanted(datatype: int, command: Command) -> Value:
    """Answer a command's value in the metric's type; its range is checked when it is written. Raise BadValue."""
    text, number = command.text, command.number
    if datatype in TEXTS and text is not None:
        return text
    if datatype in INTEGERS or datatype == DataType.DATETIME:
        return _whole(datatype, text, number)
    if datatype == DataType.BOOLEAN and number in {0, 1}:
        return bool(number)
    if datatype in {DataType.FLOAT, DataType.DOUBLE} and number is not None:
        return number
    if datatype >= DataType.INT8_ARRAY and text is not None:
        try:
            items = from_json(text)
        except WrongShape as error:
            raise BadValue(got=text[:60], type=type_name(datatype)) from error
        if isinstance(items, list) and all(isinstance(item, (bool, int, float, str)) for item in items):
            return tuple(items)
    shown = json.dumps(text if text is not None else number)
    raise BadValue(got=shown[:60], type=type_name(datatype))


def _whole(datatype: int, text: str | None, number: float | None) -> int:
    """Answer an integer, from the text where a double cannot hold it."""
    try:
        if text is not None:
            return int(text)
        if number is not None and number == int(number):
            return int(number)
    except (ValueError, OverflowError):
        pass
    raise BadValue(got=str(text if text is not None else number)[:60], type=type_name(datatype))


def _same(reported: Reported, value: Value) -> bool:
    if reported.datatype == DataType.FLOAT and isinstance(value, (int, float)):
        value = struct.unpack("<f", struct.pack("<f", value))[0]
    return reported.value == value


def _number(reported: Reported) -> float | None:
    value = reported.value
    return float(value) if isinstance(value, (bool, int, float)) else None
