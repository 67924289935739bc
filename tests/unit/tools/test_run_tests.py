"""Tests that fail are run once more alone, and nothing else is."""

import json
from pathlib import Path

import pytest

from tools import run_tests


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Play runs of pytest: each a status and the tests that fail in it; the options of every run are kept."""
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(run_tests, "FAILED", tmp_path / "lastfailed")

    def play(*told: tuple[int, list[str]]) -> list[tuple[str, ...]]:
        left = list(told)

        def pytest_(*options: str) -> int:
            asked.append(options)
            status, failed = left.pop(0)
            run_tests.FAILED.write_text(json.dumps(dict.fromkeys(failed, True)))
            return status

        monkeypatch.setattr(run_tests, "pytest", pytest_)
        return asked

    return play


def test_what_passes_is_run_once(runs):
    asked = runs((0, []))
    assert run_tests.main(["-m", "not long"], "3") == 0
    assert asked == [("-n", "3", "--dist", "loadgroup", "-m", "not long")]


def test_what_fails_is_run_once_more_alone_and_named_when_it_passes(runs, capsys):
    asked = runs((1, ["tests/a.py::test_a[x@y]", "tests/b.py::test_b@house"]), (0, []))
    assert run_tests.main([]) == 0
    assert asked[1] == ("-n", "0", "tests/a.py::test_a[x@y]", "tests/b.py::test_b")
    assert "tests/b.py::test_b" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("first", "second", "times"),
    [
        ((1, ["tests/a.py::test_a"]), (1, ["tests/a.py::test_a"]), 2),
        ((1, [f"tests/a.py::test_{number}" for number in range(9)]), None, 1),
        ((1, []), None, 1),
        ((1, ["gw1", "tests/a.py::test_a"]), None, 1),
        ((2, ["tests/a.py::test_a"]), None, 1),
    ],
    ids=["again", "many", "none named", "a worker", "stopped"],
)
def test_what_stays_red_is_red(runs, first, second, times):
    asked = runs(*(one for one in (first, second) if one))
    assert run_tests.main([]) == first[0]
    assert len(asked) == times


def test_what_tests_write_lies_in_memory_and_is_gone_afterwards(monkeypatch, tmp_path):
    monkeypatch.setattr(run_tests, "MEMORY", tmp_path)
    monkeypatch.setattr(run_tests, "ROOM", 0)
    with run_tests.folder_in_memory() as quick:
        assert Path(quick["TMPDIR"]).parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_without_room_in_memory_files_lie_where_they_did(monkeypatch, tmp_path):
    monkeypatch.setattr(run_tests, "MEMORY", tmp_path)
    monkeypatch.setattr(run_tests, "ROOM", 2**60)
    with run_tests.folder_in_memory() as quick:
        assert quick == {}
