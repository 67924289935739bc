"""The pictures are drawn by two processes beside the seeding and kept as files.

``python -m hanmaru.central.demo.pictures.drawing FOLDER CODE...`` draws those that are not there yet. A process that is
orphaned ends by itself once its share is drawn.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_PROCESSES = 2
_LONGEST_SECONDS = 60


class Drawing:
    """While inside, the pictures that are missing in the folder are drawn."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that keeps the pictures."""
        self.folder = folder
        self._drawing: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        """Begin to draw."""
        from hanmaru.central.demo.pictures.gallery import GALLERY  # noqa: PLC0415 - asks for the picture library

        self.folder.mkdir(parents=True, exist_ok=True)
        missing = [code for code in GALLERY if not picture_file(self.folder, code).exists()]
        shares = [missing[start::_PROCESSES] for start in range(_PROCESSES)]
        self._drawing = [
            subprocess.Popen([sys.executable, "-m", __name__, str(self.folder), *share])  # noqa: S603 - ourselves
            for share in shares
            if share
        ]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Let them finish, or stop them where something went wrong."""
        for process in self._drawing:
            if kind is not None:
                process.terminate()
            process.wait()


def picture_file(folder: Path, code: str) -> Path:
    """Where the picture of a product is kept."""
    return folder / f"{code}.jpg"


def picture(folder: Path, code: str) -> bytes:
    """The picture of a product, waited for while it is drawn."""
    file = picture_file(folder, code)
    until = time.monotonic() + _LONGEST_SECONDS
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return file.read_bytes()


def _draw(folder: Path, codes: Sequence[str]) -> None:
    from hanmaru.central.demo.pictures.gallery import draw  # noqa: PLC0415 - as above

    for code in codes:
        unfinished = folder / f"{code}.unfinished"
        unfinished.write_bytes(draw(code))
        unfinished.rename(picture_file(folder, code))


if __name__ == "__main__":
    _draw(Path(sys.argv[1]), sys.argv[2:])
