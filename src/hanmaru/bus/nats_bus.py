"""The bus over a NATS server.

The client lives in an event loop of its own, in a thread of its own: pages publish from worker threads and listen from
the web server's loop, and both must share one connection and one set of reconnects.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from hanmaru.bus.address import parsed
from hanmaru.bus.envelope import BadEnvelope, Envelope, decode
from hanmaru.bus.inbox import Inbox
from hanmaru.bus.nats_line import new_client

CAPACITY = 10_000  # messages that wait for the connection
PATIENCE = 2  # seconds, for the server's answer and at the end
NEVER = 7 * 24 * 3600.0  # seconds; see _answered

log = structlog.get_logger(__name__)
T = TypeVar("T")


class NatsBus:
    """One connection to the NATS server at a URL with user and password, made anew for ever when it breaks."""

    def __init__(self, url: str) -> None:
        """Begin to connect; what is published meanwhile waits."""
        self._address = parsed(url)
        self._client = new_client()
        self._outbox: deque[Envelope] = deque(maxlen=CAPACITY)
        self._loop = asyncio.new_event_loop()
        self._to_send = asyncio.Event()
        self._all_sent = asyncio.Event()
        self._was_connected = asyncio.Event()
        self._asked: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="bus", daemon=True)
        self._thread.start()

    def publish(self, envelope: Envelope) -> None:
        """Put the message on its way."""
        envelope.encode()
        if len(self._outbox) == CAPACITY:
            log.warning("bus.dropped", subject=self._outbox[0].subject)
        self._outbox.append(envelope)
        self._loop.call_soon_threadsafe(self._to_send.set)

    @asynccontextmanager
    async def subscribe(self, pattern: str) -> AsyncIterator[AsyncIterator[Envelope]]:
        """Listen while inside; without a connection, from when there is one."""
        inbox = Inbox[Envelope]()

        async def receive(message: Msg) -> None:
            try:
                inbox.put(decode(message.data))
            except BadEnvelope as error:
                log.warning("bus.bad_envelope", subject=message.subject, why=str(error))

        listening = asyncio.run_coroutine_threadsafe(self._listen(pattern, receive), self._loop)
        try:
            # Whoever listens may leave at once, and that must not break off what the client is doing.
            subscription = await asyncio.shield(asyncio.wrap_future(listening))
        except asyncio.CancelledError:
            self._loop.call_soon_threadsafe(self._leave_later, listening)
            raise
        try:
            yield inbox.read()
        finally:
            await self._over_there(self._quietly(subscription.unsubscribe()))

    def is_connected(self) -> bool:
        """Say whether the server answers."""
        return self._client.is_connected

    def close(self) -> None:
        """Send what is left and end the connection and its thread."""
        if self._thread.is_alive():
            try:
                asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(PATIENCE * 3)
            finally:
                self._loop.call_soon_threadsafe(self._loop.stop)
                self._thread.join(PATIENCE)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        sending = self._loop.create_task(self._send_for_ever())
        self._loop.run_forever()
        # The client may leave tasks of its own behind: closed while it reconnects, it has begun them anew.
        left = {sending, *asyncio.all_tasks(self._loop)}
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _send_for_ever(self) -> None:
        await self._client.connect(
            self._address.url,
            tls=self._address.tls,
            name="hanmaru",
            connect_timeout=2,
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            ping_interval=10,  # nats-py's own: 2 minutes until a silent line is noticed
            max_outstanding_pings=2,
            error_cb=_tell,
        )
        self._was_connected.set()
        while True:
            await self._to_send.wait()
            self._to_send.clear()
            while self._outbox:
                envelope = self._outbox.popleft()
                await self._quietly(self._client.publish(envelope.subject, envelope.encode()))
            self._all_sent.set()

    async def _listen(self, pattern: str, receive: Any) -> Any:
        """Subscribe, and wait until the server has taken notice."""
        await self._was_connected.wait()
        subscription = await self._client.subscribe(pattern, cb=receive)
        await self._answered()
        return subscription

    async def _answered(self) -> None:
        """Wait until the server has answered, but not for ever.

        The question is never given up, only waited for no longer: nats-py stops reading for good when the answer to a
        question comes that was cancelled (InvalidStateError in Client._process_pong, nats-py 2.x).
        """
        asked = self._loop.create_task(self._quietly(self._client.flush(timeout=NEVER)))  # type: ignore[arg-type]
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        await asyncio.wait({asked}, timeout=PATIENCE)

    def _leave_later(self, listening: Future[Any]) -> None:
        """End a subscription that nobody waits for any more, as soon as it has begun."""

        async def leave() -> None:
            subscription = await asyncio.wrap_future(listening)
            await self._quietly(subscription.unsubscribe())

        task = self._loop.create_task(leave())
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    async def _end(self) -> None:
        if self._client.is_connected:
            self._all_sent.clear()
            self._to_send.set()
            await self._quietly(asyncio.wait_for(self._all_sent.wait(), PATIENCE))
            await self._answered()
        await self._quietly(self._client.close())

    async def _quietly(self, work: Coroutine[Any, Any, object]) -> None:
        """Do what may fail while the connection is down; the client mends it by itself."""
        try:
            await work
        except (TimeoutError, NatsError, OSError) as error:
            log.warning("bus.not_connected", why=str(error) or type(error).__name__)

    async def _over_there(self, work: Coroutine[Any, Any, T]) -> T:
        """Do work in the client's own loop and wait for it in ours."""
        return await asyncio.shield(asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop)))


async def _tell(error: Exception) -> None:
    log.warning("bus.error", why=str(error) or type(error).__name__)
