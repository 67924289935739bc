"""The inbound conveyor: pieces lie on the belt and pass two light barriers; the motor feels their weight.

Motor current: constant losses and the friction of belt and load (Amontons), proportional to the weight carried.
"""

from typing import ClassVar, Final

from hanmaru.twin.physics.machine import STEP, Machine
from hanmaru.twin.truth import Value

LENGTH: Final = 4.0  # m
BARRIERS: Final = {"entry": 0.3, "exit": 3.7}  # m
PIECE: Final = 0.25  # m
ACCELERATION: Final = 0.4  # m/s2


class Conveyor(Machine):
    """The belt with pieces that come at random, about one in eight seconds."""

    faults: ClassVar[frozenset[str]] = frozenset({"belt-slips", "jam"})
    wishes: ClassVar[dict[str, tuple[float, float]]] = {"speed/setpoint": (0.0, 1.0), "running": (0.0, 1.0)}

    def __init__(self, seed: int) -> None:
        """Begin running."""
        super().__init__(seed)
        self.speed = 0.25
        self.pieces: list[tuple[float, float]] = [(1.2, 1.8), (2.9, 0.6)]  # place of the front m, weight kg
        self.passed = 0
        self.wait = 4.0

    def step(self) -> None:
        wanted = self.wish.get("speed/setpoint", 0.25) * self.wish.get("running", 1.0)
        change = max(-ACCELERATION * STEP, min(ACCELERATION * STEP, wanted - self.speed))
        self.speed += change
        grip = 0.6 if "belt-slips" in self.broken else 1.0
        self.wait -= STEP if self.speed > 0.01 else 0.0
        if self.wait <= 0:
            self.pieces.append((0.0, float(self.random.uniform(0.2, 4.0))))
            self.wait = max(2.0, float(self.random.exponential(8.0)))
        moved = []
        for place, weight in self.pieces:
            stuck = "jam" in self.broken and place >= BARRIERS["exit"]
            front = place if stuck else place + self.speed * grip * STEP
            if front - PIECE < LENGTH:
                moved.append((front, weight))
            else:
                self.passed += 1
        self.pieces = moved

    def signals(self) -> dict[str, Value]:
        weight = sum(kilograms for _, kilograms in self.pieces)
        jam = 2.5 if "jam" in self.broken and self._sees("exit") else 0.0
        return {
            "speed": self.speed,
            "speed/setpoint": self.wish.get("speed/setpoint", 0.25),
            "running": bool(self.wish.get("running", 1.0)),
            "motor/current": 0.3 + (0.7 + 0.09 * weight) * min(1.0, self.speed / 0.05) + jam,
            "entry": self._sees("entry"),
            "exit": self._sees("exit"),
            "passed": self.passed,
        }

    def _sees(self, barrier: str) -> bool:
        at = BARRIERS[barrier]
        return any(front - PIECE <= at <= front for front, _ in self.pieces)
