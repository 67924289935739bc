"""From today's places to a plan, week by week: moves in an order that always finds free bins, as far as they pay.

Every move costs; what the kits walk falls as moves are made, not before. Moves that together rid a model of an aisle
are made together; a ring of materials that wait for each other's bins is opened by laying one aside, at its own cost.
Of the whole order only the beginning is kept that costs least until the date by which it must have paid.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

from hanmaru.decide.slotting.kitting.build import bins_in
from hanmaru.decide.slotting.kitting.costs import Costs
from hanmaru.decide.slotting.kitting.errors import TodayTwice
from hanmaru.decide.slotting.kitting.problem import KittingProblem, Place, Rack

_LOOK_AT = 300
"""Moves weighed against each other before one is chosen."""


@dataclass(frozen=True, slots=True)
class Labour:
    """What moves cost, in the unit of the objective; how many a week; and the weeks until it must have paid."""

    per_move: float
    per_bin: float
    moves_a_week: int
    weeks: int
    periods_a_week: float = 1.0
    """Periods of the objective in a week: 0.25 where frequencies are per month."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move; `week` counts from 0, `change` is that of the objective, and `aside` tells that it is not for good."""

    material: str
    origin: Place
    target: Place
    week: int
    cost: float
    change: float
    aside: bool


@dataclass(frozen=True, slots=True)
class Reslotting:
    """Moves in their order, what they cost, what they save until the date, and the week in which they have paid.

    `paid_in` is the week, from 0, from whose end on more has been saved than spent; None where no beginning of the
    moves pays: then there are none.
    """

    moves: tuple[Move, ...]
    cost: float
    saving: float
    paid_in: int | None


def reslot(problem: KittingProblem, target: Mapping[str, Place], labour: Labour) -> Reslotting:
    """Plan the moves from `problem.today` to `target`; materials without a place today are not moved.

    Raises TodayTwice where two materials take the same bin today.
    """
    moves: list[Move] = []
    for step in workable(problem, target):
        cost = labour.per_move + labour.per_bin * step.bins
        week = len(moves) // max(1, labour.moves_a_week)
        moves.append(Move(step.material, step.origin, step.target, week, cost, step.change, step.aside))
    return _paying(moves, labour)


class Made(NamedTuple):
    """A move as it is made: by how much the objective changes, how many bins it takes, whether it is not for good."""

    material: str
    origin: Place
    target: Place
    change: float
    bins: int
    aside: bool


def workable(problem: KittingProblem, target: Mapping[str, Place]) -> Iterator[Made]:
    """All moves from today to `target` in an order that finds free bins, those that pay most first.

    Raises TodayTwice where two materials take the same bin today.
    """
    floor = _Floor(problem, dict(problem.today or {}), target)
    while (step := floor.next()) is not None:
        i, place, aside = step
        origin, bins = floor.at[i], floor.bins(i, place)
        yield Made(problem.materials[i].key, origin, place, floor.move(i, place), bins, aside)


def _paying(moves: list[Move], labour: Labour) -> Reslotting:
    """The beginning of the moves that is worth most by the date."""
    best, keep = 0.0, 0
    worth = 0.0
    for number, move in enumerate(moves, 1):
        worth -= move.cost + move.change * labour.periods_a_week * max(0, labour.weeks - move.week - 1)
        if worth > best + 1e-9 and move.week < labour.weeks:
            best, keep = worth, number
    kept = tuple(moves[:keep])
    cost = sum(move.cost for move in kept)
    saving = best + cost if keep else 0.0
    return Reslotting(kept, cost, saving, _paid_in(kept, labour) if keep else None)


def _paid_in(moves: tuple[Move, ...], labour: Labour) -> int:
    balance, rate, paid = 0.0, 0.0, 0
    for week in range(labour.weeks):
        made = [move for move in moves if move.week == week]
        balance -= rate * labour.periods_a_week + sum(move.cost for move in made)
        rate += sum(move.change for move in made)
        if balance < 0:
            paid = week + 1
    return paid


class _Floor:
    """Who lies where while moves are made."""

    def __init__(self, problem: KittingProblem, today: dict[str, Place], target: Mapping[str, Place]) -> None:
        self._problem, self._costs = problem, Costs(problem)
        number = {material.key: i for i, material in enumerate(problem.materials)}
        self.at = {number[key]: place for key, place in today.items() if key in number}
        self._target = {i: target[problem.materials[i].key] for i in self.at}
        self._pending = [i for i in sorted(self.at) if self._target[i] != self.at[i]]
        self._asides: dict[int, int] = {}
        self._owner: dict[Rack, list[int]] = {
            (a, r): [-1] * bins for a, aisle in enumerate(problem.aisles) for r, bins in enumerate(aisle.racks)
        }
        self._blocked = {
            (one.aisle, one.rack, one.first_bin + b) for one in problem.rules.blocked for b in range(one.bins)
        }
        for a, r, b in self._blocked:
            self._owner[a, r][b] = -2
        self._used: list[list[int]] = [[] for _ in problem.materials]
        self._count: dict[tuple[int, int], int] = {}
        for m, model in enumerate(problem.models):
            for i in sorted(set(model.materials)):
                self._used[i].append(m)
                if i in self.at:
                    key = m, self.at[i].aisle
                    self._count[key] = self._count.get(key, 0) + 1
        self._apart: dict[int, set[int]] = {}
        for one, other in problem.rules.apart:
            self._apart.setdefault(number[one], set()).add(number[other])
            self._apart.setdefault(number[other], set()).add(number[one])
        for i, place in self.at.items():
            self._lie(i, place)

    def _lie(self, i: int, place: Place) -> None:
        """Lie where it lies today, be it in bins that are to be free: they are once it has moved.

        Raises TodayTwice where somebody lies there already.
        """
        row = self._owner[place.aisle, place.rack]
        for b in range(place.first_bin, place.first_bin + self.bins(i, place)):
            if row[b] >= 0:
                names = [self._problem.materials[n].key for n in (row[b], i)]
                where = {"bin": b, "rack": place.rack, "aisle": self._problem.aisles[place.aisle].key}
                raise TodayTwice(one=names[0], other=names[1], **where)
            row[b] = i

    def bins(self, i: int, place: Place) -> int:
        """How many bins material i takes there."""
        return bins_in(self._problem, i, place)

    def next(self) -> tuple[int, Place, bool] | None:
        """The next move: material, place, whether it is only laid aside; None when no more can be made."""
        self._pending = [i for i in self._pending if self._target[i] != self.at[i]]
        free = [i for i in self._pending if not self._in_the_way(i)][:_LOOK_AT]
        if free:
            best = min(free, key=lambda i: (self._promise(i, self._target[i]), i))
            return best, self._target[best], False
        for i in self._pending:
            for other in sorted(self._in_the_way(i)):
                away = self._target[i].aisle if other in self._met(i) else -1
                place = self._aside(other, away) if other >= 0 and self._asides.get(other, 0) < 2 else None
                if place is not None:
                    self._asides[other] = self._asides.get(other, 0) + 1
                    if other not in self._pending:
                        self._pending.append(other)
                    return other, place, True
        return None

    def move(self, i: int, place: Place) -> float:
        """Make a move; by how much the objective changes."""
        old = self.at[i]
        change = self._nearer(i, place)
        for m in self._used[i]:
            self._count[m, old.aisle] -= 1
            change -= self._costs.entering(m, old.aisle) if self._count[m, old.aisle] == 0 else 0.0
        for m in self._used[i]:
            change += self._costs.entering(m, place.aisle) if self._count.get((m, place.aisle), 0) == 0 else 0.0
            self._count[m, place.aisle] = self._count.get((m, place.aisle), 0) + 1
        self._leave(i)
        row = self._owner[place.aisle, place.rack]
        row[place.first_bin : place.first_bin + self.bins(i, place)] = [i] * self.bins(i, place)
        self.at[i] = place
        return change

    def _promise(self, i: int, to: Place) -> float:
        """The change of the objective, where each material bears its share of what its model's others make possible."""
        old, change = self.at[i].aisle, self._nearer(i, to)
        if old == to.aisle:
            return change
        gained = sum(self._costs.entering(m, old) / self._count[m, old] for m in self._used[i])
        new = (m for m in self._used[i] if self._count.get((m, to.aisle), 0) == 0)
        return change + sum(self._costs.entering(m, to.aisle) for m in new) - gained

    def _nearer(self, i: int, to: Place) -> float:
        """By how much levels and the way from the dock change the objective."""
        at = self.at[i]
        return self._costs.lying(i, (to.aisle, to.rack)) - self._costs.lying(i, (at.aisle, at.rack))

    def _in_the_way(self, i: int) -> set[int]:
        """Who lies where material i is to lie, or in that aisle though it must not with i; -2 for a pillar."""
        place = self._target[i]
        row = self._owner[place.aisle, place.rack]
        return (set(row[place.first_bin : place.first_bin + self.bins(i, place)]) | self._met(i)) - {-1, i}

    def _met(self, i: int) -> set[int]:
        """Who lies in the aisle where material i is to lie, and must not with it."""
        aisle = self._target[i].aisle
        return {other for other in self._apart.get(i, ()) if other in self.at and self.at[other].aisle == aisle}

    def _aside(self, i: int, away: int) -> Place | None:
        """Free bins for material i for the time being: those that raise the objective least, the tightest of them.

        None of them in the aisle `away`.
        """
        best, chosen = (inf, 0), None
        if self._problem.materials[i].key in self._problem.rules.fixed:
            return None
        for (a, r), row in self._owner.items():
            need = self.bins(i, Place(a, r, 0))
            if need == 0 or a == away or not self._costs.may_lie(i, (a, r)) or self._meets(i, a):
                continue
            gap, begin = _tightest(row, need)
            score = (self._promise(i, Place(a, r, begin)), gap)
            if begin >= 0 and score < best:
                best, chosen = score, Place(a, r, begin)
        return chosen

    def _meets(self, i: int, a: int) -> bool:
        """Whether something lies in an aisle that must lie apart from material i."""
        return any(other in self.at and self.at[other].aisle == a for other in self._apart.get(i, ()))

    def _leave(self, i: int) -> None:
        """Free the bins of material i, but for those that are blocked."""
        a, r, first = self.at[i].aisle, self.at[i].rack, self.at[i].first_bin
        for b in range(first, first + self.bins(i, self.at[i])):
            self._owner[a, r][b] = -2 if (a, r, b) in self._blocked else -1


def _tightest(row: list[int], need: int) -> tuple[int, int]:
    """The length and the first bin of the tightest stretch of free bins that holds so many; (0, -1) if none does."""
    best, begin, run = 0, -1, 0
    for b in range(len(row) + 1):
        if b < len(row) and row[b] == -1:
            run += 1
            continue
        if run >= need and (begin < 0 or run < best):
            best, begin = run, b - run
        run = 0
    return best, begin
