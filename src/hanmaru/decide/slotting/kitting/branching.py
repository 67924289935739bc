"""Which branch of a node raises its bound most: strong branching until what a choice brings is known by experience.

Reliability branching: T. Achterberg, T. Koch, A. Martin, "Branching rules revisited", Oper. Res. Letters 33 (2005).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hanmaru.decide.slotting.kitting.frame import Frame, counted, settled, span
from hanmaru.decide.slotting.kitting.master import Master, Mixture
from hanmaru.decide.slotting.kitting.relaxed import Relaxed
from hanmaru.decide.slotting.kitting.served import IN, OUT

_CANDIDATES, _AHEAD = 60, 12
"""Choices looked at, and how many in a row that are no better than the best before."""
_WHOLE = 1e-5
_RELIABLE = 8
"""What was tried so often is known."""
_LEAST = 0.01
"""The part of a grain that every branch is taken to raise the bound by."""
Key = tuple[int, int, int]


@dataclass(frozen=True)
class Way:
    """One way to go on: a model, from which aisle on, how often; which side of it, and how far it was from that."""

    key: Key
    side: int
    far: float
    frame: Frame
    hoped: float = 0.0
    """By how much the master said that the bound would rise."""
    cost: float = 0.0
    """What the node above came to."""


Choice = tuple[Way, Way]


class Branching:
    """Chooses branches, and learns from what they were tried to bring."""

    def __init__(self, part: Relaxed, grain: float) -> None:
        """Nothing is known yet; what is less than `grain` does not matter."""
        self._part, self._grain = part, grain
        self._tried: dict[tuple[Key, int], tuple[int, float]] = {}
        self._seen: dict[tuple[Key, int], tuple[int, float]] = {}
        self._kept = [(0.0, 0.0), (0.0, 0.0)]

    def choose(self, node: Frame, mixture: Mixture, master: Master, spare: float) -> Choice | None:
        """The two ways that raise the bound most, what is beyond `spare` not counted; None where all is whole."""
        most = max(self._grain, spare)
        best, chosen, since = -1.0, None, 0
        for choice in self._counts(node, mixture):
            ways = [self._hoped(way, mixture.cost, master, most) for way in choice]
            rises = [min(max(_LEAST * self._grain, self._rise(way)), most) for way in ways]
            since += 1
            if rises[0] * rises[1] > best:
                best, chosen, since = rises[0] * rises[1], (ways[0], ways[1]), 0
            if since == _AHEAD:
                break
        return chosen

    def _hoped(self, way: Way, cost: float, master: Master, most: float) -> Way:
        """A way with what the master says of it, or has said before, but no more than `most`."""
        tried, mean = self._tried.get((way.key, way.side), (0, 0.0))
        if tried < _RELIABLE:
            mean = (tried * mean + master.rise(way.frame, cost) / way.far) / (tried + 1)
            self._tried[way.key, way.side] = tried + 1, mean
        return replace(way, hoped=min(most, mean * way.far), cost=cost)

    def _rise(self, way: Way) -> float:
        """By how much a way will raise the bound: what it did, or what it is hoped to less what hopes are too high."""
        came, hoped = self._kept[way.side]
        rise = way.hoped * (came + self._grain) / (hoped + self._grain)
        seen, mean = self._seen.get((way.key, way.side), (0, 0.0))
        return (rise + seen * mean * way.far) / (1 + seen)

    def learn(self, way: Way, cost: float) -> None:
        """What the node of a way came to."""
        rise = max(0.0, cost - way.cost)
        came, hoped = self._kept[way.side]
        self._kept[way.side] = came + rise, hoped + way.hoped
        seen, mean = self._seen.get((way.key, way.side), (0, 0.0))
        self._seen[way.key, way.side] = seen + 1, (seen * mean + rise / way.far) / (seen + 1)

    def _counts(self, node: Frame, mixture: Mixture) -> Iterator[Choice]:
        """In how many of the aisles from some on a model enters, the dearest first."""
        by_way = np.argsort(self._part.walk.sum(axis=0), kind="stable")
        count = np.cumsum(mixture.enters[:, by_way[::-1]], axis=1)[:, ::-1]
        split = np.abs(count - np.rint(count))
        order = np.argsort(-split * self._part.walk.mean(axis=1)[:, None], axis=None)[:_CANDIDATES].tolist()
        for m, first in (divmod(flat, len(by_way)) for flat in order):
            whole, over = float(np.floor(count[m, first])), np.zeros(len(by_way), bool)
            over[by_way[first:]] = True
            _, least, most = span(node, m, over)
            if split[m, first] > _WHOLE and least <= whole < most:
                far, key = float(count[m, first]) - whole, (m, first, int(whole))
                fewer, more = counted(node, m, over, least, whole), counted(node, m, over, whole + 1, most)
                yield Way(key, 0, far, fewer), Way(key, 1, 1 - far, more)


def either(node: Frame, m: int, a: int) -> tuple[Frame, Frame]:
    """Model m does not enter aisle a, or it does."""
    out, entered = node.status.copy(), node.status.copy()
    out[m, a], entered[m, a] = OUT, IN
    return settled(replace(node, status=out)), settled(replace(node, status=entered))
