"""Streams over NATS JetStream. Measured facts behind the choices: docs/decisions, streams and outbox."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.js import api
from nats.js.errors import APIError, BadRequestError, NotFoundError

from hanmaru.bus.envelope import MessageTooLarge
from hanmaru.bus.inbox import Inbox
from hanmaru.bus.nats_consumer import NatsConsumer
from hanmaru.bus.nats_keeping import NatsBucket, NatsObjects
from hanmaru.bus.nats_link import PATIENCE, Link
from hanmaru.bus.streams import (
    LARGEST_MESSAGE,
    REDELIVER_AFTER,
    Bucket,
    Consumer,
    News,
    NoRoom,
    NoSuchStream,
    NotAcknowledged,
    Objects,
    Question,
    Stored,
    StreamFull,
    StreamShape,
    checked_subject,
)

MOST_UNACKNOWLEDGED: Final = 10_000  # messages handed out at once to one durable consumer
NAME_IN_USE: Final = {10058, 10065}  # another process was faster: nats-server 2.15, server/errors.json


class NatsStreams:
    """One connection to a NATS server with JetStream. Belongs to the event loop in which it was made."""

    def __init__(self, url: str, *, redeliver_after: float = REDELIVER_AFTER) -> None:
        """Begin to connect; every call waits for the connection for a few seconds."""
        self._link = Link(url)
        self._redeliver_after = redeliver_after
        self._stream_of: dict[str, str] = {}

    async def ensure(self, shape: StreamShape) -> None:
        """Make the stream or bring it to its shape.

        With `until="taken"` the server forgets at once what no consumer wants. So the stream begins with limits alone,
        gets its consumers, and only then the wish to forget: no message can come in between and vanish.
        """
        await self._link.ready()
        try:
            with self._link.told("stream", shape.name):
                await self._bring(shape)
        except StreamFull as error:
            raise NoRoom(megabytes=shape.max_bytes // 1024**2, stream=shape.name) from error

    async def _bring(self, shape: StreamShape) -> None:
        known = await self._known(shape.name)
        if known is None:
            await self._make(_config(shape, api.RetentionPolicy.LIMITS))
        for durable in shape.consumers:
            await self._place(shape.name, durable, None)
        wanted = _config(shape, api.RetentionPolicy.INTEREST if shape.until == "taken" else api.RetentionPolicy.LIMITS)
        if known is None or _differs(known, wanted):
            await self._link.js.update_stream(wanted)

    async def append(
        self, subject: str, data: bytes, *, message_id: str, headers: Mapping[str, str] | None = None
    ) -> Stored:
        """Store a message; the server answers once it is on its disk (sync_interval: always)."""
        if len(data) + sum(len(key) + len(value) + 4 for key, value in (headers or {}).items()) > LARGEST_MESSAGE:
            raise MessageTooLarge(size=len(data), limit=LARGEST_MESSAGE)
        wire = {**(headers or {}), api.Header.MSG_ID.value: message_id}
        stream = self._stream_of.get(subject, subject)
        with self._link.told("stream", stream):
            try:
                answer = await self._link.request(checked_subject(subject), data, headers=wire)
            except NoRespondersError as error:
                raise await self._nobody(subject) from error
            told = json.loads(answer.data)
            if "error" in told:
                APIError.from_error(told["error"])
        self._stream_of[subject] = told["stream"]
        return Stored(told["stream"], told["seq"], told.get("duplicate", False))

    async def consumer(
        self, stream: str, durable: str, subject: str | None = None, *, take_over: bool = False
    ) -> Consumer:
        """Take up a durable place."""
        await self._link.ready()
        with self._link.told("stream", stream):
            await self._place(stream, durable, subject)
            consumer = NatsConsumer(self._link, stream, durable)
            await consumer.open()
            if take_over:
                await consumer.take_back()
            return consumer

    async def bucket(self, name: str, *, history: int = 1, max_age: float = 0) -> Bucket:
        """Open a bucket."""
        await self._link.ready()
        with self._link.told("bucket", name):
            try:
                return NatsBucket(self._link, name, await self._link.js.key_value(name))
            except NotFoundError:
                wanted = api.KeyValueConfig(bucket=name, history=history, ttl=max_age or None)
            try:
                return NatsBucket(self._link, name, await self._link.js.create_key_value(wanted))
            except BadRequestError as error:
                if error.err_code not in NAME_IN_USE:
                    raise
                return NatsBucket(self._link, name, await self._link.js.key_value(name))

    async def objects(self, name: str) -> Objects:
        """Open a store of files."""
        await self._link.ready()
        with self._link.told("object store", name):
            try:
                return NatsObjects(self._link, name, await self._link.js.object_store(name))
            except NotFoundError:
                return NatsObjects(self._link, name, await self._link.js.create_object_store(name))

    async def tell(self, subject: str, data: bytes) -> None:
        """Send to whoever listens at the moment; dropped without a connection: the next one says it newer."""
        checked_subject(subject)
        if self._link.client.is_connected:
            with suppress(NatsError, OSError):
                await self._link.client.publish(subject, data)

    @asynccontextmanager
    async def listen(self, pattern: str) -> AsyncIterator[AsyncIterator[News]]:
        """Hear what is told while inside; waits for the connection as long as it takes."""
        inbox = Inbox[News]()

        async def hear(message: Msg) -> None:
            inbox.put(News(message.subject, message.data))

        async with self._subscribed(pattern, "", hear):
            yield inbox.read()

    async def request(self, subject: str, data: bytes, seconds: float) -> bytes:
        """Ask whoever answers."""
        with self._link.told("answer", subject, seconds):
            return (await self._link.request(checked_subject(subject), data, seconds)).data

    @asynccontextmanager
    async def serve(self, subject: str, queue: str = "") -> AsyncIterator[AsyncIterator[Question]]:
        """Answer questions while inside; waits for the connection as long as it takes."""
        waiting: asyncio.Queue[Msg] = asyncio.Queue()

        async def questions() -> AsyncIterator[Question]:
            while True:
                message = await waiting.get()
                yield NatsQuestion(message.subject, message.data, message.reply, self._link)

        async with self._subscribed(subject, queue, waiting.put):
            yield questions()

    @asynccontextmanager
    async def _subscribed(
        self, pattern: str, queue: str, take: Callable[[Msg], Awaitable[None]]
    ) -> AsyncIterator[None]:
        """Receive while inside, from when the server has taken notice."""
        await self._link.wait()
        subscription = await self._link.client.subscribe(pattern, queue, cb=take)
        try:
            await self._link.answered()
            yield
        finally:
            with suppress(NatsError, OSError):
                await subscription.unsubscribe()

    def is_connected(self) -> bool:
        """Say whether the server answers."""
        return self._link.client.is_connected

    async def close(self) -> None:
        """End the connection."""
        await self._link.close()

    async def _known(self, name: str) -> api.StreamConfig | None:
        try:
            return (await self._link.js.stream_info(name)).config
        except NotFoundError:
            return None

    async def _make(self, config: api.StreamConfig) -> None:
        try:
            await self._link.js.add_stream(config)
        except BadRequestError as error:
            if error.err_code not in NAME_IN_USE:
                raise

    async def _place(self, stream: str, durable: str, subject: str | None) -> None:
        """Make the durable consumer unless it is there as it should be."""
        try:
            known = (await self._link.js.consumer_info(stream, durable)).config
            if subject in {None, known.filter_subject} and known.ack_wait == self._redeliver_after:
                return
            subject = subject or known.filter_subject
        except NotFoundError:
            pass
        await self._link.js.add_consumer(
            stream,
            api.ConsumerConfig(
                name=durable,  # with a name the filter stands in the subject of the question: rights can tell
                durable_name=durable,
                filter_subject=subject,
                ack_wait=self._redeliver_after,
                max_ack_pending=MOST_UNACKNOWLEDGED,
                max_deliver=-1,
            ),
        )

    async def _nobody(self, subject: str) -> Exception:
        """Say why nobody took a message: there is no stream for it, or the server is still starting."""
        try:
            await self._link.js.find_stream_name_by_subject(subject)
        except NotFoundError:
            return NoSuchStream(what="stream for", name=subject)
        except (NatsError, OSError, TimeoutError):
            pass
        return NotAcknowledged(seconds=PATIENCE, why="the server is not ready for this stream")


@dataclass(slots=True)
class NatsQuestion:
    """Somebody's request."""

    subject: str
    data: bytes
    reply: str
    link: Link

    async def answer(self, data: bytes) -> None:
        """Send the answer; who asked without waiting for one gets none."""
        if self.reply:
            with self.link.told("question", self.subject):
                await self.link.client.publish(self.reply, data)


def _config(shape: StreamShape, retention: api.RetentionPolicy) -> api.StreamConfig:
    window = min(shape.duplicate_window, shape.max_age or shape.duplicate_window)
    return api.StreamConfig(
        name=shape.name,
        subjects=list(shape.subjects),
        retention=retention,
        max_bytes=shape.max_bytes or -1,
        max_age=shape.max_age,
        discard=api.DiscardPolicy.NEW if shape.full == "refuse" else api.DiscardPolicy.OLD,
        duplicate_window=window,
        storage=api.StorageType.FILE,
        allow_direct=True,
    )


def _differs(known: api.StreamConfig, wanted: api.StreamConfig) -> bool:
    fields = ("subjects", "retention", "max_bytes", "max_age", "discard", "duplicate_window")
    return any((getattr(known, field) or 0) != (getattr(wanted, field) or 0) for field in fields)
