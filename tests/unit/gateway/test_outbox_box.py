"""The outbox on its disk: order, bounds, crashes, a disk that refuses."""

import asyncio
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hanmaru.floor import reading
from hanmaru.gateway import refused
from hanmaru.gateway.outbox import Outbox, OutboxInUse, OutboxOverrun, OutboxUnwritable
from hanmaru.gateway.outbox_file import Record, is_whole
from tests.unit.gateway.batches import batch, later

READINGS = "floor.seongsu.readings.press-1"
RECORD = 52 + 1 + 66  # bytes: head, subject, data


@contextmanager
def opened(folder: Path, **options: Any) -> Iterator[Outbox]:
    box = Outbox(folder, "press-1", **options)
    try:
        yield box
    finally:
        box.close()


def drain(box: Outbox, lane: str = "live") -> list[Record]:
    """Take all that a lane sends."""
    taken = []
    while (record := box.next(lane)) is not None:
        taken.append(record)
        box.done(record)
    return taken


def test_what_is_put_comes_out_in_order_and_only_once(tmp_path: Path) -> None:
    with opened(tmp_path) as box:
        for n in range(300):
            assert box.put(READINGS, f"{n}".encode(), rows=10) == n + 1
        assert box.flush()
        assert (box.state().rows, box.state().messages) == (3000, 300)
        first = box.next("live")
        assert first is not None
        assert box.next("live") == first
        assert [int(record.data) for record in drain(box)] == list(range(300))
        assert (box.state().rows, box.state().messages, box.state().sent_rows) == (0, 0, 3000)


def test_what_was_not_sent_is_there_after_a_restart_and_numbers_go_on(tmp_path: Path) -> None:
    with opened(tmp_path, segment_bytes=4096) as box:
        for n in range(200):
            box.put(READINGS, f"{n}".encode() * 10, rows=1)
        assert box.flush()
        epochs = {record.epoch for record in (box.next("live"),) if record}
        for _n in range(120):
            record = box.next("live")
            assert record
            box.done(record)
    with opened(tmp_path, segment_bytes=4096) as box:
        assert (box.state().rows, box.state().messages) == (80, 80)
        assert box.put(READINGS, b"new", rows=1) == 201
        assert box.flush()
        left = drain(box)
        assert [record.sequence for record in left] == list(range(121, 202))
        assert {record.epoch for record in left} == epochs
        assert len(list(tmp_path.glob("*.segment"))) == 1  # what is sent takes no room


def test_a_split_sends_the_new_beside_the_old(tmp_path: Path) -> None:
    with opened(tmp_path, segment_bytes=4096) as box:
        for n in range(50):
            box.put(READINGS, bytes(300), rows=n)
        assert box.flush()
        assert box.split()
        assert not box.split()  # nothing new waits
        box.put(READINGS, b"now", rows=1)
        assert box.flush()
        assert box.state().backlog_rows == sum(range(50))
        live = box.next("live")
        assert live
        assert (live.sequence, live.data) == (51, b"now")
        box.done(live)
        for _n in range(20):
            old = box.next("backlog")
            assert old
            box.done(old)
        box.put(READINGS, b"second outage", rows=1)
        assert box.flush()
        assert box.split()
    with opened(tmp_path, segment_bytes=4096) as box:  # all of that is remembered
        assert box.next("live") is None
        assert [record.sequence for record in drain(box, "backlog")] == [*range(21, 51), 52]
        assert box.state().rows == 0


def test_a_tail_cut_at_any_byte_costs_only_that_record(tmp_path: Path) -> None:
    with opened(tmp_path / "whole") as box:
        for n in range(10):
            box.put("s", f"{n:066d}".encode(), rows=1)
            assert box.flush()
    for cut in range(1, RECORD + 1):
        folder = tmp_path / f"cut-{cut}"
        shutil.copytree(tmp_path / "whole", folder)
        [segment] = folder.glob("*.segment")
        assert segment.stat().st_size == 10 * RECORD
        os.truncate(segment, 10 * RECORD - cut)
        with opened(folder) as box:
            assert box.state().messages == 9
            box.put("s", b"after", rows=1)
            assert box.flush()
            assert [record.data.lstrip(b"0") for record in drain(box)] == [
                b"",
                *(f"{n}".encode() for n in range(1, 9)),
                b"after",
            ]


def test_garbage_behind_the_last_record_is_cut(tmp_path: Path) -> None:
    with opened(tmp_path) as box:
        box.put("s", b"whole", rows=1)
        assert box.flush()
    [segment] = tmp_path.glob("*.segment")
    with segment.open("ab") as file:
        file.write(os.urandom(500) + b"\xf1HM\x01" + os.urandom(100))
    with opened(tmp_path) as box:
        box.put("s", b"next", rows=1)
        assert box.flush()
        assert [record.data for record in drain(box)] == [b"whole", b"next"]


def test_damage_in_the_middle_costs_what_it_hit_and_is_counted(tmp_path: Path) -> None:
    with opened(tmp_path) as box:
        for n in range(10):
            box.put("s", f"{n:066d}".encode(), rows=1)
        assert box.flush()
    [segment] = tmp_path.glob("*.segment")
    with segment.open("r+b") as file:
        file.seek(3 * RECORD + 30)  # in the head of the fourth
        file.write(b"\xff\xff")
        file.seek(6 * RECORD + 80)  # in the data of the seventh
        file.write(b"\xff\xff")
    with opened(tmp_path) as box:
        records = drain(box)
        whole = [int(record.data) for record in records if is_whole(record)]
        assert whole == [0, 1, 2, 4, 5, 7, 8, 9]
        assert box.state().damaged >= 1


def test_two_boxes_do_not_share_a_folder(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(OutboxInUse):
        Outbox(tmp_path, "press-1")
    with opened(tmp_path):
        pass


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutboxUnwritable, match="file"):
        Outbox(tmp_path / "file" / "box", "press-1")


def test_at_the_bound_the_oldest_readings_are_thinned_and_events_stay(tmp_path: Path) -> None:
    told: list[tuple[str, dict[str, object]]] = []
    with opened(
        tmp_path,
        most_bytes=600_000,
        segment_bytes=60_000,
        tell=lambda kind, _words, /, **data: told.append((kind, data)),
    ) as box:
        rows = 0
        for n in range(150):
            box.put(READINGS, batch(1000, at=later(n * 10), seed=n), rows=1000)
            box.put("floor.seongsu.events.press-1", b"{}")
            rows += 1000
            assert box.flush()
        assert eventually(lambda: box.state().bytes <= 600_000)
        state = box.state()
        assert state.thinned_rows + state.dropped_rows > 0
        assert state.rows == rows - state.thinned_rows - state.dropped_rows
        less = state.thinned_rows + state.dropped_rows
        assert eventually(lambda: sum(int(str(data["rows"])) for _, data in told) == less)  # it is told when it is done
        assert {kind for kind, _ in told} == {"outbox_thinned"}
        records = drain(box)
        assert sum(record.rows for record in records) == state.rows
        assert sum("events" in record.subject for record in records) == 150
        sequences = [record.sequence for record in records]
        assert sequences == sorted(set(sequences))
        for record in records:
            if record.rows:
                assert reading.decode(record.data).num_rows == record.rows
        newest = [record for record in records if record.rows][-5:]
        assert {record.rows for record in newest} == {1000}  # the newest are whole
        assert max(record.rows for record in records[20:60]) < 600  # the head of the lane is let be


def test_thinning_keeps_extremes_odd_qualities_and_texts(tmp_path: Path) -> None:
    """A pulse of one reading in a thousand must be seen after an outage."""
    from datetime import timedelta

    from hanmaru.floor.quality import Quality
    from hanmaru.floor.reading import Reading
    from hanmaru.gateway.thinning import halve

    def one(tag: int, n: int, **changes: Any) -> Reading:
        return Reading(tag, later(n), later(n) + timedelta(milliseconds=5), **{"number": 0.0, **changes})

    rows = [one(tag, n) for n in range(400) for tag in (1, 2)]
    rows[401] = one(2, 200, number=1.0)  # the pulse
    rows[500] = one(1, 250, number=None, quality=Quality.BAD_TIMEOUT)
    rows[502] = one(1, 251, number=float("nan"))
    rows[504] = one(1, 252, text="open")
    records = [
        Record(READINGS, reading.encode(reading.batch_of(rows[at : at + 2])), 1, at, 0, 2) for at in range(0, 800, 2)
    ]
    event = Record("floor.seongsu.events.press-1", b"{}", 1, 900, 0)
    once = halve([*records, event])
    assert once[-1] == event
    assert [record.sequence for record in once] == [record.sequence for record in [*records, event]]
    left = [row for record in once if record.rows for row in reading.readings_of(reading.decode(record.data))]
    assert 400 <= len(left) <= 410
    assert rows[401] in left
    assert rows[500] in left
    assert rows[504] in left
    assert any(row.number != row.number for row in left)
    assert [(row.tag, row.source_time) for row in left] == [
        (row.tag, row.source_time)
        for row in rows
        if any(row.tag == other.tag and row.source_time == other.source_time for other in left)
    ]
    twice = halve(once)
    assert sum(record.rows for record in twice) < 220


class FullDisk:
    """A disk on which nothing can be written for a while."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: int = errno.ENOSPC) -> None:
        self._write, self.full, self._error = os.pwrite, False, error
        monkeypatch.setattr(os, "pwrite", self.write)

    def write(self, descriptor: int, data: Any, offset: int) -> int:
        if self.full and len(data) > 8:
            self._write(descriptor, bytes(data)[: len(data) // 2], offset)  # as a disk does: half of it
            raise OSError(self._error, os.strerror(self._error))
        return self._write(descriptor, data, offset)


def test_what_the_disk_refuses_is_sent_from_memory_and_kept_when_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    disk = FullDisk(monkeypatch, errno.EIO)
    with opened(tmp_path, tell=lambda kind, _words, /, **_data: told.append(kind)) as box:
        box.put("s", b"before", rows=1)
        assert box.flush()
        disk.full = True
        box.put("s", b"first", rows=1)
        assert box.flush()
        box.put("s", b"second", rows=1)
        assert box.flush()
        assert "Input/output" in box.state().trouble
        assert told == ["outbox_disk"]
        before, first = (drain_one(box) for _ in range(2))
        assert (before.data, first.data) == (b"before", b"first")
        assert first.epoch > before.epoch  # a crash now would let the disk give this number again
        disk.full = False
        assert eventually(lambda: not box.state().trouble)
        box.put("s", b"third", rows=1)
        assert box.flush()
    shutil.copytree(tmp_path, tmp_path / "copy")
    with opened(tmp_path) as box:
        assert [record.data for record in drain(box)] == [b"second", b"third"]


def test_memory_is_bounded_too_and_what_is_lost_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FullDisk(monkeypatch)
    with opened(tmp_path) as box:
        disk.full = True
        taken = fill(box)
        assert 60 <= taken <= 64
        assert box.state().refused_rows == 7
        assert box.state().rows == taken * 7
        disk.full = False


def test_a_full_disk_makes_room_by_dropping_the_oldest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = FullDisk(monkeypatch)
    with opened(tmp_path, segment_bytes=4096) as box:
        for n in range(50):
            box.put("s", bytes(1000), rows=n)
            assert box.flush()
        disk.full = True
        box.put("s", b"more", rows=1)
        assert box.flush()
        disk.full = False
        assert box.state().dropped_messages > 0
        assert eventually(lambda: not box.state().trouble)
        assert drain(box)[-1].data == b"more"


def test_dead_letters_are_kept_with_the_reason_and_can_be_sent_anew(tmp_path: Path) -> None:
    with opened(tmp_path) as box:
        for word in (b"good", b"poison", b"good too"):
            box.put("s", word, rows=1)
        assert box.flush()
        drain_one(box)
        poison = box.next("live")
        assert poison
        box.bury(poison, "too large")
        assert drain_one(box).data == b"good too"
    with opened(tmp_path) as box:
        assert box.state().dead == 1
        assert [(letter.record.data, letter.why) for letter in box.dead] == [(b"poison", "too large")]
        assert refused.answer(box, {"do": "resend", "all": True}) == {"resent": 1}
        assert drain_one(box).data == b"poison"
        assert box.state().dead == 0


def test_who_must_answer_a_device_waits_until_its_message_is_on_the_disk(tmp_path: Path) -> None:
    async def story(box: Outbox) -> None:
        sequence = box.put("s", b"pushed", rows=1)
        async with asyncio.timeout(60):
            await box.kept(sequence)
        assert box.next("live") is not None

    with opened(tmp_path, sync_every=0.05) as box:
        asyncio.run(story(box))


def test_the_state_tells_ages_and_rates(tmp_path: Path) -> None:
    clock = [1_000.0]
    with opened(tmp_path, now=lambda: clock[0]) as box:
        assert box.state().oldest_age == 0
        box.put("s", b"1", rows=500)
        assert box.flush()
        clock[0] += 90
        box.put("s", b"2", rows=500)
        assert box.flush()
        assert box.state().oldest_age == pytest.approx(90)
        drain(box)
        assert box.state().rate == pytest.approx(100)
        assert box.state().oldest_age == 0


def drain_one(box: Outbox) -> Record:
    record = box.next("live")
    assert record is not None
    box.done(record)
    return record


def fill(box: Outbox) -> int:
    """Put a megabyte again and again until the box takes no more; answer how often it did."""
    for taken in range(100):
        try:
            box.put("s", bytes(1024 * 1024), rows=7)
        except OutboxOverrun as error:
            assert "No space" in str(error)  # noqa: PT017 - the only way out
            return taken
        assert box.flush()
    raise AssertionError("it took everything")


def eventually(condition: Callable[[], bool]) -> bool:
    from hanmaru.launch.child import await_condition

    return await_condition(condition, 60)
