"""The problem in whole numbers: lengths and costs as integers, so that every bound and every proof is exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hanmaru.decide.slotting.bulk.numbers import common, exact
from hanmaru.decide.slotting.bulk.problem import BulkProblem, BulkRules
from hanmaru.decide.slotting.bulk.rooms import Free, Stand, rooms_of, standing

Whole = NDArray[np.int64]

LONGEST = 1 << 40
DEAREST = 1 << 52
FEWEST_BITS = 20
"""A strip is never told in fewer units than 2 to this power where its digits are too many."""
TOLERANCE = Fraction(1, 10**9)
"""The share of a strip's length that sums of written numbers may be off."""


@dataclass(frozen=True, slots=True)
class Room:
    """A free stretch of strip number `strip`, in units: materials lie within it, one beside the other.

    `narrowed`: by how much later it begins than it need, see `rooms`.
    """

    begin: int
    end: int
    detour: int = 0
    strip: int = 0
    narrowed: int = 0

    @property
    def length(self) -> int:
        """How much lies in it."""
        return self.end - self.begin


@dataclass(frozen=True, slots=True)
class Scaled:
    """The n materials that are free, in units of `unit` and costs in units of `price`; K supply points, sorted.

    `items` are their indices in the problem; `widths` (n) count the clear gap on the right, `halves` (n) do not;
    `trips` (n, K) are whole. `stands` are the others, `constant` their cost. `blur` is by how much, in the problem's
    own objective, a cost told here may be too high: 0 where numbers are short enough.
    """

    unit: Fraction
    price: Fraction
    rooms: tuple[Room, ...]
    items: tuple[int, ...]
    widths: Whole
    halves: Whole
    points: Whole
    trips: Whole
    stands: tuple[Stand, ...] = ()
    constant: Fraction = Fraction(0)
    blur: Fraction = Fraction(0)

    @property
    def slack(self) -> int:
        """Room that stays free; negative where the materials do not fit."""
        return sum(room.length + room.narrowed for room in self.rooms) - int(self.widths.sum())

    def objective(self, cost: int) -> Fraction:
        """A cost in the problem's own units: trips times distance."""
        return cost * self.price + self.constant

    def units(self, length: float) -> int:
        """A length in units, rounded up."""
        return -(-exact(length) // self.unit)


def scaled(problem: BulkProblem, least: int = 1) -> Scaled:
    """The problem in whole numbers, fixed materials and forbidden stretches taken out of the strips.

    The unit is such that the strip is at least `least` units long.
    """
    length, rooms, stands = exact(problem.length), rooms_of(problem), standing(problem)
    clearance = exact(problem.rules.clearance)
    items = [item for item, material in enumerate(problem.materials) if material.key not in problem.rules.fixed]
    widths = [exact(problem.materials[item].width) for item in items]
    near = [min(max(exact(point), Fraction(0)), length) for point in problem.supply_points]
    points = sorted(set(near))
    trips = _gathered(problem, near, points)
    ends = [end for room in rooms for end in (room.begin, room.open, room.end, room.detour)]
    unit = common([*(width / 2 for width in widths), *points, *ends, *_distances(problem, stands), clearance, length])
    unit /= max(1, -(-least * unit // length))
    free = [trips[item] for item in items]
    ruled = bool(problem.strips) or problem.rules != BulkRules()  # rules are kept to as many digits as there can be
    bits = LONGEST.bit_length() - 1 if ruled else FEWEST_BITS
    unit, weight, blur = _rounded((unit, length), free, bits, len(items) + len(problem.rules.apart))
    halves = np.array([width / 2 // unit for width in widths], dtype=np.int64)
    gap = int(clearance // unit)
    return Scaled(
        unit,
        unit * weight,
        _fitting([_room(room, unit) for room in rooms], int(2 * halves.sum()) + gap * len(items), length / unit),
        tuple(items),
        2 * halves + gap,
        halves,
        np.array([round(point / unit) for point in points], dtype=np.int64),
        np.array([[round(amount / weight) if amount else 0 for amount in row] for row in free], dtype=np.int64).reshape(
            len(items), len(points)
        ),
        stands,
        _beyond(problem, items, near) + sum((_standing_cost(problem, stand) for stand in stands), Fraction(0)),
        blur,
    )


def _distances(problem: BulkProblem, stands: Sequence[Stand]) -> list[Fraction]:
    """Where rules bind materials: the distances of those apart, the centres and halves of what is fixed."""
    rules = problem.rules
    if not (rules.apart or rules.together):
        return []
    halves = [exact(problem.materials[stand.item].width) / 2 for stand in stands]
    return [*(exact(distance) for _, _, distance in rules.apart), *(stand.centre for stand in stands), *halves]


def _rounded(
    lengths: tuple[Fraction, Fraction], trips: Sequence[Sequence[Fraction]], fewest: int, rounded: int
) -> tuple[Fraction, Fraction, Fraction]:
    """The units of length and of trips, and the blur: where digits are too many, those that blur the cost least.

    `lengths`: the unit and the strip. A length is off by a unit at most where it begins, where it is halved, and at its
    supply point; the widths and distances that are rounded, so many, may add up along the strip.
    """
    unit, length = lengths
    amounts = [amount for row in trips for amount in row if amount]
    weight, total = common(amounts) or Fraction(1), sum(amounts, Fraction(0))
    if length / unit <= LONGEST and total / weight * (length / unit) <= DEAREST:
        return unit, weight, Fraction(0)
    choices = []
    for bits in range(fewest, LONGEST.bit_length()):
        length_unit = max(unit, length / (1 << bits))
        trips_unit = max(weight, total * (length / length_unit) / DEAREST)
        blurs = (length_unit > unit) * 4 * rounded * length_unit * total, (trips_unit > weight) * trips_unit
        choices.append((blurs[0] + blurs[1] * len(amounts) * length, length_unit, trips_unit))
    _, length_unit, trips_unit = min(choices)
    off = sum((abs(amount - round(amount / trips_unit) * trips_unit) for amount in amounts), Fraction(0))
    coarse = length_unit if length_unit > unit else Fraction(0)
    return length_unit, trips_unit, 4 * rounded * coarse * (total + off) + off * length


def _room(room: Free, unit: Fraction) -> Room:
    begin = -(-room.begin // unit)
    narrowed = begin + (-room.open // unit)
    return Room(begin, int(room.end // unit), int(room.detour // unit), room.strip, narrowed)


def _fitting(rooms: list[Room], needed: int, length: Fraction) -> tuple[Room, ...]:
    """The rooms; a single one that is too short by no more than sums of decimals may be off is as long as needed."""
    if len(rooms) == 1 and 0 < needed - rooms[0].length <= TOLERANCE * length:
        only = rooms[0]
        return (Room(only.begin, only.begin + needed, only.detour, only.strip),)
    return tuple(rooms)


def _standing_cost(problem: BulkProblem, stand: Stand) -> Fraction:
    """What the trips to a fixed material cost, in the problem's own units."""
    detour = exact(problem.strips[stand.strip].detour) if problem.strips else Fraction(0)
    return sum(
        (
            exact(amount) * (abs(stand.centre - exact(point)) + detour)
            for amount, point in zip(problem.materials[stand.item].trips, problem.supply_points, strict=True)
        ),
        Fraction(0),
    )


def _beyond(problem: BulkProblem, items: Sequence[int], near: Sequence[Fraction]) -> Fraction:
    """What trips to supply points beyond the ends of the strip cost from the ends on, wherever materials lie."""
    over = [(index, way) for index, end in enumerate(near) if (way := abs(exact(problem.supply_points[index]) - end))]
    trips = (problem.materials[item].trips for item in items)
    return sum((exact(row[index]) * way for row in trips for index, way in over if row[index]), Fraction(0))


def _gathered(problem: BulkProblem, near: Sequence[Fraction], points: Sequence[Fraction]) -> list[list[Fraction]]:
    """Trips by material and distinct supply point, those beyond an end of the strip taken as at the end."""
    column = {point: index for index, point in enumerate(points)}
    where = [column[point] for point in near]
    rows = []
    for material in problem.materials:
        row = [Fraction(0)] * len(points)
        for index, trips in zip(where, material.trips, strict=True):
            if trips:
                row[index] = row[index] + exact(trips) if row[index] else exact(trips)
        rows.append(row)
    return rows
