"""What GRBL says, line by line. Source: grbl 1.1, doc/markdown/interface.md."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

Place = tuple[float, float, float]
LONGEST: Final = 1_000  # characters; a longer line is noise, such as that of a wrong baud rate
_STATES: Final = frozenset({"Idle", "Run", "Hold", "Jog", "Alarm", "Door", "Check", "Home", "Sleep"})


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """`ok`, or `error:n`: the oldest line that waits for an answer is done with."""

    error: int = 0


@dataclass(frozen=True, slots=True)
class Alarmed:
    """`ALARM:n`: it has stopped and takes nothing but `$H`, `$X` and a reset."""

    number: int


@dataclass(frozen=True, slots=True)
class Greeted:
    """It has just started, by power or by a reset: all that it had been told is gone."""

    version: str


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the answer to `$$`."""

    number: int
    value: float


@dataclass(frozen=True, slots=True)
class Status:
    """A report `<...>`. Places are in mm; `offset` and `buffer` are not in every report."""

    state: str
    substate: int = 0
    machine: Place | None = None
    work: Place | None = None
    offset: Place | None = None
    planner_free: int | None = None
    bytes_free: int | None = None
    feed: float = 0.0
    pins: str = ""
    fields: dict[str, str] = field(default_factory=dict, compare=False)


Said = Acknowledged | Alarmed | Greeted | Setting | Status


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Said]], ...]] = (
    (re.compile(r"ok$"), lambda _: Acknowledged()),
    (re.compile(r"error:(\d{1,3})$"), lambda found: Acknowledged(int(found[1]))),
    (re.compile(r"ALARM:(\d{1,3})$"), lambda found: Alarmed(int(found[1]))),
    (re.compile(r"Grbl (\d+\.\d+)"), lambda found: Greeted(found[1])),
    (re.compile(r"\$(\d{1,3})=(-?\d+(?:\.\d+)?)$"), lambda found: Setting(int(found[1]), float(found[2]))),
)


def understand(line: str) -> Said | None:
    """Answer what a line says; None for a message, an empty line or noise."""
    line = line.strip()
    if line.startswith("<"):
        return _status(line[1:-1]) if line.endswith(">") else None
    for pattern, said in _FORMS:
        if found := pattern.match(line):
            return said(found)
    return None


def _status(text: str) -> Status | None:
    head, *rest = text.split("|")
    state, _, substate = head.partition(":")
    if state not in _STATES:
        return None
    told = dict(part.partition(":")[::2] for part in rest)
    try:
        buffer = [int(number) for number in told["Bf"].split(",")] if "Bf" in told else [None, None]
        speed = told.get("FS") or told.get("F") or "0"
        return Status(
            state=state,
            substate=int(substate or 0),
            machine=_place(told.get("MPos")),
            work=_place(told.get("WPos")),
            offset=_place(told.get("WCO")),
            planner_free=buffer[0],
            bytes_free=buffer[1],
            feed=float(speed.split(",")[0]),
            pins=told.get("Pn", ""),
            fields=told,
        )
    except (ValueError, IndexError):
        return None


def _place(text: str | None) -> Place | None:
    if text is None:
        return None
    x, y, z = (float(number) for number in text.split(",")[:3])
    return (x, y, z)
