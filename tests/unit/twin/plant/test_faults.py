"""Every fault can be switched on and off again, and does something."""

from datetime import timedelta

import pytest

from hanmaru.twin.plant.faults import FAULTS, NoSuchFault, known, switch
from hanmaru.twin.plant.plant import NoSuchSignal, Plant


class Switches:
    """Notes what is done to devices."""

    def __init__(self) -> None:
        self.on: set[tuple[str, str]] = set()

    def hang(self, device: str, *, on: bool) -> None:
        (self.on.add if on else self.on.discard)(("hang", device))

    def flap(self, device: str, *, on: bool) -> None:
        (self.on.add if on else self.on.discard)(("flap", device))

    def skew(self, device: str, ahead: timedelta) -> None:
        (self.on.add if ahead else self.on.discard)(("skew", device))


def broken(plant: Plant, devices: Switches) -> set[object]:
    found: set[object] = set(devices.on)
    for name, placed in plant.placed.items():
        sensors = placed.sensors
        found |= {
            (name, one) for one in (*placed.machine.broken, *sensors.stuck, *sensors.drifting, *sensors.not_a_number)
        }
    return found


@pytest.mark.parametrize("name", FAULTS)
def test_on_and_off(name: str) -> None:
    plant, devices = Plant(1), Switches()
    switch(plant, devices, name, on=True)
    assert len(broken(plant, devices)) == 1
    switch(plant, devices, name, on=False)
    assert broken(plant, devices) == set()


def test_faults_of_machines_are_faults_that_the_machines_know() -> None:
    plant = Plant(1)
    told = {(target, name) for name, target, _ in known()}
    for name, placed in plant.placed.items():
        for fault in placed.machine.faults:
            assert (name, fault) in told or name == "room-warehouse", (name, fault)


def test_another_target_can_be_named() -> None:
    plant, devices = Plant(1), Switches()
    switch(plant, devices, "sensor-stuck=press/bearing/temperature", on=True)
    switch(plant, devices, "device-hung=press", on=True)
    assert broken(plant, devices) == {("press", "bearing/temperature"), ("hang", "press")}


def test_what_there_is_not_is_refused_with_what_there_is() -> None:
    plant, devices = Plant(1), Switches()
    with pytest.raises(NoSuchFault, match="bearing-wear"):
        switch(plant, devices, "earthquake", on=True)
    with pytest.raises(NoSuchFault):
        switch(plant, devices, "bearing-wear=mill", on=True)
    with pytest.raises(NoSuchSignal, match="press/bearing/temperature"):
        switch(plant, devices, "sensor-nan=press/colour", on=True)
