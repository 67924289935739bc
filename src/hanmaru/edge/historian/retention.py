"""What goes when, and what happens when the disk fills up: warn, then thin, then stop, in that order.

Readings go by days of their retention class; their minutes stay longer, their hours for ever. Thinning shortens that
by rule: the oldest day of class short goes first, then of standard, then of long; never the day under way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from hanmaru.edge.historian.classes import CLASSES
from hanmaru.edge.historian.coarse import stale_days
from hanmaru.edge.historian.manifest import DataFile, Manifest, day_of
from hanmaru.edge.historian.store import Store

Room = Literal["enough", "little", "thinning", "none"]
Told = Callable[[str, Mapping[str, object]], None]


@dataclass(frozen=True, slots=True)
class Keep:
    """Days that things are kept, and bytes that stay free."""

    days: Mapping[str, int] = field(default_factory=lambda: {"short": 14, "standard": 90, "long": 1100})
    minutes: int = 1100
    warn: int = 10_000_000_000
    thin: int = 4_000_000_000
    stop: int = 1_000_000_000


class Retention:
    """Removes what is old, and more when the disk fills up. `free` answers the free bytes of the disk."""

    def __init__(self, store: Store, keep: Keep, free: Callable[[], int], tell: Told) -> None:
        self._store, self._keep, self._free, self._tell = store, keep, free, tell
        self.room: Room = "enough"

    def step(self) -> None:
        """Look once. Tells codes `historian.thinned` and those of TOLD."""
        today = date.fromisoformat(day_of(self._store.clock()))
        for name, days in self._keep.days.items():
            self._remove(name, (today - timedelta(days=days)).isoformat())
        self._remove_minutes((today - timedelta(days=self._keep.minutes)).isoformat())
        self._look_at_disk(today.isoformat())

    def _look_at_disk(self, today: str) -> None:
        free = self._free()
        if free < self._keep.thin and (oldest := _oldest(self._store.folder.manifest, today)):
            # One day at a look: what fills the disk may be somebody else's and go again.
            name, day = oldest
            self._remove(name, (date.fromisoformat(day) + timedelta(days=1)).isoformat())
            before, free = free, self._free()
            self._tell("historian.thinned", {"class": name, "day": day, "freed": max(0, free - before)})
        before_room, self.room = self.room, self._room(free)
        if self.room != before_room:
            self._tell(TOLD[self.room], {"free": free})

    def _room(self, free: int) -> Room:
        if free < self._keep.stop:
            return "none"
        if free < self._keep.thin:
            return "thinning"
        return "little" if free < self._keep.warn else "enough"

    def _remove(self, name: str, before: str) -> None:
        """Remove the readings of a class of the days before one; their roll-ups stay."""
        manifest = self._store.folder.manifest
        old = [file for file in manifest.of("readings", "late", "seconds") if file.keep == name and file.day < before]
        if old:
            last = max(file.day for file in old)
            gone = {**manifest.gone, name: max(last, manifest.gone.get(name, last))}
            self._store.replace([], old, gone=gone)

    def _remove_minutes(self, before: str) -> None:
        """Remove minutes whose hours are kept."""
        manifest = self._store.folder.manifest
        stale = stale_days(manifest)
        old = [file for file in manifest.of("minutes") if file.day < before and file.day not in stale]
        if old:
            self._store.replace([], old)


TOLD: Final[dict[Room, str]] = {
    "enough": "historian.disk_well",
    "little": "historian.disk_little",
    "thinning": "historian.disk_nearly_full",
    "none": "historian.disk_full",
}


def _oldest(manifest: Manifest, today: str) -> tuple[str, str] | None:
    """Answer the class and day that go first; None when only today is left."""
    for name in CLASSES:
        days: list[DataFile] = [file for file in manifest.of("readings") if file.keep == name and file.day < today]
        if days:
            return name, min(file.day for file in days)
    return None
