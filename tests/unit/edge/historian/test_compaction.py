"""Joining files changes where readings lie, never which there are; and the plain folder shows each once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hanmaru.bus.streams import Kept
from hanmaru.edge.historian.classes import Classes
from hanmaru.edge.historian.compaction import DAILY, HOURLY, Work, choose, days_to_take, join, make_hours
from hanmaru.edge.historian.gather import gather
from hanmaru.edge.historian.manifest import DataFile, Manifest
from hanmaru.edge.historian.store import Store, View
from tests.unit.edge.historian.conftest import NOON, SECOND, batch, every, put, readings

HOUR = 3_600 * SECOND
DAY = 24 * HOUR
MIDNIGHT = NOON + 12 * HOUR


def file(number: int, **facts: Any) -> DataFile:
    told = {"kind": "readings", "keep": "standard", "day": "2026-11-21", "rows": 1000, "size": 1, "tags": (1, 9)}
    return DataFile(number, **{**told, "first": NOON, "last": NOON + 60 * SECOND, **facts})


def test_nothing_is_joined_while_the_hour_lasts() -> None:
    files = (file(1), file(2))
    assert choose(Manifest(files), NOON + HOUR) is None
    assert choose(Manifest(files), NOON + HOUR + 600 * SECOND) == Work(files, HOURLY)


def test_one_file_of_an_hour_is_left_alone() -> None:
    assert choose(Manifest((file(1), file(2, level=HOURLY))), NOON + 2 * HOUR) is None


def test_a_day_that_is_over_becomes_whole_and_stays_so() -> None:
    files = (file(1, level=HOURLY), file(2))
    assert choose(Manifest(files), MIDNIGHT + 600 * SECOND) == Work(files, DAILY)
    assert choose(Manifest((file(1, level=DAILY), file(2, level=DAILY))), MIDNIGHT + 600 * SECOND) is None


def test_late_files_go_first_with_all_that_they_may_overlap() -> None:
    settled, away = file(1, level=DAILY), file(2, level=DAILY, tags=(20, 30))
    late = file(3, kind="late", made=NOON)
    manifest = Manifest((settled, away, late))
    assert choose(manifest, NOON + 59 * SECOND) is None
    assert choose(manifest, NOON + 60 * SECOND) == Work((settled, late), HOURLY)


def test_few_late_readings_beside_very_many_wait_for_more_of_them_or_six_hours() -> None:
    day = file(1, level=DAILY, rows=80_000_000)
    few = [file(number, kind="late", made=NOON, rows=1_000_000) for number in range(2, 12)]
    assert choose(Manifest((day, *few[:9])), NOON + HOUR) is None
    assert choose(Manifest((day, *few)), NOON + HOUR) == Work((day, *few), HOURLY)
    assert choose(Manifest((day, *few[:9])), NOON + 6 * HOUR) == Work((day, *few[:9]), HOURLY)
    tiny = [file(number, kind="late", made=NOON) for number in range(2, 66)]
    assert choose(Manifest((day, *tiny[:-1])), NOON + HOUR) is None
    assert choose(Manifest((day, *tiny)), NOON + HOUR) == Work((day, *tiny), HOURLY), "too many files to look at"


def test_readings_that_are_late_all_day_long_do_not_have_the_day_written_again_and_again() -> None:
    files: list[DataFile] = [file(1, level=HOURLY, rows=300_000_000)]
    written, clock = 0, NOON
    for number in range(2, 98):  # a flush every quarter of an hour
        clock += 900 * SECOND
        files.append(file(number, kind="late", made=clock, rows=500_000))
        while (work := choose(Manifest(tuple(files)), clock + 120 * SECOND)) is not None:
            rows = sum(one.rows for one in work.files)
            written += rows
            gone = {one.number for one in work.files}
            files = [one for one in files if one.number not in gone] + [file(number, level=work.level, rows=rows)]
    assert written <= 5 * 350_000_000


def test_eight_files_of_like_size_are_joined_whatever_the_hour() -> None:
    many = tuple(file(number) for number in range(1, 9))
    assert choose(Manifest((*many[:7], file(9, rows=40_000_000))), NOON) is None
    assert choose(Manifest((*many, file(9, rows=40_000_000))), NOON) == Work(many, HOURLY)


def flushed(store: Store, *batches: Any) -> None:
    for one in batches:
        put(store, one)
        store.flush()


def test_joined_files_hold_the_same_readings(store: Store) -> None:
    flushed(store, readings(range(1, 40)), readings(range(20, 60), NOON + 100 * SECOND))
    flushed(store, readings([25], NOON + 20 * SECOND, 30, number=9.0, delay=9_000), readings([30], NOON - HOUR, 5))
    before = every(store, range(1, 60))
    join(store, Work(tuple(store.folder.manifest.of("readings", "late")), HOURLY))
    assert every(store, range(1, 60)) == before
    assert not store.folder.manifest.of("late")
    assert len(store.folder.manifest.of("readings")) == 1


def test_large_tags_and_small_row_groups_survive_joining(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, value in (
        ("index", "LEAST_GROUP", 10),
        ("index", "LARGEST_GROUP", 64),
        ("compaction", "AT_ONCE", 50),
        ("placing", "LARGEST_FILE", 700),
    ):
        monkeypatch.setattr(f"hanmaru.edge.historian.{module}.{name}", value)
    flushed(store, readings([1], NOON, 500), readings(range(2, 30), NOON, 20), readings([1], NOON + HOUR, 500))
    before = every(store, range(1, 30))
    join(store, Work(tuple(store.folder.manifest.of("readings")), DAILY))
    assert every(store, range(1, 30)) == before
    assert len(store.folder.manifest.of("readings")) > 1
    some = every(store, [1, 7], NOON + 10 * SECOND, NOON + 3_700 * SECOND)
    assert some == [row for row in before if row[0] in {1, 7} and NOON + 10 * SECOND <= row[1] < NOON + 3_700 * SECOND]


def test_the_plain_folder_never_shows_a_reading_twice(store: Store, tmp_path: Path) -> None:
    import duckdb

    flushed(store, readings([1, 2]), readings([1], NOON + 50 * SECOND, 100, number=5.0, delay=9_000))
    pattern = tmp_path / "history/readings/**/*.parquet"
    count = "SELECT count(*), count(DISTINCT (tag, source_time)) FROM read_parquet(?)"
    rows, keys = duckdb.execute(count, [str(pattern)]).fetchall()[0]
    assert rows == keys == 200
    join(store, Work(tuple(store.folder.manifest.of("readings", "late")), DAILY))
    rows, keys = duckdb.execute(count, [str(pattern)]).fetchall()[0]
    assert rows == keys == 250


def test_duckdb_and_dask_read_the_folder_as_it_stands(store: Store, classes: Classes, tmp_path: Path) -> None:
    import dask.dataframe
    import duckdb

    classes.hear(Kept("tags.2", told_tag(2, "short"), 1))
    odd = batch([3, 3], [NOON, NOON + SECOND], [NOON, NOON], [float("nan"), None], ["가", None], [0, 0x808A0000])
    flushed(store, readings([1, 2], MIDNIGHT - 50 * SECOND), odd)
    expected = [(row[0], row[1], row[2], str(row[3]), row[4], row[5]) for row in every(store, [1, 2, 3])]
    folder = tmp_path / "history" / "readings"
    found = duckdb.execute(
        "SELECT tag, epoch_us(source_time), epoch_us(receive_time), number, text, quality, keep, day "
        "FROM read_parquet(?, hive_partitioning = true) ORDER BY tag, source_time",
        [f"{folder}/**/*.parquet"],
    ).fetchall()
    assert [(*row[:3], str(row[3]), row[4], row[5]) for row in found] == expected
    assert {(row[0], row[6], str(row[7])) for row in found} == {
        (1, "standard", "2026-11-21"),
        (1, "standard", "2026-11-22"),
        (2, "short", "2026-11-21"),
        (2, "short", "2026-11-22"),
        (3, "standard", "2026-11-21"),
    }
    frame = dask.dataframe.read_parquet(folder).compute().sort_values(["tag", "source_time"])
    micro = [int(one.timestamp() * 1_000_000) for one in frame["source_time"]]
    assert list(zip(frame["tag"], micro, frame["quality"], strict=True)) == [
        (row[0], row[1], row[5]) for row in expected
    ]
    assert frame["number"].fillna(-1).tolist() == [float(row[3]) if row[0] < 3 else -1 for row in expected]


def told_tag(number: int, retention: str) -> bytes:
    import json

    tag = {"id": number, "asset": "site/area", "name": "t", "type": "number", "source": "plc", "address": "1"}
    return json.dumps({**tag, "retention": retention}).encode()


def test_a_tag_whose_class_changed_moves_when_its_day_is_joined(store: Store, classes: Classes, tmp_path: Path) -> None:
    flushed(store, readings([1, 2]))
    before = every(store, [1, 2])
    classes.hear(Kept("tags.2", told_tag(2, "long"), 1))
    join(store, Work(tuple(store.folder.manifest.of("readings")), DAILY))
    assert every(store, [1, 2]) == before
    assert [file.tags for file in store.folder.manifest.of("readings") if file.keep == "long"] == [(2, 2)]


def test_hours_are_made_of_whole_days_only(store: Store) -> None:
    flushed(store, readings([1, 2], NOON - DAY, 7_200), readings([1, 2], NOON, 100))
    assert days_to_take(store.folder.manifest) == {}
    yesterday = tuple(file for file in store.folder.manifest.of("readings") if file.day == "2026-11-20")
    join(store, Work(yesterday, DAILY))
    assert list(days_to_take(store.folder.manifest)) == ["2026-11-20"]
    make_hours(store, "2026-11")
    assert days_to_take(store.folder.manifest) == {}
    (hours,) = store.folder.manifest.of("hours")
    assert hours.rows == 4
    assert np.array_equal(store.index(hours, "start").tags, [1, 2])


def test_a_file_that_is_replaced_while_somebody_reads_it_stays_for_them_and_goes_after(store: Store) -> None:
    for round_ in range(3):
        put(store, readings([1, 2], NOON + round_ * 100 * SECOND))
        store.flush()
    before = every(store, [1, 2])
    files: tuple[DataFile, ...] = store.folder.manifest.of("readings")
    first, second = threading.Event(), threading.Event()

    def slowly(view: View) -> int:
        first.set()
        assert second.wait(60)
        wanted = np.asarray([1, 2], np.uint32)
        return gather(store.sources(view, wanted, 0, 2**61), wanted, 0, 2**61, ["number"]).num_rows

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(store.steadily, slowly)
        assert first.wait(60)
        join(store, Work(files, HOURLY))
        assert len(store.folder.manifest.of("readings")) < len(files)
        assert all(store.folder.file(file).exists() for file in files), "somebody reads them"
        assert every(store, [1, 2]) == before, "who begins now reads the new ones, and takes nothing away"
        assert all(store.folder.file(file).exists() for file in files)
        second.set()
        assert reading.result(60) == len(before)
    assert not any(store.folder.file(file).exists() for file in files)
    assert every(store, [1, 2]) == before
