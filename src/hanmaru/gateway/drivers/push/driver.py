"""The push driver: devices come to us. What they send is acknowledged once it is on the disk."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final

from hanmaru.floor.command import Command, Outcome
from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading, batch_of
from hanmaru.floor.tag import Tag
from hanmaru.gateway.contract import Health, Node, Sink
from hanmaru.gateway.drivers.push.config import PushConfig
from hanmaru.gateway.drivers.push.listening import Listening, NotListening
from hanmaru.gateway.drivers.push.messages import Sent

MOST_SEEN: Final = 10_000  # addresses remembered for browsing


class PushDriver:
    """Listens for any number of small devices."""

    protocol: ClassVar[str] = "push"
    config: ClassVar[type[PushConfig]] = PushConfig

    def __init__(self, config: PushConfig) -> None:
        self._listening = Listening(config, self._take)
        self._tags: dict[str, list[Tag]] = {}
        self._sink: Sink | None = None
        self._seen: dict[str, Sent] = {}
        self._messages = 0

    async def connect(self) -> None:
        """Listen. Raise Reconfigure when the port is taken."""
        await self._listening.open()

    async def browse(self, address: str = "") -> Sequence[Node]:
        """Answer what was sent so far."""
        return [_node(one) for name, one in sorted(self._seen.items()) if name.startswith(address)]

    async def run(self, tags: Sequence[Tag], sink: Sink) -> None:
        """Take what comes for these tags until cancelled."""
        self._tags = {}
        for tag in tags:
            self._tags.setdefault(tag.address, []).append(tag)
        self._sink = sink
        try:
            await asyncio.Event().wait()
        finally:
            self._sink = None

    async def write(self, command: Command, tag: Tag | None) -> Outcome:  # noqa: ARG002 - the contract's
        """Refuse: nobody knows where these devices are."""
        reason = "These devices send and are not reached; nothing can be set"
        return Outcome(command.id, "refused", datetime.now(UTC), reason=reason)

    def health(self) -> Health:
        """Answer how it fares."""
        heard = {one.rpartition("/")[0] for one in self._seen}
        return Health(self._listening.is_open, extra={"messages": self._messages, "devices": len(heard)})

    async def close(self) -> None:
        """Listen no more."""
        await self._listening.close()

    async def _take(self, sent: list[Sent]) -> int:
        """Keep the values that are tags; answer how many, once they are on the disk. Raise NotListening."""
        self._messages += 1
        for one in sent:
            if one.address in self._seen or len(self._seen) < MOST_SEEN:
                self._seen[one.address] = one
        sink = self._sink
        if sink is None:
            raise NotListening
        now = datetime.now(UTC)
        readings = [
            Reading(tag.id, one.when or now, now, one.number, one.text, _quality(one))
            for one in sent
            for tag in self._tags.get(one.address, ())
        ]
        if readings:
            sink.readings(batch_of(readings))
            await sink.kept()
        return len(readings)


def _quality(sent: Sent) -> int:
    return Quality.GOOD if sent.number is not None or sent.text is not None else Quality.BAD_NO_DATA


def _node(sent: Sent) -> Node:
    value = sent.text if sent.text is not None else "" if sent.number is None else f"{sent.number:g}"
    return Node(sent.address, sent.address, "point", "number" if sent.number is not None else "text", value=value[:200])
