"""Every machine of the plant: seeded, advancing, within what physics allows."""

import math

import pytest

from hanmaru.twin.physics.machine import STEP, Machine
from hanmaru.twin.physics.sensor import Signal
from hanmaru.twin.plant.plant import MACHINES, Plant

HOUR = int(3600 / STEP)


def history(machine: Machine, steps: int) -> list[dict[str, object]]:
    told = []
    for number in range(steps):
        machine.step()
        if number % 20 == 0:
            told.append(machine.signals())
    return told


@pytest.mark.parametrize("name", MACHINES)
def test_the_same_seed_is_the_same_machine_and_another_is_another(name: str) -> None:
    make, _ = MACHINES[name]
    first = history(make(7), HOUR // 2)
    assert first == history(make(7), HOUR // 2)
    assert first != history(make(8), HOUR // 2)


@pytest.mark.parametrize("name", MACHINES)
def test_a_shift_stays_within_the_ranges_of_its_sensors(name: str) -> None:
    make, told = MACHINES[name]
    machine = make(3)
    signals: dict[str, Signal] = {signal.name: signal for signal in told}
    for values in history(machine, 8 * HOUR):
        assert values.keys() == signals.keys()
        for key, value in values.items():
            signal = signals[key]
            assert isinstance(value, {"number": int | float, "integer": int, "flag": bool, "text": str}[signal.type])
            if signal.type == "number":
                assert isinstance(value, int | float)
                assert math.isfinite(value)
                assert signal.low <= value <= signal.high, (key, value)


def test_faults_and_wishes_of_a_machine_exist() -> None:
    plant = Plant(1)
    for name, placed in plant.placed.items():
        for wish in placed.machine.wishes:
            assert placed.sensors.signals[wish].writable, (name, wish)
        assert {one.name for one in placed.sensors.signals.values() if one.writable} == set(placed.machine.wishes)


def test_a_wish_out_of_bounds_is_refused() -> None:
    plant = Plant(1)
    assert plant.set("press", "stroke-rate/setpoint", 55.0)
    assert not plant.set("press", "stroke-rate/setpoint", 61.0)
    assert not plant.set("press", "strokes", 1.0)
    assert not plant.set("press", "stroke-rate/setpoint", "fast")
    assert plant.placed["press"].machine.signals()["stroke-rate/setpoint"] == 55.0


def test_the_plant_is_the_same_however_it_is_advanced() -> None:
    slow, fast = Plant(5), Plant(5)
    for second in range(1, 601):
        slow.advance(second + 0.2)
    fast.advance(600.2)
    assert {name: one.machine.signals() for name, one in slow.placed.items()} == {
        name: one.machine.signals() for name, one in fast.placed.items()
    }
    assert slow.measure("press") != slow.measure("press"), "noise of the sensors"
