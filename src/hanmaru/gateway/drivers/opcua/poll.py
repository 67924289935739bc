"""Reads nodes in a cycle, where the server tells no changes by itself. What has not changed is not told again."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from asyncua import ua

from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.opcua import wire
from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.link import Link


class Poller:
    """Reads tags, each at its own pace, until cancelled. Raises asyncua's errors and those of the network."""

    def __init__(
        self, link: Link, config: Config, nodes: Mapping[int, ua.NodeId], take: Callable[[wire.Columns], None]
    ) -> None:
        self._link, self._config, self._nodes, self._take = link, config, nodes, take
        self._last: dict[int, tuple[int, float, str | None]] = {}

    async def run(self, tags: Sequence[Tag]) -> None:
        """Read until cancelled; a cycle that takes longer than its time begins anew at once."""
        loop = asyncio.get_running_loop()
        paces: dict[float, list[Tag]] = {}
        for tag in tags:
            paces.setdefault(max(tag.sampling, self._config.publishing), []).append(tag)
        due = dict.fromkeys(paces, loop.time())
        while due:
            pace = min(due, key=due.__getitem__)
            await asyncio.sleep(max(0.0, due[pace] - loop.time()))
            await self.read(paces[pace])
            due[pace] = max(due[pace] + pace, loop.time())

    async def read(self, tags: Sequence[Tag]) -> None:
        """Read tags once and hand on what has changed."""

        async def ask(block: Sequence[Tag]) -> Sequence[None]:
            request = ua.ReadRequest()
            request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
            request.Parameters.NodesToRead = [
                ua.ReadValueId(NodeId=self._nodes[tag.id], AttributeId=ua.AttributeIds.Value) for tag in block
            ]
            answer = await self._link.ask(request)
            columns, sent = wire.read(answer)
            if await self._link.learn(columns.unknown):
                columns, sent = wire.read(answer)
            self._link.heard(sent)
            columns.handle[:] = np.array([tag.id for tag in block], np.uint32)
            self._take(columns.only(self._changed(columns)))
            return [None] * len(block)

        await self._link.in_blocks("read", tags, ask)

    def _changed(self, columns: wire.Columns) -> list[int]:
        rows = []
        for row, (tag, status, number) in enumerate(
            zip(columns.handle.tolist(), columns.status.tolist(), columns.number.tolist(), strict=True)
        ):
            now = (status, number, columns.text.get(row))
            before = self._last.get(tag)
            if before is None or (now != before and not (number != number and before[1] != before[1])):  # noqa: PLR0124 - NaN is not itself
                self._last[tag] = now
                rows.append(row)
        return rows
