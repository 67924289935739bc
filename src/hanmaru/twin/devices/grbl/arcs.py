"""Circles as chords: what grbl makes of G2 and G3 before the planner sees them. Source: grbl 1.1, motion_control.c."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from hanmaru.twin.devices.grbl.gcode import Refused
from hanmaru.twin.devices.grbl.motion import Vector

PLANES = {17.0: (0, 1, 2), 18.0: (2, 0, 1), 19.0: (1, 2, 0)}
OFFSETS = "IJK"


@dataclass(frozen=True, slots=True)
class Arc:
    """One arc in a plane, given by the words of its line; lengths in mm."""

    start: Vector
    end: Vector
    plane: float
    clockwise: bool
    words: dict[str, float]

    def chords(self, tolerance: float) -> Iterator[Vector]:
        """Answer the ends of chords that leave the circle by no more than `tolerance`. Raise Refused 33, 34, 35."""
        first, second, third = PLANES[self.plane]
        middle = self._middle(first, second)
        begin = math.atan2(self.start[second] - middle[1], self.start[first] - middle[0])
        sweep = math.atan2(self.end[second] - middle[1], self.end[first] - middle[0]) - begin
        if self.clockwise and sweep >= -5e-7:
            sweep -= 2 * math.pi
        elif not self.clockwise and sweep <= 5e-7:
            sweep += 2 * math.pi
        radius = math.dist(middle, (self.start[first], self.start[second]))
        pieces = int(abs(sweep) * radius / 2 / math.sqrt(tolerance * max(2 * radius - tolerance, tolerance))) + 1
        for number in range(1, pieces):
            share = number / pieces
            point = [0.0, 0.0, 0.0]
            point[first] = middle[0] + radius * math.cos(begin + sweep * share)
            point[second] = middle[1] + radius * math.sin(begin + sweep * share)
            point[third] = self.start[third] + (self.end[third] - self.start[third]) * share
            yield (point[0], point[1], point[2])
        yield self.end

    def _middle(self, first: int, second: int) -> tuple[float, float]:
        if "R" in self.words:
            return self._middle_of_radius(first, second)
        if OFFSETS[first] not in self.words and OFFSETS[second] not in self.words:
            raise Refused(35)
        middle = (
            self.start[first] + self.words.get(OFFSETS[first], 0.0),
            self.start[second] + self.words.get(OFFSETS[second], 0.0),
        )
        there = math.dist(middle, (self.end[first], self.end[second]))
        here = math.dist(middle, (self.start[first], self.start[second]))
        off = abs(there - here)
        if off > 0.5 or (off > 0.005 and off > 0.001 * here):
            raise Refused(33)
        return middle

    def _middle_of_radius(self, first: int, second: int) -> tuple[float, float]:
        x, y, radius = self.end[first] - self.start[first], self.end[second] - self.start[second], self.words["R"]
        if x == 0 and y == 0:
            raise Refused(33)
        under = 4 * radius * radius - x * x - y * y
        if under < 0:
            raise Refused(34)
        height = -math.sqrt(under) / math.hypot(x, y)
        if not self.clockwise:
            height = -height
        if radius < 0:
            height = -height
        return (self.start[first] + (x - y * height) / 2, self.start[second] + (y + x * height) / 2)
