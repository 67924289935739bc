"""Follows what the subscriptions deliver, in order and without a hole: asks for it, hands it on, confirms it.

Source: OPC UA Part 4, 5.14.1 (publishing, sequence numbers, acknowledgement) and 5.14.6 (Republish). A message is
confirmed only when its readings are on our disk, so one that we lose by a crash can be sent again.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.uaerrors import UaStatusCodeError

from hanmaru.floor.words import Sentence, sentence
from hanmaru.gateway.contract import Sink
from hanmaru.gateway.drivers.opcua import wire
from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.items import Items, Subscription
from hanmaru.gateway.drivers.opcua.link import Link

AT_ONCE: Final = 4  # requests that wait at the server: the next delivery need not wait for our answer to the last
LAST_SEQUENCE: Final = 2**32 - 1
_codes = ua.StatusCodes


GONE: Final = sentence("The server no longer has our subscription")


class Ended(Exception):
    """The server no longer has a subscription of ours, or has one that stays silent. The words say which."""

    def __init__(self, words: Sentence = GONE) -> None:
        super().__init__(words)
        self.words = words


class Follower:
    """Asks for deliveries until cancelled. Raises Ended, asyncua's errors, and those of the network."""

    def __init__(
        self, link: Link, config: Config, items: Items, sink: Sink, take: Callable[[wire.Columns], None]
    ) -> None:
        self._link, self._config, self._items, self._sink, self._take = link, config, items, sink, take
        self._at_once = AT_ONCE
        self._handed_on = asyncio.Event()
        self._unkept: list[ua.SubscriptionAcknowledgement] = []
        self._confirm: list[ua.SubscriptionAcknowledgement] = []
        self.heard = time.monotonic()
        self.figures = {
            "messages": 0,
            "changes": 0,
            "sent_again": 0,
            "lost_messages": 0,
            "unreadable": 0,
            "overflowed": 0,
        }

    async def again(self, available: dict[int, list[int]]) -> None:
        """Take the messages that a subscription taken over still holds; what comes next is known afterwards."""
        for number, sequences in available.items():
            subscription = self._items.subscriptions[number]
            for sequence in sorted(sequences):
                if subscription.next is None or sequence >= subscription.next:
                    await self._fetch(subscription, sequence)
            if sequences:
                subscription.next = _after(max(sequences))

    async def run(self) -> None:
        """Follow until it breaks."""
        self.heard = time.monotonic()
        await together(self._deliver(), self._confirm_kept(), self._mind_silence())

    async def _mind_silence(self) -> None:
        """Notice a line that is dead without saying so: the server has to tell that it lives now and then.

        A subscription of an earlier connection that says nothing while the server answers is given up: some servers
        move one and then send its messages to the connection that is gone (asyncua 2.1).
        """
        patience = self._items.silence + self._config.timeout
        begun = time.monotonic()
        while (left := self._since(begun) + patience - time.monotonic()) > 0:  # noqa: ASYNC110 - a deadline that moves on
            await asyncio.sleep(left)
        if self._doubted():
            await self._link.look()
            raise Ended(sentence("The server says nothing of the subscription that it kept for us"))
        raise ConnectionError(f"the server has said nothing for {patience:.0f} s")

    def _since(self, begun: float) -> float:
        """Answer since when a sign of life is missing; one of another subscription does not count for a doubted one."""
        return min(begun, self.heard) if self._doubted() else self.heard

    def _doubted(self) -> bool:
        return any(one.doubted for one in self._items.subscriptions.values())

    async def _deliver(self) -> None:
        """Keep requests waiting at the server, which answers them in their order, and hand on what they bring."""
        waiting = self._link.waiting  # outlives this run: what a request brings that waits already is not lost
        while True:
            while len(waiting) < self._at_once:
                request = ua.PublishRequest()
                request.Parameters.SubscriptionAcknowledgements, self._confirm = self._confirm, []
                waiting.append((self._items.round, self._link.ask_later(request)))
            asked_in, task = waiting[0]
            try:
                answer = await asyncio.shield(task)
            except UaStatusCodeError as error:
                waiting.popleft()
                self._take_refusal(error, of_now=asked_in == self._items.round)
                continue
            waiting.popleft()
            try:
                await self._hand_on(await self._made(answer))
            except ValueError as error:
                self.figures["unreadable"] += 1
                words = sentence("A message of the server cannot be read and is left out: %(error)s", error=error)
                self._sink.event("unreadable", words)

    def _take_refusal(self, error: UaStatusCodeError, *, of_now: bool) -> None:
        """Take a refusal to publish; `of_now`: it was asked for the subscriptions that there are now."""
        self.heard = time.monotonic()
        if error.code == _codes.BadTooManyPublishRequests:
            self._at_once = max(1, self._at_once - 1)
        elif error.code == _codes.BadNoSubscription:
            if of_now:
                raise Ended from error
        elif error.code != _codes.BadTimeout:
            raise error

    async def _confirm_kept(self) -> None:
        """Confirm messages whose readings are on the disk; many by one look at it."""
        while True:
            await self._handed_on.wait()
            self._handed_on.clear()
            done, self._unkept = self._unkept, []
            await self._sink.kept()
            self._confirm += done

    async def _made(self, answer: Buffer) -> wire.Published:
        """Take an answer apart; structures that we meet for the first time are learned first."""
        made = wire.published(answer)
        if await self._link.learn({kind for columns in made.columns for kind in columns.unknown}):
            made = wire.published(answer)
        return made

    async def _hand_on(self, made: wire.Published) -> None:
        self.heard = time.monotonic()
        self._link.heard(made.sent)
        subscription = self._items.subscriptions.get(made.subscription)
        if subscription is None:
            return
        subscription.doubted = False
        if subscription.next is not None and made.sequence != subscription.next:
            await self._fill(subscription, made)
        self._put(made)
        subscription.next = _after(made.sequence) if made.holds else made.sequence
        if made.status is not None:
            raise Ended

    async def _fill(self, subscription: Subscription, made: wire.Published) -> None:
        """Ask once more for messages that were on the way when the line broke (at most as many as it can hold)."""
        sequence = subscription.next or made.sequence
        if not 0 < made.sequence - sequence <= 10_000:
            return  # sent twice, or counted anew: there is nothing between
        while sequence != made.sequence:
            await self._fetch(subscription, sequence)
            sequence = _after(sequence)

    async def _fetch(self, subscription: Subscription, sequence: int) -> None:
        request = ua.RepublishRequest()
        request.Parameters.SubscriptionId = subscription.id
        request.Parameters.RetransmitSequenceNumber = sequence
        try:
            answer = await self._link.ask(request)
        except UaStatusCodeError as error:
            if error.code != _codes.BadMessageNotAvailable:
                raise
            self.figures["lost_messages"] += 1
            words = sentence(
                "A message of the server (number %(number)s) is lost: it no longer holds it", number=sequence
            )
            self._sink.event("gap", words, sequence=sequence)
            return
        self.figures["sent_again"] += 1
        again = wire.republished(answer, subscription.id)
        self._put(again)

    def _put(self, made: wire.Published) -> None:
        self.figures["messages"] += 1
        for columns in made.columns:
            self.figures["changes"] += len(columns)
            self.figures["overflowed"] += columns.overflowed
            self._take(columns)
        if made.holds:
            done = ua.SubscriptionAcknowledgement(SubscriptionId=made.subscription, SequenceNumber=made.sequence)
            self._unkept.append(done)
            self._handed_on.set()


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Do works at the same time until one fails; then end the others and raise what it raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _after(sequence: int) -> int:
    """Answer the sequence number after this one; after the last comes 1 (Part 4, 7.25)."""
    return 1 if sequence >= LAST_SEQUENCE else sequence + 1
