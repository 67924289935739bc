"""A low-pressure casting machine: a holding furnace, and a pressure curve that lifts the melt for every shot.

The lift: p = rho g h, 2,360 kg/m3 of aluminium melt and about 0.8 m of riser tube need 19 kPa; then pressure is raised
to feed the shrinkage and held until the gate is solid (J. Campbell, Complete Casting Handbook, 2nd ed. 2015).
"""

from typing import ClassVar, Final

import numpy as np

from hanmaru.twin.physics.machine import STEP, Machine
from hanmaru.twin.truth import Value

# name, seconds, pressure at its end in kPa
PHASES: Final = (
    ("close", 6.0, 0.0), ("lift", 10.0, 19.0), ("fill", 8.0, 24.0), ("feed", 5.0, 42.0), ("hold", 50.0, 42.0),
    ("release", 4.0, 0.0), ("solidify", 22.0, 0.0), ("eject", 9.0, 0.0),
)  # fmt: skip
SHOT: Final = 4.2  # kg
FULL: Final = 320.0  # kg
MELT_HEAT: Final = 1080.0  # J/(kg K), liquid aluminium alloy
ROOM: Final = 28.0


class Casting(Machine):
    """The machine in the middle of a shot."""

    faults: ClassVar[frozenset[str]] = frozenset({"furnace-failing", "riser-leak"})
    wishes: ClassVar[dict[str, tuple[float, float]]] = {
        "melt/setpoint": (650.0, 760.0),
        "hold/seconds": (30.0, 90.0),
    }

    def __init__(self, seed: int) -> None:
        """Begin with a furnace half full."""
        super().__init__(seed)
        self.melt, self.kilograms, self.mould = 705.0, 190.0, 320.0
        self.phase, self.seconds, self.cycle, self.last_cycle = 3, 0.0, 24.0, 114.0
        self.pressure, self.shots, self.heater = 24.0, 8_000, 0.4

    def step(self) -> None:
        name, length, end = PHASES[self.phase]
        if name == "hold":
            length = self.wish.get("hold/seconds", length)
        start = PHASES[self.phase - 1][2]
        share = min(1.0, self.seconds / length)
        wanted = start + (end - start) * share
        if "riser-leak" in self.broken:
            wanted *= 0.82
        self.pressure = max(0.0, self.pressure + (wanted - self.pressure) * 0.6 + self.noise(0.04))
        self._heat(name)
        self.seconds += STEP
        self.cycle += STEP
        if self.seconds >= length:
            self._next_phase(name)

    def signals(self) -> dict[str, Value]:
        return {
            "melt/temperature": self.melt,
            "melt/setpoint": self.wish.get("melt/setpoint", 705.0),
            "melt/mass": self.kilograms,
            "mould/temperature": self.mould,
            "furnace/power": self.heater * 60,
            "pressure": self.pressure,
            "phase": self.phase,
            "hold/seconds": self.wish.get("hold/seconds", 50.0),
            "cycle": self.last_cycle,
            "shots": self.shots,
            "running": True,
        }

    def _heat(self, phase: str) -> None:
        """Advance furnace (proportional heater of 60 kW, radiation and walls) and mould."""
        self.heater = float(np.clip((self.wish.get("melt/setpoint", 705.0) - self.melt) * 0.08 + 0.35, 0, 1))
        most = 18_000.0 if "furnace-failing" in self.broken else 60_000.0
        loss = 31.0 * (self.melt - ROOM)
        self.melt += (self.heater * most - loss) * STEP / (self.kilograms * MELT_HEAT)
        heat = 0.002 if phase in {"fill", "feed", "hold"} else 0.0
        self.mould += (heat * (self.melt - self.mould) - 0.0021 * (self.mould - 120)) * STEP

    def _next_phase(self, name: str) -> None:
        self.seconds = 0.0
        self.phase = (self.phase + 1) % len(PHASES)
        if name != "eject":
            return
        self.shots += 1
        self.last_cycle, self.cycle = self.cycle + max(0.0, self.noise(0.6)), 0.0
        self.kilograms -= SHOT
        if self.kilograms < 90:  # a ladle of fresh metal, somewhat colder
            fresh = FULL - self.kilograms
            self.melt = (self.melt * self.kilograms + 685.0 * fresh) / FULL
            self.kilograms = FULL
