"""The data folder: one who works in it, and where others find the services."""

import stat
from pathlib import Path

import pytest

from hanmaru.launch.house import AlreadyRunning, DataFolderRefused, House


def test_services_are_found_only_while_somebody_runs_them(tmp_path: Path) -> None:
    house = House(tmp_path / "data")
    assert house.announced() is None
    with house.occupied():
        assert house.announced() is None
        house.announce({"HANMARU_BUS_URL": "nats://u:secret@h"})
        assert House(tmp_path / "data").announced() == {"HANMARU_BUS_URL": "nats://u:secret@h"}
        assert stat.S_IMODE((house.state / "services.json").stat().st_mode) == 0o600
    assert house.announced() is None


def test_what_a_killed_one_left_is_not_believed(tmp_path: Path) -> None:
    house = House(tmp_path / "data")
    house.announce({"HANMARU_BUS_URL": "nats://gone"})
    (house.state / "lock").write_text("1")
    assert house.announced() is None


def test_two_may_not_work_in_one_folder(tmp_path: Path) -> None:
    first, second = House(tmp_path), House(tmp_path)
    with first.occupied():
        with pytest.raises(AlreadyRunning, match=str(tmp_path)), second.occupied():
            pass
        first.announce({})
        assert first.announced() == {}
    with second.occupied():
        pass


def test_a_folder_that_can_not_be_made_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderRefused, match="HANMARU_DATA_DIR"):
        House(tmp_path / "file" / "data")
