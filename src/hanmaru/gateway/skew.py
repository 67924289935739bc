"""Notices a device whose clock is wrong, by the times of its readings.

A reading can be old for good reasons: it waited in the device, or the value has not changed for long. It can never come
from the future. So the newest reading of a window tells how far the clock is: latency only makes it look slower.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

WINDOW: Final = 30.0  # seconds
AHEAD: Final = 2.0  # seconds; a device that is further ahead has a wrong clock
BEHIND: Final = 30.0  # seconds; one whose newest reading is always older has a wrong clock, or is very slow


class Skew:
    """Of one source. `now` is a monotonic clock in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._seen: deque[tuple[float, float]] = deque()
        self._begun: float | None = None
        self.is_wrong = False

    @property
    def seconds(self) -> float | None:
        """How far the device's clock is ahead of ours, negative when behind; None before anything came."""
        return max((ahead for _when, ahead in self._seen), default=None)

    def see(self, batch: pa.RecordBatch) -> bool:
        """Take a batch; answer whether it changed what is to be said of the clock."""
        now = self._now()
        ahead = pc.max(pc.subtract(batch.column(1).cast(pa.int64()), batch.column(2).cast(pa.int64()))).as_py()
        if ahead is None:
            return False
        self._begun = now if self._begun is None else self._begun
        self._seen.append((now, ahead / 1e6))
        while self._seen[0][0] < now - WINDOW:
            self._seen.popleft()
        return self._judge(whole=now - self._begun >= WINDOW)

    def _judge(self, *, whole: bool) -> bool:
        """A clock ahead is seen at once; one behind only after a whole window without a fresh reading."""
        seconds = self.seconds or 0.0
        wrong = seconds > AHEAD or (seconds < -BEHIND and (whole or self.is_wrong))
        changed, self.is_wrong = wrong != self.is_wrong, wrong
        return changed
