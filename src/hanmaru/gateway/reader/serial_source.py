"""Cards from the serial line, for as long as it takes: a pulled plug is waited out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Final

import serial

from hanmaru.gateway.reader.gate import Sighting
from hanmaru.gateway.reader.line import BadLine, Line, LineCutter, parse_line

BAUD: Final = 115_200
SILENT_AFTER_S: Final = 15.0
_POLL_S: Final = 0.2
_RETRY_S: Final = (0.5, 1.0, 2.0, 5.0)
_TROUBLES: Final = {
    "01": "The RC522 board of antenna {} does not answer: check its wires and its 3.3 V",
    "02": "A card left antenna {} too early: hold it still for a moment",
    "03": "Too many cards at antenna {}: show fewer at a time",
}


@dataclass(slots=True)
class LineCounts:
    """What came over the line so far."""

    good: int = 0
    bad: int = 0
    missing: int = 0


class SerialSource:
    """Reads a port or pty in a thread of its own and hands sightings on.

    `see` is given each card, `say` a sentence whenever something changes for people (opened, pulled out, silent).
    A card without a tag number is seen as `uid:` and the chip's number in hex.
    """

    def __init__(
        self, port: str, *, see: Callable[[Sighting], None], say: Callable[[str], None], now: Callable[[], datetime]
    ) -> None:
        self._port, self._see, self._say, self._now = port, see, say, now
        self._last_sequence: int | None = None
        self._heard_at = time.monotonic()
        self._silent = False
        self.counts = LineCounts()

    def run(self, stop: Event) -> None:
        """Read until `stop` is set; opens the port again whenever it goes."""
        tries = 0
        while not stop.is_set():
            try:
                with serial.Serial(self._port, BAUD, timeout=_POLL_S, exclusive=True) as port:
                    self._say(f"Reading {self._port}")
                    tries = 0
                    self._read(port, stop)
            except (serial.SerialException, OSError) as error:
                if tries == 0:
                    self._say(f"{self._port} is not there ({_reason(error)}): plug the reader in; trying again")
                stop.wait(_RETRY_S[min(tries, len(_RETRY_S) - 1)])
                tries += 1

    def _read(self, port: serial.Serial, stop: Event) -> None:
        cutter = LineCutter()
        self._heard_at, self._silent = time.monotonic(), False
        while not stop.is_set():
            received = port.read(max(1, min(port.in_waiting, 4096)))
            for raw in cutter.feed(received):
                self._take(raw)
            self._watch_silence()

    def _take(self, raw: bytes) -> None:
        try:
            line = parse_line(raw)
        except BadLine as error:
            self.counts.bad += 1
            if self.counts.bad in {1, 10, 100} or self.counts.bad % 1000 == 0:
                self._say(f"{error} ({self.counts.bad} so far)")
            return
        self.counts.good += 1
        self._heard_at, self._silent = time.monotonic(), False
        self._count_missing(line)
        if line.kind == "epc":
            self._see(Sighting(line.data, line.antenna, None, self._now()))
        elif line.kind == "uid":
            self._see(Sighting(f"uid:{line.data}", line.antenna, None, self._now()))
        elif line.kind == "boot":
            self._say(
                f"The reader was switched on, firmware {'.'.join(str(byte) for byte in bytes.fromhex(line.data))}"
            )
        elif line.kind == "trouble":
            self._say(_TROUBLES.get(line.data, "Trouble at antenna {}").format(line.antenna))

    def _count_missing(self, line: Line) -> None:
        if line.kind != "boot" and self._last_sequence is not None and line.sequence > self._last_sequence + 1:
            missing = line.sequence - self._last_sequence - 1
            self.counts.missing += missing
            self._say(f"Lines of the reader that did not arrive: {missing}. Show the last cards again")
        self._last_sequence = line.sequence

    def _watch_silence(self) -> None:
        if not self._silent and time.monotonic() - self._heard_at > SILENT_AFTER_S:
            self._silent = True
            self._say(f"Nothing heard from {self._port} for {SILENT_AFTER_S:.0f} s: is it the right port, is it on?")


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
