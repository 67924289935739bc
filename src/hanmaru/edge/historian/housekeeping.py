"""What the owner does beside taking readings: joins files, makes hours, removes what is old; slowly, in one thread."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import structlog

from hanmaru.edge.historian.compaction import choose, days_to_take, join, make_hours
from hanmaru.edge.historian.retention import Keep, Retention, Room
from hanmaru.edge.historian.store import Store

log = structlog.get_logger(__name__)

LOOK: Final = 10.0  # seconds between two looks when there is nothing to do
POLITE: Final = 10  # nice(2) of the thread: answers and new readings come first


class Housekeeping:
    """Runs beside the owner in its event loop; `tell` is called in that loop."""

    def __init__(
        self, store: Store, keep: Keep, free: Callable[[], int], tell: Callable[[str, Mapping[str, object]], None]
    ) -> None:
        self._store, self._keep, self._free, self._tell = store, keep, free, tell
        self._told: list[tuple[str, Mapping[str, object]]] = []
        self._retention = Retention(store, keep, free, lambda code, facts: self._told.append((code, facts)))
        self.trouble: str | None = None

    @property
    def room(self) -> Room:
        """Answer how full the disk is."""
        return self._retention.room

    async def run(self) -> None:
        """Keep house until cancelled; what is under way is ended first."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "housekeeping", _be_polite) as thread:
            while True:
                done = await loop.run_in_executor(thread, self._step)
                for code, facts in self._told:
                    self._tell(code, facts)
                self._told.clear()
                await asyncio.sleep(0 if done else LOOK)

    def _step(self) -> bool:
        """Do one thing; answer whether there may be more to do."""
        try:
            self._retention.step()
            done = self._join_or_make()
        except OSError as error:
            self.trouble = f"files cannot be joined or removed: {error.strerror or error}"
            log.exception("historian.housekeeping")
            return False
        self.trouble = None
        return done

    def _join_or_make(self) -> bool:
        began = time.monotonic()
        if work := choose(self._store.folder.manifest, self._store.clock()):
            size = sum(file.size for file in work.files)
            if self._free() < 2 * size + self._keep.stop:
                return False
            join(self._store, work)
            facts: dict[str, Any] = {"day": work.files[0].day, "files": len(work.files), "level": work.level}
            rows = sum(file.rows for file in work.files)
            log.info("historian.joined", **facts, rows=rows, seconds=round(time.monotonic() - began, 1))
            return True
        if days := days_to_take(self._store.folder.manifest):
            month = min(days)[:7]
            make_hours(self._store, month)
            log.info("historian.hours", month=month, seconds=round(time.monotonic() - began, 1))
            return True
        self._store.warm_newest()
        return False


def _be_polite() -> None:
    """Give way to the other threads; Linux keeps niceness for each thread (setpriority(2))."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), POLITE)
