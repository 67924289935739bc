"""The sink gathers, puts on the disk, and says when it is there."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from hanmaru.floor.quality import Quality
from hanmaru.floor.reading import Reading, batch_of, readings_of
from hanmaru.floor.tag import Tag
from hanmaru.gateway import intake as module
from hanmaru.gateway.intake import Intake

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TAG = Tag(id=1, asset="a", name="n", type="number", source="s", address="x")


class Disk:
    """Keeps batches when it is let."""

    def __init__(self) -> None:
        self.batches: list[pa.RecordBatch] = []
        self.events: list[str] = []
        self.open = asyncio.Event()
        self.open.set()
        self.asked = asyncio.Event()

    async def readings(self, batch: pa.RecordBatch) -> None:
        self.asked.set()
        await self.open.wait()
        self.batches.append(batch)

    def event(self, kind: str, words: str, data: dict[str, object]) -> None:
        self.events.append(kind)

    @property
    def numbers(self) -> list[float | None]:
        return [one.number for batch in self.batches for one in readings_of(batch)]


def rows(*values: float | None, text: str | None = None) -> pa.RecordBatch:
    return batch_of(
        Reading(1, NOW + timedelta(milliseconds=n), NOW + timedelta(milliseconds=n), value, text)
        for n, value in enumerate(values)
    )


async def working(disk: Disk, work: Callable[[Intake], object], linger: float = 0.01) -> Intake:
    intake = Intake(disk, linger=linger)
    intake.take_tags([TAG], deadbands=True, watches_clock=False)
    task = asyncio.create_task(intake.run())
    try:
        await work(intake)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return intake


def test_single_changes_are_gathered_into_one_batch_in_their_order() -> None:
    disk = Disk()

    async def work(intake: Intake) -> None:
        for value in range(300):
            intake.readings(rows(float(value)))
        await intake.kept()

    asyncio.run(working(disk, work))
    assert disk.numbers == [float(value) for value in range(300)]
    assert len(disk.batches) == 1


def test_a_large_batch_is_cut_and_nothing_is_lost() -> None:
    disk = Disk()

    async def work(intake: Intake) -> None:
        intake.readings(rows(*map(float, range(50_001))))
        await intake.kept()

    intake = asyncio.run(working(disk, work))
    assert disk.numbers == [float(value) for value in range(50_001)]
    assert max(batch.num_rows for batch in disk.batches) <= module.MOST_ROWS
    assert intake.rows == 50_001


def test_kept_waits_for_the_disk() -> None:
    disk = Disk()

    async def work(intake: Intake) -> None:
        disk.open.clear()
        intake.readings(rows(1.0))
        waiting = asyncio.create_task(intake.kept())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        disk.open.set()
        await asyncio.wait_for(waiting, 60)
        await asyncio.wait_for(intake.kept(), 60)

    asyncio.run(working(disk, work))
    assert disk.numbers == [1.0]


def test_memory_is_bounded_and_what_is_dropped_is_counted_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 10)
    disk = Disk()

    async def work(intake: Intake) -> None:
        disk.open.clear()
        intake.readings(rows(0.0))
        await asyncio.wait_for(disk.asked.wait(), 60)  # that one is on its way to the disk
        for value in range(1, 31):
            intake.readings(rows(float(value)))
        disk.open.set()
        await asyncio.wait_for(intake.kept(), 60)

    intake = asyncio.run(working(disk, work))
    assert disk.numbers == [0.0, *(float(value) for value in range(21, 31))]
    assert (intake.lost, disk.events) == (20, ["overflow"])


def test_a_type_that_changes_is_told_once_and_read_on() -> None:
    disk = Disk()

    async def work(intake: Intake) -> None:
        for batch in (rows(1.0), rows(None, text="x"), rows(None, text="y"), rows(2.0)):
            intake.readings(batch)
            await intake.kept()

    asyncio.run(working(disk, work))
    qualities = [one.quality for batch in disk.batches for one in readings_of(batch)]
    assert qualities == [Quality.GOOD, Quality.BAD_TYPE_MISMATCH, Quality.BAD_TYPE_MISMATCH, Quality.GOOD]
    assert disk.events == ["type_changed"]
