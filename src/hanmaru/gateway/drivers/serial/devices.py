"""What each kind of device says and understands, apart from the line it does so on.

Scale: the "standard format" of A&D (FG-K manual) and CAS (CI-200 manual), `ST,GS,+0012.34,kg`: ST stable, US unstable,
OL overload; GS gross, NT net. A line with nothing but a number and a unit is taken as stable. `T` tares, `Z` zeroes.
Printer: ZPL (Zebra, Programming Guide for ZPL II): a format from ^XA to ^XZ; `~HS` asks how it is, three lines.
RC522: the line of firmware/rc522 (gateway.reader.line).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from hanmaru.floor.quality import Quality
from hanmaru.gateway.contract import Node
from hanmaru.gateway.reader.line import BadLine, parse_line

_WEIGHT: Final = re.compile(
    rb"(?:(ST|US|OL)[,; ]\s*)?(?:(GS|NT|TR)[,; ]\s*)?([+-]?)\s*([0-9]+(?:\.[0-9]+)?)\s*[,; ]?\s*(kg|g|lb|t|oz)?\s*"
)
_UNITS: Final = {b"kg": "kg", b"g": "g", b"lb": "[lb_av]", b"t": "t", b"oz": "[oz_av]"}


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that a line said, by the address of its point."""

    address: str
    number: float | None = None
    text: str | None = None
    quality: int = Quality.GOOD


class Device(Protocol):
    """A kind of device."""

    points: Sequence[Node]
    question: bytes  # what is sent to hear something; empty for one that speaks by itself
    programs: dict[str, bytes]  # what a command may run

    def take(self, line: bytes) -> list[Value] | None:
        """Answer what a line says, None when it is none of the device's."""

    def label(self, text: str) -> bytes | None:
        """Answer what is sent to print a text; None for a device that prints nothing."""


class Scale:
    """Weighs."""

    def __init__(self, ask: str) -> None:
        self.question = ask.encode() + b"\r\n" if ask else b""
        self.programs = {"tare": b"T\r\n", "zero": b"Z\r\n"}
        self.points: Sequence[Node] = (
            Node("weight", "Weight", "point", unit="kg"),
            Node("stable", "Stands still", "point", type="flag"),
            Node("overload", "Too heavy", "point", type="flag"),
            Node("net", "Net, after taring", "point", type="flag"),
        )

    def take(self, line: bytes) -> list[Value] | None:
        """Read a weight. One that swings is uncertain; a scale that is overloaded has none."""
        found = _WEIGHT.fullmatch(line.strip())
        if found is None or (found[1] and not found[5]):  # with a header and no unit it was cut short
            return None
        stable, over = found[1] != b"US", found[1] == b"OL"
        number = float(found[4]) * (-1 if found[3] == b"-" else 1)
        self.points = (Node("weight", "Weight", "point", unit=_UNITS.get(found[5], "kg")), *self.points[1:])
        if over:
            weight = Value("weight", quality=Quality.BAD_SENSOR_FAILURE)
        else:
            weight = Value("weight", number, quality=Quality.GOOD if stable else Quality.UNCERTAIN_SENSOR_NOT_ACCURATE)
        return [
            weight,
            Value("stable", float(stable and not over)),
            Value("overload", float(over)),
            Value("net", float(found[2] == b"NT")),
        ]

    def label(self, text: str) -> None:
        """Print nothing."""


class Printer:
    """Prints labels."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._number = 0
        self.question = b"~HS"
        self.programs: dict[str, bytes] = {}
        self.points: Sequence[Node] = (
            Node("label", "Label in ZPL", "point", type="text", writable=True),
            Node("paper_out", "Paper is out", "point", type="flag"),
            Node("paused", "Paused", "point", type="flag"),
            Node("head_open", "Head is open", "point", type="flag"),
            Node("waiting", "Labels waiting", "point", type="integer"),
        )

    def take(self, line: bytes) -> list[Value] | None:
        """Read one of the three lines of ~HS; they are told apart by how many fields they have."""
        fields = line.strip().strip(b"\x02\x03").split(b",")
        try:
            if len(fields) == 12:
                return [
                    Value("paper_out", float(fields[1] == b"1")),
                    Value("paused", float(fields[2] == b"1")),
                    Value("waiting", float(int(fields[4]))),
                ]
            if len(fields) == 11:
                return [Value("head_open", float(fields[2] == b"1"))]
        except ValueError:
            return None
        return [] if len(fields) == 2 else None

    def label(self, text: str) -> bytes | None:
        """Answer a format; one that is no ZPL would never come out, and hold up the next."""
        whole = text.strip()
        return whole.encode(self._encoding, "replace") if whole.startswith("^XA") and whole.endswith("^XZ") else None


class Cards:
    """Reads cards."""

    def __init__(self) -> None:
        self.question = b""
        self.programs: dict[str, bytes] = {}
        self.points: Sequence[Node] = (
            Node("card", "Card at the reader", "point", type="text"),
            Node("antenna", "Antenna that saw it", "point", type="integer"),
            Node("alive", "Lines since it was switched on", "point", type="integer"),
            Node("trouble", "Code of the last trouble", "point", type="text"),
        )

    def take(self, line: bytes) -> list[Value] | None:
        """Read a line of the firmware."""
        try:
            said = parse_line(line)
        except BadLine:
            return None
        alive = Value("alive", float(said.sequence))
        if said.kind in {"epc", "uid"}:
            card = said.data if said.kind == "epc" else f"uid:{said.data}"
            return [alive, Value("card", text=card), Value("antenna", float(said.antenna))]
        return [alive, Value("trouble", text=said.data)] if said.kind == "trouble" else [alive]

    def label(self, text: str) -> None:
        """Print nothing."""


def device_of(kind: Literal["scale", "printer", "rc522"], ask: str, encoding: str) -> Device:
    """Make the device of a configuration."""
    if kind == "scale":
        return Scale(ask)
    return Printer(encoding) if kind == "printer" else Cards()
