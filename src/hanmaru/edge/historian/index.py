"""Where each tag's rows lie in a sorted table or file, and from when to when they reach."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from hanmaru.edge.historian.columns import Integers

LEAST_GROUP: Final = 8_192  # rows: smaller tags share a row group
LEAST_ROLLED: Final = 2_048  # the same of roll-ups: a day has 1,440 minutes, a month 744 hours
LARGEST_GROUP: Final = 262_144  # rows: larger tags have several


@dataclass(frozen=True, slots=True)
class Index:
    """One entry a tag, ascending: rows starts[i] to starts[i + 1], first[i] to last[i] in microseconds.

    `groups` are the first rows of the row groups and the number of all rows; a table in memory is one group.
    `group_times` is the time of each group's first row: a tag that has several groups is found by time.
    """

    tags: NDArray[np.uint32]
    starts: Integers
    first: Integers
    last: Integers
    groups: Integers
    group_times: Integers

    @classmethod
    def of(cls, tag: NDArray[np.uint32], time: Integers, *, is_rolled: bool = False) -> "Index":
        """Look at columns sorted by (tag, time)."""
        edges = np.flatnonzero(tag[1:] != tag[:-1]) + 1
        begins = np.concatenate(([0], edges)).astype(np.int64) if len(tag) else np.zeros(0, np.int64)
        starts = np.append(begins, len(tag)).astype(np.int64)
        groups = _cut(starts, LEAST_ROLLED if is_rolled else LEAST_GROUP)
        return cls(tag[begins], starts, time[begins], time[starts[1:] - 1], groups, time[groups[:-1]])

    @property
    def rows(self) -> int:
        """Answer how many rows there are."""
        return int(self.starts[-1])

    def find(self, wanted: NDArray[np.uint32], start: int, end: int) -> Integers:
        """Answer the entries of wanted tags (ascending) with rows that may lie in start <= time < end."""
        place = np.minimum(np.searchsorted(self.tags, wanted), len(self.tags) - 1)
        found: Integers = place[self.tags[place] == wanted]
        reaching: Integers = found[(self.first[found] < end) & (self.last[found] >= start)]
        return reaching

    def span(self, entry: int, start: int, end: int) -> tuple[int, int]:
        """Answer the row groups, from and until, that hold an entry's rows in start <= time < end."""
        low, high = int(self.starts[entry]), int(self.starts[entry + 1])
        begin = int(np.searchsorted(self.groups, low, "right")) - 1
        until = int(np.searchsorted(self.groups, high, "left"))
        inner = self.group_times[begin + 1 : until]  # groups that begin within this tag
        begin_at = begin + int(np.searchsorted(inner, start, "right"))
        return begin_at, begin + 1 + int(np.searchsorted(inner, end, "left"))

    def overlapped(self, other: "Index") -> NDArray[np.uint32]:
        """Answer the tags whose times here and in the other overlap."""
        shared, mine, theirs = np.intersect1d(self.tags, other.tags, assume_unique=True, return_indices=True)
        return shared[(self.first[mine] <= other.last[theirs]) & (self.last[mine] >= other.first[theirs])]

    def save(self, path: Path) -> None:
        """Write it to the disk."""
        with path.open("wb") as file:
            np.savez(
                file,
                tags=self.tags,
                starts=self.starts,
                first=self.first,
                last=self.last,
                groups=self.groups,
                group_times=self.group_times,
            )
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def load(cls, path: Path) -> "Index":
        """Read it. Raise OSError or ValueError when it is not there or torn."""
        with np.load(path) as held:
            return cls(**{name: held[name] for name in cls.__slots__})


def _cut(starts: Integers, least: int) -> Integers:
    """Answer where row groups begin: at tags, so that each is large enough, and inside large tags."""
    cuts, begin = [0], 0
    for until in starts[1:].tolist():
        while until - begin > LARGEST_GROUP:
            begin += LARGEST_GROUP
            cuts.append(begin)
        if until - begin >= least:
            begin = until
            cuts.append(begin)
    if cuts[-1] != starts[-1]:
        cuts.append(int(starts[-1]))
    return np.asarray(cuts, np.int64)
