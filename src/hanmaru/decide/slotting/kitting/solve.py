"""One way in: a problem, a watch, a seed and a method go in, a plan with its bound comes out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from hanmaru.decide.slotting.kitting.bound import Bounding
from hanmaru.decide.slotting.kitting.conflict import built
from hanmaru.decide.slotting.kitting.errors import BadStore, NoPlanInTime, rule
from hanmaru.decide.slotting.kitting.exact import CYCLES_BEFORE_PROOF, MEDIUM, SMALL, TINY, prove, size
from hanmaru.decide.slotting.kitting.genetic import genetic
from hanmaru.decide.slotting.kitting.milp_cpsat import solve_cpsat
from hanmaru.decide.slotting.kitting.milp_highs import solve_highs
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.kitting.relocate import Relocation
from hanmaru.decide.slotting.kitting.search import (
    CYCLES,
    CYCLES_AFTER_DIVE,
    CYCLES_BEFORE_DIVE,
    CYCLES_BEFORE_LONG_DIVE,
    Best,
    first_plan,
    improve,
)
from hanmaru.decide.slotting.kitting.store import Store
from hanmaru.decide.slotting.kitting.whole import whole
from hanmaru.decide.slotting.watch import Watch

Method = Literal["auto", "exact", "ga", "milp-highs", "milp-cpsat"]
SAME = 1e-9
"""Objective and bound that differ by less, relatively, are the same."""
_LONG_DIVE = 400
"""With more classes, models and aisles than this the plan of the relaxation comes after minutes alone."""


def solve_kitting(problem: KittingProblem, watch: Watch, seed: int = 0, method: Method = "auto") -> KittingPlan:
    """Find places for all materials; raises the errors of `errors` where there are none.

    `auto` searches and bounds side by side and proves what it can; `exact` leaves all after the first plans to branch
    and price, then to CP-SAT; `ga` is the source's algorithm; `milp-highs` and `milp-cpsat` hand the source's model to
    a solver.
    """
    store = built(problem, watch)
    if problem.rules.most_moves is not None and method in {"auto", "exact"}:
        return _relocated(store, watch, seed, method)
    if method in {"auto", "exact"}:
        best = Best(where := first_plan(store, watch, seed), store.objective(where))
        watch.found(best.cost)
        if not _done(watch):
            _search(store, best, watch, seed, cycles=_cycles(store, method))
    else:
        best = _baseline(store, watch, seed, method)
    return _plan(store, best, watch, seed, method)


def _cycles(store: Store, method: Method) -> int:
    """How long to search before the proof has the processor alone."""
    if method == "exact":
        return 0
    return CYCLES_BEFORE_PROOF if size(store) <= MEDIUM else CYCLES


def _relocated(store: Store, watch: Watch, seed: int, method: Method) -> KittingPlan:
    """A plan of few moves from today's; its bound is that of all plans."""
    moved = Relocation(store, seed)
    watch.found(moved.cost)
    costs = whole(store)
    with Bounding(store, moved.where(), lambda: moved.cost) as bounding:
        for _ in moved.improve():
            watch.found(moved.cost)
            watch.proved(costs.up(bounding.bound))
            if _done(watch):
                break
    plan = _plan(store, Best(moved.where(), moved.cost), watch, seed, method)
    return replace(plan, places=moved.places())


def _baseline(store: Store, watch: Watch, seed: int, method: Method) -> Best:
    """The source's own ways; raises NoPlanInTime where they find nothing."""
    if store.problem.rules.most_moves is not None:
        raise BadStore(field="most_moves", reason=rule("method", method=method))
    if method == "ga":
        where, bound = genetic(store, watch, seed)[0], 0.0
    else:
        where, bound = (solve_highs if method == "milp-highs" else solve_cpsat)(store, watch, seed)
    if where is None:
        raise NoPlanInTime(method=method)
    watch.found(store.objective(where))
    watch.proved(bound)
    return Best(where, store.objective(where))


def _search(store: Store, best: Best, watch: Watch, seed: int, cycles: int) -> None:
    """Search and bound side by side; what is tiny, and what the bound leaves open, CP-SAT proves if it is small.

    How fast the bound comes depends on the machine, so a plan found with it is taken last: a seed gives one plan.
    """
    costs = whole(store)
    with Bounding(store, best.where, lambda: best.cost, diving=cycles > 0) as bounding:

        def ended() -> bool:
            watch.found(best.cost)
            watch.proved(costs.up(bounding.bound))
            return _done(watch)

        for _ in _course(store, best, bounding, (seed, cycles), watch):
            if ended():
                break
        else:
            while size(store) > TINY and not bounding.rests and not ended():
                bounding.wait()
            if size(store) > TINY:
                _take(store, best, bounding)
            if not ended() and (cycles == 0 or size(store) <= SMALL):
                prove(store, best, watch, seed, ended)
        _take(store, best, bounding)
        ended()


def _course(store: Store, best: Best, bounding: Bounding, how: tuple[int, int], watch: Watch) -> Iterator[None]:
    """Search for some cycles, then from the plan that the relaxation gives, and then from the best of both.

    When that plan comes depends on the machine; that the search waits for it does not, so a seed gives one plan.
    """
    seed, cycles = how
    if cycles == 0:
        return
    long = int(store.class_of.max(initial=0)) + store.models + store.aisles > _LONG_DIVE
    before = min(cycles, CYCLES_BEFORE_LONG_DIVE if long else CYCLES_BEFORE_DIVE)
    yield from improve(store, best, seed, watch, range(before))
    while bounding.wait_for_dive():
        yield
    if bounding.dived is not None:
        other = Best(bounding.dived, store.objective(bounding.dived))
        for _ in improve(store, other, seed, watch, CYCLES_AFTER_DIVE):
            if other.cost < best.cost:
                best.where, best.cost = other.where, other.cost
            yield
    yield from improve(store, best, seed, watch, range(before, cycles))


def _take(store: Store, best: Best, bounding: Bounding) -> None:
    """Take the plan that came with the bound, if it is better."""
    if bounding.plan is not None and store.objective(bounding.plan) < best.cost:
        best.where, best.cost = bounding.plan, store.objective(bounding.plan)


def _done(watch: Watch) -> bool:
    return watch.over or watch.bound >= watch.best * (1 - SAME)


def _plan(store: Store, best: Best, watch: Watch, seed: int, method: str) -> KittingPlan:
    bound = min(best.cost, whole(store).up(watch.bound))
    optimal = bound >= best.cost * (1 - SAME)
    places = store.places(np.asarray(best.where))
    return KittingPlan(best.cost, bound, optimal, watch.seconds, seed, method, places, tuple(watch.history))
