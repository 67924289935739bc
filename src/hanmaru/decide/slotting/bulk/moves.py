"""At most k materials elsewhere than today: what every number of moves can save, and a bound for each number.

Moving costs a toll that falls from round to round: the annealing then moves few materials at first and ever more
later, and the best plan of every number of moves is kept. The bound for k moves is the largest, over tolls, of the
Lagrangian bound with toll less k tolls.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from hanmaru.decide.slotting.bulk.anneal import Line, anneal, line_of, pay, warmth
from hanmaru.decide.slotting.bulk.flows import STAYS, Flows, flows
from hanmaru.decide.slotting.bulk.incumbent import Incumbent, incumbent
from hanmaru.decide.slotting.bulk.numbers import exact
from hanmaru.decide.slotting.bulk.problem import BulkProblem
from hanmaru.decide.slotting.bulk.prove import Proof
from hanmaru.decide.slotting.bulk.scaled import Scaled, Whole, scaled
from hanmaru.decide.slotting.bulk.timed import time_index
from hanmaru.decide.slotting.errors import NoToday, OneStripOnly, OutsideStrip, TodayForbidden, TodayOverlaps
from hanmaru.decide.slotting.watch import Watch
from hanmaru.kernel.errors import HanmaruError

FINE = 1 << 30
LEVELS = 24
FALL = 0.7
CHUNK = 2_000
HOT = 0.02
COLD = 1e-5
BOUND_TOLLS = 3
BOUND_ROUNDS = 150
CLOSE = Fraction(1, 10**9)


@dataclass(slots=True)
class Moves:
    """The plans of one search by number of moved materials: costs and starts of all items, walls after materials."""

    problem: BulkProblem
    whole: Scaled
    flow: Flows
    watch: Watch
    home: Whole
    line: Line
    costs: dict[int, int] = field(default_factory=dict)
    begins: dict[int, Whole] = field(default_factory=dict)

    @property
    def materials(self) -> int:
        """How many of the items are materials."""
        return len(self.problem.materials)

    @property
    def today(self) -> dict[str, int]:
        """Where materials begin today; what is fixed elsewhere has to move."""
        begins = dict(zip((one.key for one in self.problem.materials), self.home.tolist(), strict=False))
        for key in displaced(self.problem):
            begins[key] = -1
        return begins

    def record(self) -> int:
        """Keep the line where it is the best of its number of moves; that number."""
        begin = np.empty_like(self.line.begin)
        begin[self.line.seq] = self.line.begin
        return self.take(begin)

    def take(self, begin: Whole) -> int:
        """Keep a plan where it is the best of its number of moves; that number."""
        away = begin != self.home
        number = int(away.sum())
        ways = np.abs((begin + self.whole.halves)[:, None] - self.whole.points)
        cost = int((self.whole.trips * ways).sum())
        if cost < self.costs.get(number, 1 << 62):
            self.costs[number], self.begins[number] = cost, begin
        return number

    def best(self, most: int) -> int:
        """The number of moves, at most `most`, whose plan is cheapest; fewer where equal."""
        return min((number for number in self.costs if number <= most), key=lambda number: (self.costs[number], number))


def moves_of(problem: BulkProblem, watch: Watch, seed: int) -> Moves:
    """Begin with today's layout. Raises what is wrong with it."""
    if len(problem.strips) > 1:
        raise OneStripOnly(strips=len(problem.strips))
    rules, today = problem.rules, problem.today or {}
    for material in problem.materials:
        if material.key not in today:
            raise NoToday(key="rules.most_moved", id=material.key)
    open_rules = replace(rules, fixed={}, forbidden=())
    whole = _with_walls(problem, scaled(replace(problem, rules=open_rules), FINE))
    home = np.array([*_homes(problem, whole), *(begin for begin, _ in _walls(problem, whole))], dtype=np.int64)
    home = _standing_clear(problem, whole, home)
    stay = {*rules.fixed, *(key for group in rules.together for key in group)}
    stay |= {key for one, other, _ in rules.apart for key in (one, other)}
    must = [STAYS if item.key in stay else 0 for item in problem.materials]
    toll = np.array(must + [STAYS] * (len(home) - len(must)), dtype=np.int64)
    room = whole.rooms[0]
    line = line_of(np.argsort(home, kind="stable"), (room.begin, room.end), seed)
    line.begin[:] = home[line.seq]
    return Moves(problem, whole, flows(whole)._replace(home=home, toll=toll), watch, home, line)


def displaced(problem: BulkProblem) -> list[str]:
    """What is fixed elsewhere than where it lies today: each is a move already."""
    near, today = CLOSE * exact(problem.length), problem.today or {}
    return [key for key, centre in problem.rules.fixed.items() if abs(exact(centre) - exact(today[key])) > near]


def _homes(problem: BulkProblem, whole: Scaled) -> list[int]:
    """Where materials begin today, what is fixed where it is fixed."""
    centres = {**(problem.today or {}), **problem.rules.fixed}
    return [
        round(exact(centres[material.key]) / whole.unit) - int(half)
        for material, half in zip(problem.materials, whole.halves, strict=False)
    ]


def _stretches(problem: BulkProblem) -> list[tuple[float, float]]:
    """Pillars and doors, from where to where."""
    strip = problem.strips[0].forbidden if problem.strips else ()
    return sorted((*problem.rules.forbidden, *strip))


def _walls(problem: BulkProblem, whole: Scaled) -> list[tuple[int, int]]:
    """Pillars and doors as items that stay: begin and width, less the clear gap of what lies left of them."""
    gap = whole.units(problem.rules.clearance)
    walls = [(whole.units(a) + gap, whole.units(b)) for a, b in _stretches(problem)]
    return [(begin, end - begin) for begin, end in walls if end > begin]


def _with_walls(problem: BulkProblem, whole: Scaled) -> Scaled:
    """The problem with walls as items without trips."""
    walls = _walls(problem, whole)
    return replace(
        whole,
        items=tuple(range(len(problem.materials) + len(walls))),
        widths=np.append(whole.widths, np.array([width for _, width in walls], dtype=np.int64)),
        halves=np.append(whole.halves, np.zeros(len(walls), dtype=np.int64)),
        trips=np.vstack([whole.trips, np.zeros((len(walls), len(whole.points)), dtype=np.int64)]),
    )


def _standing_clear(problem: BulkProblem, whole: Scaled, home: Whole) -> Whole:
    """Today's starts, shifted where rounding made zones overlap. Raises where more than rounding did.

    Raises:
        TodayOverlaps, TodayForbidden, OutsideStrip.
    """
    clear, reached = home.copy(), whole.rooms[0].begin
    near = max(4 * len(home), int(CLOSE * whole.rooms[0].length))
    before: int | None = None
    for item in np.argsort(home, kind="stable").tolist():
        if reached - home[item] > near:
            raise _not_clear(problem, before, item, float((reached - int(home[item])) * whole.unit))
        clear[item] = max(int(home[item]), reached)
        reached = int(clear[item] + whole.widths[item])
        before = item
    over = reached - whole.rooms[0].end
    if over > near:
        raise _beyond(problem, before or 0)
    return clear - max(0, over)


def _not_clear(problem: BulkProblem, before: int | None, item: int, by: float) -> HanmaruError:
    """What is wrong with an item of today that begins before the one left of it has ended."""
    count = len(problem.materials)
    if before is None:
        return _beyond(problem, item)
    if max(before, item) < count:
        one, other = problem.materials[before].key, problem.materials[item].key
        return TodayOverlaps(one=one, other=other, by=f"{by:.6g}")
    on = min(before, item)
    start, end = _zone(problem, on)
    begin, until = min(_stretches(problem), key=lambda one: max(one[0] - end, start - one[1]))
    told = {"start": start, "end": end, "from": begin, "to": until}
    return TodayForbidden(id=problem.materials[on].key, **{key: f"{value:.6g}" for key, value in told.items()})


def _zone(problem: BulkProblem, item: int) -> tuple[float, float]:
    material = problem.materials[item]
    centre = {**(problem.today or {}), **problem.rules.fixed}[material.key]
    return centre - material.width / 2, centre + material.width / 2


def _beyond(problem: BulkProblem, item: int) -> OutsideStrip:
    start, end = _zone(problem, item)
    key = f"today.{problem.materials[item].key}"
    return OutsideStrip(key=key, start=f"{start:.6g}", end=f"{end:.6g}", begin=0, length=f"{problem.length:.6g}")


def search_moves(moves: Moves, most: int, effort: int = 1) -> None:
    """Let the toll fall, then search longest where about `most` materials move."""
    free = moves.flow._replace(toll=np.zeros_like(moves.flow.toll))
    pay(free, moves.line)
    heat = warmth(free, moves.line, 500) if len(moves.home) > 1 else 0.0
    moves.record()
    if heat <= 0:
        return
    top = max(1, int(moves.line.paid.max()))
    near = top
    for level in range(LEVELS):
        toll = int(top * FALL**level)
        if _round(moves, toll, heat, 500 * effort) >= most:
            near = min(near, toll) if near < top else toll
    for number in range(8):
        _set(moves, moves.begins[moves.best(most)])
        _round(moves, int(near * (0.6 + 0.2 * number)), heat, 2_000 * effort)


def _set(moves: Moves, begin: Whole) -> None:
    """Go on from this plan."""
    moves.line.seq[:] = np.argsort(begin, kind="stable")
    moves.line.begin[:] = begin[moves.line.seq]


def tolled(moves: Moves, toll: int) -> Flows:
    """The flows where every move costs this much."""
    return moves.flow._replace(toll=np.maximum(moves.flow.toll, toll))


def _round(moves: Moves, toll: int, heat: float, each: int) -> int:
    """Anneal once at one toll; how many materials were moved in the end."""
    flow, total = tolled(moves, toll), each * len(moves.home)
    pay(flow, moves.line)
    number = 0
    for done in range(0, total, CHUNK):
        if moves.watch.over:
            break
        anneal(flow, moves.line, HOT * heat, COLD * heat, min(CHUNK, total - done), (done, total))
        number = moves.record()
    return number


def bounds(moves: Moves, most: int) -> dict[int, int]:
    """Lower bounds of the cost of at most so many moves, by their number, `most` among them.

    They come from a few tolls near those at which `most` materials move.
    """
    numbers = sorted({*moves.costs, most})
    drop = max(0, moves.costs[0] - moves.costs[moves.best(most)]) if 0 in moves.costs else 0
    found = dict.fromkeys(numbers, 0)
    for step in range(BOUND_TOLLS):
        toll = max(1, drop // max(1, most) // 2**step)
        bound = _bound(moves, toll)
        for number in numbers:
            found[number] = max(found[number], min(bound - toll * number, moves.costs[moves.best(number)]))
    return found


def _bound(moves: Moves, toll: int) -> int:
    """The Lagrangian bound of cost and tolls together; 0 where there is none."""
    flow = tolled(moves, toll)
    model = time_index(moves.whole, flow, moves.watch, bound=True)
    if model is None or moves.watch.over:
        return 0
    quiet = Watch(moves.watch.clock, moves.watch.left, moves.watch.stop)
    best: Incumbent = incumbent(moves.whole, flow, quiet)
    best.cost = min(cost + toll * number for number, cost in moves.costs.items())
    Proof(best, *model, swaps=False).relax(BOUND_ROUNDS)
    return best.bound
