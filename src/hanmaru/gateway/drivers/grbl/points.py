"""What can be read of a gantry: addresses of tags and their values, as last told by the machine."""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from hanmaru.floor.quality import Quality
from hanmaru.gateway.contract import Node
from hanmaru.gateway.drivers.grbl.config import GrblConfig
from hanmaru.gateway.drivers.grbl.lines import Place
from hanmaru.gateway.drivers.grbl.machine import Machine
from hanmaru.gateway.drivers.grbl.operator import Operator

Value = float | str | None


class Point(NamedTuple):
    """One address: its type, unit, words, and how to get the value."""

    type: Literal["number", "integer", "flag", "text"]
    unit: str
    words: str
    value: Callable[[Machine, Operator, GrblConfig], Value]
    is_place: bool = False  # means nothing on a machine that does not know where it is


def _axis(place: Place | None, axis: int) -> float | None:
    return place[axis] if place else None


def _held(machine: Machine, _: Operator, config: GrblConfig) -> Value:
    return float(config.held_pin in machine.status.pins) if config.held_pin else None


POINTS: Final[dict[str, Point]] = {
    "state": Point("text", "", "State: Idle, Run, Hold, Alarm, Door ...", lambda m, *_: m.status.state or None),
    "alarm": Point("integer", "", "Number of the alarm, 0 for none", lambda m, *_: float(m.alarm)),
    "x": Point("number", "mm", "Place of the machine, X", lambda m, *_: _axis(m.place, 0), is_place=True),
    "y": Point("number", "mm", "Place of the machine, Y", lambda m, *_: _axis(m.place, 1), is_place=True),
    "z": Point("number", "mm", "Place of the machine, Z", lambda m, *_: _axis(m.place, 2), is_place=True),
    "feed": Point("number", "mm/min", "Speed now", lambda m, *_: m.status.feed if m.status.state else None),
    "buffer": Point("integer", "", "Free places for moves ($10=3)", lambda m, *_: m.status.planner_free),
    "pins": Point("text", "", "Inputs that are on", lambda m, *_: m.status.pins),
    "held": Point("flag", "", "A good is held (held_pin)", _held),
    "homed": Point("flag", "", "It knows where it is", lambda m, *_: float(m.homed)),
    "program": Point("text", "", "What runs", lambda _, operator, __: operator.program),
}


def value_of(address: str, machine: Machine, operator: Operator, config: GrblConfig) -> tuple[Value, int] | None:
    """Answer value and quality of an address; None for one that there is not."""
    if address.startswith("$") and address[1:].isdigit():
        number = int(address[1:])
        return (machine.settings[number], Quality.GOOD) if number in machine.settings else None
    point = POINTS.get(address)
    if point is None:
        return None
    value = point.value(machine, operator, config)
    if value is None:
        return None, Quality.BAD_NO_DATA
    doubtful = point.is_place and not (machine.homed or machine.trusted)
    return value, Quality.UNCERTAIN if doubtful else Quality.GOOD


def nodes(address: str, machine: Machine, operator: Operator, config: GrblConfig) -> list[Node]:
    """Answer what lies below an address: the points, and a folder with the settings."""
    if address == "settings":
        return [
            Node(f"${number}", f"${number}", "point", writable=True, value=f"{value:g}")
            for number, value in sorted(machine.settings.items())
        ]
    if address:
        return []
    points = []
    for name, point in POINTS.items():
        told = value_of(name, machine, operator, config)
        shown = "" if told is None or told[0] is None else str(told[0])
        points.append(Node(name, name, "point", type=point.type, unit=point.unit, description=point.words, value=shown))
    return [*points, Node("settings", "settings", "folder", description="The settings $0 to $132")]
