"""A crank press: main shaft bearing and vibration.

Vibration: velocity, RMS 10-1000 Hz in mm/s, judged by ISO 20816-1:2016 (before: ISO 10816-1), zone limits for class II
machines 1.12, 2.8 and 7.1. A worn outer race strikes at BPFO = n/2 fr (1 - d/D cos a) and its harmonics (R. B. Randall,
J. Antoni, Rolling element bearing diagnostics, Mech. Syst. Signal Process. 25 (2011) 485). Temperature: friction heat
against cooling by the frame. Wear only grows; the greater it is the faster.
"""

from typing import ClassVar, Final

import numpy as np

from hanmaru.twin.physics.machine import STEP, Machine
from hanmaru.twin.truth import Value

BALLS, RATIO, CONTACT = 12, 0.21, 0.0  # of the bearing: rolling elements, d/D, contact angle
HEAT_CAPACITY: Final = 18_000.0  # J/K of bearing and housing
COOLING: Final = 14.0  # W/K to the frame
ROOM: Final = 24.0


class Press(Machine):
    """The press at work, its bearing young."""

    faults: ClassVar[frozenset[str]] = frozenset({"bearing-wear"})
    wishes: ClassVar[dict[str, tuple[float, float]]] = {"stroke-rate/setpoint": (0.0, 60.0)}

    def __init__(self, seed: int) -> None:
        """Begin warm and running."""
        super().__init__(seed)
        self.wear = 0.02  # 0 new, 1 destroyed
        self.temperature = 41.0
        self.rate = 40.0  # strokes per minute
        self.angle = 0.0  # of the crank, in turns
        self.strokes = 250_000
        self.force = 0.0
        self.pause = 0.0

    def step(self) -> None:
        self._run()
        turning = self.rate / 40
        faster = 3000.0 if "bearing-wear" in self.broken else 1.0
        self.wear = min(1.0, self.wear + 2e-7 * turning * faster * (0.3 + self.wear) * STEP)
        friction = 240.0 * turning * (1 + 3.5 * self.wear)
        self.temperature += (friction - COOLING * (self.temperature - ROOM)) * STEP / HEAT_CAPACITY

    def spectrum(self) -> dict[str, tuple[float, float]]:
        """Answer the peaks, name -> (Hz, amplitude mm/s); amplitudes are peak values."""
        motor = 24.5 * self.rate / 40  # flywheel shaft, Hz
        strike = BALLS / 2 * motor * (1 - RATIO * float(np.cos(CONTACT)))
        turning = self.rate / 40
        return {
            "1x": (motor, turning * (1.0 + 0.6 * self.wear)),
            "2x": (2 * motor, turning * (0.35 + 0.8 * self.wear)),
            "bpfo": (strike, turning * 9.0 * self.wear**1.5),
            "bpfo-2x": (2 * strike, turning * 4.5 * self.wear**1.5),
        }

    def vibration(self) -> float:
        """Answer the RMS velocity, mm/s: peaks by their energy, and a floor of noise."""
        peaks = np.array([amplitude for _, amplitude in self.spectrum().values()])
        return float(np.sqrt(np.sum(peaks**2) / 2 + (0.25 * self.rate / 40) ** 2))

    def signals(self) -> dict[str, Value]:
        peaks = self.spectrum()
        return {
            "running": self.rate > 1,
            "bearing/temperature": self.temperature,
            "vibration/rms": self.vibration(),
            "vibration/shaft": peaks["1x"][1],
            "vibration/bearing": peaks["bpfo"][1],
            "vibration/bearing-frequency": peaks["bpfo"][0],
            "motor/current": 6.0 + self.rate * 0.35 + self.force / 80 + 4 * self.wear,
            "stroke-rate": self.rate,
            "stroke-rate/setpoint": self.wish.get("stroke-rate/setpoint", 40.0),
            "force": self.force,
            "strokes": self.strokes,
        }

    def _run(self) -> None:
        """Strokes come one after the other; now and then the coil is changed."""
        wanted = self.wish.get("stroke-rate/setpoint", 40.0)
        if self.pause > 0:
            self.pause -= STEP
            wanted = 0.0
        elif self.random.random() < STEP / 1800:
            self.pause = float(self.random.uniform(60, 180))
        self.rate += (wanted - self.rate) * (1 - float(np.exp(-STEP / 4)))
        self.angle += self.rate / 60 * STEP
        if self.angle >= 1:
            done = int(self.angle)
            self.angle -= done
            self.strokes += done
            self.force = 620.0 + self.noise(6.0)
        elif self.rate < 1:
            self.force = 0.0
