"""A machine that appends lines to a file. Pulled out, its folder is gone; hung, the file blocks whoever opens it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from hanmaru.floor.tag import Tag
from tests.contracts.drivers.bench import DeviceBench
from tests.contracts.drivers.bench import tag as a_tag


class Bench(DeviceBench):
    """Writes `time;temperature;state`, in Korean's code page and with a decimal comma."""

    wrong: ClassVar = {"encoding": "utf-16", "zone": "Seoul", "path": "here.csv", "time_format": "yesterday"}

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.file = folder / "기계" / "log.csv"
        self.away = folder / "away"

    def config(self) -> dict[str, object]:
        return {
            "path": str(self.file),
            "delimiter": ";",
            "encoding": "cp949",
            "decimal": ",",
            "time_column": "time",
            "looks": 0.02,
        }

    def url(self) -> str:
        return f"file://{self.file}"

    def tags(self) -> Sequence[Tag]:
        return [a_tag(1, "온도"), a_tag(2, "state", "text")]

    def unknown(self) -> Tag:
        return a_tag(9, "습도")

    async def start(self) -> None:
        if self.away.exists():
            self.away.rename(self.file.parent)
        self.file.parent.mkdir(exist_ok=True)
        if not self.file.exists():
            self._write("time;온도;state")

    async def stop(self) -> None:
        if self.file.parent.exists():
            self.file.parent.rename(self.away)

    async def change(self, tag: Tag, number: float) -> None:
        assert tag.id == 1
        self._write(f"{datetime.now(UTC).isoformat()};{str(number).replace('.', ',')};가동")

    async def hang(self) -> None:
        self.file.rename(self.file.with_suffix(".kept"))
        os.mkfifo(self.file)

    def release(self) -> None:
        if self.file.is_fifo():
            with suppress(OSError):  # nobody waits at its other end
                os.close(os.open(self.file, os.O_WRONLY | os.O_NONBLOCK))
            self.file.unlink()

    def _write(self, line: str) -> None:
        with self.file.open("a", encoding="cp949") as file:
            file.write(line + "\n")
