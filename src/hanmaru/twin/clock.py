"""The time of the virtual plant: it may run faster than ours."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class VirtualClock:
    """Virtual time since `start`, going `speed` times as fast as the machine's own."""

    def __init__(
        self, speed: float = 1.0, start: datetime | None = None, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin now; `ticks` answers real seconds and never goes back."""
        self.speed = speed
        self._ticks = ticks
        self.begin(start)

    def begin(self, start: datetime | None = None) -> None:
        """Begin anew at second 0, which is now unless a time is given."""
        self.start = start or datetime.now(UTC)
        self._begin = self._ticks()

    def pace(self, speed: float) -> None:
        """Go on at another speed from the second that it is now."""
        gone = self.seconds()
        self.speed, self._begin = speed, self._ticks() - gone / speed

    def seconds(self) -> float:
        """Answer the virtual seconds since the start."""
        return (self._ticks() - self._begin) * self.speed

    def now(self) -> datetime:
        """Answer the virtual time, UTC."""
        return self.at(self.seconds())

    def at(self, seconds: float) -> datetime:
        """Answer which time it is so many virtual seconds after the start."""
        return self.start + timedelta(seconds=seconds)

    def real(self, seconds: float) -> float:
        """Answer how many real seconds that many virtual ones take."""
        return seconds / self.speed
