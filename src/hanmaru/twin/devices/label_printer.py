"""A label printer on a serial line that takes ZPL and tells its state.

Source: Zebra, Programming Guide for ZPL II: a format runs from ^XA to ^XZ; ~HS answers three lines, each between STX
and ETX. In the first the second field is 1 without paper, the third 1 when paused; in the second the third is 1 with
the head open.
"""

from pathlib import Path
from types import TracebackType
from typing import Self

from hanmaru.twin.devices.pty import Cable


class LabelPrinter:
    """`async with LabelPrinter() as printer:` gives `printer.path`; `printer.printed` are the formats it has printed.

    Faults: `out_of_paper`, `head_open`: formats are kept and printed once it is well again (`mend`).
    """

    def __init__(self, *, link: Path | None = None) -> None:
        """Stand ready, with paper."""
        self.cable = Cable(self._received, link=link)
        self.printed: list[str] = []
        self.out_of_paper = self.head_open = False
        self._waiting: list[str] = []
        self._buffer = bytearray()

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

    def mend(self) -> None:
        """Put paper in, close the head, and print what waits."""
        self.out_of_paper = self.head_open = False
        self.printed += self._waiting
        self._waiting.clear()

    def _received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            ask, end = self._buffer.find(b"~HS"), self._buffer.find(b"^XZ")
            if ask >= 0 and (end < 0 or ask < end):
                del self._buffer[ask : ask + 3]
                self._tell()
            elif end >= 0:
                begin = max(self._buffer.find(b"^XA"), 0)
                self._print(self._buffer[begin : end + 3].decode(errors="replace"))
                del self._buffer[: end + 3]
            else:
                return

    def _print(self, label: str) -> None:
        (self._waiting if self.out_of_paper or self.head_open else self.printed).append(label)

    def _tell(self) -> None:
        waiting = len(self._waiting)
        lines = (
            f"030,{int(self.out_of_paper)},{int(self.head_open)},1245,{waiting:03d},0,0,0,000,0,0,0",
            f"000,0,{int(self.head_open)},{int(self.out_of_paper)},0,2,4,0,00000000,1,000",
            "1234,0",
        )
        self.cable.send(b"".join(b"\x02" + line.encode() + b"\x03\r\n" for line in lines))
