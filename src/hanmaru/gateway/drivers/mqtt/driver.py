"""The driver of plain MQTT: reads topics by pattern, sets by publishing."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import ClassVar, Final

from aiomqtt import Message

from hanmaru.floor.command import Command, Outcome, Result
from hanmaru.floor.reading import Reading, batch_of
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import Sentence, sentence
from hanmaru.gateway.broker import BrokerLine
from hanmaru.gateway.contract import Health, Node, Sink
from hanmaru.gateway.drivers.mqtt.config import MqttConfig
from hanmaru.gateway.drivers.mqtt.readout import Readout
from hanmaru.gateway.drivers.mqtt.seen import Seen
from hanmaru.gateway.drivers.mqtt.topics import compile_pattern, split_address
from hanmaru.gateway.errors import Retry

SKEW_TOLD: Final = 60.0  # seconds; a clock further off than this is told
MOST_TOLD: Final = 200  # topics of which it is told that their payload is malformed


class MqttDriver:
    """One subscription at one broker."""

    protocol: ClassVar[str] = "mqtt"
    config: ClassVar[type[MqttConfig]] = MqttConfig

    def __init__(
        self,
        config: MqttConfig,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config, self._now, self._clock = config, now, clock
        self._line = BrokerLine(config)
        self._patterns = tuple(compile_pattern(one.pattern) for one in config.topics)
        self._seen = Seen(self._patterns, writable=bool(config.set_topic))
        self._readout = Readout(config.topics, (), now)
        self._sink: Sink | None = None
        self._waiting: dict[str, list[asyncio.Queue[bytes]]] = {}
        self._malformed: set[str] = set()
        self._skewed = False
        self._messages = 0

    async def connect(self) -> None:
        """Reach the broker and subscribe. Raise Retry, Reconfigure."""
        await self._line.open(clean=not self._config.persistent)
        topics = {pattern.filter for pattern in self._patterns}
        if self._config.confirm_topic and self._config.confirm != "none":
            topics |= {
                self._config.confirm_topic.replace("{topic}", pattern.filter)
                for pattern in self._patterns
                if "#" not in pattern.filter
            }
        await self._line.subscribe(sorted(topics), self._config.qos)

    async def browse(self, address: str = "") -> Sequence[Node]:
        """Answer what was seen below a topic level; the root listens a while when it is not running."""
        if self._sink is None and not address:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._config.look_seconds):
                    async for messages in self._line.batches():
                        for message in messages:
                            self._seen.remember(str(message.topic), message.payload)
        return self._seen.below(address)

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:
        """Hand on what comes until cancelled or broken. Raise Retry."""
        self._sink, self._readout = sink, Readout(self._config.topics, tags, self._now)
        self._put(self._readout.outside())
        quiet = asyncio.create_task(self._tell_silence())
        try:
            async for messages in self._line.batches():
                self._take(messages)
                if self._config.persistent:
                    await sink.kept()  # the broker forgets only what is on our disk
                    self._line.acknowledge(messages)
        finally:
            self._sink = None
            quiet.cancel()
            await asyncio.gather(quiet, return_exceptions=True)

    async def write(self, command: Command, tag: Tag | None) -> Outcome:
        """Publish to the set topic and wait for the confirmation."""
        config = self._config
        if tag is None or command.program is not None or not config.set_topic or not tag.writable:
            words = "This source has no programs" if command.program else "This tag is only read: nothing was sent"
            return self._ended(command, "refused", words)
        if command.number is None and command.text is None:
            return self._ended(command, "refused", "A value is missing: nothing was sent")
        topic, _ = split_address(tag.address)
        confirmed_on = (config.confirm_topic or "{topic}").replace("{topic}", topic)
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._waiting.setdefault(confirmed_on, []).append(queue)
        try:
            target = config.set_topic.replace("{topic}", topic)
            async with asyncio.timeout(config.confirm_seconds):
                await self._line.publish(target, self._written(command), qos=config.set_qos, retain=config.set_retain)
                if config.confirm == "none":
                    words = "The broker has it; whether the device has it is never confirmed here"
                    return self._ended(command, "unknown", words)
                return await self._confirmed(command, tag, confirmed_on, queue)
        except Retry as error:
            return self._ended(command, "failed", str(error))
        except TimeoutError:
            words = f"The device was told and has not confirmed within {config.confirm_seconds:g} s: look at it"
            return self._ended(command, "unknown", words)
        finally:
            self._waiting[confirmed_on].remove(queue)

    def health(self) -> Health:
        """Answer how it fares."""
        readout = self._readout
        return Health(
            connected=self._line.connected,
            detail=sentence("%(count)s topics seen", count=len(self._seen)),
            skew=readout.skew,
            missing=dict(readout.missing),
            extra={"messages": self._messages, "malformed": readout.malformed, "odd_times": readout.odd_times},
        )

    async def close(self) -> None:
        """Leave the broker."""
        await self._line.close()

    async def _confirmed(self, command: Command, tag: Tag, topic: str, queue: asyncio.Queue[bytes]) -> Outcome:
        while True:
            value = self._readout.value_of(tag, topic, await queue.get())
            number = float(value) if isinstance(value, (bool, int, float)) else None
            wanted = command.text if command.number is None else command.number
            if self._config.confirm == "message" or value == wanted:
                return self._ended(command, "done", read_back=number)

    def _take(self, messages: list[Message]) -> None:
        rows = []
        self._messages += len(messages)
        for message in messages:
            topic = str(message.topic)
            for queue in self._waiting.get(topic, ()):
                if not message.retain:
                    queue.put_nowait(message.payload)
            self._seen.remember(topic, message.payload)
            readings, wrong = self._readout.take(message)
            rows += readings
            if wrong and topic not in self._malformed and len(self._malformed) < MOST_TOLD:
                self._malformed.add(topic)
                self._event("malformed", wrong, topic=topic)
        self._put(rows)
        skew = self._readout.skew or 0.0
        if (abs(skew) > SKEW_TOLD) != self._skewed:
            self._skewed = not self._skewed
            words = sentence("the devices' clock is right again")
            if self._skewed:
                words = sentence("the devices' clock is %(seconds)s s off", seconds=f"{skew:+.0f}")
            self._event("clock_skew" if self._skewed else "clock_right", words, seconds=skew)

    async def _tell_silence(self) -> None:
        await asyncio.sleep(self._config.quiet_seconds)
        self._put(self._readout.silent())

    def _put(self, rows: list[Reading]) -> None:
        if rows and self._sink is not None:
            self._sink.readings(batch_of(rows))

    def _event(self, kind: str, words: Sentence, **data: object) -> None:
        if self._sink is not None:
            self._sink.event(kind, words, **data)

    def _written(self, command: Command) -> str:
        """Fill the template; a text within JSON is quoted, one that stands alone is not."""
        template = self._config.set_payload
        if command.number is None:
            text = str(command.text)
            return text if template == "{value}" else template.replace("{value}", json.dumps(text, ensure_ascii=False))
        number = command.number
        return template.replace("{value}", str(int(number)) if number.is_integer() else repr(number))

    def _ended(self, command: Command, result: Result, reason: str = "", read_back: float | None = None) -> Outcome:
        return Outcome(command.id, result, self._now(), reason[:500], read_back)
