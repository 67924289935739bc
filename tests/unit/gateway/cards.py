"""Cards, the lines the firmware prints for them, and the cable on which they come."""

import os
import pty
import tty
from binascii import crc_hqx
from pathlib import Path

from hanmaru.floor.epc import Sgtin96

TAG = "3074257BF7194E4000001A85"


def tag(serial: int) -> str:
    return Sgtin96("0614141", "812345", serial, 3).hex


def line(kind: str = "E", sequence: int = 1, millis: int = 5, antenna: int = 1, data: str = TAG) -> bytes:
    """Write a line as the firmware does."""
    body = f"HM,{kind},{sequence},{millis},{antenna},{data}".encode()
    return b"$%s*%04X\r\n" % (body, crc_hqx(body, 0xFFFF))


class Cable:
    """A pty in place of a USB port; its path stays the same when it is pulled and plugged in again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ends: tuple[int, int] | None = None

    def plug(self) -> None:
        master, slave = pty.openpty()
        tty.setraw(slave)
        self.path.symlink_to(os.ttyname(slave))
        self._ends = master, slave

    def pull(self) -> None:
        if self._ends:
            self.path.unlink()
            for end in self._ends:
                os.close(end)
            self._ends = None

    def send(self, data: bytes) -> None:
        assert self._ends
        while data:
            data = data[os.write(self._ends[0], data) :]
