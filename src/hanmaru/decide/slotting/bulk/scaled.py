"""The problem in whole numbers: lengths and costs as integers, so that every bound and every proof is exact."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm

import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.problem import BulkProblem

Whole = NDArray[np.int64]

LONGEST = 1 << 40
DEAREST = 1 << 56


@dataclass(frozen=True, slots=True)
class Room:
    """A free stretch of a strip, in units: materials lie within it, one beside the other."""

    begin: int
    end: int
    detour: int = 0
    strip: int = 0

    @property
    def length(self) -> int:
        """How much lies in it."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Scaled:
    """Lengths in units of `unit`, costs in units of `price`; n materials, K supply points, sorted and distinct.

    `widths` (n) are even; `trips` (n, K) are whole; `constant` is the cost of what stands fixed. `blur` is by how much
    (in the problem's own objective) a cost told here may exceed the true one: 0 where all numbers are decimals.
    """

    unit: Fraction
    price: Fraction
    rooms: tuple[Room, ...]
    widths: Whole
    halves: Whole
    points: Whole
    trips: Whole
    constant: int = 0
    blur: Fraction = Fraction(0)

    @property
    def slack(self) -> int:
        """Room that stays free; negative where the materials do not fit."""
        return sum(room.length for room in self.rooms) - int(self.widths.sum())

    def objective(self, cost: int) -> Fraction:
        """A cost in the problem's own units: trips times distance."""
        return (cost + self.constant) * self.price


def exact(number: float) -> Fraction:
    """The decimal of twelve digits that was meant: 0.1 is a tenth, and so is 0.1 + 0.2 - 0.2."""
    return Fraction(f"{number:.12g}")


def common(numbers: Iterable[Fraction]) -> Fraction:
    """The largest length of which all are multiples; 0 where all are 0."""
    numbers = list(numbers)
    below = lcm(*(number.denominator for number in numbers)) if numbers else 1
    return Fraction(gcd(*(int(number * below) for number in numbers)), below)


def _rounded(numbers: Sequence[Fraction], unit: Fraction) -> list[int]:
    return [round(number / unit) for number in numbers]


def scaled(problem: BulkProblem) -> Scaled:
    """The problem without its rules in whole numbers: one room, the whole strip."""
    length = exact(problem.length)
    widths = [exact(material.width) for material in problem.materials]
    points = sorted({exact(point) for point in problem.supply_points})
    trips = _gathered(problem, points)
    unit = common([*(width / 2 for width in widths), *points, length])
    blur = Fraction(0)
    if length / unit > LONGEST:
        unit = length / LONGEST
        blur = 2 * len(widths) * unit * sum(sum(row) for row in trips)
    whole = [2 * (round(width / unit) // 2) for width in widths]
    weight = common(trip for row in trips for trip in row) or Fraction(1)
    dearest = sum(sum(row) for row in trips) / weight * round(length / unit)
    if dearest > DEAREST:
        weight *= dearest / DEAREST
        blur += weight * length * sum(len(row) for row in trips)
    return Scaled(
        unit,
        unit * weight,
        (Room(0, int(length / unit)),),
        np.array(whole, dtype=np.int64),
        np.array(whole, dtype=np.int64) // 2,
        np.array(_rounded(points, unit), dtype=np.int64),
        np.array([_rounded(row, weight) for row in trips], dtype=np.int64).reshape(len(whole), len(points)),
        blur=blur,
    )


def _gathered(problem: BulkProblem, points: Sequence[Fraction]) -> list[list[Fraction]]:
    """Trips by material and distinct supply point."""
    column = {point: index for index, point in enumerate(points)}
    where = [column[exact(point)] for point in problem.supply_points]
    rows = []
    for material in problem.materials:
        row = [Fraction(0)] * len(points)
        for index, trips in zip(where, material.trips, strict=True):
            row[index] += exact(trips)
        rows.append(row)
    return rows


def alone(scaled_problem: Scaled, chosen: Sequence[int]) -> Scaled:
    """Only these materials, by index."""
    index = np.asarray(chosen, dtype=np.int64)
    return replace(
        scaled_problem,
        widths=scaled_problem.widths[index],
        halves=scaled_problem.halves[index],
        trips=scaled_problem.trips[index],
    )
