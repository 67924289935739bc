"""A sink that keeps what a driver hands it, for a test to wait on."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa

from hanmaru.floor.reading import SCHEMA, Reading, readings_of


@dataclass
class Caught:
    """Readings and events in the order of their coming."""

    all: list[Reading] = field(default_factory=list)
    events: list[tuple[str, str]] = field(default_factory=list)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def readings(self, batch: pa.RecordBatch) -> None:
        assert batch.schema.equals(SCHEMA)
        batch.validate(full=True)
        self.all += readings_of(batch)
        self._news.set()

    def event(self, kind: str, words: str, **data: object) -> None:
        self.events.append((kind, words))
        self._news.set()

    async def kept(self) -> None:
        return

    def of(self, tag: int) -> list[Reading]:
        return [reading for reading in self.all if reading.tag == tag]

    async def until(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        """Wait until it holds; it is looked at whenever something came."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._news.clear()
                await self._news.wait()
