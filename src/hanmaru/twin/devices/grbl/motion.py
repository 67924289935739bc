"""How the axes move: a queue of straight moves with look-ahead, each with trapezoidal speed.

Source: the documents of grbl 1.1 (settings $11, $110-$122) and S. Jeon, "Improving grbl: cornering algorithm" (2011),
for the speed at a junction. Each piece of constant acceleration is advanced in closed form, so a step may be of any
length. Lengths are millimetres, times seconds, speeds mm/s.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

Vector = tuple[float, float, float]

BLOCKS: Final = 15  # BLOCK_BUFFER_SIZE - 1 of grbl 1.1 on an ATmega328P
TINY: Final = 1e-9


@dataclass(slots=True)
class Block:
    """One straight move, in machine coordinates."""

    end: Vector
    unit: Vector
    left: float  # mm still to go
    speed: float  # programmed
    rapid: bool
    acceleration: float
    line: int = 0
    entry_limit: float = 0.0  # greatest speed at its junction with the one before
    entry: float = 0.0  # speed at which it may be entered so that all that follow can be kept


@dataclass(frozen=True, slots=True)
class Limits:
    """What the axes can do: greatest speeds mm/s, accelerations mm/s2, junction deviation mm."""

    rates: Vector
    accelerations: Vector
    deviation: float


class Motion:
    """Where the controller believes the axes to be, and the moves still to be made."""

    def __init__(self) -> None:
        """Begin at zero, at rest."""
        self.position: Vector = (0.0, 0.0, 0.0)
        self.speed = 0.0
        self.blocks: deque[Block] = deque()
        self.feed_override = 1.0
        self.rapid_override = 1.0

    @property
    def target(self) -> Vector:
        """Answer where it will be once all moves are made."""
        return self.blocks[-1].end if self.blocks else self.position

    @property
    def is_full(self) -> bool:
        """Say whether no further move is taken just now."""
        return len(self.blocks) >= BLOCKS

    def add(self, end: Vector, speed: float | None, limits: Limits, line: int = 0) -> bool:
        """Append a move to `end`; `speed` None is a rapid move. Answer False when there is no way to go."""
        start = self.target
        delta = tuple(b - a for a, b in zip(start, end, strict=True))
        length = math.hypot(*delta)
        if length < TINY:
            return False
        unit = (delta[0] / length, delta[1] / length, delta[2] / length)
        fastest = _along(unit, limits.rates)
        block = Block(
            end=end,
            unit=unit,
            left=length,
            speed=fastest if speed is None else min(speed, fastest),
            rapid=speed is None,
            acceleration=_along(unit, limits.accelerations),
            line=line,
        )
        if self.blocks:
            block.entry_limit = _junction(self.blocks[-1], block, limits)
        self.blocks.append(block)
        self._look_ahead()
        return True

    def advance(self, seconds: float, *, hold: bool = False) -> float:
        """Move on, with `hold` slow down to rest along the path and stay there. Answer the seconds not needed."""
        while seconds > TINY and self.blocks:
            block = self.blocks[0]
            leave = self.blocks[1].entry if len(self.blocks) > 1 else 0.0
            if hold and self.speed <= TINY:
                self.speed = 0.0
                return seconds
            acceleration, duration = self._piece(block, leave, hold=hold)
            step = min(seconds, duration)
            way = min(block.left, self.speed * step + acceleration * step * step / 2)
            self.speed = max(0.0, self.speed + acceleration * step)
            block.left -= way
            seconds -= step
            # the rest of a move that ends here is rounding: 1e-7 mm, far below a step of the motor
            if block.left <= 1e-7 or (step == duration and block.left <= 1e-6):
                self.position = block.end
                self.blocks.popleft()
            else:
                self.position = _back(block)
        if not self.blocks:
            self.speed = 0.0
        return max(seconds, 0.0)

    def duration(self) -> float:
        """Answer how long, at the present rate, until the present move ends; a bound for how long one may sleep."""
        if not self.blocks:
            return 0.0
        block = self.blocks[0]
        return block.left / max(self._nominal(block), TINY)

    def drop(self) -> None:
        """Forget all moves and stand still where it is."""
        self.blocks.clear()
        self.speed = 0.0

    def _nominal(self, block: Block) -> float:
        return block.speed * (self.rapid_override if block.rapid else self.feed_override)

    def _piece(self, block: Block, leave: float, *, hold: bool) -> tuple[float, float]:
        """Answer (acceleration, seconds) of the next piece of constant acceleration within a move."""
        rate, speed, left = block.acceleration, self.speed, block.left
        if hold:
            reach = speed * speed / (2 * rate)
            return -rate, speed / rate if reach <= left else _time_to(left, speed, -rate)
        nominal = max(self._nominal(block), TINY)
        leave = min(leave, nominal)
        if speed > nominal + TINY:  # an override was turned down
            seconds = (speed - nominal) / rate
            return -rate, min(seconds, _time_to(left, speed, -rate))
        braking = max(0.0, speed * speed - leave * leave) / (2 * rate)
        if left <= braking + TINY and speed > leave:
            needed = (speed * speed - leave * leave) / (2 * left)
            return -needed, (speed - leave) / needed
        if speed < nominal - TINY:
            peak = min(nominal, math.sqrt(rate * left + (speed * speed + leave * leave) / 2))
            return rate, max((peak - speed) / rate, 1e-6)
        return 0.0, max(left - braking, 1e-9) / speed

    def _look_ahead(self) -> None:
        """Lower entry speeds, the last move first, so that it can always stop at the end of what is known."""
        following = 0.0
        blocks = list(self.blocks)
        for block in reversed(blocks[1:]):
            block.entry = min(block.entry_limit, math.sqrt(following**2 + 2 * block.acceleration * block.left))
            following = block.entry
        blocks[0].entry = self.speed
        for before, block in pairwise(blocks):
            block.entry = min(block.entry, math.sqrt(before.entry**2 + 2 * before.acceleration * before.left))


def _along(unit: Vector, greatest: Sequence[float]) -> float:
    """Answer the greatest value along a direction that keeps every axis within its own."""
    return min(most / abs(part) for part, most in zip(unit, greatest, strict=True) if abs(part) > TINY)


def _junction(before: Block, after: Block, limits: Limits) -> float:
    """Answer the greatest speed round a corner: that of a circle that leaves it by no more than the deviation."""
    cosine = -sum(a * b for a, b in zip(before.unit, after.unit, strict=True))
    slowest = min(before.speed, after.speed)
    if cosine > 0.999999:
        return 0.0  # it turns round
    if cosine < -0.999999:
        return slowest  # it goes straight on
    sine = math.sqrt(0.5 * (1 - cosine))
    rate = min(before.acceleration, after.acceleration)
    return min(slowest, math.sqrt(rate * limits.deviation * sine / (1 - sine)))


def _time_to(left: float, speed: float, acceleration: float) -> float:
    """Answer when `left` is covered at constant acceleration."""
    root = math.sqrt(max(0.0, speed * speed + 2 * acceleration * left))
    return 2 * left / (speed + root)


def _back(block: Block) -> Vector:
    x, y, z = (end - part * block.left for end, part in zip(block.end, block.unit, strict=True))
    return (x, y, z)
