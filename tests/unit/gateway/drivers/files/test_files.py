"""The file driver with what happens to files: grown, rotated, cut, written anew, half written, killed in between."""

import asyncio
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from hanmaru.floor.quality import Quality
from hanmaru.floor.tag import Tag
from hanmaru.gateway.drivers.files.config import FilesConfig
from hanmaru.gateway.drivers.files.driver import FilesDriver
from hanmaru.gateway.errors import Reconfigure
from hanmaru.kernel.errors import Unavailable
from tests.contracts.drivers.caught import Caught

TAG = Tag(id=1, asset="a", name="n", type="number", source="s", address="value")


class DiskFull(Unavailable):
    """What the outbox may answer."""


class Machine:
    """A folder with a file, and the driver that reads it again and again."""

    def __init__(self, folder: Path, **more: object) -> None:
        self.folder, self.kept = folder / "data", folder / "kept"
        for one in (self.folder, self.kept):
            one.mkdir(exist_ok=True)
        self.file = self.folder / "log.csv"
        given = {"path": str(self.file), "columns": ("value",), "looks": 0.01, **more}
        self.config = FilesConfig(**given)

    def write(self, *lines: object, end: str = "\n") -> None:
        with self.file.open("a") as file:
            file.write("\n".join(map(str, lines)) + end)

    def read(self, wanted: int, sink: Caught | None = None, tags: Iterable[Tag] = (TAG,)) -> Caught:
        """Run a fresh driver until so many readings came."""
        sink = sink or Caught()

        async def work() -> None:
            driver = FilesDriver(self.config)
            driver.keep_in(self.kept)
            await driver.connect()
            task = asyncio.create_task(driver.run(list(tags), sink))
            try:
                await sink.until(lambda: len(sink.all) >= wanted)
                await asyncio.sleep(0.05)  # what came too much would come now
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

        asyncio.run(work())
        return sink


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def numbers(sink: Caught) -> list[float | None]:
    return [one.number for one in sink.all]


def test_a_restart_goes_on_at_the_byte(machine: Machine) -> None:
    machine.write(1, 2)
    assert numbers(machine.read(2)) == [1, 2]
    machine.write(3)
    assert numbers(machine.read(1)) == [3]


def test_half_a_line_is_waited_for(machine: Machine) -> None:
    machine.write(1)
    machine.write(12, end="")
    assert numbers(machine.read(1)) == [1]
    machine.write(34)
    assert numbers(machine.read(1)) == [1234]


def test_rotated_while_nobody_looked_the_rest_of_the_old_file_comes_first(machine: Machine) -> None:
    machine.write(1)
    machine.read(1)
    machine.write(2, end="")
    machine.file.rename(machine.folder / "log.csv.1")
    machine.write(3)
    sink = machine.read(2)
    assert numbers(sink) == [2, 3]
    assert sink.events[0][0] == "rotated"


@pytest.mark.parametrize("fresh", ["7\n", "7\n8\n9\n10\n11\n"])
def test_a_file_cut_or_written_anew_is_read_from_its_beginning(machine: Machine, fresh: str) -> None:
    machine.write(1, 2, 3)
    machine.read(3)
    machine.file.write_text(fresh)
    wanted = [float(line) for line in fresh.split()]
    sink = machine.read(len(wanted))
    assert numbers(sink) == wanted
    assert [kind for kind, _words in sink.events] == ["truncated"]


def test_bad_lines_are_kept_and_do_not_stand_in_the_way(machine: Machine) -> None:
    machine.write(1, "2,3", "", "\udcff".encode("utf-8", "surrogateescape").decode("latin-1"), 4)
    sink = machine.read(3)
    assert numbers(sink) == [1, None, 4]
    assert sink.all[1].quality == Quality.BAD_TYPE_MISMATCH
    rejected = [json.loads(line) for line in (machine.kept / "rejected.jsonl").read_text().splitlines()]
    assert [(one["line"], one["byte"]) for one in rejected] == [("2,3", 2)]
    assert sink.events == [("rejected_lines", "1 lines of log.csv could not be read")]


def test_a_crash_between_outbox_and_place_gives_the_same_readings_again(machine: Machine) -> None:
    """They have no time of their own, and still get the same one: a replay changes nothing."""

    class Crashes(Caught):
        async def kept(self) -> None:
            raise DiskFull

    machine.write(1, 2, 3)
    before = Crashes()
    with pytest.raises(DiskFull):
        asyncio.run(_crash(machine, before))
    machine.write(4)
    after = machine.read(4)
    assert [(one.source_time, one.number) for one in after.all[:3]] == [
        (one.source_time, one.number) for one in before.all
    ]
    assert numbers(after) == [1, 2, 3, 4]
    assert len({one.source_time for one in after.all}) == 4


async def _crash(machine: Machine, sink: Caught) -> None:
    driver = FilesDriver(machine.config)
    driver.keep_in(machine.kept)
    await driver.connect()
    await driver.run([TAG], sink)


def test_a_folder_is_read_oldest_file_first_and_a_last_line_without_end_counts_when_settled(tmp_path: Path) -> None:
    machine = Machine(tmp_path, path=str(tmp_path / "data"), mode="drop", columns=(), settle=0.2)
    for name, age, text in [("b.csv", 50, "value\n1\n2"), ("a.csv", 20, "other,value\n9,3\n9,4"), ("c.txt", 9, "8\n")]:
        file = machine.folder / name
        file.write_text(text)
        os.utime(file, (time.time() - age,) * 2)
    assert numbers(machine.read(4)) == [1, 2, 3, 4]
    (machine.folder / "d.csv").write_text("value\n5\n6")
    assert numbers(machine.read(2)) == [5, 6]


def test_many_lines_come_in_order(machine: Machine) -> None:
    machine.write(*range(100_000))
    sink = machine.read(100_000)
    assert numbers(sink) == list(range(100_000))


def test_a_file_that_may_not_be_read_or_is_a_folder_asks_for_a_person(tmp_path: Path) -> None:
    machine = Machine(tmp_path, path=str(tmp_path))
    with pytest.raises(Reconfigure, match="mode"):
        asyncio.run(FilesDriver(machine.config).connect())
