"""The gateway host of a site: one process a driver instance, as the bucket `plant-SITE` says, and answers to questions.

It starts with what it wrote down last, so a site whose bus is away runs all the same; what the bucket says comes over
that as soon as it can be read.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import structlog

from hanmaru.bus.streams import Kept, Question, Streams
from hanmaru.floor import subjects
from hanmaru.floor.shapes import WrongShape
from hanmaru.gateway.asked import Asked
from hanmaru.gateway.registry import Registry, Site, site_of
from hanmaru.gateway.supervised import COMMAND, Supervised
from hanmaru.gateway.wanted import FILE, Wanted, read
from hanmaru.kernel.errors import HanmaruError

GATHER: Final = 0.1  # seconds in which changes of the bucket are taken together
AGAIN: Final = 2.0  # seconds until the bus is tried again

log = structlog.get_logger(__name__)


class Host:
    """All driver instances of one site."""

    def __init__(
        self,
        streams: Streams,
        site: str,
        folder: Path,
        environment: Mapping[str, str],
        command: Sequence[str] = COMMAND,
    ) -> None:
        """`folder` has one folder a source; `environment` tells the instances where the bus is."""
        self._streams, self._site, self._folder = streams, site, folder
        self._environment, self._command = environment, command
        self._instances: dict[str, Supervised] = {}
        self._keys: dict[str, Kept] = {}
        self._resting: set[str] = set()
        self._fresh = asyncio.Event()
        self._applying = asyncio.Lock()

    @property
    def instances(self) -> Mapping[str, Supervised]:
        """What runs, by source."""
        return self._instances

    @property
    def folder(self) -> Path:
        """Where each source has a folder."""
        return self._folder

    async def run(self) -> None:
        """Run until cancelled; then every instance is stopped."""
        for wanted in self._written_down():
            self._begin(wanted)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._follow())
                group.create_task(self._apply_changes())
                group.create_task(self._answer())
        finally:
            await asyncio.gather(*(one.end() for one in self._instances.values()))

    async def apply(self, site: Site) -> None:
        """Make the running instances those of the site."""
        async with self._applying:
            wanted = {
                name: Wanted(self._site, name, source.protocol, source.config, tuple(site.of(name)))
                for name, source in site.sources.items()
                if source.enabled and name not in self._resting
            }
            for name in self._instances.keys() - wanted.keys():
                await self._instances.pop(name).end()
                (self._folder / name / FILE).unlink(missing_ok=True)
            for name, one in wanted.items():
                if name in self._instances:
                    await self._instances[name].change(one)
                else:
                    self._begin(one)

    @asynccontextmanager
    async def resting(self, name: str) -> AsyncIterator[None]:
        """Keep one instance stopped while inside, because its device is tried by somebody else."""
        self._resting.add(name)
        try:
            async with self._applying:
                if name in self._instances:
                    await self._instances.pop(name).end()
            yield
        finally:
            self._resting.discard(name)
            await self.apply(await (await self._registry()).site())

    def _begin(self, wanted: Wanted) -> None:
        instance = Supervised(wanted, self._folder / wanted.source, self._environment, self._command)
        self._instances[wanted.source] = instance
        instance.begin()

    def _written_down(self) -> list[Wanted]:
        found = []
        for path in sorted(self._folder.glob(f"*/{FILE}")):
            try:
                found.append(read(path))
            except (WrongShape, OSError) as error:
                log.warning("gateway.unreadable_instance", file=str(path), words=str(error))
        return [one for one in found if one.site == self._site]

    async def _registry(self) -> Registry:
        return await Registry.open(self._streams, self._site)

    async def _follow(self) -> None:
        """Keep up with the bucket, as long as there is a bus."""
        while True:
            try:
                bucket = (await self._registry()).bucket
                entries = await bucket.all()
                if entries or not self._instances:  # an empty bucket is a new bus: what runs goes on
                    self._keys = {entry.key: entry for entry in entries}
                    self._fresh.set()
                async with bucket.watch() as changes:
                    async for entry in changes:
                        self._keys[entry.key] = entry
                        self._fresh.set()
            except HanmaruError as error:
                log.warning("gateway.no_bus", words=str(error))
            await asyncio.sleep(AGAIN)

    async def _apply_changes(self) -> None:
        while True:
            await self._fresh.wait()
            await asyncio.sleep(GATHER)
            self._fresh.clear()
            site, unreadable = site_of(list(self._keys.values()))
            if unreadable:
                log.error("gateway.unreadable_keys", keys=unreadable)
            await self.apply(site)

    async def _answer(self) -> None:
        """Answer questions, each in a task of its own: a slow device does not hold up the next question."""
        asked, under_way = Asked(self, self._streams, self._site), set[asyncio.Task[None]]()
        while True:
            try:
                async with self._streams.serve(subjects.ask(self._site, "gateway"), "gateway") as questions:
                    async for question in questions:
                        task = asyncio.create_task(_answer_one(asked, question))
                        under_way.add(task)
                        task.add_done_callback(under_way.discard)
            except HanmaruError as error:
                log.warning("gateway.not_asked", words=str(error))
            await asyncio.sleep(AGAIN)


async def _answer_one(asked: Asked, question: Question) -> None:
    answer = await asked.answer(question.data)
    with suppress(HanmaruError):  # whoever asked has gone
        await question.answer(json.dumps(answer, ensure_ascii=False).encode())
