"""An old ageing oven whose controller writes a CSV file a shift into a folder, and knows nothing else.

As such machines do: semicolons, decimal commas, local time without a zone, Korean headings in CP949.
"""

from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from hanmaru.twin.truth import TrueLog, offered

HEADING: Final = ("시각", "온도", "설정", "출력")
SHIFTS: Final = ((6, "A"), (14, "B"), (22, "C"))  # hour at which it begins


class LegacyOven:
    """Writes into `folder`. The true log knows a value as `file/column`, by the time in its row."""

    def __init__(self, folder: Path, *, zone: str = "Asia/Seoul", log: TrueLog | None = None) -> None:
        """Take the folder, made if it is not there."""
        self.folder = folder
        self._zone = ZoneInfo(zone)
        self._log = log
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, when: datetime) -> Path:
        """Answer the file of the shift in which an aware time lies; the night shift belongs to the day it begins."""
        local = when.astimezone(self._zone)
        begun = [name for hour, name in SHIFTS if local.hour >= hour]
        day = local.date() if begun else datetime.fromtimestamp(local.timestamp() - 86_400, self._zone).date()
        return self.folder / f"{day:%Y%m%d}-{begun[-1] if begun else 'C'}.csv"

    def write(self, when: datetime, temperature: float, setpoint: float, power: float) -> Path:
        """Append a row; a new file gets its heading first. Times are whole seconds."""
        path = self.path(when)
        local = when.astimezone(self._zone).replace(microsecond=0)
        cells = [f"{value:.1f}".replace(".", ",") for value in (temperature, setpoint, power)]
        with path.open("a", encoding="cp949", newline="") as file:
            if file.tell() == 0:
                file.write(";".join(HEADING) + "\r\n")
            file.write(";".join([f"{local:%Y-%m-%d %H:%M:%S}", *cells]) + "\r\n")
        if self._log is not None:
            microseconds = round(local.timestamp() * 1_000_000)
            for column, cell in zip(HEADING[1:], cells, strict=True):
                self._log.add(offered("oven", column, microseconds, float(cell.replace(",", "."))))
        return path
