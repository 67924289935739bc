"""Why a material lies where it does: which flows pull it, and what moving it would cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from hanmaru.decide.slotting.bulk.problem import BulkPlan, BulkProblem, Material


@dataclass(frozen=True, slots=True)
class Pull:
    """One flow: so many trips a day to a supply point, `way` from the centre (negative: the point is on the left)."""

    supply_point: int
    trips: float
    way: float


@dataclass(frozen=True, slots=True)
class Why:
    """Why a material lies where it does.

    `objective` is its part. `left` and `right` are the trips that pull either way: where both are alike it lies at its
    best. `alone` is the part it would have at its best coordinate were the strip empty, `alone_at` that centre; so
    `given_up` is what it gives up for the others. `swaps` are what swapping it with another, all between shifted, would
    cost: the dearest to undo is why it lies here; below 0 would be a better plan.
    """

    material: str
    centre: float
    objective: float
    pulls: tuple[Pull, ...]
    left: float
    right: float
    alone: float
    alone_at: float
    swaps: Mapping[str, float]

    @property
    def given_up(self) -> float:
        """What lying here costs more than lying alone."""
        return self.objective - self.alone


def explain(problem: BulkProblem, plan: BulkPlan, key: str) -> Why:
    """Explain one material of a plan; detours of strips are left out."""
    material = next(one for one in problem.materials if one.key == key)
    centre, points = plan.positions[key], problem.supply_points
    pulls = tuple(
        Pull(number, trips, point - centre)
        for number, (trips, point) in enumerate(zip(material.trips, points, strict=True))
        if trips
    )
    half = material.width / 2
    ends = (half, problem.length - half)
    reach = [min(max(point, ends[0]), ends[1]) for point in points] or [centre]
    alone_at = min(reach, key=lambda at: _part(material, points, at))
    return Why(
        key,
        centre,
        _part(material, points, centre),
        pulls,
        sum(pull.trips for pull in pulls if pull.way < 0),
        sum(pull.trips for pull in pulls if pull.way > 0),
        _part(material, points, alone_at),
        alone_at,
        _swaps(problem, plan, material),
    )


def moved_by(problem: BulkProblem, plan: BulkPlan, key: str, by: float) -> float:
    """What shifting one material would cost (negative: save), whether or not there is room."""
    material = next(one for one in problem.materials if one.key == key)
    centre = plan.positions[key]
    return _part(material, problem.supply_points, centre + by) - _part(material, problem.supply_points, centre)


def _part(material: Material, points: tuple[float, ...], centre: float) -> float:
    return sum(trips * abs(centre - point) for trips, point in zip(material.trips, points, strict=True))


def _swaps(problem: BulkProblem, plan: BulkPlan, material: Material) -> dict[str, float]:
    """What swapping with every other material of its strip would cost."""
    strip = plan.strips.get(material.key)
    line = sorted(
        (one for one in problem.materials if plan.strips.get(one.key) == strip), key=lambda one: plan.positions[one.key]
    )
    place = line.index(material)
    return {
        other.key: _swap(problem, plan, line[min(place, number) : max(place, number) + 1])
        for number, other in enumerate(line)
        if number != place
    }


def _swap(problem: BulkProblem, plan: BulkPlan, row: list[Material]) -> float:
    """What swapping the first and last of a row would cost, those between shifted by the difference of the widths."""
    first, last = row[0], row[-1]
    by = last.width - first.width
    begin = plan.positions[first.key] - first.width / 2
    end = plan.positions[last.key] + last.width / 2
    now = {one.key: plan.positions[one.key] for one in row}
    then = {key: centre + by for key, centre in now.items()}
    then |= {last.key: begin + last.width / 2, first.key: end - first.width / 2}
    points = problem.supply_points
    return sum(_part(one, points, then[one.key]) - _part(one, points, now[one.key]) for one in row)
