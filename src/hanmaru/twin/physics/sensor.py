"""Between the true value and what a device says lies a sensor: it is noisy, has steps, and may be broken."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hanmaru.twin.truth import Value

Type = Literal["number", "integer", "flag", "text"]
DRIFT = 0.02  # of the range, each hour


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of a machine as its device tells it.

    `noise` is the standard deviation and `resolution` the step, both in the unit (UCUM); `low` and `high` its range.
    """

    name: str
    korean: str
    english: str
    type: Type = "number"
    unit: str = ""
    noise: float = 0.0
    resolution: float = 0.001
    low: float = 0.0
    high: float = 100.0
    writable: bool = False


class Sensors:
    """The sensors of one device. Faults by the name of the signal: `stuck`, `drifting` (since when), `not_a_number`."""

    def __init__(self, signals: list[Signal], seed: int) -> None:
        """Take what is measured, and a seed for the noise."""
        self.signals = {signal.name: signal for signal in signals}
        self._random = np.random.default_rng(seed)
        self.stuck: set[str] = set()
        self.drifting: dict[str, float] = {}  # signal -> virtual second since which it drifts
        self.not_a_number: set[str] = set()
        self._last: dict[str, Value] = {}

    def measure(self, true: dict[str, Value], seconds: float) -> dict[str, Value]:
        """Answer what the sensors say at a virtual second."""
        self._last = {name: self._one(signal, true[name], seconds) for name, signal in self.signals.items()}
        return dict(self._last)

    def _one(self, signal: Signal, true: Value, seconds: float) -> Value:
        name = signal.name
        if name in self.stuck and name in self._last:
            return self._last[name]
        if not isinstance(true, float) or signal.type != "number":
            return true
        if name in self.not_a_number:
            return math.nan
        if name in self.drifting:
            true += DRIFT * (signal.high - signal.low) * (seconds - self.drifting[name]) / 3600
        noisy = true + (float(self._random.normal(0.0, signal.noise)) if signal.noise else 0.0)
        return round(round(noisy / signal.resolution) * signal.resolution, 6)
