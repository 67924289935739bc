"""The line that firmware/rc522 prints: `$HM,E,17,123456,1,3074257BF7194E4000001A85*0982`.

Between `$HM,` and `*`: kind, sequence since power-on, milliseconds since power-on, antenna, data in hex. After `*` the
CRC-16 (CCITT, polynomial 0x1021, begun with 0xFFFF) of the characters between `$` and `*`. Kinds: B power-on (firmware
version), A alive, E a card with a tag number, U a card without one (the chip's own number), X trouble (a code).
firmware/rc522/README.md describes the same, firmware/rc522/line_format.h writes it.
"""

import re
from binascii import crc_hqx
from dataclasses import dataclass
from typing import Final, Literal

from hanmaru.kernel.errors import Invalid

LONGEST_LINE: Final = 96
_LINE: Final = re.compile(
    rb"\$(HM,([ABEUX]),([0-9]{1,10}),([0-9]{1,10}),([0-9]{1,3}),((?:[0-9A-F]{2}){0,16}))\*([0-9A-F]{4})"
)

Kind = Literal["boot", "alive", "epc", "uid", "trouble"]
_KINDS: Final[dict[bytes, Kind]] = {b"B": "boot", b"A": "alive", b"E": "epc", b"U": "uid", b"X": "trouble"}


class BadLine(Invalid):
    """A line that the firmware did not print, or that was damaged on its way."""

    code = "reader.bad_line"
    message = "Unreadable line from the reader: check the cable and that the speed is 115200"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `data` is hex: 24 digits for an epc, 8, 14 or 20 for a uid."""

    kind: Kind
    sequence: int
    millis: int
    antenna: int
    data: str


def parse_line(raw: bytes) -> Line:
    """Read one line, with or without its end; raises `BadLine`."""
    found = _LINE.fullmatch(raw.strip())
    if not found:
        raise BadLine
    if crc_hqx(found[1], 0xFFFF) != int(found[7], 16):
        raise BadLine("The reader's line fails its check: look for a loose cable")
    kind, antenna, data = _KINDS[found[2]], int(found[5]), found[6].decode()
    lengths = {"epc": (24,), "uid": (8, 14, 20)}.get(kind)
    if not 1 <= antenna <= 255 or (lengths and len(data) not in lengths):
        raise BadLine
    return Line(kind, int(found[3]), int(found[4]), antenna, data)


class LineCutter:
    """Cuts a stream of bytes into lines. A new `$` begins a line anew, so a line cut short spoils only itself."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, received: bytes) -> list[bytes]:
        """Answer the lines completed by these bytes, cut-off ones too; keeps at most one line's length."""
        *done, rest = (self._rest + received).replace(b"\r", b"\n").split(b"\n")
        self._rest = rest[-LONGEST_LINE:]
        return [piece for line in done for piece in _pieces(line)]


def _pieces(line: bytes) -> list[bytes]:
    before, *begun = line.split(b"$")
    return [piece for piece in (before, *(b"$" + one for one in begun)) if piece.strip()]
