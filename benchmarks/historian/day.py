"""A made-up day of a plant: 4,051 tags at 1 Hz, as drivers would send it. Seeded.

Source times jitter by up to 3 ms, receive times lag by 2 to 30 ms. A quarter of the tags each: a temperature of two
decimals, a pressure with one, a current with three around a set value, and a vibration with all the digits of a double
(which compresses badly, on purpose).
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hanmaru.floor.reading import SCHEMA

TAGS: Final = 4_051
SECONDS: Final = 86_400
BEGIN: Final = 1_795_219_200_000_000  # 2026-11-21 00:00 UTC, microseconds
POOL: Final = 32


class Day:
    """Makes the readings of any tag, the same each time."""

    def __init__(self, seed: int = 7, seconds: int = SECONDS, begin: int = BEGIN) -> None:
        self.seconds, self.begin = seconds, begin
        random = np.random.default_rng(seed)
        self._walks = np.cumsum(random.normal(0, 0.02, (POOL, seconds)), axis=1)
        self._noise = random.normal(0, 1, (POOL, seconds))
        self._jitter = random.integers(0, 3_000, (POOL, seconds))
        self._lag = random.integers(2_000, 30_000, (POOL, seconds))

    def columns(self, tag: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Answer source times, receive times (microseconds) and numbers of a tag."""
        pool, turn = tag % POOL, tag * 37 % self.seconds
        walk, noise = self._walks[pool] + tag % 11, np.roll(self._noise[pool], turn)
        source = self.begin + np.arange(self.seconds) * 1_000_000 + np.roll(self._jitter[pool], turn)
        match tag % 4:
            case 0:
                number = np.round(20 + walk, 2)
            case 1:
                number = np.round(100 + walk * 3, 1)
            case 2:
                number = np.round(5 + noise * 0.1, 3)
            case _:
                number = 5 + noise
        return source, source + np.roll(self._lag[pool], turn), number

    def table(self, tags: range) -> Any:
        """Answer the readings of some tags, sorted by (tag, source time)."""
        made = [self.columns(tag) for tag in tags]
        rows = len(made) * self.seconds
        return pa.table(
            [
                pa.array(np.repeat(np.asarray(tags, np.uint32), self.seconds)),
                pa.array(np.concatenate([source for source, _, _ in made])).cast(SCHEMA.field("source_time").type),
                pa.array(np.concatenate([receive for _, receive, _ in made])).cast(SCHEMA.field("receive_time").type),
                pa.array(np.concatenate([number for _, _, number in made])),
                pa.nulls(rows, pa.string()),
                pa.array(np.zeros(rows, np.uint32)),
            ],
            schema=SCHEMA,
        )

    def tables(self, tags: int, at_once: int = 48) -> Iterator[Any]:
        """Answer the readings of tags 1 to `tags`, a few tags a table."""
        for first in range(1, tags + 1, at_once):
            yield self.table(range(first, min(first + at_once, tags + 1)))
