"""A CNC mill: programs, spindle, and a tool that wears.

Tool life by F. W. Taylor, v T^n = C (On the Art of Cutting Metals, Trans. ASME 28 (1907) 31); flank wear VB up to
0.3 mm as in ISO 8688-2:1989. Cutting power grows with the wear of the flank.
"""

from dataclasses import dataclass
from typing import ClassVar, Final

from hanmaru.twin.physics.machine import STEP, Machine
from hanmaru.twin.truth import Value

TAYLOR_N, TAYLOR_C = 0.3, 900.0  # carbide in aluminium, m/min
WORN: Final = 0.3  # mm of flank wear
IDLE, RUNNING, CHANGING, ALARM = "idle", "running", "tool-change", "alarm"


@dataclass(frozen=True, slots=True)
class Cut:
    """One operation of a program: tool diameter mm, speed 1/min, feed mm/min, load of a sharp tool in %, seconds."""

    tool: int
    diameter: float
    speed: float
    feed: float
    load: float
    seconds: float


PROGRAMS: Final = {
    "O1001-frame": (Cut(1, 16, 9_000, 2_400, 46, 55), Cut(2, 8, 14_000, 1_900, 31, 70), Cut(3, 4, 18_000, 900, 17, 40)),
    "O1002-hinge": (Cut(1, 16, 8_500, 2_000, 52, 35), Cut(3, 4, 18_000, 800, 19, 45)),
}


class Mill(Machine):
    """The mill, running its first program over and over."""

    faults: ClassVar[frozenset[str]] = frozenset({"tool-wear", "tool-breaks"})
    wishes: ClassVar[dict[str, tuple[float, float]]] = {"feed/override": (10.0, 150.0)}

    def __init__(self, seed: int) -> None:
        """Begin in the first cut."""
        super().__init__(seed)
        self.program, self.state, self.at, self.left = "O1001-frame", RUNNING, 0, 30.0
        self.wear = {1: 0.05, 2: 0.09, 3: 0.14}
        self.speed = self.load = self.feed = 0.0
        self.parts, self.minutes = 410, 0.0
        self.change = 0.0

    def step(self) -> None:
        if self.state == CHANGING:
            self.change -= STEP
            if self.change <= 0:
                self.state = RUNNING
        cut = PROGRAMS[self.program][self.at]
        cutting = self.state == RUNNING
        override = self.wish.get("feed/override", 100.0) / 100
        self.speed += ((cut.speed if cutting else 0.0) - self.speed) * 0.5
        self.feed = cut.feed * override if cutting else 0.0
        dull = 1 + 2.2 * self.wear[cut.tool]
        wanted = cut.load * override**0.8 * dull + self.noise(1.2) if cutting else 1.5
        self.load += (wanted - self.load) * 0.5
        if cutting:
            self._wear(cut)
            self.left -= STEP * override
            if self.left <= 0:
                self._next_cut()

    def signals(self) -> dict[str, Value]:
        cut = PROGRAMS[self.program][self.at]
        return {
            "program/name": self.program,
            "program/state": self.state,
            "program/block": self.at + 1,
            "spindle/speed": self.speed,
            "spindle/load": self.load,
            "feed": self.feed,
            "feed/override": self.wish.get("feed/override", 100.0),
            "tool/number": cut.tool,
            "tool/wear": self.wear[cut.tool],
            "parts": self.parts,
        }

    def start(self, program: str) -> bool:
        """Start a program; refused while one runs or when it is unknown."""
        if program not in PROGRAMS or self.state in {RUNNING, CHANGING}:
            return False
        self.program, self.at, self.state = program, 0, RUNNING
        self.left = PROGRAMS[program][0].seconds
        return True

    def stop(self) -> None:
        """Stop at once; an alarm is acknowledged by it."""
        self.state = IDLE

    def change_tool(self, tool: int) -> bool:
        """Put in a sharp tool; refused for a number that the magazine lacks."""
        if tool not in self.wear:
            return False
        self.wear[tool] = 0.0
        return True

    def _wear(self, cut: Cut) -> None:
        surface = 3.14159 * cut.diameter * cut.speed / 1000  # m/min
        life = (TAYLOR_C / surface) ** (1 / TAYLOR_N)  # minutes
        faster = 60.0 if "tool-wear" in self.broken else 1.0
        self.wear[cut.tool] += WORN * STEP / 60 / max(life, 5.0) * faster
        if "tool-breaks" in self.broken or self.wear[cut.tool] > 0.6:
            self.state = ALARM
            self.wear[cut.tool] = max(self.wear[cut.tool], 0.6)

    def _next_cut(self) -> None:
        cuts = PROGRAMS[self.program]
        if self.wear[cuts[self.at].tool] >= WORN:
            self.change_tool(cuts[self.at].tool)
        self.at += 1
        if self.at == len(cuts):
            self.at = 0
            self.parts += 1
        self.left = cuts[self.at].seconds
        self.state, self.change = CHANGING, 8.0
