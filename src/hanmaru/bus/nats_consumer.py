"""A durable place in a JetStream stream, pulled from. Source: NATS ADR-13 (pull subscriptions), ADR-15 (acks)."""

import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from nats.js import api

from hanmaru.bus.nats_link import PATIENCE, Link
from hanmaru.bus.streams import Delivered, NoSuchStream, NotAcknowledged

MOST_BYTES: Final = (
    64 * 1024 * 1024
)  # handed over at once, so that a pull of many large messages cannot fill the memory
LOOK: Final = 1.0  # seconds after which a waiting pull sees that the connection broke and asks anew
LATE: Final = 0.2  # seconds that the server's word "nothing came" may be under way
PAUSE: Final = 0.1
NOBODY: Final = "503"
CONFLICT: Final = "409"


@dataclass(frozen=True, slots=True)
class Pulled(Delivered):
    """A message and where to acknowledge it."""

    reply: str = ""


class NatsConsumer:
    """One durable consumer. Pulls of several tasks wait for one another.

    nats-py's own `fetch` makes a task for each message; this hands them over by one callback.
    """

    def __init__(self, link: Link, stream: str, durable: str) -> None:
        """Take up the place; `open` before use."""
        self._link, self._stream, self._durable = link, stream, durable
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._inbox = ""
        self._arrived: deque[Pulled] = deque()
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()
        self._enough = 0  # messages after which the running pull has what it asked for
        self._number = 0  # of the pull that runs
        self._ended = ""  # status with which the server ended it

    async def open(self) -> None:
        """Listen for what will be pulled. What comes too late for its pull waits here for the next one."""
        self._inbox = self._link.client.new_inbox()
        await self._link.client.subscribe(
            f"{self._inbox}.*", cb=self._arrive, pending_bytes_limit=4 * MOST_BYTES, pending_msgs_limit=-1
        )

    async def take_back(self) -> None:
        """Have all that was handed out and not acknowledged sent again, before anything new.

        The server says between which numbers that lies, not which they are: each of them is returned by the subject
        on which its receiver would have answered (ADR-15). A number that is not out is passed over by the server.
        """
        await self._link.ready()
        with self._link.told("consumer", self._durable):
            known = await self._link.js.consumer_info(self._stream, self._durable)
            self._arrived.clear()
            if not known.num_ack_pending or known.ack_floor is None or known.delivered is None:
                return
            place = f"$JS.ACK.{self._stream}.{self._durable}.1"
            tail = f"{known.delivered.consumer_seq}.{time.time_ns()}.0"
            first, last = known.ack_floor.stream_seq + 1, known.delivered.stream_seq
            for sequence in range(first, last):
                await self._link.client.publish(f"{place}.{sequence}.{tail}", b"-NAK")
            await self._confirm(f"{place}.{last}.{tail}", b"-NAK")

    async def pull(self, most: int, seconds: float) -> Sequence[Delivered]:
        """Answer up to `most` messages, at once if there are any; none after `seconds`. Raise NoSuchStream."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        async with self._turn:
            if not self._arrived:
                await self._round(most, 0)
            while not self._arrived and (left := until - loop.time()) > 0:
                await self._round(1, left)
                if self._arrived and most > 1:
                    await self._round(most - 1, 0)
            return [self._arrived.popleft() for _ in range(min(most, len(self._arrived)))]

    async def acknowledge(self, messages: Sequence[Delivered]) -> None:
        """Never send these again. One connection is handled in order, so the answer to the last one covers all."""
        replies = [message.reply for message in messages if isinstance(message, Pulled)]
        if not replies:
            return
        losses = -1
        while losses != self._link.losses:  # a connection lost meanwhile may have taken some with it
            losses = self._link.losses
            await self._link.ready()
            with self._link.told("consumer", self._durable):
                for reply in replies[:-1]:
                    await self._link.client.publish(reply, b"+ACK")
                await self._confirm(replies[-1], b"+ACK")

    async def return_later(self, message: Delivered, seconds: float) -> None:
        """Send this one again after a while."""
        if isinstance(message, Pulled):
            delay = json.dumps({"delay": int(seconds * 1e9)}).encode()
            with self._link.told("consumer", self._durable):
                await self._confirm(message.reply, b"-NAK " + delay)

    async def pending(self) -> int:
        """Answer how many are not acknowledged."""
        await self._link.ready()
        with self._link.told("consumer", self._durable):
            known = await self._link.js.consumer_info(self._stream, self._durable)
        return (known.num_pending or 0) + (known.num_ack_pending or 0)

    async def _confirm(self, reply: str, verdict: bytes) -> None:
        try:
            await self._link.request(reply, verdict)
        except NoRespondersError as error:
            raise NoSuchStream(what="consumer", name=self._durable) from error

    async def _round(self, most: int, seconds: float) -> None:
        """Ask once: for what is there (0 seconds), or for what comes. Ends early when the connection breaks."""
        loop = asyncio.get_running_loop()
        until = loop.time() + (seconds + LATE if seconds else PATIENCE)
        if not await self._reachable(seconds or LOOK):
            return
        self._number, self._ended, losses = self._number + 1, "", self._link.losses
        before = len(self._arrived)
        self._enough = before + most
        wanted: dict[str, object] = {"batch": most, "max_bytes": MOST_BYTES}
        wanted |= {"expires": int(seconds * 1e9)} if seconds else {"no_wait": True}
        await self._link.client.publish(self._next, json.dumps(wanted).encode(), f"{self._inbox}.{self._number}")
        while not self._ended and len(self._arrived) < self._enough and losses == self._link.losses:
            if (left := until - loop.time()) <= 0:
                return
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(min(LOOK, left)):  # wait_for of 3.11 can swallow a cancellation
                    await self._news.wait()
        if self._ended in {NOBODY, CONFLICT} and len(self._arrived) == before:
            await self._make_sure()  # with messages, 409 only says that the request is completed

    async def _arrive(self, message: Msg) -> None:
        if message.reply.startswith("$JS.ACK."):
            told = message.metadata
            headers = {key: value for key, value in (message.headers or {}).items() if not key.startswith("Nats-")}
            self._arrived.append(
                Pulled(message.subject, message.data, told.sequence.stream, told.num_delivered, headers, message.reply)
            )
        elif message.subject.endswith(f".{self._number}") and message.headers:
            self._ended = message.headers.get(api.Header.STATUS.value, "")
        if self._ended or len(self._arrived) >= self._enough:
            self._news.set()

    async def _reachable(self, seconds: float) -> bool:
        with suppress(NotAcknowledged):
            await self._link.ready(seconds)
            return True
        return False

    async def _make_sure(self) -> None:
        """Raise NoSuchStream when the place is gone; else the server is only starting or stopping: pause."""
        with suppress(NotAcknowledged), self._link.told("consumer", self._durable):
            await self._link.js.consumer_info(self._stream, self._durable)
        await asyncio.sleep(PAUSE)
