"""The air of a room: temperature and humidity through the day.

Outside temperature goes with the sun, warmest at 15 h; the room follows with the time constant of its walls. Humidity:
the water in the air stays, its share of what the air can hold changes; saturation by Magnus (D. Sonntag, Z. Meteorol.
40 (1990) 340), 6.112 hPa exp(17.62 t / (243.12 + t)).
"""

import math
from typing import ClassVar, Final

from hanmaru.twin.physics.machine import STEP, Machine
from hanmaru.twin.truth import Value

DAY: Final = 86_400.0
TIME_CONSTANT: Final = 3 * 3600.0  # seconds, a hall with machines


class Room(Machine):
    """One room; `second_of_day` is the local time at which it begins."""

    faults: ClassVar[frozenset[str]] = frozenset({"door-open"})

    def __init__(self, seed: int, second_of_day: float = 9 * 3600.0, mean: float = 21.0) -> None:
        """Begin in balance with the hour."""
        super().__init__(seed)
        self.second = second_of_day
        self.mean = mean
        self.vapour = 11.5  # hPa
        self.temperature = mean + 0.4 * (self.outside() - mean)

    def outside(self) -> float:
        """Answer the temperature outside, Cel."""
        return 14.0 + 6.0 * math.cos(2 * math.pi * (self.second / DAY - 15 / 24))

    def step(self) -> None:
        self.second = (self.second + STEP) % DAY
        slow = TIME_CONSTANT / (20 if "door-open" in self.broken else 1)
        towards = self.outside() if "door-open" in self.broken else self.mean + 0.4 * (self.outside() - self.mean)
        self.temperature += (towards - self.temperature) * STEP / slow
        self.vapour += ((11.5 - self.vapour) / 7200 + self.noise(0.004)) * STEP

    def signals(self) -> dict[str, Value]:
        share = 100 * self.vapour / saturation(self.temperature)
        return {"temperature": self.temperature, "humidity": min(100.0, share)}


def saturation(celsius: float) -> float:
    """Answer the vapour pressure of saturated air over water, hPa."""
    return 6.112 * math.exp(17.62 * celsius / (243.12 + celsius))
