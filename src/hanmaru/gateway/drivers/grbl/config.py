"""How to reach a gantry and what it does with its cells."""

import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qsl, urlsplit

from hanmaru.floor.shapes import WrongShape, told

FARTHEST: Final = 100_000.0  # mm
PLACEHOLDERS: Final = frozenset({"x", "y", "z", "safe", "tx", "ty", "tz", "feed", "grip"})
_EXPECTED: Final = re.compile(r"\$(\d{1,3})=(-?\d+(?:\.\d+)?)")
_SAFE_UP: Final = "G53 G0 Z{safe}"
FETCH: Final = (
    _SAFE_UP,
    "G53 G0 X{x} Y{y}",  # before the cell
    "G53 G1 Z{z} F{feed}",  # the fork or the cup goes in
    "M8",  # takes hold
    "G4 P{grip}",
    "G53 G1 Z{safe} F{feed}",  # lifts and comes out
    "G53 G0 X{tx} Y{ty}",  # to the transfer point
    "G53 G1 Z{tz} F{feed}",
    "M9",  # lets go; the pusher takes over
    "G4 P{grip}",
    _SAFE_UP,
)
STORE: Final = (
    _SAFE_UP,
    "G53 G0 X{tx} Y{ty}",
    "G53 G1 Z{tz} F{feed}",
    "M8",
    "G4 P{grip}",
    "G53 G1 Z{safe} F{feed}",
    "G53 G0 X{x} Y{y}",
    "G53 G1 Z{z} F{feed}",
    "M9",
    "G4 P{grip}",
    _SAFE_UP,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in the rack, in machine coordinates (mm)."""

    code: str = told("Code of the cell, as on its label.", longest=64)
    x: float = told("mm", low=-FARTHEST, high=FARTHEST)
    y: float = told("mm", low=-FARTHEST, high=FARTHEST)
    z: float = told("mm, where the fork or cup holds the good", low=-FARTHEST, high=FARTHEST)


@dataclass(frozen=True)
class GrblConfig:
    """A serial line, the cells behind it and the programs that serve them."""

    port: str = told(
        "`/dev/ttyUSB0`, better `/dev/serial/by-id/...`, or `socket://host:port`.", longest=300, opens="port"
    )
    baud: int = told("Baud rate.", low=9_600, high=2_000_000, default=115_200)
    cells: tuple[Cell, ...] = told("The cells, with their places.", most=10_000, default=())
    cells_file: str = told("Or a CSV file with the columns code, x, y, z.", longest=500, default="", opens="file")
    transfer_x: float = told("Where goods are handed over, mm.", low=-FARTHEST, high=FARTHEST, default=-5.0)
    transfer_y: float = told("Same, mm.", low=-FARTHEST, high=FARTHEST, default=-5.0)
    transfer_z: float = told("Same, mm.", low=-FARTHEST, high=FARTHEST, default=-5.0)
    safe_z: float = told("Height at which it may drive anywhere, mm.", low=-FARTHEST, high=FARTHEST, default=-5.0)
    feed: float = told("Speed of the fork or cup, mm/min.", low=1, high=100_000, default=1_500.0)
    grip_seconds: float = told("Time to take hold or let go.", low=0, high=60, default=0.5)
    held_pin: str = told(
        "Input that tells that a good is held, a letter of the report's Pn (P: the probe); empty for none.",
        longest=1,
        default="",
    )
    fetch: tuple[str, ...] = told(
        "G-code of `fetch`, with {x} {y} {z} {safe} {tx} {ty} {tz} {feed} {grip}.", longest=70, most=100, default=FETCH
    )
    store: tuple[str, ...] = told("G-code of `store`, likewise.", longest=70, most=100, default=STORE)
    expected: tuple[str, ...] = told(
        "Settings that the machine must have, such as `$100=80`; another value stops the start.",
        longest=40,
        most=60,
        default=(),
    )
    tolerance: float = told(
        "How far from its place it may stand and still be there, mm.", low=0.001, high=10, default=0.05
    )
    look_seconds: float = told("Pause between two questions for its state.", low=0.02, high=10, default=0.2)
    silence_seconds: float = told("Silence after which it is taken for gone.", low=0.5, high=60, default=3.0)
    home_seconds: float = told("Longest time of homing.", low=5, high=600, default=90.0)
    program_seconds: float = told("Longest time of a program, holds not counted.", low=5, high=3_600, default=180.0)

    def __post_init__(self) -> None:
        _require(self.port.startswith(("/", "socket://")), "port", "give /dev/ttyUSB0 or socket://host:port")
        codes = [cell.code for cell in self.cells]
        _require(all(codes) and len(set(codes)) == len(codes), "cells", "give every cell a code of its own")
        for name, lines in (("fetch", self.fetch), ("store", self.store)):
            for line in lines:
                _require(_known(line) and line.isascii(), name, f"{line[:40]}: a placeholder that there is not")
                moves = re.search(r"[XYZxyz]", re.sub(r"\{\w+\}", "", line))
                _require(
                    not moves or "G53" in line.upper().replace(" ", ""),
                    name,
                    f"{line[:40]}: write G53, for the limits are those of the machine",
                )
        _require(all(map(_EXPECTED.fullmatch, self.expected)), "expected", "write $100=80")

    @property
    def expected_settings(self) -> dict[int, float]:
        """Answer what the machine's settings must be, by number."""
        found = (_EXPECTED.fullmatch(line) for line in self.expected)
        return {int(one[1]): float(one[2]) for one in found if one}

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Make one of `grbl:///dev/ttyUSB0?baud=115200` or `grbl://host:port`. Raise WrongShape."""
        parts = urlsplit(url)
        more = dict(parse_qsl(parts.query))
        _require(parts.scheme == "grbl" and more.get("baud", "1").isdigit(), "port", "write grbl:///dev/ttyUSB0")
        port = f"socket://{parts.netloc}" if parts.netloc else parts.path
        return cls(port=port, baud=int(more.get("baud", "115200")))


def _known(line: str) -> bool:
    return set(re.findall(r"\{(\w*)\}", line)) <= PLACEHOLDERS and re.sub(r"\{\w+\}", "", line).count("{") == 0


def _require(holds: bool, field: str, problem: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise WrongShape(field=f"config.{field}", problem=problem)
