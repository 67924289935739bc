"""The host application of Sparkplug B: listens to edge nodes, keeps their state, and commands them."""

import asyncio
import json
import time
import zlib
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import ClassVar, Final

from aiomqtt import Message, Will

from hanmaru.floor.command import Command, Outcome
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import Sentence, of_error, sentence
from hanmaru.gateway.broker import BrokerLine
from hanmaru.gateway.contract import Health, Node, Sink
from hanmaru.gateway.drivers.sparkplug import browsing
from hanmaru.gateway.drivers.sparkplug.codec import BadPayload, decode
from hanmaru.gateway.drivers.sparkplug.commanding import Commander, rebirth_request
from hanmaru.gateway.drivers.sparkplug.config import SparkplugConfig
from hanmaru.gateway.drivers.sparkplug.edge_node import Counts, EdgeNode
from hanmaru.gateway.drivers.sparkplug.effects import Born, Died, Effect, Noticed, Reported, WantsRebirth
from hanmaru.gateway.drivers.sparkplug.tags import Tags
from hanmaru.gateway.drivers.sparkplug.topic import NAMESPACE, Point, command_topic, parse_topic, state_topic
from hanmaru.gateway.errors import Retry

MOST_NODES: Final = 10_000
SKEW_TOLD: Final = 60.0  # seconds; a clock further off than this is told
_TICK: Final = 0.25


class SparkplugDriver:
    """One host application at one broker."""

    protocol: ClassVar[str] = "sparkplug"
    config: ClassVar[type[SparkplugConfig]] = SparkplugConfig

    def __init__(
        self,
        config: SparkplugConfig,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config, self._now, self._clock = config, now, clock
        self._line = BrokerLine(config)
        self._counts = Counts()
        self._nodes: dict[tuple[str, str], EdgeNode] = {}
        self._lags: dict[tuple[str, str], deque[float]] = {}
        self._wrong_clocks: set[tuple[str, str]] = set()
        self._last: dict[Point, Reported] = {}
        self._tags = Tags((), now)
        self._commander = Commander(config, self._line, now)
        self._sink: Sink | None = None
        self._bad_payloads = 0
        self._birth_time = 0

    async def connect(self) -> None:
        """Reach the broker, listen, and tell nodes that we do. Raise Retry, Reconfigure."""
        self._nodes.clear()
        self._lags.clear()
        config, self._birth_time = self._config, int(self._now().timestamp() * 1000)
        will = (
            Will(state_topic(config.host_id), self._state(online=False), qos=1, retain=True) if config.host_id else None
        )
        await self._line.open(will=will)
        topics = [f"{NAMESPACE}/{group}/#" for group in config.groups] or [f"{NAMESPACE}/#"]
        if config.host_id and config.groups:
            topics.append(state_topic(config.host_id))
        await self._line.subscribe(topics, qos=1)
        await self._tell_state()
        for name in config.nodes:
            group, _, node = name.partition("/")
            self._node(group, node).ask_for_birth(sentence("it is named in the configuration"))

    async def browse(self, address: str = "") -> Sequence[Node]:
        """Answer groups, nodes, devices and metrics heard; the root listens a while when it is not running."""
        if self._sink is None and not address:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._config.look_seconds):
                    await self._attend()
        return browsing.below(address, self._nodes, self._last)

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:
        """Listen until cancelled or broken. Nodes that hold a tag and were not heard are asked for their birth."""
        self._sink, self._tags = sink, Tags(tags, self._now)
        sink_rows = self._tags.unreadable()
        if sink_rows is not None:
            sink.readings(sink_rows)
        for group, node in self._tags.nodes:
            self._node(group, node).ask_for_birth(sentence("we have just begun to listen"))
        try:
            await self._attend()
        finally:
            self._sink = None

    async def write(self, command: Command, tag: Tag | None) -> Outcome:
        """Set a metric and wait for the node to report it; or run `rebirth` with group and node as arguments."""
        return await self._commander.carry_out(command, tag, self._nodes, self._last)

    def health(self) -> Health:
        """Answer how it fares."""
        online = sum(node.online for node in self._nodes.values())
        skews = [max(lags) for lags in self._lags.values() if lags]
        return Health(
            connected=self._line.connected,
            detail=sentence("%(online)s of %(count)s edge nodes online", online=online, count=len(self._nodes)),
            skew=max(skews, key=abs, default=None),
            missing=self._tags.missing,
            extra={**asdict(self._counts), "nodes": len(self._nodes), "online": online, "bad": self._bad_payloads},
        )

    async def close(self) -> None:
        """Tell nodes that we no longer listen, and leave the broker."""
        if self._config.host_id and self._line.connected:
            with suppress(Retry, TimeoutError):
                async with asyncio.timeout(1):
                    topic = state_topic(self._config.host_id)
                    await self._line.publish(topic, self._state(online=False), qos=1, retain=True)
        await self._line.close()

    async def _attend(self) -> None:
        """Take messages and watch the time."""
        watch = asyncio.create_task(self._watch())
        try:
            async for messages in self._line.batches():
                await self._take(messages)
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _watch(self) -> None:
        started = self._clock()
        while True:
            await asyncio.sleep(_TICK)
            now = self._clock()
            for key, node in list(self._nodes.items()):
                await self._apply([(key, node.tick(now))])
            if now - started >= self._config.birth_seconds and self._sink is not None:
                rows = self._tags.never_born()
                if rows is not None:
                    self._sink.readings(rows)

    async def _take(self, messages: list[Message]) -> None:
        effects = []
        for message in messages:
            text = str(message.topic)
            topic = parse_topic(text)
            if topic is None:
                if self._config.host_id and text == state_topic(self._config.host_id):
                    await self._guard_state(message.payload)
                continue
            effects.append(((topic.group, topic.node), self._heard(message, text)))
        await self._apply(effects)

    def _heard(self, message: Message, text: str) -> list[Effect]:
        topic, data = parse_topic(text), message.payload
        if topic is None or message.retain:  # Sparkplug retains nothing of a node: an old birth would be told as new
            return []
        try:
            payload = decode(data)
        except BadPayload as error:
            self._bad_payloads += 1
            words = sentence("%(who)s: %(words)s", who=text, words=of_error(error))
            return [Noticed("bad_payload", words, {})] if self._bad_payloads == 1 else []
        key = (topic.group, topic.node)
        if len(self._nodes) >= MOST_NODES and key not in self._nodes:
            return []
        effects = self._node(*key).take(topic, payload, zlib.crc32(data), self._clock())
        historical = any(metric.is_historical for metric in payload.metrics)
        if payload.timestamp and not historical and topic.kind != "NDEATH":  # a death was written when its node began
            effects += self._compare_clocks(key, payload.timestamp)
        return effects

    def _node(self, group: str, node: str) -> EdgeNode:
        return self._nodes.setdefault((group, node), EdgeNode(self._config.patience, self._counts))

    def _compare_clocks(self, key: tuple[str, str], timestamp: int) -> list[Effect]:
        """Keep the node's lead over our clock. A line only delays, so the greatest of the last ones is the truest."""
        lags = self._lags.setdefault(key, deque(maxlen=20))
        lags.append(timestamp / 1000 - self._now().timestamp())
        skew, wrong = max(lags), key in self._wrong_clocks
        if (abs(skew) > SKEW_TOLD) == wrong:
            return []
        self._wrong_clocks ^= {key}
        words = sentence("its clock is %(seconds)s s off", seconds=f"{skew:+.0f}")
        if wrong:
            words = sentence("its clock is right again")
        return [Noticed("clock_right" if wrong else "clock_skew", words, {"node": "/".join(key), "seconds": skew})]

    async def _apply(self, told: list[tuple[tuple[str, str], list[Effect]]]) -> None:
        requests = []
        for (group, node), effects in told:
            for effect in effects:
                match effect:
                    case Reported():
                        self._report(Point(group, node, effect.device, effect.metric), effect)
                    case Born(device, metrics):
                        self._tags.born(group, node, device, metrics)
                        self._commander.born()
                    case Died(device):
                        self._tags.died(group, node, device)
                        who = f"{group}/{node}/{device}".rstrip("/")
                        self._event("death", sentence("%(who)s is gone", who=who), group=group, node=node)
                    case Noticed(kind, words, data):
                        self._event(
                            kind,
                            sentence("%(who)s: %(words)s", who=f"{group}/{node}", words=words),
                            group=group,
                            **data,
                        )
                    case WantsRebirth(why):
                        requests.append((group, node, why))
        rows = self._tags.taken()
        if self._sink is not None and rows is not None:
            self._sink.readings(rows)
        for group, node, why in requests:
            words = sentence("%(who)s is asked for its birth: %(why)s", who=f"{group}/{node}", why=why)
            self._event("rebirth_asked", words, group=group, node=node)
            await self._line.publish(command_topic(group, node, ""), rebirth_request(self._now()), qos=0)

    def _report(self, point: Point, reported: Reported) -> None:
        if not reported.historical:
            self._last[point] = reported
        self._tags.report(point, reported)
        self._commander.heard(point, reported)

    def _event(self, kind: str, words: Sentence, **data: object) -> None:
        if self._sink is not None:
            self._sink.event(kind, words, **data)

    def _state(self, *, online: bool) -> str:
        """Answer our birth or death certificate; both carry the time of the birth (section 6.4.21)."""
        return json.dumps({"online": online, "timestamp": self._birth_time})

    async def _tell_state(self) -> None:
        if self._config.host_id:
            await self._line.publish(state_topic(self._config.host_id), self._state(online=True), qos=1, retain=True)

    async def _guard_state(self, payload: bytes) -> None:
        """Say again that we are there when the broker publishes the will of an older line of ours."""
        with suppress(ValueError, AttributeError):
            if json.loads(payload).get("online") is False:
                await self._tell_state()
