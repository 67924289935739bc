"""What a line of G-code does: modal state, offsets and moves. Source: grbl 1.1, gcode.c, gc_execute_line.

Not modelled: probing (G38), inverse time (G93), tool length offsets (G43.1); they are refused with grbl's error 20.
"""

from collections.abc import Callable, Iterator
from enum import Enum, auto

from hanmaru.twin.devices.grbl.arcs import Arc
from hanmaru.twin.devices.grbl.gantry import Gantry
from hanmaru.twin.devices.grbl.gcode import Line, Refused
from hanmaru.twin.devices.grbl.motion import Motion, Vector
from hanmaru.twin.devices.grbl.settings import Settings

ZERO: Vector = (0.0, 0.0, 0.0)
INCH = 25.4


class Wait(Enum):
    """What a line needs before it can go on."""

    ROOM = auto()  # in the planner
    REST = auto()  # all moves made
    HOMED = auto()  # the homing cycle ended


class SoftLimit(Exception):
    """A move would leave the travel: alarm 2."""


class Interpreter:
    """Modal state and offsets of one machine; `tool_on` is the output for coolant, which drives the vacuum."""

    def __init__(self, settings: Settings, motion: Motion, gantry: Gantry) -> None:
        """Begin as after power on."""
        self.settings, self.motion, self.gantry = settings, motion, gantry
        self.systems: list[Vector] = [ZERO] * 6  # G54 to G59, kept in EEPROM
        self.stored: dict[str, Vector] = {"G28": ZERO, "G30": ZERO}
        self.shift: Vector = ZERO  # G92
        self.checking = False
        self.dwell = 0.0
        self.reset()

    def reset(self) -> None:
        """Take the modal state of grbl after a reset; outputs go off."""
        self.mode = "G0"
        self.plane, self.units, self.distance, self.system = 17.0, 21.0, 90.0, 54.0
        self.feed, self.spindle, self.spindle_way = 0.0, 0.0, 5
        self.shift = ZERO
        self.paused = False
        self.dwell = 0.0
        self.coolant(on=False)

    def coolant(self, *, on: bool) -> None:
        """Switch the output that drives the vacuum."""
        self.tool_on = on
        self.gantry.vacuum(on=on)

    @property
    def offset(self) -> Vector:
        """Answer the work offset WCO."""
        return _add(self.systems[int(self.system) - 54], self.shift)

    def state(self) -> str:
        """Answer what `$G` prints."""
        tool = "M8" if self.tool_on else "M9"
        modes = f"{self.mode} G{self.system:.0f} G{self.plane:.0f} G{self.units:.0f} G{self.distance:.0f} G94"
        return f"[GC:{modes} M{self.spindle_way} {tool} T0 F{self.feed * 60:.0f} S{self.spindle:.0f}]"

    def run(self, line: Line) -> Iterator[Wait]:
        """Do a line; yields what it waits for. Raise Refused, SoftLimit."""
        self._set_modes(line)
        if "program" in line.switches or line.switches.keys() & {"spindle", "coolant"}:
            yield Wait.REST
            self._switch(line)
        if line.action == "G4":
            yield Wait.REST
            if "P" not in line.values:
                raise Refused(28)
            self.dwell = 0.0 if self.checking else line.values["P"]
            yield Wait.REST
        elif line.action is not None and line.action != "G53":
            yield from self._act(line)
        elif line.axes or line.action == "G53" or line.motion in {"G2", "G3"}:
            yield from self._move(line)
        if line.switches.get("program") in {0, 2, 30}:
            yield Wait.REST
            self._end_program(line.switches["program"])

    def jog(self, line: Line) -> Iterator[Wait]:
        """Do `$J=`. Raise Refused 15, 16, 22."""
        if line.motion or line.switches or not line.modes.keys() <= {"units", "distance"} or not line.axes:
            raise Refused(16)
        if line.action not in {None, "G53"} or "F" not in line.values:
            raise Refused(16 if line.action not in {None, "G53"} else 22)
        units, distance = line.modes.get("units", self.units), line.modes.get("distance", self.distance)
        target = self._target(line, units, distance)
        if not self.inside(target):
            raise Refused(15)
        yield Wait.ROOM
        self.motion.add(target, _length(line.values["F"], units) / 60, self.settings.limits())

    def inside(self, target: Vector) -> bool:
        """Say whether soft limits allow a target."""
        return not self.settings[20] or all(
            -most - 1e-6 <= at <= 1e-6 for at, most in zip(target, self.settings.three(130), strict=True)
        )

    def _set_modes(self, line: Line) -> None:
        self.units = line.modes.get("units", self.units)
        if "F" in line.values:
            self.feed = _length(line.values["F"], self.units) / 60
        self.spindle = line.values.get("S", self.spindle)
        self.plane = line.modes.get("plane", self.plane)
        self.distance = line.modes.get("distance", self.distance)
        self.system = line.modes.get("system", self.system)
        if line.motion is not None:
            self.mode = line.motion

    def _switch(self, line: Line) -> None:
        self.spindle_way = line.switches.get("spindle", self.spindle_way)
        if "coolant" in line.switches and not self.checking:
            self.coolant(on=line.switches["coolant"] == 8)

    def _end_program(self, code: int) -> None:
        if code == 0:
            self.paused = not self.checking
            return
        self.mode, self.plane, self.distance, self.system, self.spindle_way = "G1", 17.0, 90.0, 54.0, 5
        if not self.checking:
            self.coolant(on=False)

    def _act(self, line: Line) -> Iterator[Wait]:
        if line.action in {"G28", "G30"}:
            if line.axes:
                yield from self._go(self._target(line, self.units, self.distance), None, line)
            home = list(self.motion.target)
            for axis in line.axes or range(3):
                home[axis] = self.stored[line.action][axis]
            yield from self._go((home[0], home[1], home[2]), None, line)
            return
        yield Wait.REST
        position = self.motion.position
        if line.action in {"G28.1", "G30.1"}:
            self.stored[line.action[:3]] = position
        elif line.action == "G92.1":
            self.shift = ZERO
        elif line.action == "G92":
            base = self.systems[int(self.system) - 54]
            self.shift = self._with(self.shift, line, lambda axis, value: position[axis] - base[axis] - value)
        else:
            self._set_system(line, position)

    def _set_system(self, line: Line, position: Vector) -> None:
        number, kind = line.values.get("P"), line.values.get("L")
        if number is None or kind is None:
            raise Refused(28)
        if kind not in {2, 20}:
            raise Refused(20)
        if not 0 <= number <= 6:
            raise Refused(29)
        index = int(number) - 1 if number else int(self.system) - 54
        if kind == 2:
            changed = self._with(self.systems[index], line, lambda _axis, value: value)
        else:
            shift = self.shift
            changed = self._with(self.systems[index], line, lambda axis, value: position[axis] - shift[axis] - value)
        self.systems[index] = changed

    def _with(self, old: Vector, line: Line, new: Callable[[int, float], float]) -> Vector:
        values = list(old)
        for axis, value in line.axes.items():
            values[axis] = new(axis, _length(value, self.units))
        return (values[0], values[1], values[2])

    def _move(self, line: Line) -> Iterator[Wait]:
        mode = self.mode
        if mode == "G80" or not line.axes:
            raise Refused(31 if mode == "G80" else 26)
        if line.action == "G53" and mode not in {"G0", "G1"}:
            raise Refused(30)
        if mode != "G0" and self.feed <= 0:
            raise Refused(22)
        target = self._target(line, self.units, self.distance)
        if mode not in {"G2", "G3"}:
            yield from self._go(target, None if mode == "G0" else self.feed, line)
            return
        words = {letter: _length(line.values[letter], self.units) for letter in "IJKR" if letter in line.values}
        arc = Arc(self.motion.target, target, self.plane, mode == "G2", words)
        for end in list(arc.chords(self.settings[12])):
            yield from self._go(end, self.feed, line)

    def _go(self, target: Vector, speed: float | None, line: Line) -> Iterator[Wait]:
        if not self.inside(target):
            raise SoftLimit
        if self.checking:
            return
        yield Wait.ROOM
        self.motion.add(target, speed, self.settings.limits(), int(line.values.get("N", 0)))

    def _target(self, line: Line, units: float, distance: float) -> Vector:
        """Answer where the axis words lead, in machine coordinates."""
        target = list(self.motion.target)
        for axis, value in line.axes.items():
            length = _length(value, units)
            if line.action == "G53":
                target[axis] = length
            elif distance == 91:
                target[axis] += length
            else:
                target[axis] = length + self.offset[axis]
        return (target[0], target[1], target[2])


def _add(one: Vector, other: Vector) -> Vector:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2])


def _length(value: float, units: float) -> float:
    return value * INCH if units == 20 else value
