"""Messages to readings: which tags a topic has, and what its payload says to each."""

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from aiomqtt import Message

from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import NOTHING, Sentence, of_error, sentence
from hanmaru.gateway.drivers.mqtt.config import TopicConfig
from hanmaru.gateway.drivers.mqtt.payload import BadPayload, document, moment, plain
from hanmaru.gateway.drivers.mqtt.topics import MISSING, Pattern, compile_pattern, resolve, split_address
from hanmaru.gateway.fit import fit

UNREAD: Final = object()


class Readout:
    """The tags of one run and what is known of them."""

    def __init__(self, topics: Sequence[TopicConfig], tags: Sequence[Tag], now: Callable[[], datetime]) -> None:
        self._now = now
        self._patterns: list[tuple[Pattern, TopicConfig]] = [(compile_pattern(one.pattern), one) for one in topics]
        self._at: dict[str, list[tuple[Tag, str | None]]] = {}
        self._elsewhere: list[Tag] = []
        self._silent: dict[int, Tag] = {}
        self._lags: deque[float] = deque(maxlen=50)
        self.missing: dict[int, Sentence] = {}
        self.malformed = 0
        self.odd_times = 0
        for tag in tags:
            topic, pointer = split_address(tag.address)
            if any(pattern.match(topic) is not None for pattern, _ in self._patterns):
                self._at.setdefault(topic, []).append((tag, pointer))
                self._silent[tag.id] = tag
            else:
                self._elsewhere.append(tag)

    @property
    def skew(self) -> float | None:
        """Answer the seconds by which the devices' clocks lead: the greatest of the last, for a line only delays."""
        return max(self._lags, default=None)

    def outside(self) -> list[Reading]:
        """Tell, once, of tags whose topic is not among those that are read."""
        why = sentence("its topic fits none of the patterns of this source")
        return [self._lacking(tag, Quality.BAD_CONFIGURATION, why) for tag in self._elsewhere]

    def silent(self) -> list[Reading]:
        """Tell, once, of tags whose topic said nothing so far."""
        silent, self._silent = self._silent, {}
        return [
            self._lacking(tag, Quality.BAD_NO_DATA, sentence("nothing came on its topic")) for tag in silent.values()
        ]

    def take(self, message: Message) -> tuple[list[Reading], Sentence]:
        """Answer the readings of a message, and words where something in it is wrong."""
        topic = str(message.topic)
        tags = self._at.get(topic)
        if not tags:
            return [], NOTHING
        parsed, wrong = self._parsed(topic, message.payload, tags)
        when, certain = self._time(topic, parsed, retained=message.retain)
        now = self._now()
        rows = []
        for tag, pointer in tags:
            self._silent.pop(tag.id, None)
            quality = int(Quality.GOOD) if certain else int(Quality.UNCERTAIN)
            if message.retain and when is None:  # kept by the broker, nobody knows for how long
                quality = Quality.UNCERTAIN_LAST_USABLE
            value, words = self._value(topic, message.payload, parsed, tag, pointer)
            wrong = wrong or words
            if value is UNREAD:
                rows.append(Reading(tag.id, when or now, now, quality=Quality.BAD_TYPE_MISMATCH))
            elif value is MISSING:
                if tag.id not in self.missing:
                    rows.append(
                        self._lacking(
                            tag, Quality.BAD_NODE_UNKNOWN, sentence("the message has no %(pointer)s", pointer=pointer)
                        )
                    )
            else:
                self.missing.pop(tag.id, None)
                fitted = fit(tag, value, quality)
                rows.append(Reading(tag.id, when or now, now, fitted.number, fitted.text, fitted.quality))
        self.malformed += bool(wrong)
        return rows, wrong

    def value_of(self, tag: Tag, topic: str, payload: bytes) -> object:
        """Answer the value of a confirmation as the tag would have it; MISSING for one that cannot be read."""
        own, pointer = split_address(tag.address)
        with suppress(BadPayload):
            if pointer is None or topic != own:
                return plain(topic, payload, tag)
            return resolve(document(topic, payload), pointer)
        return MISSING

    def _parsed(self, topic: str, payload: bytes, tags: list[tuple[Tag, str | None]]) -> tuple[object, Sentence]:
        """Read the payload as JSON where a tag or the time wants it so."""
        wanted = any(pointer is not None for _, pointer in tags) or bool(self._config(topic).time)
        if not wanted:
            return UNREAD, NOTHING
        try:
            return document(topic, payload), NOTHING
        except BadPayload as error:
            return UNREAD, of_error(error)

    def _value(
        self, topic: str, payload: bytes, parsed: object, tag: Tag, pointer: str | None
    ) -> tuple[object, Sentence]:
        if pointer is not None:
            return (UNREAD if parsed is UNREAD else resolve(parsed, pointer)), NOTHING
        try:
            return plain(topic, payload, tag), NOTHING
        except BadPayload as error:
            return UNREAD, of_error(error)

    def _config(self, topic: str) -> TopicConfig:
        return next(config for pattern, config in self._patterns if pattern.match(topic) is not None)

    def _time(self, topic: str, parsed: object, *, retained: bool) -> tuple[datetime | None, bool]:
        """Answer the message's own time, and whether that is as it should be."""
        config = self._config(topic)
        if not config.time:
            return None, True
        told = MISSING if parsed is UNREAD else resolve(parsed, config.time)
        when = None if told is MISSING else moment(told, config.time_format, config.zone)
        if when is None:
            self.odd_times += 1
            return None, False
        if not retained:
            self._lags.append((when - self._now()).total_seconds())
        return when, True

    def _lacking(self, tag: Tag, quality: Quality, why: Sentence) -> Reading:
        now = self._now()
        self.missing[tag.id] = why
        return Reading(tag.id, now, now, quality=quality)
