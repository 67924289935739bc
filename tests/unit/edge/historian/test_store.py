"""What was appended is read, whatever happened in between."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hanmaru.edge.historian.manifest import HistoryDamaged, HistoryTaken
from hanmaru.edge.historian.store import Store
from tests.unit.edge.historian.conftest import NOON, SECOND, batch, every, put, readings


def test_readings_are_read_by_tag_and_time(store: Store) -> None:
    put(store, readings([1, 2, 3], count=10))
    rows = every(store, [1, 3], NOON + 2 * SECOND, NOON + 4 * SECOND)
    assert [(row[0], (row[1] - NOON) // SECOND) for row in rows] == [(1, 2), (1, 3), (3, 2), (3, 3)]


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_was_appended_is_there_after_a_kill_before_and_after_files_are_written(
    opened: Callable[[], Store], when: str
) -> None:
    store = opened()
    put(store, readings([1, 2]))
    if when == "after":
        store.flush()
    put(store, readings([1, 2], NOON + 100 * SECOND))
    before = every(store, [1, 2])
    again = opened()
    assert every(again, [1, 2]) == before
    assert len(before) == 400
    assert again.rows_hot == (200 if when == "after" else 400)


def test_a_batch_torn_by_a_power_cut_is_left_out(opened: Callable[[], Store], tmp_path: Path) -> None:
    put(opened(), readings([1]), readings([2]))
    segment = max((tmp_path / "history" / "hot").glob("*.log"))
    segment.write_bytes(segment.read_bytes()[:-7])
    assert {row[0] for row in every(opened(), [1, 2])} == {1}


def test_a_kill_between_manifest_and_moving_is_mended(
    opened: Callable[[], Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened()
    put(store, readings([1, 2]))
    before = every(store, [1, 2])
    monkeypatch.setattr(store.folder, "_move", lambda _files: None)
    store.flush()
    assert not list((tmp_path / "history" / "readings").rglob("*.parquet"))
    assert every(opened(), [1, 2]) == before


def test_drafts_of_a_killed_flush_are_swept(opened: Callable[[], Store], monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened()
    put(store, readings([1, 2]))
    before = every(store, [1, 2])
    monkeypatch.setattr(store.folder, "commit", lambda *_args, **_changes: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        store.flush()
    assert list(store.folder.work.iterdir())
    again = opened()
    assert every(again, [1, 2]) == before
    assert not list(again.folder.work.iterdir())


def test_a_flush_that_failed_is_done_later_with_nothing_lost(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, readings([1]))
    with monkeypatch.context() as patch:
        patch.setattr(store.folder, "commit", lambda *_args, **_changes: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(OSError, match="full"):
            store.flush()
    put(store, readings([1], NOON + 100 * SECOND))
    assert len(every(store, [1])) == 200
    store.flush()
    store.flush()
    assert store.rows_hot == 0
    assert len(every(store, [1])) == 200


def test_drafts_of_a_flush_that_failed_do_not_fill_the_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, readings([1]))
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr("hanmaru.edge.historian.rollup.merged", full)
        for _ in range(3):
            with pytest.raises(OSError, match="No space"):
                store.flush()
    assert list(store.folder.work.iterdir()) == []
    store.flush()
    assert len(every(store, [1])) == 100
    assert store.rows_hot == 0


def test_a_replay_changes_nothing(store: Store) -> None:
    put(store, readings([1, 2]))
    before = every(store, [1, 2])
    put(store, readings([1, 2]))
    assert every(store, [1, 2]) == before
    store.flush()
    put(store, readings([1, 2]))
    assert every(store, [1, 2]) == before
    store.flush()
    assert every(store, [1, 2]) == before


def test_a_correction_supersedes_and_an_older_one_does_not(store: Store) -> None:
    put(store, readings([1], count=3))
    store.flush()
    put(store, readings([1], NOON + SECOND, 1, number=9.0, delay=5_000))
    put(store, readings([1], NOON + SECOND, 1, number=5.0, delay=2_000))
    assert [row[3] for row in every(store, [1])] == [1.0, 9.0, 1.0]


def test_nan_infinity_text_and_quality_stay_what_they_are(opened: Callable[[], Store]) -> None:
    store = opened()
    odd = batch(
        [1, 1, 1, 1, 1],
        NOON + np.arange(5) * SECOND,
        NOON + np.arange(5) * SECOND,
        [float("nan"), float("inf"), -float("inf"), None, 9007199254740993.0],
        [None, None, "", "설비 정지", "9007199254740993"],
        [0, 0x40000000, 0x80000000, 0x808A0000, 0],
    )
    put(store, odd)
    hot = every(store, [1])
    store.flush()
    cold = every(opened(), [1])
    assert str(cold) == str(hot)
    assert [str(row[3]) for row in cold] == ["nan", "inf", "-inf", "None", "9007199254740992.0"]
    assert [row[4] for row in cold] == [None, None, "", "설비 정지", "9007199254740993"]
    assert [row[5] for row in cold] == [0, 0x40000000, 0x80000000, 0x808A0000, 0]


def test_days_and_classes_lie_in_folders_of_their_own(store: Store, tmp_path: Path) -> None:
    midnight = NOON + 12 * 3600 * SECOND
    put(store, readings([1, 2], midnight - 5 * SECOND, 10))
    store.flush()
    days = {path.name for path in (tmp_path / "history" / "readings").glob("keep=standard/day=*")}
    assert days == {"day=2026-11-21", "day=2026-11-22"}
    assert len(every(store, [1, 2])) == 20


def test_late_readings_do_not_overwrite_the_last(store: Store) -> None:
    put(store, readings([1, 2], count=10, number=2.0))
    put(store, readings([1], NOON - 86_400 * SECOND, 5, number=7.0, delay=10**12))
    assert store.last()["number"].to_pylist() == [2.0, 2.0]
    assert store.last(np.asarray([2], np.uint32))["tag"].to_pylist() == [2]


def test_last_values_are_known_after_a_start(opened: Callable[[], Store]) -> None:
    store = opened()
    put(store, readings([1, 70_000], count=10, number=2.0))
    store.flush()
    put(store, readings([3], count=1, number=4.0))
    before = store.last().to_pylist()
    assert opened().last().to_pylist() == before
    assert [row["tag"] for row in before] == [1, 3, 70_000]


def test_the_newest_before_a_time_is_found_however_long_ago(store: Store) -> None:
    put(store, readings([1, 2], NOON - 40_000 * SECOND, 3), readings([2], NOON, 3, number=5.0))
    store.flush()
    found = store.newest(np.asarray([1, 2, 3], np.uint32), NOON - 86_400 * SECOND, NOON + 2 * SECOND)
    assert found["tag"].to_pylist() == [1, 2]
    assert found["number"].to_pylist() == [1.0, 5.0]
    assert found["source_time"].to_pylist()[1].second == 1


def test_a_second_owner_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(HistoryTaken, match="Another historian"):
        Store(tmp_path / "history", store.classes)


def test_a_missing_file_stops_the_start_by_name(opened: Callable[[], Store], tmp_path: Path) -> None:
    store = opened()
    put(store, readings([1]))
    store.flush()
    next((tmp_path / "history" / "readings").rglob("*.parquet")).unlink()
    with pytest.raises(HistoryDamaged, match="parquet"):
        opened()
    (tmp_path / "history" / "manifest.json").unlink()


def test_a_lost_index_is_made_again(opened: Callable[[], Store], tmp_path: Path) -> None:
    store = opened()
    put(store, readings(range(1, 200), count=200))
    store.flush()
    before = every(store, [5, 150])
    for path in (tmp_path / "history" / "index").rglob("*.npz"):
        path.write_bytes(b"torn")
    assert every(opened(), [5, 150]) == before
