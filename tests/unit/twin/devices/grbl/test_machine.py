"""The controller by raw bytes, as the documents of grbl 1.1 describe them."""

import re
from itertools import pairwise

import pytest

from hanmaru.twin.devices.grbl.gantry import Gantry
from hanmaru.twin.devices.grbl.machine import Grbl
from hanmaru.twin.devices.grbl.motion import Vector
from hanmaru.twin.devices.grbl.settings import Settings

STEP = 0.01


class Bench:
    """A controller on the bench: bytes in, lines out, time by hand."""

    def __init__(self, settings: Settings | None = None, gantry: Gantry | None = None) -> None:
        self.out = bytearray()
        self.gantry = gantry or Gantry()
        self.machine = Grbl(self.out.extend, self.gantry, settings)
        self.machine.power_on()

    def __call__(self, data: bytes | str, seconds: float = 0.0) -> list[str]:
        """Send, let time pass, answer the lines printed."""
        self.out.clear()
        self.machine.receive(data if isinstance(data, bytes) else data.encode())
        while seconds > 0:
            self.machine.advance(min(STEP, seconds))
            seconds -= STEP
        return self.out.decode().split("\r\n")[:-1]

    def until_idle(self, most: float = 60.0) -> float:
        """Let time pass until nothing moves; answer the seconds it took."""
        passed = 0.0
        while self.machine.is_busy():
            self.machine.advance(STEP)
            passed += STEP
            assert passed < most, self.status()
        return passed

    def status(self) -> str:
        [line] = self("?")
        return line

    def place(self) -> tuple[float, ...]:
        found = re.search(r"MPos:([^|>]+)", self.status())
        assert found
        return tuple(float(number) for number in found[1].split(","))


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def homed(bench: Bench) -> Bench:
    bench("$H\n")
    bench.until_idle()
    bench("")
    return bench


def test_it_greets_and_is_locked_until_homed() -> None:
    bench = Bench()
    assert bench.out == b"\r\nGrbl 1.1h ['$' for help]\r\n[MSG:'$H'|'$X' to unlock]\r\n"
    assert bench.status() == "<Alarm|MPos:0.000,0.000,0.000|FS:0,0|WCO:0.000,0.000,0.000>"
    assert bench("G0X-10\n") == ["error:9"]
    assert bench("$X\n") == ["[MSG:Caution: Unlocked]", "ok"]
    assert bench.status().startswith("<Idle|")


def test_homing_finds_the_switches_wherever_it_stood(bench: Bench) -> None:
    before = bench.gantry.place
    assert before != (0, 0, 0)
    assert bench("$H\n") == []
    assert bench.status().startswith("<Home|")
    bench("")
    seconds = bench.until_idle()
    assert bench.out == b"ok\r\n"
    assert bench.place() == (-2.0, -2.0, -2.0)
    assert bench.gantry.place == pytest.approx((-2, -2, -2), abs=1e-4)
    assert 5 < seconds < 90, "about 350 mm at 2000 mm/min, and three times 2 mm at 25 mm/min"


def test_a_broken_switch_is_alarm_9(bench: Bench) -> None:
    bench.gantry.broken_switches.add(0)
    bench("$H\n")
    bench.until_idle()
    assert bench.out.startswith(b"ALARM:9\r\n\r\nGrbl 1.1h")
    assert bench.status().startswith("<Alarm|")


def test_a_move_takes_the_time_of_its_trapezoid(homed: Bench) -> None:
    homed("G90 G53 G1 X-102 F6000\n")
    # 100 mm at 100 mm/s, 1000 mm/s2: 0.1 s up, 0.1 s down over 5 mm each, 0.9 s between
    assert homed.until_idle() == pytest.approx(1.1, abs=2 * STEP)
    assert homed.place() == (-102.0, -2.0, -2.0)
    assert homed.gantry.place == pytest.approx((-102, -2, -2), abs=1e-3)


def test_speed_never_jumps_by_more_than_the_acceleration_allows(homed: Bench) -> None:
    moves = ["G53G1X-50F9000", "G53G1X-100Y-3", "G53G1X-150Y-60", "G53G1X-20Y-60", "G53G1X-20Y-20"]
    homed("".join(move + "\n" for move in moves))
    speeds, limit = [0.0], 1000 * STEP
    while homed.machine.is_busy():
        homed.machine.advance(STEP)
        speeds.append(homed.machine.motion.speed)
    jumps = [abs(b - a) for a, b in pairwise(speeds)]
    # along a slanted way each axis has its own share: sqrt(2) at most; a corner may be taken within $11
    assert max(jumps) <= limit * 1.5 + 1e-6
    assert max(speeds) == pytest.approx(150, abs=1)
    assert speeds[-1] == 0


def test_lookahead_goes_through_straight_joints_and_stops_at_a_turn(homed: Bench) -> None:
    homed("".join(f"G53G1X-{x}F6000\n" for x in range(12, 103, 10)))
    straight = homed.until_idle()
    assert straight == pytest.approx(1.1, abs=4 * STEP), "ten joints in a line cost nothing"
    homed("G53G1X-52F6000\nG53G1X-102F6000\n")
    assert homed.until_idle() == pytest.approx(2 * 0.6, abs=4 * STEP), "a reversal stops in between"


def test_ok_comes_when_the_planner_has_room_and_15_moves_fit(homed: Bench) -> None:
    answers = homed("".join(f"G53G1X-{20 + n}F60\n" for n in range(9)))
    answers += homed("".join(f"G53G1X-{30 + n}F60\n" for n in range(9)))
    assert answers == ["ok"] * 15
    answers = homed(b"", seconds=18.4)  # the first, 18 mm at 1 mm/s
    assert answers == ["ok"]


def test_what_overruns_the_receive_buffer_is_lost(homed: Bench) -> None:
    homed("".join(f"G53G1X-{20 + n}F60\n" for n in range(16)))  # fifteen planned, one waits
    homed("G4P0\n" * 24)  # 120 bytes lie in the buffer
    assert homed.machine.overrun == 0
    homed("G4P1\n" * 4)
    assert homed.machine.overrun == 12


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("X1G", 2), ("@", 1), ("G0X--1", 2), ("G7", 20), ("G0G1X1", 21), ("G1X-5", 22), ("M3.5", 23),
        ("X1X2", 25), ("G53G2X-5I1", 30), ("G80X-3", 31), ("G2X-3F100", 35), ("F-3", 4), ("$Q", 3), ("$0=2", 6),
        ("$110=-1", 4), ("$J=X-5", 22), ("$J=G1X-5F100", 16), ("$J=X5F100", 15), ("G4", 28), ("G10L3P1X0", 20),
        ("G10L2P9X0", 29), ("A5", 20), ("G1X-" + "0" * 80, 11), ("N10000000G4P0", 27), ("G38.2X-5F10", 20),
    ],
)  # fmt: skip
def test_what_is_wrong_gets_its_number(homed: Bench, line: str, error: int) -> None:
    assert homed(line + "\n")[-1:] == [f"error:{error}"]
    assert homed.place() == (-2.0, -2.0, -2.0)


def test_blank_lines_comments_and_small_letters_are_taken(homed: Bench) -> None:
    assert homed("\n ; nothing\n(a word) g53 g0 x-5 (aside)\r\n") == ["ok", "ok", "ok", "ok"]
    homed.until_idle()
    assert homed.place() == (-5.0, -2.0, -2.0)


def test_feed_hold_brakes_along_the_way_and_goes_on(homed: Bench) -> None:
    homed("G53G1X-102F6000\n", seconds=0.5)
    assert homed.status().startswith("<Run|")
    at = homed.place()[0]
    homed(b"!", seconds=0.05)
    assert homed.status().startswith("<Hold:1|")
    homed(b"", seconds=0.2)
    assert homed.status().startswith("<Hold:0|")
    assert homed.place()[0] == pytest.approx(at - 5, abs=0.1), "100 mm/s at 1000 mm/s2 stop within 5 mm"
    assert homed("G53G0X-9\n", seconds=0.5) == [], "no line is worked on meanwhile"
    homed(b"~")
    homed.until_idle()
    assert homed.place() == (-9.0, -2.0, -2.0)


def test_a_reset_at_rest_keeps_the_place_and_in_a_move_loses_it(homed: Bench) -> None:
    assert homed(b"\x18") == ["", "Grbl 1.1h ['$' for help]"]
    assert homed.status().startswith("<Idle|MPos:-2.000")
    homed("G53G1X-302F12000\n", seconds=0.5)
    answer = homed(b"\x18")
    assert answer == ["ALARM:3", "", "Grbl 1.1h ['$' for help]", "[MSG:'$H'|'$X' to unlock]"]
    assert homed.gantry.place[0] < homed.place()[0] - 0.1, "it slid on, and does not know"


def test_soft_limits_brake_then_alarm_2_then_silence_until_reset(homed: Bench) -> None:
    answers = homed("G53G1X-300F6000\nG53G1X-601\n", seconds=0.3)
    assert answers == ["ok", "ALARM:2", "[MSG:Reset to continue]"]
    assert homed("?$X\n") == []
    answer = homed(b"\x18")
    assert answer[-1] == "[MSG:'$H'|'$X' to unlock]"
    assert homed("$X\n")[-1] == "ok"
    assert homed.gantry.place == pytest.approx(homed.place(), abs=1e-3), "it braked, so the place is true"


def test_jog_runs_and_is_cancelled(homed: Bench) -> None:
    assert homed("$J=G91X-100F6000\n", seconds=0.4) == ["ok"]
    assert homed.status().startswith("<Jog|")
    assert homed("G0X-5\n") == ["error:9"]
    homed(b"\x85", seconds=0.3)
    assert homed.status().startswith("<Idle|")
    assert -60 < homed.place()[0] < -30
    assert homed.gantry.place == pytest.approx(homed.place(), abs=1e-3)


def test_overrides_change_the_rate_on_the_fly(homed: Bench) -> None:
    homed("G53G1X-502F3000\n", seconds=1)
    assert homed.machine.motion.speed == pytest.approx(50)
    homed(b"\x91\x91", seconds=0.5)
    assert homed.machine.motion.speed == pytest.approx(60)
    assert "Ov:120,100,100" in "".join(homed.status() for _ in range(21))
    homed(b"\x92" * 30, seconds=0.5)
    assert homed.machine.motion.speed == pytest.approx(5)


def test_settings_are_listed_set_and_outlive_the_power(homed: Bench) -> None:
    listed = homed("$$\n")
    assert listed[0] == "$0=10"
    assert "$130=600.000" in listed
    assert listed[-1] == "ok"
    assert homed("$130=300\n") == ["ok"]
    homed.machine.power_off()
    assert homed("?") == []
    homed.machine.power_on()
    assert "$130=300.000" in homed("$$\n")


def test_a_power_cut_in_a_move_loses_the_place_and_the_good() -> None:
    gantry = Gantry(cells={"A1": (-100.0, -50.0, -40.0)}, contents={"A1": "ring"})
    bench = Bench(gantry=gantry)
    bench("$H\n")
    bench.until_idle()
    bench("G53G0X-100Y-50\nG53G0Z-40\nM8\n")
    bench.until_idle()
    assert gantry.held == "ring"
    assert "Pn:P" in bench.status()
    bench("G53G0Z-5\n")
    bench.until_idle()
    bench("G53G0X-300\n", seconds=0.5)
    bench.machine.power_off()
    assert gantry.dropped == ["ring"]
    bench.machine.power_on()
    assert bench.place() == (0.0, 0.0, 0.0)
    assert bench.status().startswith("<Alarm|")
    assert gantry.place[0] < -110


def test_a_good_is_fetched_and_stored() -> None:
    cells: dict[str, Vector] = {"A1": (-100.0, -50.0, -40.0), "B1": (-200.0, -150.0, -40.0)}
    gantry = Gantry(cells=cells, contents={"A1": "ring"})
    bench = Bench(gantry=gantry)
    bench("$H\n")
    bench.until_idle()
    for x, y, tool in ((-100, -50, "M8"), (-200, -150, "M9")):
        bench(f"G53G0X{x}Y{y}\nG53G0Z-40\n{tool}\nG4P0.2\nG53G0Z-2\n")
        bench.until_idle()
    assert gantry.contents == {"B1": "ring"}
    assert gantry.dropped == []


def test_goods_are_handed_over_at_the_transfer_point() -> None:
    gantry = Gantry(cells={"A1": (-100.0, -50.0, -40.0)}, contents={"A1": "ring"}, transfer=(-20.0, -20.0, -60.0))
    bench = Bench(gantry=gantry)
    bench("$H\n")
    bench.until_idle()
    bench("G53G0X-100Y-50\nG53G0Z-40\nM8\nG53G0Z-2\nG53G0X-20Y-20\nG53G0Z-60\nM9\n")
    bench.until_idle()
    assert gantry.handed_over == ["ring"]
    gantry.waiting.append("hinge")
    bench("M8\nG53G0Z-2\nG53G0X-100Y-50\nG53G0Z-40\nM9\n")
    bench.until_idle()
    assert gantry.contents == {"A1": "hinge"}
    assert gantry.dropped == []


def test_work_offsets_units_and_arcs(homed: Bench) -> None:
    assert homed("G10L2P1X-100Y-100Z-2\nG54G90G0X0Y0Z0\n") == ["ok", "ok"]
    homed.until_idle()
    assert homed.place() == (-100.0, -100.0, -2.0)
    assert "WCO:-100.000,-100.000,-2.000" in "".join(homed.status() for _ in range(11))
    homed("G20G1X1F100\nG21\n")
    homed.until_idle()
    assert homed.place()[0] == pytest.approx(-74.6)
    homed("G1X0Y0F3000\nG2X0Y0I-20J0\n")
    farthest = 0.0
    while homed.machine.is_busy():
        homed.machine.advance(STEP)
        farthest = min(farthest, homed.machine.motion.position[0])
    assert farthest == pytest.approx(-140, abs=0.1)
    assert homed.place() == (-100.0, -100.0, -2.0)


def test_hard_limits_stop_at_the_switch() -> None:
    settings = Settings(s21=1, s20=0)
    bench = Bench(settings, Gantry())
    bench("$X\nG91G1X700F6000\n", seconds=8)
    assert bench.machine.locked
    assert bench("?") == []
    assert bench(b"\x18")[-1] == "[MSG:'$H'|'$X' to unlock]"
    assert "Pn:X" in bench.status()


def test_check_mode_moves_nothing(homed: Bench) -> None:
    assert homed("$C\nG53G0X-50\nM8\n") == ["[MSG:Enabled]", "ok", "ok", "ok"]
    assert homed.status().startswith("<Check|MPos:-2.000")
    homed("$C\n")
    assert homed.status().startswith("<Idle|")
    assert homed.gantry.place == pytest.approx((-2, -2, -2), abs=1e-4)


def test_speed_of_time_changes_nothing() -> None:
    ends = []
    for step in (0.003, 0.4, 30.0):
        bench = Bench()
        bench.machine.receive(b"$H\n")
        for _ in range(int(120 / step)):
            bench.machine.advance(step)
        bench.machine.receive(b"G53G1X-300Y-40F5000\nG53G1X-20\n")
        for _ in range(int(60 / step) + 1):
            bench.machine.advance(step)
        ends.append((bench.place(), bench.gantry.place))
    assert ends[0][0] == ends[1][0] == ends[2][0] == (-20.0, -40.0, -2.0)
    assert ends[0][1] == pytest.approx(ends[2][1], abs=1e-4)
