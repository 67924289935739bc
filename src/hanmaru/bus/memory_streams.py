"""Streams within one process: for tests, and for a command that runs alone. They hold what a NATS server would."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from hanmaru.bus.envelope import MessageTooLarge
from hanmaru.bus.inbox import Inbox
from hanmaru.bus.memory import matches
from hanmaru.bus.memory_keeping import MemoryBucket, MemoryObjects
from hanmaru.bus.streams import (
    LARGEST_MESSAGE,
    REDELIVER_AFTER,
    Bucket,
    Consumer,
    Delivered,
    News,
    NoSuchStream,
    NotAcknowledged,
    Objects,
    Question,
    Stored,
    StreamFull,
    StreamShape,
    checked_subject,
)


@dataclass
class _Place:
    """How far one durable consumer is: what waits, what is handed out and until when, how often each was."""

    subject: str | None
    waiting: deque[int] = field(default_factory=deque)
    out: dict[int, float] = field(default_factory=dict)
    deliveries: dict[int, int] = field(default_factory=dict)

    def take_back(self) -> None:
        """Let what is handed out wait again, before all else."""
        self.waiting.extendleft(sorted(self.out, reverse=True))
        self.out.clear()


@dataclass
class _Stream:
    shape: StreamShape
    messages: dict[int, tuple[float, Delivered]] = field(default_factory=dict)
    places: dict[str, _Place] = field(default_factory=dict)
    ids: dict[str, tuple[float, int]] = field(default_factory=dict)
    last: int = 0
    size: int = 0

    def expire(self, now: float) -> None:
        """Forget what is older than the stream or the window of message ids."""
        for sequence, (stored_at, _message) in list(self.messages.items()):
            if not self.shape.max_age or stored_at + self.shape.max_age > now:
                break
            self.forget(sequence)
        for name, (stored_at, _sequence) in list(self.ids.items()):
            if stored_at + self.shape.duplicate_window > now:
                break
            del self.ids[name]

    def forget(self, sequence: int) -> None:
        """Drop one message, wherever it is."""
        self.size -= _size(self.messages.pop(sequence)[1])
        for place in self.places.values():
            place.out.pop(sequence, None)
            if sequence in place.waiting:
                place.waiting.remove(sequence)

    def place(self, durable: str, subject: str | None) -> None:
        """Make a durable place that begins with what is there."""
        if durable not in self.places:
            fitting = (n for n, (_, one) in self.messages.items() if matches(subject or ">", one.subject))
            self.places[durable] = _Place(subject, deque(fitting))

    def settle(self, sequence: int) -> None:
        """Forget a message that every consumer has taken, where the stream is so."""
        wanted = any(sequence in place.out or sequence in place.waiting for place in self.places.values())
        if self.shape.until == "taken" and not wanted and sequence in self.messages:
            self.forget(sequence)


class MemoryStreams:
    """A store that dies with the process; any number of parts of a program share one."""

    def __init__(self, *, redeliver_after: float = REDELIVER_AFTER) -> None:
        """Begin empty."""
        self._redeliver_after = redeliver_after
        self._streams: dict[str, _Stream] = {}
        self._buckets: dict[str, MemoryBucket] = {}
        self._objects: dict[str, MemoryObjects] = {}
        self._servers: list[tuple[str, str, asyncio.Queue[MemoryQuestion]]] = []
        self._listeners: list[tuple[str, Inbox[News]]] = []
        self._turn = 0
        self._changed = asyncio.Condition()

    async def ensure(self, shape: StreamShape) -> None:
        """Make the stream or change its shape."""
        known = self._streams.setdefault(shape.name, _Stream(shape))
        known.shape = shape
        for durable in shape.consumers:
            known.place(durable, None)

    async def append(
        self, subject: str, data: bytes, *, message_id: str, headers: Mapping[str, str] | None = None
    ) -> Stored:
        """Store a message."""
        message = Delivered(checked_subject(subject), bytes(data), 0, 0, dict(headers or {}))
        if _size(message) - len(subject) > LARGEST_MESSAGE:
            raise MessageTooLarge(size=len(data), limit=LARGEST_MESSAGE)
        now = asyncio.get_running_loop().time()
        stream = self._for(subject)
        stream.expire(now)
        if message_id in stream.ids:
            return Stored(stream.shape.name, stream.ids[message_id][1], duplicate=True)
        self._make_room(stream, _size(message))
        stream.last += 1
        stream.messages[stream.last] = (now, replace(message, sequence=stream.last))
        stream.size += _size(message)
        stream.ids[message_id] = (now, stream.last)
        for place in stream.places.values():
            if matches(place.subject or ">", subject):
                place.waiting.append(stream.last)
        stream.settle(stream.last)
        await self.tell(subject, bytes(data))
        await self.changed()
        return Stored(stream.shape.name, stream.last, duplicate=False)

    async def consumer(
        self, stream: str, durable: str, subject: str | None = None, *, take_over: bool = False
    ) -> Consumer:
        """Take up a durable place."""
        if stream not in self._streams:
            raise NoSuchStream(what="stream", name=stream)
        self._streams[stream].place(durable, subject)
        consumer = MemoryConsumer(self, stream, durable)
        if take_over:
            await consumer.take_back()
        return consumer

    async def bucket(self, name: str, *, history: int = 1, max_age: float = 0) -> Bucket:  # noqa: ARG002 - the newest is all that can be asked for
        """Open a bucket."""
        return self._buckets.setdefault(name, MemoryBucket(max_age))

    async def objects(self, name: str) -> Objects:
        """Open a store of files."""
        return self._objects.setdefault(name, MemoryObjects())

    async def tell(self, subject: str, data: bytes) -> None:
        """Send to whoever listens."""
        news = News(checked_subject(subject), data)
        for pattern, inbox in self._listeners:
            if matches(pattern, subject):
                inbox.put(news)

    @asynccontextmanager
    async def listen(self, pattern: str) -> AsyncIterator[AsyncIterator[News]]:
        """Hear what is told while inside."""
        inbox = Inbox[News]()
        listener = (pattern, inbox)
        self._listeners.append(listener)
        try:
            yield inbox.read()
        finally:
            self._listeners.remove(listener)

    async def request(self, subject: str, data: bytes, seconds: float) -> bytes:
        """Ask one of those who serve the subject."""
        serving = [queue for pattern, _name, queue in self._servers if matches(pattern, checked_subject(subject))]
        if not serving:
            raise NotAcknowledged(seconds=seconds, why=f"nobody answers for {subject}")
        self._turn += 1
        question = MemoryQuestion(subject, data)
        serving[self._turn % len(serving)].put_nowait(question)
        try:
            return await asyncio.wait_for(asyncio.shield(question.answered), seconds)
        except TimeoutError as error:
            raise NotAcknowledged(seconds=seconds, why=f"nobody answers for {subject}") from error

    @asynccontextmanager
    async def serve(self, subject: str, queue: str = "") -> AsyncIterator[AsyncIterator[Question]]:
        """Answer questions while inside."""
        waiting: asyncio.Queue[MemoryQuestion] = asyncio.Queue()
        serving = (subject, queue, waiting)
        self._servers.append(serving)

        async def questions() -> AsyncIterator[Question]:
            while True:
                yield await waiting.get()

        try:
            yield questions()
        finally:
            self._servers.remove(serving)

    def is_connected(self) -> bool:
        """Say yes: there is no way in between."""
        return True

    async def close(self) -> None:
        """Do nothing: there is no connection."""

    def _for(self, subject: str) -> _Stream:
        for stream in self._streams.values():
            if any(matches(pattern, subject) for pattern in stream.shape.subjects):
                return stream
        raise NoSuchStream(what="stream for", name=subject)

    @staticmethod
    def _make_room(stream: _Stream, size: int) -> None:
        most = stream.shape.max_bytes
        while most and stream.size + size > most:
            if stream.shape.full == "refuse" or not stream.messages:
                raise StreamFull(stream=stream.shape.name)
            stream.forget(next(iter(stream.messages)))

    async def changed(self) -> None:
        """Wake who waits for a message."""
        async with self._changed:
            self._changed.notify_all()


class MemoryConsumer:
    """One durable place of a stream in memory."""

    def __init__(self, streams: MemoryStreams, stream: str, durable: str) -> None:
        """Take it up."""
        self._streams, self._name, self._durable = streams, stream, durable

    async def pull(self, most: int, seconds: float) -> Sequence[Delivered]:
        """Answer up to `most` messages."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            found, again = self._take(most, loop.time())
            left = min(until, again) - loop.time()
            if found or until <= loop.time():
                return found
            async with self._streams._changed:  # noqa: SLF001 - one implementation in two classes
                try:
                    async with asyncio.timeout(max(left, 0)):  # wait_for of 3.11 can swallow a cancellation
                        await self._streams._changed.wait()  # noqa: SLF001 - same
                except TimeoutError:
                    continue

    def _take(self, most: int, now: float) -> tuple[list[Delivered], float]:
        """Hand out what waits; answer it, and when the next message that is out comes again."""
        stream, place = self._stream, self._stream.places[self._durable]
        stream.expire(now)
        for sequence in sorted((n for n, until in place.out.items() if until <= now), reverse=True):
            del place.out[sequence]
            place.waiting.appendleft(sequence)
        found: list[Delivered] = []
        while place.waiting and len(found) < most:
            sequence = place.waiting.popleft()
            place.out[sequence] = now + self._streams._redeliver_after  # noqa: SLF001 - same
            place.deliveries[sequence] = place.deliveries.get(sequence, 0) + 1
            found.append(replace(stream.messages[sequence][1], deliveries=place.deliveries[sequence]))
        return found, min(place.out.values(), default=float("inf"))

    async def acknowledge(self, messages: Sequence[Delivered]) -> None:
        """Never send these again."""
        stream, place = self._stream, self._stream.places[self._durable]
        for message in messages:
            place.out.pop(message.sequence, None)
            place.deliveries.pop(message.sequence, None)
            if message.sequence in place.waiting:
                place.waiting.remove(message.sequence)
            stream.settle(message.sequence)

    async def return_later(self, message: Delivered, seconds: float) -> None:
        """Send this one again after a while."""
        place = self._stream.places[self._durable]
        if message.sequence in place.out:
            place.out[message.sequence] = asyncio.get_running_loop().time() + seconds
            await self._streams.changed()

    async def take_back(self) -> None:
        """Let what is handed out come again."""
        self._stream.places[self._durable].take_back()
        await self._streams.changed()

    async def pending(self) -> int:
        """Answer how many are not acknowledged."""
        stream, place = self._stream, self._stream.places[self._durable]
        stream.expire(asyncio.get_running_loop().time())
        return len(place.waiting) + len(place.out)

    @property
    def _stream(self) -> _Stream:
        return self._streams._streams[self._name]  # noqa: SLF001 - same


class MemoryQuestion:
    """Somebody's request."""

    def __init__(self, subject: str, data: bytes) -> None:
        """Wait for the answer in the running loop."""
        self.subject, self.data = subject, data
        self.answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def answer(self, data: bytes) -> None:
        """Give the answer; a second one is not heard."""
        if not self.answered.done():
            self.answered.set_result(data)


def _size(message: Delivered) -> int:
    headers = sum(len(key) + len(value) + 4 for key, value in message.headers.items())
    return len(message.subject) + len(message.data) + headers
