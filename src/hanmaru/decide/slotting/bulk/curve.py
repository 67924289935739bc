"""What moving ever more materials saves: the cost curve against the number moved from today's layout."""

from dataclasses import dataclass

from hanmaru.decide.slotting.bulk.incumbent import lower
from hanmaru.decide.slotting.bulk.moves import bounds, moves_of, search_moves
from hanmaru.decide.slotting.bulk.problem import BulkProblem
from hanmaru.decide.slotting.watch import Watch


@dataclass(frozen=True, slots=True)
class Point:
    """With so many materials moved: the best objective found, and a bound below which none lies."""

    moved: int
    objective: float
    bound: float


def curve(problem: BulkProblem, watch: Watch, seed: int = 0) -> tuple[Point, ...]:
    """Answer the points at which one more move saves, from none moved on; ends with the watch."""
    moves = moves_of(problem, watch, seed)
    count = len(problem.materials)
    for most in sorted({max(1, count // 8), max(1, count // 4), max(1, count // 2)}):
        search_moves(moves, most)
    least = bounds(moves, max(1, count // 4))
    points: list[Point] = []
    for number in sorted(moves.costs):
        if not points or moves.best(number) == number:
            objective = float(moves.whole.objective(moves.costs[number]))
            bound = lower(moves.whole.objective(least[number]) - moves.whole.blur)
            points.append(Point(number, objective, min(objective, bound)))
    return tuple(points)
