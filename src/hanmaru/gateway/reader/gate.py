"""What the antennas see, and which of it is one thing passing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_PRUNE_ABOVE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Sighting:
    """One antenna saw one tag once. `read_at` is UTC, `rssi_dbm` None where the reader cannot tell."""

    epc: str
    antenna: int
    rssi_dbm: float | None
    read_at: datetime


class Gate:
    """Tells the first sighting of a passage from its repetitions.

    A tag counts as the same passage until it has not been seen, by any antenna, for `window`. So a thing left lying at
    the gate is one passage, however long it lies. A window of zero lets every sighting through.
    """

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self._last_seen: dict[str, datetime] = {}
        self.sightings = 0
        self.passages = 0

    def begins_passage(self, sighting: Sighting) -> bool:
        """Count a sighting; answer whether it is a passage's first."""
        self.sightings += 1
        before = self._last_seen.get(sighting.epc)
        self._last_seen[sighting.epc] = max(sighting.read_at, before) if before else sighting.read_at
        if len(self._last_seen) > _PRUNE_ABOVE:
            self._prune(sighting.read_at)
        if before is not None and sighting.read_at - before < self._window:
            return False
        self.passages += 1
        return True

    def _prune(self, now: datetime) -> None:
        """Forget tags long gone; if a flood keeps the table full, forget the longest unseen half."""
        recent = {epc: seen for epc, seen in self._last_seen.items() if now - seen < self._window}
        if len(recent) > _PRUNE_ABOVE // 2:
            newest = sorted(recent.items(), key=lambda item: item[1])[-_PRUNE_ABOVE // 2 :]
            recent = dict(newest)
        self._last_seen = recent
