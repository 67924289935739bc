"""A gateway's node in a network of its own, cut off from its bus or from its device: no RST, packets vanish.

The short cut is longer than what makes the outbox part what waits from what comes. HANMARU_CUT_SECONDS is the length
of the long one.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.loop import networks
from tests.loop.devices import VARIABLES

ROOT: Final = Path(__file__).parents[2]
SHORT: Final = 15.0  # seconds, as are these
LONG: Final = float(os.environ.get("HANMARU_CUT_SECONDS", "600"))
AROUND: Final = 900.0  # at most, for starting, settling and comparing on a busy machine
SOON: Final = 60.0  # a busy machine; a calm one takes three


pytestmark = pytest.mark.timeout(LONG + 2 * AROUND)


def cut_off(folder: Path, seconds: float, line: str) -> dict[str, Any]:
    """Run the program apart, and answer what came of it; that nothing is missing, it has seen itself."""
    if why := networks.impossible():
        pytest.skip(why)
    program = [*networks.APART, sys.executable, "-m", "tests.loop.cut_off", str(folder), str(seconds), line]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + AROUND)
    assert done.returncode == 0, done.stderr[-4000:]
    print(done.stdout)  # noqa: T201 - shown by -s, or when it fails
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["offered"] == found["arrived"]
    assert found["offered_meanwhile"] > seconds * len(VARIABLES), "devices spoke all the time, once a second at least"
    assert found["fresh"].keys() == {"opcua", "files"}
    assert max(found["fresh"].values()) < SOON
    return found


def judge_bus(found: dict[str, Any]) -> None:
    assert found["read_meanwhile"] > 0.5, "the gateway went on reading"
    assert found["missed"] == 0
    assert found["backlog_rows"], "what waited went out as backlog"


def test_a_cut_between_gateway_and_bus_loses_nothing(tmp_path: Path) -> None:
    judge_bus(cut_off(tmp_path, SHORT, networks.BUS))


@pytest.mark.long
def test_a_cut_between_gateway_and_device_loses_nothing_that_the_device_keeps(tmp_path: Path) -> None:
    found = cut_off(tmp_path, SHORT * 2, networks.FLOOR)
    assert found["missed"] == len(VARIABLES), "of each tag it is said once that its device is not there"


@pytest.mark.long
def test_a_long_cut_between_gateway_and_bus_loses_nothing(tmp_path: Path) -> None:
    found = cut_off(tmp_path, LONG, networks.BUS)
    judge_bus(found)
    assert found["backlog_rows"] > found["offered_meanwhile"] / 2
    assert found["live_beside_backlog"] > 0
