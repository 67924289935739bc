"""What every machine of the plant is: advanced step by step, looked at, set, and broken on purpose."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Final

import numpy as np

from hanmaru.twin.truth import Value

STEP: Final = 0.5  # virtual seconds; fixed, so that the same seed gives the same plant at every speed
KELVIN: Final = 273.15
GAS: Final = 8.314462618  # J/(mol K), exact since the SI of 2019
FARADAY: Final = 96_485.33212  # C/mol, same


class Machine(ABC):
    """One machine. `faults` are the names that it knows; `wishes` the signals that can be set, with their bounds."""

    faults: ClassVar[frozenset[str]] = frozenset()
    wishes: ClassVar[Mapping[str, tuple[float, float]]] = {}

    def __init__(self, seed: int) -> None:
        """Take a seed of its own."""
        self.random = np.random.default_rng(seed)
        self.broken: set[str] = set()
        self.wish: dict[str, float] = {}

    @abstractmethod
    def step(self) -> None:
        """Advance by STEP."""

    @abstractmethod
    def signals(self) -> dict[str, Value]:
        """Answer the true values now, by name; sensors add their noise later."""

    def set(self, name: str, value: float) -> bool:
        """Set a signal; out of bounds or unknown it is refused, as a controller does."""
        low, high = self.wishes.get(name, (1.0, 0.0))
        if not low <= value <= high:
            return False
        self.wish[name] = value
        return True

    def switch(self, fault: str, *, on: bool) -> None:
        """Switch a fault of `faults`."""
        (self.broken.add if on else self.broken.discard)(fault)

    def noise(self, deviation: float) -> float:
        """Answer a normal deviate of the process itself."""
        return float(self.random.normal(0.0, deviation))


def arrhenius(activation: float, celsius: float, reference: float) -> float:
    """Answer how much faster a reaction goes than at `reference`; activation energy in J/mol.

    Source: S. Arrhenius, Z. phys. Chem. 4 (1889) 226: k = A exp(-E / (R T)).
    """
    return float(np.exp(activation / GAS * (1 / (reference + KELVIN) - 1 / (celsius + KELVIN))))
