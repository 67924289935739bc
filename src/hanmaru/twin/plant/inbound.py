"""What happens around the inbound conveyor and beside the machines: goods are weighed and read, the oven writes."""

from itertools import cycle
from typing import Final

import numpy as np

from hanmaru.twin.physics.conveyor import Conveyor
from hanmaru.twin.plant.devices import Devices
from hanmaru.twin.plant.goods import CARDS
from hanmaru.twin.plant.plant import Plant

ALIVE: Final = 5.0  # seconds between two lines of the card reader, as its firmware has it
OVEN: Final = 30.0  # seconds between two rows of the oven
SETPOINT: Final = 165.0  # Cel: ageing of the alloy 6061


class Inbound:
    """Looks at the plant now and then and does what people and goods would do."""

    def __init__(self, plant: Plant, devices: Devices) -> None:
        """Begin with what has passed until now."""
        self._plant, self._devices = plant, devices
        conveyor = plant.placed["conveyor"].machine
        assert isinstance(conveyor, Conveyor)  # noqa: S101 - so it was made
        self._conveyor = conveyor
        self._passed = conveyor.passed
        self._random = np.random.default_rng(devices.setup.seed)  # the machines keep theirs to themselves
        self._cards = cycle(CARDS)
        self._alive = self._oven_due = 0.0
        self._oven = 160.0

    def look(self) -> None:
        """Do what has become due."""
        seconds = self._plant.seconds
        gantry = self._devices.gantry.gantry
        if gantry.handed_over and not gantry.waiting:  # a person looks at the good and lays it back
            gantry.waiting.append(gantry.handed_over.pop(0))
        if self._conveyor.passed != self._passed:
            self._passed = self._conveyor.passed
            self._arrive()
        if seconds - self._alive >= ALIVE:
            self._alive = seconds
            self._devices.reader.alive()
        if seconds >= self._oven_due:
            self._oven_due = seconds + OVEN
            self._write()

    def _arrive(self) -> None:
        """A piece leaves the belt: it is weighed and its card is read."""
        weight = self._random.uniform(0.2, 4.0)
        self._devices.scale.put(round(float(weight), 2))
        self._devices.scale.show()
        self._devices.reader.show(next(self._cards))

    def _write(self) -> None:
        heating = self._oven < SETPOINT
        self._oven += (1.5 if heating else -1.1) + float(self._random.normal(0, 0.2))
        self._devices.oven.write(self._devices.setup.clock.now(), self._oven, SETPOINT, 80.0 if heating else 0.0)
