"""The OPC UA driver: puts link, items, follower, poller and writer together."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Final

from asyncua import ua
from asyncua.ua.uaerrors import UaStatusCodeError

from hanmaru.floor.command import Command, Outcome
from hanmaru.floor.quality import Quality
from hanmaru.floor.tag import Tag
from hanmaru.floor.words import NOTHING, Sentence, foreign, sentence
from hanmaru.gateway.contract import Health, Node, Sink
from hanmaru.gateway.drivers.opcua import browse, write
from hanmaru.gateway.drivers.opcua.batch import Book, single
from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.faults import NO_SUBSCRIPTIONS, told, words
from hanmaru.gateway.drivers.opcua.follow import Ended, Follower, together
from hanmaru.gateway.drivers.opcua.items import Items, Refused
from hanmaru.gateway.drivers.opcua.link import Link
from hanmaru.gateway.drivers.opcua.poll import Poller
from hanmaru.gateway.drivers.opcua.wire import Columns
from hanmaru.gateway.errors import Reconfigure

LOOK_AGAIN: Final = 60.0  # seconds until nodes that the server did not know are asked for again
ANSWERS: Final = 12  # at most, of one `connect`: session resumed in vain, endpoints, a new session, the server's limits
OWN_WORK: Final = 10.0  # seconds; making keys and a certificate among it
TELL_AGAIN: Final = 60.0  # seconds in which a full queue of the server is told once


class OpcUa:
    """Speaks with one OPC UA server."""

    protocol: ClassVar[str] = "opcua"
    config: ClassVar[type[Config]] = Config
    deadbands: ClassVar[bool] = True  # the server's, or ours where it has none

    def __init__(self, config: Config) -> None:
        self._config = config
        self._link = Link(config)
        self._items = Items(self._link, config)
        self._resumed = False
        self._missing: dict[int, str] = {}
        self._mismatched: set[int] = set()
        self._last: datetime | None = None  # when something came
        self._overflow_told = -TELL_AGAIN
        self._figures: dict[str, int] = {}
        self._book = Book(())
        self._sink: Sink | None = None

    def keep_in(self, folder: Path) -> None:
        """Keep certificate and list of subscriptions here; what an earlier run kept is taken over."""
        self._link.folder = folder
        self._items.recall(folder)

    @property
    def connecting(self) -> float:
        """Answer the most seconds that `connect` takes with a server that is as slow as it may be."""
        return ANSWERS * self._config.timeout + OWN_WORK

    async def connect(self) -> None:
        """Open the session, the old one where the server still holds it. Raise Retry, Reconfigure, Stop."""
        self._resumed = await self._link.open()
        self._items.doubt()

    async def browse(self, address: str = "") -> Sequence[Node]:
        """Answer what lies in a folder. Raise Retry; Reconfigure for an address that is none or not known."""
        with told(self._config.device):
            try:
                return await browse.look(self._link, self._config, address)
            except ValueError as error:
                raise self._bad_address(address, str(error)) from error
            except UaStatusCodeError as error:
                if error.code & 0xFFFF0000 != Quality.BAD_NODE_UNKNOWN:
                    raise
                raise self._bad_address(address, words(error.code)) from error

    def _bad_address(self, address: str, why: str) -> Reconfigure:
        remedy = sentence("Choose a node by browsing from the root")
        words = sentence("%(address)s: %(why)s", address=address[:80], why=foreign(why))
        return Reconfigure(device=self._config.device, why=words, remedy=remedy)

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:
        """Follow the tags until cancelled or broken. Raise Retry, Reconfigure, Stop."""
        self._sink, self._book = sink, Book(tags)
        self._missing.clear()
        nodes = self._resolve(tags)
        known = [tag for tag in tags if tag.id in nodes]
        with told(self._config.device):
            while True:
                try:
                    await self._follow(known, nodes, sink)
                except Ended as ended:
                    self._tell_gap(sink, ended.words)
                    await self._items.forget()

    def _resolve(self, tags: Sequence[Tag]) -> dict[int, ua.NodeId]:
        """Answer the node ids of tags; one whose address is none is missing."""
        nodes = {}
        for tag in tags:
            try:
                nodes[tag.id] = self._link.node(tag.address)
            except ValueError as error:
                self._miss(tag.id, Quality.BAD_NODE_UNKNOWN, str(error))
        return nodes

    async def _follow(self, tags: Sequence[Tag], nodes: dict[int, ua.NodeId], sink: Sink) -> None:
        poller = Poller(self._link, self._config, nodes, self._take)
        if not self._config.subscribe:
            await self._poll(poller, tags)
            return
        available = await self._take_over(sink)
        try:
            refused = await self._items.hold(tags, nodes)
        except UaStatusCodeError as error:
            if error.code & 0xFFFF0000 not in NO_SUBSCRIPTIONS:
                raise
            why = words(error.code)
            told_words = sentence("The server has no subscription for us, nodes are read: %(why)s", why=why)
            sink.event("no_subscriptions", told_words)
            await self._poll(poller, tags)
            return
        by_id = {tag.id: tag for tag in tags}
        self._note(refused, by_id, sink)
        await asyncio.to_thread(self._items.save, self._link.folder)
        follower = Follower(self._link, self._config, self._items, sink, self._take)
        self._figures = follower.figures
        heard = self._last
        await follower.again(available)
        self._last = heard  # what is sent again was said before
        works = [follower.run(), self._look_again(tags, nodes)]
        if refused.full:
            works.append(self._poll(poller, [by_id[tag] for tag in refused.full]))
        await together(*works)

    async def _take_over(self, sink: Sink) -> dict[int, list[int]]:
        """Go on with the subscriptions that there are; answer the messages that they can send again."""
        resumed, self._resumed = self._resumed, True  # later rounds of the same session have theirs
        if resumed or not self._items.subscriptions:
            return {}
        available = await self._items.take_over()
        if available is None:
            self._tell_gap(sink, sentence("The server does not let us have our subscription again"))
            await self._items.forget()
            return {}
        kept = sentence("The server kept our subscription: nothing that it holds is lost")
        sink.event("subscription_taken_over", kept)
        return available

    def _tell_gap(self, sink: Sink, why: Sentence) -> None:
        since = self._last.isoformat(timespec="seconds") if self._last else sentence("the last run")
        sink.event("gap", sentence("%(why)s: changes since %(since)s are not known", why=why, since=since), since=since)

    async def _poll(self, poller: Poller, tags: Sequence[Tag]) -> None:
        for tag in tags:
            if tag.deadband:
                self._book.keep_deadband(tag)
        self._figures["read_in_a_cycle"] = len(tags)
        await poller.run(tags)

    def _note(self, refused: Refused, tags: dict[int, Tag], sink: Sink) -> None:
        for tag, code in refused.codes.items():
            if tag not in self._missing:
                self._miss(tag, code, words(code))
        for tag in refused.unfiltered:
            self._book.keep_deadband(tags[tag])
        if refused.full:
            count = len(refused.full)
            told_words = sentence("The server watches no more nodes: %(count)s are read instead", count=count)
            sink.event("subscription_full", told_words)

    def _miss(self, tag: int, quality: int, why: str) -> None:
        self._missing[tag] = why
        if self._sink is not None:
            self._sink.readings(single(tag, quality, time.time_ns() // 1000))

    async def _look_again(self, tags: Sequence[Tag], nodes: dict[int, ua.NodeId]) -> None:
        """Ask now and then for nodes that the server did not know: it may have them later."""
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            if self._missing:
                await self._items.hold([tag for tag in tags if tag.id in nodes], nodes)

    def _take(self, columns: Columns) -> None:
        """Hand on what came as readings, and tell what is odd about it."""
        if self._sink is None:
            return
        self._last = datetime.now(UTC)
        made = self._book.make(columns, time.time_ns() // 1000)
        for batch in made.batches:
            self._sink.readings(batch)
        for tag in made.unknown:
            self._missing[tag] = words(Quality.BAD_NODE_UNKNOWN)
        for tag in set(made.mismatched) - self._mismatched:
            self._mismatched.add(tag)
            told_words = sentence("The server sends another type than tag %(tag)s has", tag=tag)
            self._sink.event("type_changed", told_words, tag=tag)
        if self._mismatched or self._missing:
            fits = set(made.fitting.tolist())
            for tag in self._mismatched & fits:
                self._mismatched.discard(tag)
                told_words = sentence("The server sends the type of tag %(tag)s again", tag=tag)
                self._sink.event("type_fits", told_words, tag=tag)
            for tag in self._missing.keys() & fits:
                del self._missing[tag]
        if columns.overflowed and time.monotonic() - self._overflow_told > TELL_AGAIN:
            self._overflow_told = time.monotonic()
            told_words = sentence("The server dropped changes, its queue was full: give a larger `queue`")
            self._sink.event("overflow", told_words)

    async def write(self, command: Command, tag: Tag | None) -> Outcome:
        """Set a node or call a method, and read back; a refusal is an outcome."""
        return await write.carry_out(self._link, command, tag)

    def health(self) -> Health:
        """Answer how it fares, at once."""
        figures: dict[str, float] = {
            **self._figures,
            "watched": float(len(self._items)),
            "type_mismatches": float(len(self._mismatched)),
        }
        detail = NOTHING if self._link.connected else sentence("not connected")
        return Health(self._link.connected, detail, self._link.skew, dict(self._missing), figures)

    async def close(self) -> None:
        """Let go of the server; it keeps our subscriptions for a while, if we can still take them up then."""
        watching = len(self._items) > 0
        if watching and not self._link.connected:
            await self._link.hang_up()
        else:
            await self._link.close(keep=watching and self._link.folder is not None)
