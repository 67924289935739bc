"""Random numbers inside compiled loops: a generator of our own, so that a seed means the same on every machine."""

import numpy as np

from hanmaru.decide.slotting.compiled import compiled
from hanmaru.decide.slotting.kitting.store import Ints

_FACTOR = 6364136223846793005
_STEP = 1442695040888963407
_BITS = (1 << 31) - 1


def dice(seed: int) -> Ints:
    """The state [1] of a generator; seeds that stand side by side give numbers that have nothing in common."""
    mixed = np.random.SeedSequence(seed % 2**63).generate_state(1, np.uint64)
    return mixed.astype(np.int64)


@compiled
def below(state: Ints, end: int) -> int:
    """A whole number from 0 to `end` - 1."""
    state[0] = state[0] * _FACTOR + _STEP
    return int((((state[0] >> 32) & _BITS) * end) >> 31)


@compiled
def share(state: Ints) -> float:
    """A number above 0 and up to 1."""
    state[0] = state[0] * _FACTOR + _STEP
    return float((((state[0] >> 32) & _BITS) + 1) / (_BITS + 1.0))
