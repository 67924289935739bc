"""The mixed-integer programme (1) to (12) as numbers: what both solvers are handed."""

from dataclasses import dataclass
from itertools import combinations

from hanmaru.decide.slotting.bulk.scaled import Scaled


@dataclass(frozen=True, slots=True)
class Programme:
    """Lengths in units of the scaled problem; `pairs` are the i < j whose order is decided; M is the room's length."""

    length: int
    halves: tuple[int, ...]
    points: tuple[int, ...]
    trips: tuple[tuple[int, ...], ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def flows(self) -> tuple[tuple[int, int], ...]:
        """The material and supply point of every flow."""
        return tuple((i, k) for i, row in enumerate(self.trips) for k, trips in enumerate(row) if trips)


def programme(problem: Scaled) -> Programme:
    """The programme of one room."""
    return Programme(
        problem.rooms[0].length,
        tuple(problem.halves.tolist()),
        tuple(problem.points.tolist()),
        tuple(tuple(row) for row in problem.trips.tolist()),
        tuple(combinations(range(len(problem.halves)), 2)),
    )
