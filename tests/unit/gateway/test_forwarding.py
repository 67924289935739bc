"""The sender between outbox and bus: order, refusals, poison, pace."""

import asyncio
import errno
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from hanmaru.bus.memory_streams import MemoryStreams
from hanmaru.bus.streams import Delivered, NotAcknowledged, Stored, StreamShape
from hanmaru.gateway.forwarding import Pace, forward
from hanmaru.gateway.outbox import Outbox

SUBJECT = "floor.seongsu.readings.press-1"
SHAPE = StreamShape("READINGS", ("floor.*.readings.>",), max_bytes=50_000_000)


class Bus(MemoryStreams):
    """A bus that breaks as it is told: `down` answers nothing; `answers_lost` stores and says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False
        self.answers_lost = 0
        self.asked = 0

    async def append(
        self, subject: str, data: bytes, *, message_id: str, headers: Mapping[str, str] | None = None
    ) -> Stored:
        self.asked += 1
        if self.down:
            raise NotAcknowledged(seconds=5, why="cut off")
        stored = await super().append(subject, data, message_id=message_id, headers=headers)
        if self.answers_lost:
            self.answers_lost -= 1
            raise NotAcknowledged(seconds=5, why="the answer was lost")
        return stored


@asynccontextmanager
async def forwarding(box: Outbox, bus: Bus, **pace: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(forward(box, bus, Pace(**{"first_pause": 0.01, "longest_pause": 0.02, **pace})))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def tell(tmp_path: Path) -> Callable[[Callable[[Outbox, Bus], Awaitable[None]]], list[str]]:
    """Play a story with a box and a bus; answer the kinds of what the box told."""

    def told(story: Callable[[Outbox, Bus], Awaitable[None]], **options: Any) -> list[str]:
        kinds: list[str] = []
        box = Outbox(tmp_path / "box", "press-1", tell=lambda kind, _words, /, **_data: kinds.append(kind), **options)

        async def played() -> None:
            bus = Bus()
            await bus.ensure(SHAPE)
            async with asyncio.timeout(60):
                await story(box, bus)

        try:
            asyncio.run(played())
        finally:
            box.close()
        return kinds

    return told


async def empty(box: Outbox) -> None:
    """Wait until all is sent."""
    while box.state().messages:  # noqa: ASYNC110 - what is waited for is the box's own account
        await asyncio.sleep(0.005)


async def content(bus: Bus) -> list[Delivered]:
    consumer = await bus.consumer("READINGS", "reader")
    taken = list(await consumer.pull(100_000, 0.01))
    await consumer.acknowledge(taken)
    return taken


def test_messages_arrive_in_order_with_their_numbers(tell: Any) -> None:
    async def story(box: Outbox, bus: Bus) -> None:
        async with forwarding(box, bus):
            for n in range(200):
                box.put(SUBJECT, f"{n}".encode(), rows=3)
            await empty(box)
        got = await content(bus)
        assert [int(one.data) for one in got] == list(range(200))
        assert [int(one.headers["Hanmaru-Sequence"]) for one in got] == list(range(1, 201))
        assert len({one.headers["Hanmaru-Epoch"] for one in got}) == 1
        head = got[0].headers
        assert (head["Hanmaru-Source"], head["Hanmaru-Rows"]) == ("press-1", "3")
        assert head["Hanmaru-Crc"] == f"{crc32(b'0'):08x}"

    assert tell(story) == []


def test_what_was_stored_while_the_answer_was_lost_is_not_doubled(tell: Any) -> None:
    async def story(box: Outbox, bus: Bus) -> None:
        async with forwarding(box, bus):
            for n in range(50):
                bus.answers_lost += n % 7 == 0
                box.put(SUBJECT, f"{n}".encode(), rows=1)
            await empty(box)
        assert [int(one.data) for one in await content(bus)] == list(range(50))

    assert tell(story) == []


def test_after_an_outage_the_new_goes_first_and_the_old_in_order_beside_it(tell: Any) -> None:
    ago = [3600.0]  # seconds since what is put now

    async def story(box: Outbox, bus: Bus) -> None:
        bus.down = True
        async with forwarding(box, bus, behind=60.0, backlog_rows=300):
            for n in range(60):
                box.put(SUBJECT, f"old {n}".encode(), rows=10)
            while box.state().backlog_rows < 600 or "cut off" not in box.state().trouble:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
            ago[0] = 0.0
            await box.kept(box.put(SUBJECT, b"new", rows=10))  # how long the disk takes is another matter
            bus.down = False
            await empty(box)
            assert box.state().trouble == ""
        got = await content(bus)
        live = [one.data.decode() for one in got if "Hanmaru-Backlog" not in one.headers]
        backlog = [one.data.decode() for one in got if "Hanmaru-Backlog" in one.headers]
        assert live == ["new"]
        assert backlog == [f"old {n}" for n in range(60)]
        assert got.index(next(one for one in got if one.data == b"new")) < 58  # it did not wait for the old

    tell(story, now=lambda: time.time() - ago[0])


def test_poison_is_put_aside_and_does_not_block(tell: Any) -> None:
    async def story(box: Outbox, bus: Bus) -> None:
        async with forwarding(box, bus):
            box.put(SUBJECT, b"before", rows=1)
            box.put(SUBJECT, bytes(9 * 1024 * 1024), rows=1)  # more than the bus takes
            box.put("not a subject", b"", rows=1)
            box.put(SUBJECT, b"after", rows=1)
            await empty(box)
        assert [one.data for one in await content(bus)] == [b"before", b"after"]
        assert box.state().dead == 2
        assert [letter.record.sequence for letter in box.dead] == [2, 3]

    assert tell(story) == ["outbox_dead_letter"] * 2


def test_a_full_stream_is_waited_for(tell: Any) -> None:
    async def story(box: Outbox, bus: Bus) -> None:
        await bus.ensure(StreamShape("READINGS", SHAPE.subjects, max_bytes=3000, until="taken", consumers=("h",)))
        historian = await bus.consumer("READINGS", "h")
        async with forwarding(box, bus):
            for n in range(20):
                box.put(SUBJECT, f"{n}".encode() + bytes(500), rows=1)
            taken: list[Delivered] = []
            while len(taken) < 20:
                batch = await historian.pull(2, 1)
                taken += batch
                await historian.acknowledge(batch)
            await empty(box)
        assert [one.data.rstrip(b"\0") for one in taken] == [f"{n}".encode() for n in range(20)]

    tell(story)


def test_a_box_put_back_from_a_copy_loses_nothing(tmp_path: Path) -> None:
    """The numbers of the copy were given to other messages since: the bus would take the new ones for replays."""

    async def sent(box: Outbox, bus: Bus, *words: bytes) -> None:
        async with forwarding(box, bus):
            for word in words:
                box.put(SUBJECT, word, rows=1)
            await empty(box)

    async def story() -> None:
        bus = Bus()
        await bus.ensure(SHAPE)
        box = Outbox(tmp_path / "box", "press-1")
        await sent(box, bus, b"1", b"2")
        box.close()
        shutil.copytree(tmp_path / "box", tmp_path / "copy")
        box = Outbox(tmp_path / "box", "press-1")
        await sent(box, bus, b"3", b"4")
        box.close()
        copy = Outbox(tmp_path / "copy", "press-1")
        await sent(copy, bus, b"5", b"6")
        copy.close()
        copy = Outbox(tmp_path / "copy", "press-1")
        await sent(copy, bus, b"7")
        copy.close()
        assert [one.data for one in await content(bus)] == [b"1", b"2", b"3", b"4", b"5", b"6", b"7"]

    asyncio.run(story())


def test_what_the_disk_refuses_is_sent_from_memory_whole(tell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def story(box: Outbox, bus: Bus) -> None:
        monkeypatch.setattr(os, "pwrite", full)
        for n in range(3):
            box.put(SUBJECT, f"{n:050}".encode(), rows=1)
        assert box.flush()
        async with forwarding(box, bus):
            await empty(box)
        arrived = await content(bus)
        assert [int(one.data) for one in arrived] == [0, 1, 2]
        assert [one.headers["Hanmaru-Crc"] for one in arrived] == [f"{crc32(one.data):08x}" for one in arrived]
        assert box.state().damaged == 0

    assert tell(story) == ["outbox_disk"]


def test_what_the_disk_spoilt_is_left_out_and_told(tell: Any, tmp_path: Path) -> None:
    async def story(box: Outbox, bus: Bus) -> None:
        for n in range(3):
            box.put(SUBJECT, f"{n:050}".encode(), rows=1)
        assert box.flush()
        [segment] = (tmp_path / "box").glob("*.segment")
        with segment.open("r+b") as file:
            file.seek(-40, 2)
            file.write(b"x")
        async with forwarding(box, bus):
            await empty(box)
        assert len(await content(bus)) == 2
        assert box.state().damaged == 1

    assert tell(story) == ["outbox_damaged"]
