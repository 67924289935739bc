"""Random numbers inside compiled loops: a generator of our own, so that a seed means the same on every machine."""

from numba import njit

from hanmaru.decide.slotting.bulk.scaled import Whole

FACTOR = 6364136223846793005
STEP = 1442695040888963407
BITS = (1 << 31) - 1


@njit(cache=True)
def draw(dice: Whole, below: int) -> int:
    """A whole number from 0 to `below` - 1; `dice` (1) is the state, changed."""
    dice[0] = dice[0] * FACTOR + STEP
    return int((((dice[0] >> 32) & BITS) * below) >> 31)


@njit(cache=True)
def share(dice: Whole) -> float:
    """A number above 0 and up to 1."""
    dice[0] = dice[0] * FACTOR + STEP
    return float((((dice[0] >> 32) & BITS) + 1) / (BITS + 1.0))
