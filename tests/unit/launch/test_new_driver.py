"""The scaffold of a driver keeps to our rules before a line of it is written."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hanmaru.gateway.scorecard import RULES, read_card
from hanmaru.launch.new_driver import BadDriverName, DriverIsThere, write

ROOT = Path(__file__).parents[3]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Answer as much of the repository as the style of imports depends on."""
    for folder in ("src/hanmaru/gateway", "src/hanmaru/floor", "tests/contracts/drivers"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    return tmp_path


def test_what_is_written_passes_the_style_and_answers_every_rule(repository: Path) -> None:
    written = write("lathe", repository)
    ruff = str(Path(sys.executable).with_name("ruff"))
    for how in (["check"], ["format", "--check"]):
        done = subprocess.run([ruff, *how, *written], check=False, cwd=repository, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
    card = read_card(repository / "src/hanmaru/gateway/drivers/lathe/scorecard.toml")
    assert {answer.state for answer in card.rules.values()} == {"todo"}
    assert card.rules.keys() == RULES.keys()


def test_it_begins_nothing_twice_and_nowhere_else(repository: Path, tmp_path: Path) -> None:
    write("lathe", repository)
    with pytest.raises(DriverIsThere, match="there already"):
        write("lathe", repository)
    with pytest.raises(DriverIsThere, match="--into"):
        write("mill", repository / "src")


@pytest.mark.parametrize("name", ["Lathe", "my-driver", "../x", "class", "1st", ""])
def test_a_name_that_is_none(repository: Path, name: str) -> None:
    with pytest.raises(BadDriverName):
        write(name, repository)
