"""What goes when, and the three answers to a full disk in their order."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hanmaru.bus.streams import Kept
from hanmaru.edge.historian.classes import Classes
from hanmaru.edge.historian.coarse import Asked, rollups
from hanmaru.edge.historian.compaction import DAILY, Work, join, make_hours
from hanmaru.edge.historian.retention import Keep, Retention
from hanmaru.edge.historian.store import Store
from tests.unit.edge.historian.conftest import NOON, SECOND, every, put, readings
from tests.unit.edge.historian.test_compaction import told_tag

DAY = 86_400 * SECOND
KEEP = Keep({"short": 2, "standard": 5, "long": 10}, minutes=20, warn=300, thin=200, stop=100)


class Disk:
    """A disk of which somebody else decides how full it is."""

    def __init__(self, free: int = 1000) -> None:
        self.free = free
        self.told: list[tuple[str, Mapping[str, object]]] = []

    def retention(self, store: Store) -> Retention:
        return Retention(store, KEEP, lambda: self.free, lambda code, facts: self.told.append((code, facts)))

    def codes(self) -> list[str]:
        return [code for code, _ in self.told]


@pytest.fixture
def filled(store: Store, classes: Classes) -> Store:
    """Twelve days of a tag of each class."""
    for number, name in ((1, "short"), (2, "standard"), (3, "long")):
        classes.hear(Kept(f"tags.{number}", told_tag(number, name), 1))
    for back in range(12):
        put(store, readings([1, 2, 3], NOON - back * DAY, 10))
    store.flush()
    return store


def days(store: Store) -> dict[str, int]:
    """Days of readings that are kept of each class."""
    files = store.folder.manifest.of("readings")
    return {name: len({file.day for file in files if file.keep == name}) for name in ("short", "standard", "long")}


def test_readings_go_by_their_class_and_minutes_stay(filled: Store, tmp_path: Path) -> None:
    Disk().retention(filled).step()
    assert days(filled) == {"short": 3, "standard": 6, "long": 11}
    assert len({file.day for file in filled.folder.manifest.of("minutes")}) == 12
    assert len(list((tmp_path / "history/readings/keep=short").iterdir())) == 3
    table = rollups(filled, Asked("hours", np.asarray([1], np.uint32), NOON - 40 * DAY, NOON + DAY))
    assert table["count"].to_pylist() == [10] * 12


def test_readings_of_a_time_that_was_removed_are_too_late(filled: Store) -> None:
    Disk().retention(filled).step()
    tag = np.asarray([1, 2, 1, 9], np.uint32)
    time = np.asarray([NOON - 3 * DAY, NOON - 3 * DAY, NOON - DAY, NOON - 100 * DAY])
    assert filled.too_late(tag, time).tolist() == [True, False, False, True]
    assert filled.too_late(tag[2:3], time[2:3]) is None


def test_minutes_go_once_their_hours_are_kept(filled: Store) -> None:
    filled.clock = lambda: NOON + 15 * DAY
    disk = Disk()
    disk.retention(filled).step()
    assert len({file.day for file in filled.folder.manifest.of("minutes")}) == 12
    for day in {file.day for file in filled.folder.manifest.of("readings")}:
        files = [file for file in filled.folder.manifest.of("readings") if file.day == day]
        join(filled, Work(tuple(files), DAILY))
    wanted = np.asarray([1, 2, 3], np.uint32)
    before = rollups(filled, Asked("hours", wanted, NOON - 40 * DAY, NOON + DAY))
    make_hours(filled, "2026-11")
    disk.retention(filled).step()
    assert len({file.day for file in filled.folder.manifest.of("minutes")}) == 6
    assert rollups(filled, Asked("hours", wanted, NOON - 40 * DAY, NOON + DAY)).equals(before)


def test_a_disk_that_fills_up_is_told_then_thinned_then_takes_no_more(filled: Store) -> None:
    disk = Disk()
    retention = disk.retention(filled)
    retention.step()
    assert (retention.room, disk.told) == ("enough", [])
    disk.free = 250
    retention.step()
    assert (retention.room, disk.codes()) == ("little", ["historian.disk_little"])
    before = days(filled)
    disk.free = 150
    retention.step()
    assert retention.room == "thinning"
    assert disk.codes()[1:] == ["historian.thinned", "historian.disk_nearly_full"]
    assert disk.told[1][1] == {"class": "short", "day": "2026-11-19", "freed": 0}
    assert days(filled) == {**before, "short": before["short"] - 1}
    disk.free = 50
    retention.step()
    assert retention.room == "none"
    assert disk.codes()[-1] == "historian.disk_full"
    disk.free = 1000
    retention.step()
    assert retention.room == "enough"
    assert disk.codes()[-1] == "historian.disk_well"


def test_the_oldest_of_class_short_goes_first_and_today_never(filled: Store) -> None:
    disk = Disk(150)
    retention = disk.retention(filled)
    for _ in range(40):
        retention.step()
    gone = [(facts["class"], facts["day"]) for code, facts in disk.told if code == "historian.thinned"]
    assert [name for name, _ in gone] == ["short"] * 2 + ["standard"] * 5 + ["long"] * 10
    assert all(a < b for (x, a), (y, b) in itertools.pairwise(gone) if x == y)
    assert {row[1] // DAY for row in every(filled, [1, 2, 3])} == {NOON // DAY}


def test_thinning_stops_as_soon_as_there_is_room(filled: Store) -> None:
    disk = Disk(150)
    sizes: list[Any] = []

    def free() -> int:
        size = sum(file.size for file in filled.folder.manifest.of("readings"))
        sizes.append(size)
        return 150 if size == sizes[0] else 500

    retention = Retention(filled, KEEP, free, lambda code, facts: disk.told.append((code, facts)))
    Disk().retention(filled).step()
    sizes.clear()
    for _ in range(3):
        retention.step()
    assert disk.codes() == ["historian.thinned"]
    assert retention.room == "enough"
