"""How far pickers really walk: the shortest tour of each kit through one block of parallel aisles.

Objective (13) counts aisles entered; this is the exact route beside it. H. D. Ratliff, A. S. Rosenthal, "Order-picking
in a rectangular warehouse", Operations Research 31 (1983): a dynamic program over the aisles whose state says with
how many edges (none, odd, even) a tour meets the two ends of an aisle, and of how many pieces it consists so far.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from hanmaru.decide.slotting.kitting.build import bins_in
from hanmaru.decide.slotting.kitting.problem import KittingProblem, Place

_State = tuple[int, int, int]
"""Edges at the back and at the front end (0 none, 1 odd, 2 even), pieces."""
_ENDS: tuple[_State, ...] = ((2, 0, 1), (0, 2, 1), (2, 2, 1))


@dataclass(frozen=True, slots=True)
class Block:
    """The measures of a block, in metres. The in/out point stands before the front end of aisle `depot`."""

    bin_width: float = 0.5
    between_aisles: float = 3.0
    sides: int = 2
    """Racks that face each other: the first `sides` racks of an aisle stand at its front, the next behind them."""
    end: float = 1.0
    """From a cross aisle to the first bin."""
    depot: int = 0


def walked(problem: KittingProblem, places: Mapping[str, Place], block: Block | None = None) -> float:
    """Metres walked per period: over all models, frequency times the shortest tour through the bins of its bill."""
    block = block or Block()
    total = 0.0
    for model in problem.models:
        spots = {i: places[problem.materials[i].key] for i in set(model.materials)}
        if spots and model.frequency > 0:
            picks = [(spot.aisle, depth(problem, block, i, spot)) for i, spot in spots.items()]
            total += model.frequency * tour(picks, length(problem, block), block)
    return total


def length(problem: KittingProblem, block: Block) -> float:
    """How long the aisles of a block are: as long as the longest."""
    longest = max((_before(aisle.racks, len(aisle.racks), block.sides) for aisle in problem.aisles), default=0)
    return longest * block.bin_width + 2 * block.end


def depth(problem: KittingProblem, block: Block, i: int, place: Place) -> float:
    """How far from the front cross aisle the middle of a material's run lies."""
    before = _before(problem.aisles[place.aisle].racks, place.rack, block.sides)
    return block.end + block.bin_width * (before + place.first_bin + bins_in(problem, i, place) / 2)


def _before(racks: tuple[int, ...], rack: int, sides: int) -> int:
    """Bins between the front of an aisle and a rack of it, by the longest of those that face each other."""
    whole = rack // sides * sides if rack < len(racks) else rack
    return sum(max(racks[n : n + sides]) for n in range(0, whole, sides))


def tour(picks: Iterable[tuple[int, float]], deep: float, block: Block) -> float:
    """The shortest tour from the in/out point through picks (aisle, depth) and back; aisles are `deep` long."""
    by_aisle = {
        block.depot: [0.0]
    }  # the depot is to be passed like a pick: a tour may leave its aisle sideways at once
    for aisle, at in picks:
        by_aisle.setdefault(aisle, []).append(at)
    aisles = sorted(by_aisle)
    costs: dict[_State, float] = {(0, 0, 0): 0.0}
    for number, aisle in enumerate(aisles):
        if number:
            costs = _across(costs, (aisle - aisles[number - 1]) * block.between_aisles)
        costs = _along(costs, sorted(by_aisle[aisle]), deep, depot=aisle == block.depot)
    return min((costs.get(state, inf) for state in _ENDS), default=inf)


def _along(costs: dict[_State, float], picks: list[float], deep: float, *, depot: bool) -> dict[_State, float]:
    """All ways through one aisle: through, twice through, from either end and back, leaving out the largest gap."""
    after: dict[_State, float] = {}
    front = picks[-1] if picks else 0.0
    back = deep - picks[0] if picks else 0.0
    for (top, bottom, pieces), cost in costs.items():
        if not picks:
            _keep(after, (top, bottom, pieces), cost)
        once = (_odd(top), _odd(bottom), 1)
        _keep(after, once, cost + deep)
        _keep(after, (top or 2, bottom or 2, 1), cost + 2 * deep)
        _keep(after, (top, bottom or 2, pieces + (bottom == 0)), cost + 2 * front)
        if picks:
            _keep(after, (top or 2, bottom, pieces + (top == 0)), cost + 2 * back)
        if len(picks) > 1:
            both = pieces + (top == 0) + (bottom == 0)
            _keep(after, (top or 2, bottom or 2, both), cost + 2 * _both_ends(picks, deep))
    return {state: cost for state, cost in after.items() if state[2] <= 2 and (state[1] or not depot)}


def _both_ends(picks: list[float], deep: float) -> float:
    """From both ends to the two sides of the largest gap, one way."""
    return min(left + deep - right for left, right in pairwise(picks))


def _odd(edges: int) -> int:
    return 2 if edges == 1 else 1


def _keep(costs: dict[_State, float], state: _State, cost: float) -> None:
    if cost < costs.get(state, inf):
        costs[state] = cost


def _across(costs: dict[_State, float], wide: float) -> dict[_State, float]:
    """From one aisle to the next along the back, the front, or both."""
    after: dict[_State, float] = {}
    for (top, bottom, pieces), cost in costs.items():
        if top == bottom == 1:
            _keep(after, (1, 1, 1), cost + 2 * wide)
            continue
        if pieces == 1 and top == 2:
            _keep(after, (2, 0, 1), cost + 2 * wide)
        if pieces == 1 and bottom == 2:
            _keep(after, (0, 2, 1), cost + 2 * wide)
        if top == bottom == 2:
            _keep(after, (2, 2, pieces), cost + 4 * wide)
        elif pieces == 1:
            _keep(after, (2, 2, 2), cost + 4 * wide)
    return after
