"""An RC522 reader on an Arduino, as firmware/rc522 prints: `$HM,E,17,123456,1,3074257BF7194E4000001A85*0982`.

Source: firmware/rc522/README.md. Check: CRC-16/CCITT-FALSE of what stands between `$` and `*`.
"""

from binascii import crc_hqx
from pathlib import Path
from types import TracebackType
from typing import Self

from hanmaru.twin.clock import VirtualClock
from hanmaru.twin.devices.pty import Cable

VERSION = "0100"


class CardReader:
    """`async with CardReader() as reader:` gives `reader.path`; `reader.show("3074...")` holds a card to it."""

    def __init__(self, *, link: Path | None = None, clock: VirtualClock | None = None) -> None:
        """Stand without a card; opening the port boots it, as an Arduino does."""
        self.cable = Cable(lambda _data: None, self.boot, link)
        self.clock = clock or VirtualClock()
        self._sequence = 0
        self._booted = 0.0

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

    def boot(self) -> None:
        """Begin to count anew and say so."""
        self._sequence, self._booted = 0, self.clock.seconds()
        self._say("B", VERSION)

    def show(self, epc: str) -> None:
        """Hold a card with a tag number (24 hex digits) to the antenna."""
        self._say("E", epc)

    def show_foreign(self, uid: str) -> None:
        """Hold a card without a tag number to it; `uid` has 8, 14 or 20 hex digits."""
        self._say("U", uid)

    def alive(self) -> None:
        """Say that it is there; the firmware does every ten seconds."""
        self._say("A", "")

    def _say(self, kind: str, data: str) -> None:
        self._sequence += 1
        milliseconds = int((self.clock.seconds() - self._booted) * 1000) % 2**32
        text = f"HM,{kind},{self._sequence},{milliseconds},1,{data}"
        self.cable.send(f"${text}*{crc_hqx(text.encode(), 0xFFFF):04X}\r\n".encode())
