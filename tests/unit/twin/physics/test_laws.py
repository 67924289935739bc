"""The laws in the machines, one by one, against values worked out by hand or taken from the standards."""

from itertools import pairwise

import pytest

from hanmaru.twin.physics.anodizing import EFFICIENCY, OXIDE, ROOM, TAKT, AnodizingLine, Bath
from hanmaru.twin.physics.casting import Casting
from hanmaru.twin.physics.conveyor import PIECE, Conveyor
from hanmaru.twin.physics.machine import STEP, arrhenius
from hanmaru.twin.physics.mill import ALARM, Mill
from hanmaru.twin.physics.press import COOLING, Press
from hanmaru.twin.physics.press import ROOM as HALL
from hanmaru.twin.physics.room import Room, saturation

WATER = 4186.0


def run(machine: AnodizingLine | Casting | Conveyor | Mill | Press | Room, seconds: float) -> None:
    for _ in range(int(seconds / STEP)):
        machine.step()


def test_arrhenius_doubles_about_every_ten_degrees_at_50_kilojoules() -> None:
    assert arrhenius(50_000, 30, 20) == pytest.approx(1.97, abs=0.01)
    assert arrhenius(50_000, 20, 20) == 1


def test_faraday_grows_half_a_micrometre_a_minute_at_one_and_a_half_amperes() -> None:
    # 150 A/m2 x 60 s x 0.10196 kg/mol / (6 x 96485 C/mol x 3000 kg/m3) = 0.528 um, the rule of 720 says 0.53
    micrometres = 150 * 60 * OXIDE * 1e6
    assert micrometres == pytest.approx(0.528, abs=0.002)
    line = AnodizingLine(1)
    load = line.loads["anodize"]
    before, charge = load.thickness, load.charge
    run(line, 200)
    grown = (load.charge - charge) / load.area * OXIDE * EFFICIENCY
    assert load.thickness - before == pytest.approx(grown, rel=0.02), "less what the acid dissolves"
    assert load.thickness - before < grown


def test_a_warmer_bath_dissolves_more_and_a_denser_current_grows_faster() -> None:
    thickness = []
    for temperature, density in ((19.0, 1.5), (29.0, 1.5), (19.0, 2.0)):
        line = AnodizingLine(1)
        line.set("anodize/setpoint", temperature)
        line.baths["anodize"].temperature = temperature
        line.set("anodize/current-density", density)
        run(line, 250)
        thickness.append(line.loads["anodize"].thickness)
    assert thickness[1] < thickness[0] < thickness[2]


def test_the_energy_of_a_bath_is_what_went_in_less_what_was_lost() -> None:
    bath = Bath(litres=400, heater=9_000, cooler=0, loss=60, target=55, temperature=40)
    heat = lost = 0.0
    for _ in range(2000):
        before = bath.temperature
        bath.advance(0.0, 1.0, 0.0)
        heat += 9_000 * bath.heating * STEP
        lost += 60 * (before - ROOM) * STEP
    assert bath.temperature > 44
    assert (bath.temperature - 40) * 400 * WATER == pytest.approx(heat - lost, rel=1e-9)


def test_acid_is_used_by_current_and_dosed_when_it_is_low() -> None:
    line = AnodizingLine(1)
    line.acid, aluminium = 176.2, line.aluminium
    run(line, 600)
    line.switch("dosing-failing", on=True)
    low = line.acid
    run(line, 3600)
    assert line.acid < low
    assert line.aluminium > aluminium
    line.acid = 175.0
    line.switch("dosing-failing", on=False)
    run(line, 300)
    assert line.acid == pytest.approx(181, abs=1)


def test_a_failing_heater_cools_the_seal_and_spoils_the_pieces() -> None:
    line = AnodizingLine(2)
    run(line, 5 * TAKT)
    assert line.measured.good
    assert 4 < line.measured.thickness < 6
    line.switch("heater-failing", on=True)
    run(line, 20 * TAKT)
    assert line.baths["seal"].temperature < 80
    assert not line.measured.good
    assert line.measured.difference > 4


def test_wear_only_grows_and_vibration_passes_the_zones_of_iso_20816() -> None:
    press = Press(1)
    press.pause = 0.0
    zones, last = [], press.wear
    press.switch("bearing-wear", on=True)
    for _ in range(60):
        run(press, 60)
        assert press.wear >= last
        last = press.wear
        if press.rate > 39:
            zones.append(sum(press.vibration() > limit for limit in (1.12, 2.8, 7.1)))
    assert zones == sorted(zones)
    assert zones[0] == 0
    assert zones[-1] == 3, "zone D at the end"


def test_the_bearing_settles_where_friction_equals_cooling() -> None:
    press = Press(1)
    for _ in range(20_000):
        press.pause, press.wear = 0.0, 0.5
        press.step()
    steady = 240 * press.rate / 40 * (1 + 3.5 * press.wear) / COOLING + HALL
    assert press.temperature == pytest.approx(steady, abs=1.5)


def test_the_frequency_of_the_outer_race() -> None:
    press = Press(1)
    frequency = press.spectrum()["bpfo"][0]
    assert frequency == pytest.approx(12 / 2 * 24.5 * (1 - 0.21))


def test_a_shot_follows_its_pressure_curve() -> None:
    casting = Casting(1)
    highest, shots = 0.0, casting.shots
    for _ in range(int(240 / STEP)):
        casting.step()
        highest = max(highest, casting.pressure)
    assert casting.shots == shots + 2
    assert highest == pytest.approx(42, abs=0.5)
    assert casting.last_cycle == pytest.approx(114, abs=3)


def test_a_weak_furnace_cools_and_a_leak_lowers_the_pressure() -> None:
    casting = Casting(1)
    casting.switch("furnace-failing", on=True)
    casting.switch("riser-leak", on=True)
    highest = 0.0
    for _ in range(int(3600 / STEP)):
        casting.step()
        highest = max(highest, casting.pressure)
    assert casting.melt < 690
    assert highest < 36


def test_a_dull_tool_loads_the_spindle_and_a_broken_one_stops_it() -> None:
    mill = Mill(1)
    loads = []
    for wear in (0.0, 0.25):
        mill.wear[1], mill.at, mill.left = wear, 0, 1000.0
        run(mill, 20)
        loads.append(mill.load)
    assert loads[1] > loads[0] * 1.3
    mill.switch("tool-breaks", on=True)
    run(mill, 5)
    assert mill.state == ALARM
    assert mill.speed < 100
    mill.switch("tool-breaks", on=False)
    assert not mill.start("O9999")
    assert mill.change_tool(1)
    mill.stop()
    assert mill.start("O1002-hinge")
    run(mill, 10)
    assert mill.load > 20


def test_pieces_pass_both_barriers_and_none_is_lost() -> None:
    conveyor = Conveyor(1)
    seen = {"entry": 0, "exit": 0}
    before = {"entry": False, "exit": False}
    for _ in range(int(1800 / STEP)):
        conveyor.step()
        told = conveyor.signals()
        for barrier in seen:
            now = bool(told[barrier])
            seen[barrier] += now and not before[barrier]
            before[barrier] = now
    assert conveyor.passed > 100
    assert 0 < seen["exit"] <= conveyor.passed + 1
    places = [front for front, _ in conveyor.pieces]
    assert all(a - b >= PIECE for a, b in pairwise(places))


def test_a_jam_raises_the_current_and_stops_the_count() -> None:
    conveyor = Conveyor(1)
    conveyor.switch("jam", on=True)
    run(conveyor, 120)
    stuck = conveyor.passed
    run(conveyor, 60)
    assert conveyor.passed == stuck
    current = conveyor.signals()["motor/current"]
    assert isinstance(current, float)
    assert current > 3


def test_a_room_is_warmest_in_the_afternoon_and_an_open_door_lets_the_cold_in() -> None:
    room = Room(1, second_of_day=0)
    by_hour = []
    for _ in range(24):
        run(room, 3600)
        by_hour.append(room.temperature)
    assert 15 <= by_hour.index(max(by_hour)) + 1 <= 20
    inside = room.temperature
    room.switch("door-open", on=True)
    run(room, 3600)
    assert abs(room.temperature - room.outside()) < abs(inside - room.outside()) / 2


def test_saturated_air_at_20_degrees_holds_23_4_hectopascal() -> None:
    assert saturation(20) == pytest.approx(23.4, abs=0.1)
