"""The owner on streams in memory: what it takes, when it acknowledges, and what it does when the disk is full."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hanmaru.bus.floor_streams import make_floor_streams
from hanmaru.bus.memory_streams import MemoryStreams
from hanmaru.bus.streams import NotAcknowledged
from hanmaru.edge.historian.classes import Classes
from hanmaru.edge.historian.owner import Owner, Pace, Plan
from hanmaru.edge.historian.retention import Keep
from hanmaru.edge.historian.set_aside import SetAside
from hanmaru.edge.historian.store import Store
from hanmaru.floor.reading import encode
from hanmaru.floor.subjects import ask
from hanmaru.floor.subjects import readings as subject
from tests.unit.edge.historian.conftest import NOON, SECOND, every, readings
from tests.unit.edge.historian.test_compaction import told_tag

SITE = "site"
PLENTY = 10**15


class Bench:
    """An owner at work, and the bus that it works on."""

    def __init__(self, store: Store, streams: MemoryStreams, classes: Classes) -> None:
        self.store, self.streams, self.free, self.sent = store, streams, PLENTY, 0
        aside = SetAside(store.folder.path / "aside")
        plan = Plan(Keep(), lambda: self.free, Pace(rows=500))
        self.owner = Owner(store, aside, streams, SITE, classes, plan)

    async def send(self, data: bytes) -> None:
        self.sent += 1
        await self.streams.append(subject(SITE, "plc"), data, message_id=str(self.sent))

    async def ask(self, **question: Any) -> Any:
        return json.loads(await self.streams.request(ask(SITE, "historian"), json.dumps(question).encode(), 10))

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(60):
            while not await holds():  # noqa: ASYNC110 - it works in threads
                await asyncio.sleep(0.01)

    async def answers(self) -> bool:
        try:
            return bool(await self.ask(ask="state"))
        except NotAcknowledged:
            return False

    async def pending(self) -> int:
        return await (await self.streams.consumer("READINGS", "historian")).pending()


async def _nothing(_: Bench) -> None:
    """Find an empty stage."""


def at_work(
    store: Store,
    classes: Classes,
    play: Callable[[Bench], Awaitable[None]],
    before: Callable[[Bench], Awaitable[None]] = _nothing,
) -> None:
    """Run a play beside an owner that works, which finds what was done `before`."""

    async def run() -> None:
        streams = MemoryStreams()
        await make_floor_streams(streams, 64)
        bench = Bench(store, streams, classes)
        await before(bench)
        working = asyncio.create_task(bench.owner.run())
        try:
            await bench.until(bench.answers)
            await play(bench)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await streams.close()

    asyncio.run(run())


def test_readings_are_taken_acknowledged_and_written_to_files(store: Store, classes: Classes) -> None:
    async def play(bench: Bench) -> None:
        for minute in range(6):
            await bench.send(encode(readings([1, 2], NOON + minute * 100 * SECOND)))
        await bench.send(b"no batch")

        async def is_done() -> bool:
            state = await bench.ask(ask="state")
            return bool(await bench.pending() == 0 and state["rows"] == 1_200 and state["files"]["readings"])

        await bench.until(is_done)
        state = await bench.ask(ask="state")
        assert (state["state"], state["set_aside"], state["tags"]) == ("running", 1, 2)
        assert len(every(store, [1, 2])) == 1_200

    at_work(store, classes, play)


def test_what_a_killed_one_had_not_acknowledged_is_taken_at_once_and_not_doubled(
    store: Store, classes: Classes
) -> None:
    async def killed(bench: Bench) -> None:
        for minute in range(4):
            await bench.send(encode(readings([1], NOON + minute * 100 * SECOND)))
        handed = await (await bench.streams.consumer("READINGS", "historian")).pull(3, 1)
        bench.owner.intake.take(handed[:2])  # these it had in its journal when it died

    async def play(bench: Bench) -> None:
        async def is_done() -> bool:
            return await bench.pending() == 0

        await bench.until(is_done)  # far less than the minute after which the bus sends again by itself
        assert len(every(store, [1])) == 400

    at_work(store, classes, play, killed)


def test_what_the_disk_refused_is_taken_at_once_when_it_is_well_again(
    store: Store, classes: Classes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(bench: Bench) -> None:
        take, refusals = bench.owner.intake.take, iter([True, True])

        def refuse_twice(messages: Any) -> Any:
            if next(refusals, False):
                raise OSError(28, "No space left on device")
            return take(messages)

        monkeypatch.setattr(bench.owner.intake, "take", refuse_twice)
        for minute in range(3):
            await bench.send(encode(readings([1], NOON + minute * 100 * SECOND)))

        async def is_done() -> bool:
            return await bench.pending() == 0

        await bench.until(is_done)
        assert len(every(store, [1])) == 300

    at_work(store, classes, play)


def test_a_full_disk_leaves_readings_in_their_stream_until_there_is_room(store: Store, classes: Classes) -> None:
    async def play(bench: Bench) -> None:
        bench.free = 0
        bench.owner._house._retention.step()

        async def is_stopped() -> bool:
            state = await bench.ask(ask="state")
            return bool(state["state"] == "stopped" and state["disk"] == "none" and "disk is full" in state["trouble"])

        await bench.until(is_stopped)
        await bench.send(encode(readings([1])))
        await asyncio.to_thread(bench.owner._house._retention.step)
        assert await bench.pending() == 1
        bench.free = PLENTY
        bench.owner._house._retention.step()

        async def is_taken() -> bool:
            return (await bench.ask(ask="state"))["rows"] == 100 and await bench.pending() == 0

        await bench.until(is_taken)
        assert (await bench.ask(ask="state"))["trouble"] is None

    at_work(store, classes, play)


def test_what_the_disk_refuses_is_not_acknowledged(
    store: Store, classes: Classes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanmaru.edge.historian.owner.AGAIN", 0.05)

    async def play(bench: Bench) -> None:
        def refuse(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(store._journal, "append", refuse)
            await bench.send(encode(readings([1])))

            async def is_stopped() -> bool:
                return "No space left" in ((await bench.ask(ask="state"))["trouble"] or "")

            await bench.until(is_stopped)
            assert await bench.pending() == 1
        assert every(store, [1]) == []

    at_work(store, classes, play)


def test_events_of_the_disk_are_put_into_their_stream(store: Store, classes: Classes) -> None:
    async def play(bench: Bench) -> None:
        consumer = await bench.streams.consumer("EVENTS", "test")
        bench.owner._note("historian.thinned", {"class": "short", "day": "2026-11-01", "freed": 5})
        (event,) = await consumer.pull(1, 10)
        assert event.subject == "floor.site.events.historian"
        told = json.loads(event.data)
        assert (told["kind"], told["source"], told["data"]["freed"]) == ("historian.thinned", "historian", 5)
        assert "of 2026-11-01 were removed" in told["words"]

    at_work(store, classes, play)


def test_the_registry_says_how_long_a_tag_is_kept(store: Store, classes: Classes) -> None:
    import numpy as np

    async def play(bench: Bench) -> None:
        bucket = await bench.streams.bucket(f"plant-{SITE}")
        await bucket.put("tags.7", told_tag(7, "long"))
        await bucket.put("tags.8", b"broken")

        async def is_heard() -> bool:
            return classes(np.asarray([7, 8], np.uint32)).tolist() == ["long", "standard"]

        await bench.until(is_heard)

    at_work(store, classes, play)
