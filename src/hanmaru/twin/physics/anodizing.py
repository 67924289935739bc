"""An anodizing line: degreasing, anodizing in sulphuric acid, dyeing, sealing; a load of pieces in each bath.

Thickness: Faraday's law, dh/dt = eff j M / (z F rho), for Al2O3 with z = 6 electrons; less what the acid dissolves
again, which follows Arrhenius. At 1.5 A/dm2 it gives 0.5 um/min, as does the "rule of 720" of the trade (S. Wernick,
R. Pinner, P. G. Sheasby, The Surface Treatment and Finishing of Aluminium, 5th ed. 1987, chapter 6). Acid: charge that
dissolves aluminium instead of growing oxide takes 1.5 mol of acid per mol. Heat: electric power in, loss through walls
and surface proportional to the difference with the room (Newton).
"""

from dataclasses import dataclass, field
from typing import ClassVar, Final

import numpy as np

from hanmaru.twin.physics.machine import FARADAY, STEP, Machine, arrhenius
from hanmaru.twin.truth import Value

OXIDE: Final = 0.10196 / (6 * FARADAY * 3000.0)  # M / (z F rho), m per C/m2; porous alumina 3.0 g/cm3
EFFICIENCY: Final = 0.86  # share of the charge that grows oxide
DISSOLVING: Final = 6e-9 / 60  # m/s at 20 Cel in 180 g/l: 6 nm/min
ACTIVATION_DISSOLVING: Final = 68_000.0  # J/mol
ACTIVATION_CONDUCTION: Final = 10_000.0  # J/mol, sulphuric acid
ACTIVATION_DYEING: Final = 45_000.0  # J/mol
ALUMINIUM, ACID = 26.98, 98.08  # g/mol
WATER_HEAT: Final = 4186.0  # J/(kg K)
ROOM: Final = 22.0
TAKT: Final = 600.0  # seconds that a load stays in each bath
BATHS: Final = ("degrease", "anodize", "dye", "seal")
PRODUCTS: Final = (("ring-red", 27.0, 52.0, 32.0), ("ring-blue", 32.0, 10.0, -46.0), ("frame-black", 18.0, 0.5, 0.3))


@dataclass(slots=True)
class Bath:
    """One bath: litres, heater and cooler in watts, heat loss in W/K, and what it is to be, Cel."""

    litres: float
    heater: float
    cooler: float
    loss: float
    target: float
    temperature: float
    heating: bool = False
    cooling: bool = False
    clogging: float = 0.1  # of its filter, 0 to 1

    def advance(self, power: float, heater_share: float, draught: float) -> None:
        """Advance the heat balance; `power` is what the process puts in."""
        if self.temperature < self.target - 0.3:
            self.heating, self.cooling = True, False
        elif self.temperature > self.target + 0.3:
            self.heating, self.cooling = False, self.cooler > 0
        elif self.temperature > self.target:
            self.heating = False
        elif self.temperature < self.target:
            self.cooling = False
        power += self.heater * heater_share * self.heating - self.cooler * self.cooling
        power -= self.loss * (self.temperature - ROOM) * (1 + draught)
        self.temperature += power * STEP / (self.litres * WATER_HEAT)

    @property
    def pressure(self) -> float:
        """Answer the pressure before its filter, kPa: it grows as the filter clogs (Darcy)."""
        return 60.0 + 120.0 * self.clogging


@dataclass(slots=True)
class Load:
    """Pieces on one rack."""

    number: int
    product: str
    target: tuple[float, float, float]  # CIELAB
    pieces: int
    area: float  # m2
    seconds: float = 0.0
    thickness: float = 0.0  # m
    dye: float = 0.0  # 0 to 1
    charge: float = 0.0  # C


@dataclass(slots=True)
class Measured:
    """What the inspection measured of the last load."""

    load: str = ""
    product: str = ""
    thickness: float = 0.0  # um
    colour: tuple[float, float, float] = (0.0, 0.0, 0.0)
    difference: float = 0.0  # CIE 1976 dE
    good: bool = True
    count: int = field(default=0)


class AnodizingLine(Machine):
    """The line, its four baths filled and warm."""

    faults: ClassVar[frozenset[str]] = frozenset({"heater-failing", "filter-clogged", "dosing-failing"})
    wishes: ClassVar[dict[str, tuple[float, float]]] = {
        "degrease/setpoint": (20.0, 80.0),
        "anodize/setpoint": (10.0, 30.0),
        "dye/setpoint": (20.0, 75.0),
        "seal/setpoint": (60.0, 99.0),
        "anodize/current-density": (0.5, 3.0),
    }

    def __init__(self, seed: int) -> None:
        """Begin in the middle of a takt."""
        super().__init__(seed)
        self.baths = {
            "degrease": Bath(400, 9_000, 0, 60, 55, 54.8),
            "anodize": Bath(800, 0, 24_000, 90, 19, 19.2),
            "dye": Bath(400, 9_000, 0, 60, 60, 59.9),
            "seal": Bath(400, 18_000, 0, 110, 96, 95.8),
        }
        self.density = 1.5  # A/dm2
        self.acid, self.aluminium = 180.0, 6.0  # g/l
        self.dosing = False
        self.current = self.voltage = 0.0
        self.draught = 0.0
        self.count = 1000
        self.measured = Measured()
        self.loads: dict[str, Load] = {bath: self._new_load() for bath in BATHS}
        self.loads["dye"].thickness = self.loads["seal"].thickness = 5.2e-6
        self.loads["anodize"].thickness, self.loads["anodize"].seconds = 2.3e-6, TAKT / 2
        self.loads["dye"].dye, self.loads["seal"].dye = 0.74, 0.93
        self.clock = TAKT / 2

    def step(self) -> None:
        for name, bath in self.baths.items():
            bath.target = self.wish.get(f"{name}/setpoint", bath.target)
            share = 0.3 if "heater-failing" in self.broken and name == "seal" else 1.0
            power = self.current * self.voltage if name == "anodize" else 0.0
            bath.advance(power, share, self.draught)
            faster = 400.0 if "filter-clogged" in self.broken and name == "anodize" else 1.0
            bath.clogging = min(1.0, bath.clogging + 2e-8 * STEP * faster)
        self.draught += (self.noise(0.02) - self.draught * 0.02) * STEP
        self._anodize()
        self._dye()
        self.clock += STEP
        if self.clock >= TAKT:
            self.clock = 0.0
            self._move_on()

    def signals(self) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for name, bath in self.baths.items():
            values[f"{name}/temperature"] = bath.temperature
            values[f"{name}/setpoint"] = bath.target
            values[f"{name}/heating"] = bath.heating
            values[f"{name}/pressure"] = bath.pressure
            values[f"{name}/load"] = f"L{self.loads[name].number}"
        load, last = self.loads["anodize"], self.measured
        return values | {
            "anodize/cooling": self.baths["anodize"].cooling,
            "anodize/current": self.current,
            "anodize/voltage": self.voltage,
            "anodize/current-density": self.density,
            "anodize/charge": load.charge / 3600,
            "anodize/acid": self.acid,
            "anodize/aluminium": self.aluminium,
            "anodize/dosing": self.dosing,
            "anodize/product": load.product,
            "quality/load": last.load,
            "quality/product": last.product,
            "quality/thickness": last.thickness,
            "quality/lightness": last.colour[0],
            "quality/red": last.colour[1],
            "quality/yellow": last.colour[2],
            "quality/difference": last.difference,
            "quality/good": last.good,
            "quality/pieces": last.count,
        }

    def _anodize(self) -> None:
        bath, load = self.baths["anodize"], self.loads["anodize"]
        load.seconds += STEP
        self.density = self.wish.get("anodize/current-density", self.density)
        ramp = min(1.0, load.seconds / 30)  # the rectifier begins gently
        self.current = self.density * 100 * load.area * ramp
        conduction = arrhenius(ACTIVATION_CONDUCTION, bath.temperature, 20) * self.acid / 180
        film = 0.25e6 * load.thickness  # the film resists more the thicker it is, V per A/dm2
        self.voltage = ramp * (10.0 + self.density * (2.0 + film) / conduction + 0.05 * self.aluminium)
        per_area = self.current / load.area  # A/m2
        dissolved = DISSOLVING * arrhenius(ACTIVATION_DISSOLVING, bath.temperature, 20) * self.acid / 180
        load.thickness = max(0.0, load.thickness + (EFFICIENCY * per_area * OXIDE - dissolved) * STEP)
        load.charge += self.current * STEP
        moles = (1 - EFFICIENCY) * self.current * STEP / (3 * FARADAY)
        self.aluminium += moles * ALUMINIUM / bath.litres
        self.acid -= 1.5 * moles * ACID / bath.litres
        self._dose()

    def _dose(self) -> None:
        if self.acid < 176 and "dosing-failing" not in self.broken:
            self.dosing = True
        elif self.acid >= 181:
            self.dosing = False
        if self.dosing and "dosing-failing" not in self.broken:
            self.acid += 0.02 * STEP

    def _dye(self) -> None:
        load, bath = self.loads["dye"], self.baths["dye"]
        rate = arrhenius(ACTIVATION_DYEING, bath.temperature, 60) / 220 * min(1.0, load.thickness / 5e-6)
        load.dye += (1 - load.dye) * (1 - float(np.exp(-rate * STEP)))

    def _move_on(self) -> None:
        """Lift every load into the next bath; each drags some bath along (drag-out) and brings water in."""
        self._inspect(self.loads["seal"])
        for to, of in (("seal", "dye"), ("dye", "anodize"), ("anodize", "degrease")):
            self.loads[to] = self.loads[of]
        self.loads["degrease"] = self._new_load()
        self.loads["anodize"].seconds = 0.0
        self.acid *= 1 - 0.25 * self.loads["dye"].area / self.baths["anodize"].litres
        for bath in self.baths.values():
            bath.temperature -= 0.02 * (bath.temperature - ROOM) * self.loads["dye"].area

    def _inspect(self, load: Load) -> None:
        bare = (82.0, 0.0, 1.5)
        cold = max(0.0, 90 - self.baths["seal"].temperature) * 0.02  # badly sealed pieces bleed
        share = load.dye * (1 - min(cold, 0.5))
        colour = tuple(
            start + (end - start) * share / 0.93 + self.noise(0.25)
            for start, end in zip(bare, load.target, strict=True)
        )
        thickness = load.thickness * 1e6 + self.noise(0.08)
        difference = float(np.hypot.reduce(np.subtract(colour, load.target)))
        self.measured = Measured(
            load=f"L{load.number}", product=load.product, thickness=thickness,
            colour=(colour[0], colour[1], colour[2]), difference=difference,
            good=4.0 <= thickness <= 8.0 and difference <= 4.0, count=self.measured.count + load.pieces,
        )  # fmt: skip

    def _new_load(self) -> Load:
        self.count += 1
        product, *colour = PRODUCTS[int(self.random.integers(len(PRODUCTS)))]
        pieces = int(self.random.integers(40, 90))
        return Load(self.count, product, (colour[0], colour[1], colour[2]), pieces, area=pieces * 0.025)
