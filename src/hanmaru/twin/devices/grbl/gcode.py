"""One line of G-code as grbl 1.1 takes it: words, modal groups, and the error numbers of what it refuses.

Source: grbl 1.1, gcode.c and doc/csv/error_codes_en_US.csv; NIST RS274NGC version 3 for the meaning of the words.
"""

import re
from dataclasses import dataclass, field
from typing import Final

WORD: Final = re.compile(r"([A-Z])([+-]?(?:\d+\.?\d*|\.\d+))?")

MOTIONS: Final = {0.0: "G0", 1.0: "G1", 2.0: "G2", 3.0: "G3", 80.0: "G80"}
ACTIONS: Final = {4.0: "G4", 10.0: "G10", 28.0: "G28", 28.1: "G28.1", 30.0: "G30", 30.1: "G30.1", 53.0: "G53",
                  92.0: "G92", 92.1: "G92.1"}  # fmt: skip
MODES: Final = {
    17.0: "plane", 18.0: "plane", 19.0: "plane", 20.0: "units", 21.0: "units", 90.0: "distance", 91.0: "distance",
    94.0: "feed", 54.0: "system", 55.0: "system", 56.0: "system", 57.0: "system", 58.0: "system",
    59.0: "system", 40.0: "cutter", 49.0: "tool_length", 61.0: "control", 91.1: "arc_distance",
}  # fmt: skip
SWITCHES: Final = {3: "spindle", 4: "spindle", 5: "spindle", 8: "coolant", 9: "coolant", 0: "program", 2: "program",
                   30: "program"}  # fmt: skip
AXES: Final = "XYZ"


class Refused(Exception):
    """Grbl answers `error:number`."""

    def __init__(self, number: int) -> None:
        """Take the number of the error list of grbl."""
        self.number = number
        super().__init__(number)


@dataclass(slots=True)
class Line:
    """What one line asks for. `modes` are the modal groups it sets; `values` its other words."""

    motion: str | None = None
    action: str | None = None
    modes: dict[str, float] = field(default_factory=dict)
    switches: dict[str, int] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)

    @property
    def axes(self) -> dict[int, float]:
        """Answer axis number -> value of the axis words."""
        return {AXES.index(letter): self.values[letter] for letter in AXES if letter in self.values}


def clean(text: str) -> str:
    """Answer the line as grbl keeps it: capitals, no blanks, no comments."""
    text = re.sub(r"\([^)]*\)?", "", text).partition(";")[0]
    return re.sub(r"\s+", "", text).upper()


def parse(text: str) -> Line:
    """Take a cleaned line apart. Raise Refused with grbl's number."""
    line, at = Line(), 0
    while at < len(text):
        found = WORD.match(text, at)
        if not found:
            raise Refused(1)
        if found[2] is None:
            raise Refused(2)
        _take(line, found[1], float(found[2]))
        at = found.end()
    if line.values.get("N", 0) > 9_999_999:
        raise Refused(27)
    if any(line.values.get(letter, 0) < 0 for letter in "FNST"):
        raise Refused(4)
    if line.action in {"G10", "G92"} and not line.axes:
        raise Refused(26)
    if line.action in {"G10", "G92"} and line.motion is not None:
        raise Refused(24)
    return line


def _take(line: Line, letter: str, value: float) -> None:
    if letter == "G":
        _take_g(line, value)
    elif letter == "M":
        if value != int(value):
            raise Refused(23)
        group = SWITCHES.get(int(value))
        if group is None:
            raise Refused(20)
        if group in line.switches:
            raise Refused(21)
        line.switches[group] = int(value)
    elif letter in "XYZIJKLPRFSTN":
        if letter in line.values:
            raise Refused(25)
        line.values[letter] = value
    else:
        raise Refused(20)


def _take_g(line: Line, value: float) -> None:
    if value in MOTIONS:
        if line.motion is not None:
            raise Refused(21)
        line.motion = MOTIONS[value]
    elif value in ACTIONS:
        if line.action is not None:
            raise Refused(21)
        line.action = ACTIONS[value]
    elif value in MODES:
        group = MODES[value]
        if group in line.modes:
            raise Refused(21)
        line.modes[group] = value
    else:
        raise Refused(20)
