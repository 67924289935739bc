"""One connection to NATS within an event loop, mended by itself, and its errors in our words."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

import structlog
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError, NoRespondersError
from nats.js import JetStreamContext
from nats.js.errors import APIError, KeyWrongLastSequenceError, NotFoundError, ServiceUnavailableError

from hanmaru.bus.address import Address, parsed
from hanmaru.bus.envelope import MessageTooLarge
from hanmaru.bus.nats_line import new_client
from hanmaru.bus.streams import LARGEST_MESSAGE, NoSuchStream, NotAcknowledged, StreamFull, WrongRevision
from hanmaru.kernel.errors import Invalid

log = structlog.get_logger(__name__)

PATIENCE: Final = 5.0  # seconds that an answer of the server is waited for
NEVER: Final = 86_400  # see Link.answered

# Source: nats-server 2.15, server/errors.json.
STORE_FAILED: Final = {10077, 10047, 10023, 10002, 10028}  # a bound of the stream, the account or the disk
WRONG_SEQUENCE: Final = {10071, 10164}
TOO_LARGE: Final = 10054


class BusRefused(Invalid):
    """The server understood and will not."""

    code = "bus.refused"
    message = "The bus refuses %(what)s %(name)s: %(why)s"


class Link:
    """A client that never gives up; what cannot be sent within the patience is told, and not sent later."""

    def __init__(self, url: str) -> None:
        """Begin to connect, in the running event loop."""
        address = parsed(url)
        self.client = new_client()
        self.js: JetStreamContext = self.client.jetstream(timeout=PATIENCE)
        self.losses = 0  # how often the connection broke
        self._why = "not connected yet"
        self._denied = ""
        self._up = asyncio.Event()
        self._asked: set[asyncio.Task[object]] = set()
        self._connecting = asyncio.get_running_loop().create_task(self._connect(address))

    async def _connect(self, address: Address) -> None:
        await self.client.connect(
            address.url,
            name=f"hanmaru {address.user}".strip(),
            tls=address.tls,
            connect_timeout=2,
            max_reconnect_attempts=-1,  # nats-py's own: gives up for ever after 60
            reconnect_time_wait=1,
            ping_interval=10,  # nats-py's own: 2 minutes until a dead line is noticed
            max_outstanding_pings=2,
            pending_size=64 * 1024 * 1024,
            # Answers come under the user's own subjects, so that no other user may listen to them.
            inbox_prefix=f"_INBOX.{address.user}" if address.user else "_INBOX",
            error_cb=self._tell,
            disconnected_cb=self._lost,
            reconnected_cb=self._found,
        )
        self._up.set()

    async def _tell(self, error: Exception) -> None:
        before, self._why = self._why, str(error) or type(error).__name__
        if not self._up.is_set() and self._why == before:
            return  # the same at every attempt to connect: said once
        if "permissions violation" in self._why.lower():  # the server answers a forbidden question with silence
            self._denied = self._why
            self.client.forbidden(self._why)
        log.warning("bus.error", why=self._why)

    async def _lost(self) -> None:
        self._up.clear()
        self.losses += 1
        self._why = "the line broke"

    async def _found(self) -> None:
        self._up.set()

    async def ready(self, seconds: float = PATIENCE) -> None:
        """Wait for the connection. Raise NotAcknowledged.

        What was given to nats-py while it was cut off would be sent after the reconnect: later than what follows it.
        """
        if self.client.is_connected and self._up.is_set():
            return
        try:
            async with asyncio.timeout(seconds):  # not wait_for: before Python 3.12 it may lose a cancellation
                await self._up.wait()
        except TimeoutError as error:
            raise NotAcknowledged(seconds=seconds, why=self._why) from error

    async def wait(self) -> None:
        """Wait for the connection as long as it takes."""
        await self._up.wait()

    async def request(
        self, subject: str, data: bytes, seconds: float = PATIENCE, headers: Mapping[str, str] | None = None
    ) -> Msg:
        """Send and wait for the answer. Raise what nats-py raises, and NotAcknowledged."""
        await self.ready(seconds)
        return await self.client.request(subject, data, timeout=seconds, headers=dict(headers) if headers else None)

    async def answered(self) -> None:
        """Wait until the server has taken notice of what was sent before.

        The question is never given up, only waited for no longer: nats-py stops reading for good when the answer to a
        question comes that was cancelled (InvalidStateError in Client._process_pong, nats-py 2.x).
        """
        asked = asyncio.get_running_loop().create_task(self._flush())
        self._asked.add(asked)
        asked.add_done_callback(self._asked.discard)
        await asyncio.wait({asked}, timeout=PATIENCE)

    async def _flush(self) -> None:
        with suppress(NatsError, OSError):
            await self.client.flush(timeout=NEVER)

    @contextmanager
    def told(self, what: str, name: str, seconds: float = PATIENCE) -> Iterator[None]:
        """Turn what nats-py raises inside into our errors about a thing of this kind and name."""
        try:
            yield
        except KeyWrongLastSequenceError as error:
            raise WrongRevision(key=name) from error
        except MaxPayloadError as error:
            raise MessageTooLarge(size="more", limit=LARGEST_MESSAGE) from error
        except NotFoundError as error:
            raise NoSuchStream(what=what, name=name) from error
        except APIError as error:
            raise _ours(error, what, name, seconds) from error
        except NoRespondersError as error:
            raise NotAcknowledged(seconds=seconds, why=f"nobody answers for {name}") from error
        except (NatsError, OSError, TimeoutError) as error:
            why = self._denied or str(error) or type(error).__name__
            raise NotAcknowledged(seconds=seconds, why=why) from error

    async def close(self) -> None:
        """End the connection; never raises."""
        self._connecting.cancel()
        await asyncio.gather(self._connecting, return_exceptions=True)
        with suppress(NatsError, OSError, AssertionError):  # nats-py asserts that it was connected once
            await self.client.close()
        for task in self._asked:
            task.cancel()
        await asyncio.gather(*self._asked, return_exceptions=True)


def _ours(error: APIError, what: str, name: str, seconds: float) -> Exception:
    why = str(error.description)
    if error.err_code in STORE_FAILED:
        return StreamFull(stream=name)
    if error.err_code in WRONG_SEQUENCE:
        return WrongRevision(key=name)
    if error.err_code == TOO_LARGE:
        return MessageTooLarge(size="more", limit=LARGEST_MESSAGE)
    if isinstance(error, ServiceUnavailableError) or error.code == 408:
        return NotAcknowledged(seconds=seconds, why=why)
    return BusRefused(what=what, name=name, why=why)
