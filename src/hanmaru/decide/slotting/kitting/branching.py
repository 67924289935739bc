"""Which branch of a node raises its bound most: strong branching until what a choice brings is known by experience.

Reliability branching: T. Achterberg, T. Koch, A. Martin, "Branching rules revisited", Oper. Res. Letters 33 (2005).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from hanmaru.decide.slotting.kitting.frame import Frame, settled
from hanmaru.decide.slotting.kitting.master import Master, Mixture
from hanmaru.decide.slotting.kitting.relaxed import Relaxed
from hanmaru.decide.slotting.kitting.served import IN, OUT

_CANDIDATES = 16
"""Of each kind."""
_WHOLE = 1e-5
_RELIABLE = 12
"""What was tried so often is known."""
_LEAST = 0.01
"""The part of a grain that every branch is taken to raise the bound by."""
Key = tuple[str, int, int]


@dataclass(frozen=True)
class Way:
    """One way to go on: what was chosen, by kind and numbers, which side of it, and how far it was from that."""

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
        self._kept: dict[tuple[str, int], tuple[float, float]] = {}

    def choose(self, node: Frame, mixture: Mixture, master: Master, spare: float) -> Choice | None:
        """The two ways that raise the bound most, what is beyond `spare` not counted; None where all is whole."""
        choices = [*self._counts(node, mixture), *self._entries(node, mixture)]
        if not choices:
            return None
        most = max(self._grain, spare)
        scored = []
        for choice in choices:
            ways = [self._hoped(way, mixture.cost, master, most) for way in choice]
            rises = [min(max(_LEAST * self._grain, self._rise(way)), most) for way in ways]
            scored.append((rises[0] * rises[1], (ways[0], ways[1])))
        return max(scored, key=lambda one: one[0])[1]

    def _hoped(self, way: Way, cost: float, master: Master, most: float) -> Way:
        """A way with what the master says of it, or has said before, but no more than `most`."""
        tried, mean = self._tried.get((way.key, way.side), (0, 0.0))
        if tried < _RELIABLE:
            mean = (tried * mean + master.rise(way.frame, cost) / way.far) / (tried + 1)
            self._tried[way.key, way.side] = tried + 1, mean
        return replace(way, hoped=min(most, mean * way.far), cost=cost)

    def _rise(self, way: Way) -> float:
        """By how much a way will raise the bound: what it did, or what it is hoped to less what hopes are too high."""
        came, hoped = self._kept.get((way.key[0], way.side), (0.0, 0.0))
        rise = way.hoped * (came + self._grain) / (hoped + self._grain)
        seen, mean = self._seen.get((way.key, way.side), (0, 0.0))
        return (rise + seen * mean * way.far) / (1 + seen)

    def learn(self, way: Way, cost: float) -> None:
        """What the node of a way came to."""
        rise = max(0.0, cost - way.cost)
        came, hoped = self._kept.get((way.key[0], way.side), (0.0, 0.0))
        self._kept[way.key[0], way.side] = came + rise, hoped + way.hoped
        seen, mean = self._seen.get((way.key, way.side), (0, 0.0))
        self._seen[way.key, way.side] = seen + 1, (seen * mean + rise / way.far) / (seen + 1)

    def _counts(self, node: Frame, mixture: Mixture) -> Iterator[Choice]:
        """In how many aisles a model enters, the dearest first."""
        count = mixture.enters.sum(axis=1)
        split = np.abs(count - np.rint(count)) * self._part.walk.mean(axis=1)
        for m in np.argsort(-split)[:_CANDIDATES].tolist():
            whole = float(np.floor(count[m]))
            if abs(count[m] - round(count[m])) > _WHOLE and node.least[m] <= whole < node.most[m]:
                most, least = node.most.copy(), node.least.copy()
                most[m], least[m] = whole, whole + 1
                key, far = ("count", m, int(whole)), float(count[m]) - whole
                fewer, more = settled(replace(node, most=most)), settled(replace(node, least=least))
                yield Way(key, 0, far, fewer), Way(key, 1, 1 - far, more)

    def _entries(self, node: Frame, mixture: Mixture) -> Iterator[Choice]:
        """Whether a model enters an aisle, the dearest first."""
        loose = np.minimum(mixture.enters, 1 - mixture.enters)
        order = np.argsort(-loose * self._part.walk, axis=None)[:_CANDIDATES].tolist()
        for m, a in (divmod(flat, len(self._part.capacity)) for flat in order):
            if loose[m, a] > _WHOLE:
                key, share = ("entry", m, a), float(mixture.enters[m, a])
                out, entered = either(node, m, a)
                yield Way(key, 0, share, out), Way(key, 1, 1 - share, entered)


def either(node: Frame, m: int, a: int) -> tuple[Frame, Frame]:
    """Model m does not enter aisle a, or it does."""
    out, entered = node.status.copy(), node.status.copy()
    out[m, a], entered[m, a] = OUT, IN
    return settled(replace(node, status=out)), settled(replace(node, status=entered))
