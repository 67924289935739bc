"""What moving ever more materials saves: the cost curve against the number moved from today's places.

Where all may move is found first, by the ordinary search. Then one run for each number of moves, which begins from the
plan of the smaller number, or from what the way to the search's plan has come to after so many moves if that costs
less: so the curve never rises.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from math import fsum, sqrt

import numpy as np

from hanmaru.decide.slotting.kitting.bound import Bounding
from hanmaru.decide.slotting.kitting.conflict import built
from hanmaru.decide.slotting.kitting.costs import Costs
from hanmaru.decide.slotting.kitting.errors import BadStore, RulesClash, TodayTwice
from hanmaru.decide.slotting.kitting.falling import Best
from hanmaru.decide.slotting.kitting.first import first_plans
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem, Place
from hanmaru.decide.slotting.kitting.relocate import Relocation
from hanmaru.decide.slotting.kitting.reslot import workable
from hanmaru.decide.slotting.kitting.settled import settled
from hanmaru.decide.slotting.kitting.store import Floats, Store
from hanmaru.decide.slotting.kitting.tempering import Tempering
from hanmaru.decide.slotting.kitting.whole import whole
from hanmaru.decide.slotting.watch import Watch

Layout = Mapping[str, Place]
_GROWTH = 2
"""From one number of moves to the next."""
_ROUNDS = 10_000
"""Rounds with one move; they grow as the root of the number."""
_SEARCH_GENERATIONS = 14
_SEARCH, _WAY = 0.4, 0.1
"""The share of the time for where all may move, and of what is then left for the way there."""
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Point:
    """With so many materials moved: the best objective found, a bound below which none lies, and the plan itself."""

    moved: int
    objective: float
    bound: float
    places: Layout


def curve(problem: KittingProblem, watch: Watch, seed: int = 0) -> tuple[Point, ...]:
    """Answer the points at which one more move saves, from the fewest on that rules allow; ends with the watch.

    Materials without a place today lie where they cost least and never count as moved. The watch hears the best
    objective of all points, and the bound of all plans. Raises BadStore where no place is known today.
    """
    if not problem.today:
        raise BadStore(field="today", reason="without places today nothing is moved from them")
    store = built(replace(problem, rules=replace(problem.rules, most_moves=None)), watch)
    search = Tempering(store, first_plans(store, watch, seed), seed)
    best = Best(search.best.where, search.best.cost)
    with Bounding(store, best.where, lambda: best.cost) as bounding:
        limits = _Limits(store, bounding, watch)
        _search(search, best, limits)
        points = []
        for point in _runs(store, best, limits, seed):
            points.append(point)
            best.cost = min(best.cost, point.objective)
            watch.found(best.cost)
        limits.hear()
    return _falling(points, limits)


class _Limits:
    """What cannot be undercut: by any plan, and with so many moves."""

    def __init__(self, store: Store, bounding: Bounding, watch: Watch) -> None:
        self.watch, self._bounding, self._whole = watch, bounding, whole(store)
        shares, self._today = _shares(store)
        self._saved = np.concatenate([[0.0], np.cumsum(shares)])

    def hear(self) -> None:
        """Take over the bound of all plans."""
        self.watch.proved(self._whole.up(self._bounding.bound))

    def least(self, moved: int) -> float:
        """The bound with so many moves; `moved` counts from 0."""
        told = self._today - float(self._saved[min(moved, len(self._saved) - 1)])
        return max(self.watch.bound, self._whole.up(told - _SAME * abs(self._today)))


def _shares(store: Store) -> tuple[Floats, float]:
    """The most that moving one material of those with a place today can save, largest first; and what today costs.

    A model is spared an aisle only when all of its materials leave it: each bears its share of that, so that no set
    of materials saves more than its shares. What has no place today counts with the least it can cost.
    """
    problem, costs = store.problem, Costs(store.problem)
    today = {i: place for i, one in enumerate(problem.materials) if (place := (problem.today or {}).get(one.key))}
    least = store.linear[store.cost_row].min(axis=1)
    share = np.array([costs.lying(i, (place.aisle, place.rack)) - least[i] for i, place in today.items()])
    row = {i: n for n, i in enumerate(today)}
    base = float(share.sum() + least.sum())
    for m, model in enumerate(problem.models):
        by_aisle: dict[int, list[int]] = {}
        for i in set(model.materials) & today.keys():
            by_aisle.setdefault(today[i].aisle, []).append(row[i])
        for a, rows in by_aisle.items():
            base += costs.entering(m, a)
            share[rows] += costs.entering(m, a) / len(rows)
    return np.sort(np.maximum(share, 0.0))[::-1], base


def _search(search: Tempering, best: Best, limits: _Limits) -> None:
    """Where all may move, for its share of the time."""
    watch = limits.watch
    until = watch.seconds + _SEARCH * watch.left
    with closing(search.generations(_SEARCH_GENERATIONS)) as going:
        for _ in going:
            best.where, best.cost = search.best.where, search.best.cost
            watch.found(best.cost)
            limits.hear()
            if watch.over or watch.seconds >= until or watch.bound >= best.cost * (1 - _SAME):
                return


def _runs(store: Store, best: Best, limits: _Limits, seed: int) -> Iterator[Point]:
    """A point for each number of moves, the last one with all of them."""
    watch, numbers = limits.watch, _numbers(store.problem)
    target = _target(store, best)
    way = _way(store.problem, target, numbers, watch)
    moving: Relocation | None = None
    for place, most in enumerate(numbers):
        moving = moving or _first(store, most, seed)
        if moving is None:
            continue
        moving.allow(most)
        if most in way:
            moving.begin_at(way[most])
        if most == numbers[-1]:
            moving.begin_at(target)
        used = _part(watch, sqrt(most) / fsum(map(sqrt, numbers[place:])) if most else 1.0)
        for _ in () if moving.is_settled else moving.cool(int(_ROUNDS * sqrt(max(1, most))), used):
            limits.hear()
            if watch.over or limits.least(most) >= moving.cost * (1 - _SAME):
                break
        yield Point(moving.moved, moving.cost, 0.0, moving.places())
    if moving is None:  # so much is wrong with today that nothing of it can be kept as it is
        yield Point(_moved(store.problem, target), best.cost, 0.0, target)


def _part(watch: Watch, share: float) -> Callable[[], float]:
    """What answers how much is used of a share of the time that is left."""
    begun, lasts = watch.seconds, max(1e-9, share * watch.left)
    return lambda: (watch.seconds - begun) / lasts


def _first(store: Store, most: int, seed: int) -> Relocation | None:
    """The first run; None where more must move than may."""
    problem = store.problem
    few = replace(store, problem=replace(problem, rules=replace(problem.rules, most_moves=most)))
    try:
        return Relocation(few, seed)
    except RulesClash:
        return None


def _target(store: Store, best: Best) -> Layout:
    """Where all may move, leaving in its place what may stay."""
    plan = KittingPlan(best.cost, 0.0, False, 0.0, 0, "", store.places(best.where))  # noqa: FBT003
    return settled(plan, store.problem).places


def _numbers(problem: KittingProblem) -> list[int]:
    count = len(problem.today or {})
    numbers = [0]
    while numbers[-1] < count:
        numbers.append(min(count, max(1, numbers[-1] * _GROWTH)))
    return numbers


def _way(problem: KittingProblem, target: Layout, numbers: Sequence[int], watch: Watch) -> dict[int, Layout]:
    """For some numbers of moves, the cheapest layout on the way to the target within each.

    There is none where places are missing today, or two take the same bin.
    """
    today = dict(problem.today or {})
    if len(today) < len(problem.materials):
        return {}
    at, cost, until = dict(today), Costs(problem).of(today), watch.seconds + _WAY * watch.left
    found: dict[int, tuple[float, Layout]] = {}
    moved: set[str] = set()
    try:
        for move in workable(problem, target):
            at[move.material], cost = move.target, cost + move.change
            (moved.discard if move.target == today[move.material] else moved.add)(move.material)
            number = numbers[bisect_left(numbers, len(moved))]
            if number not in found or cost < found[number][0]:
                found[number] = cost, dict(at)
            if watch.over or watch.seconds >= until:
                break
    except TodayTwice:
        return {}
    return {number: places for number, (_cost, places) in found.items()}


def _moved(problem: KittingProblem, places: Layout) -> int:
    return sum(places[key] != place for key, place in (problem.today or {}).items())


def _falling(points: Sequence[Point], limits: _Limits) -> tuple[Point, ...]:
    """The points that cost less than all with fewer moves, each with its bound."""
    found: list[Point] = []
    for point in sorted(points, key=lambda one: (one.moved, one.objective)):
        if not found or point.objective < found[-1].objective * (1 - _SAME):
            found.append(replace(point, bound=min(point.objective, limits.least(point.moved))))
    return tuple(found)
