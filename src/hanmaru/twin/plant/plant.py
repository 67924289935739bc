"""The machines of the plant on one clock, each with its sensors. Pure: seconds are handed in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hanmaru.kernel.errors import Invalid
from hanmaru.twin.physics.anodizing import AnodizingLine
from hanmaru.twin.physics.casting import Casting
from hanmaru.twin.physics.conveyor import Conveyor
from hanmaru.twin.physics.machine import STEP, Machine
from hanmaru.twin.physics.mill import Mill
from hanmaru.twin.physics.press import Press
from hanmaru.twin.physics.room import Room
from hanmaru.twin.physics.sensor import Sensors, Signal
from hanmaru.twin.plant import signals
from hanmaru.twin.truth import Value

MACHINES: Final[dict[str, tuple[Callable[[int], Machine], list[Signal]]]] = {
    "anodizing": (AnodizingLine, signals.ANODIZING),
    "mill": (Mill, signals.MILL),
    "press": (Press, signals.PRESS),
    "casting": (Casting, signals.CASTING),
    "conveyor": (Conveyor, signals.CONVEYOR),
    "room-hall": (Room, signals.ROOM),
    "room-warehouse": (Room, signals.ROOM),
}


class NoSuchSignal(Invalid):
    """A machine or a signal that the plant does not have."""

    code = "twin.no_such_signal"
    message = "%(name)s is no signal of the plant. Name one as in %(example)s"


@dataclass(slots=True)
class Placed:
    """A machine of the plant with its sensors."""

    machine: Machine
    sensors: Sensors


class Plant:
    """All machines. The same seed and the same settings give the same plant, whatever the speed of its clock."""

    def __init__(self, seed: int = 1) -> None:
        """Begin at second 0."""
        self.seconds = 0.0
        self.placed = {
            name: Placed(make(seed * 1000 + number), Sensors(told, seed * 1000 + 500 + number))
            for number, (name, (make, told)) in enumerate(MACHINES.items())
        }

    def advance(self, seconds: float) -> None:
        """Advance to a virtual second, in whole steps."""
        while self.seconds + STEP <= seconds:
            self.seconds += STEP
            for placed in self.placed.values():
                placed.machine.step()

    def measure(self, name: str) -> dict[str, Value]:
        """Answer what the device of a machine says now."""
        placed = self.placed[name]
        return placed.sensors.measure(placed.machine.signals(), self.seconds)

    def set(self, name: str, signal: str, value: Value) -> bool:
        """Set a signal of a machine; answer whether its controller took it."""
        return isinstance(value, int | float) and self.placed[name].machine.set(signal, float(value))

    def sensor(self, path: str) -> tuple[Sensors, str]:
        """Answer the sensors and the signal of `machine/signal`. Raise NoSuchSignal."""
        name, _, signal = path.partition("/")
        placed = self.placed.get(name)
        if placed is None or signal not in placed.sensors.signals:
            raise NoSuchSignal(name=path, example="press/bearing/temperature")
        return placed.sensors, signal
