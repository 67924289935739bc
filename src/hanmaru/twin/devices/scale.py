"""A scale on a serial line, in the format that A&D and CAS scales print: `ST,GS,+0012.34,kg`.

Source: A&D FG-K and CAS CI-200 manuals, "standard format": header ST stable, US unstable, OL overload; GS gross or NT
net; sign, value, unit; CR LF. Commands: Q asks for one line, T takes the tare, Z sets to zero.
"""

from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from hanmaru.twin.clock import VirtualClock
from hanmaru.twin.devices.pty import Cable
from hanmaru.twin.truth import TrueLog, offered

MOST: Final = 60.0  # kg
STEP: Final = 0.01  # kg


class Scale:
    """`async with Scale() as scale:` gives `scale.path`; `scale.put(1.5)` lays goods on, `scale.show()` prints."""

    def __init__(
        self, *, link: Path | None = None, clock: VirtualClock | None = None, log: TrueLog | None = None, seed: int = 1
    ) -> None:
        """Stand empty."""
        self.clock = clock or VirtualClock()
        self.cable = Cable(self._received, link=link)
        self.kilograms = 0.0
        self.stable = True
        self._tare = self._zero = 0.0
        self._buffer = bytearray()
        self._log = log
        self._random = np.random.default_rng(seed)

    @property
    def path(self) -> str:
        """Answer the path of the serial port."""
        return self.cable.path

    async def __aenter__(self) -> Self:
        self.cable.plug()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cable.close()

    def put(self, kilograms: float, *, stable: bool = True) -> None:
        """Change what lies on it; unstable while it swings."""
        self.kilograms, self.stable = kilograms, stable

    def line(self) -> str:
        """Answer the line of the moment."""
        gross = self.kilograms - self._zero
        shown = gross - self._tare + (0.0 if self.stable else float(self._random.normal(0, 0.05)))
        if gross > MOST:
            return "OL,GS,+9999999,kg"
        head, kind = "ST" if self.stable else "US", "NT" if self._tare else "GS"
        rounded = round(round(shown / STEP) * STEP, 2) + 0.0
        return f"{head},{kind},{'-' if rounded < 0 else '+'}{abs(rounded):07.2f},kg"

    def show(self) -> None:
        """Print the line of the moment."""
        line = self.line()
        if self._log is not None:
            self._log.add(offered("scale", "weight", round(self.clock.now().timestamp() * 1_000_000), line))
        self.cable.send(line.encode() + b"\r\n")

    def _received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0 or (end := self._buffer.find(b"\r")) >= 0:
            command = bytes(self._buffer[:end]).strip()
            del self._buffer[: end + 1]
            if command == b"Q":
                self.show()
            elif command == b"T":
                self._tare = self.kilograms - self._zero
            elif command == b"Z":
                self._zero, self._tare = self.kilograms, 0.0
