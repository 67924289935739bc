"""One way in: a problem, a watch, a seed and a method go in, a plan with its bound comes out."""

from contextlib import closing
from dataclasses import replace
from typing import Literal

import numpy as np

from hanmaru.decide.slotting.kitting.bound import Bounding
from hanmaru.decide.slotting.kitting.conflict import built
from hanmaru.decide.slotting.kitting.errors import BadStore, NoPlanInTime, rule
from hanmaru.decide.slotting.kitting.exact import MEDIUM, SMALL, TINY, prove, size
from hanmaru.decide.slotting.kitting.falling import Best
from hanmaru.decide.slotting.kitting.first import first_plans
from hanmaru.decide.slotting.kitting.genetic import genetic
from hanmaru.decide.slotting.kitting.milp_cpsat import solve_cpsat
from hanmaru.decide.slotting.kitting.milp_highs import solve_highs
from hanmaru.decide.slotting.kitting.problem import KittingPlan, KittingProblem
from hanmaru.decide.slotting.kitting.relocate import Relocation
from hanmaru.decide.slotting.kitting.store import Store
from hanmaru.decide.slotting.kitting.tempering import Tempering
from hanmaru.decide.slotting.kitting.whole import whole
from hanmaru.decide.slotting.watch import Watch

Method = Literal["auto", "exact", "ga", "milp-highs", "milp-cpsat"]
SAME = 1e-9
"""Objective and bound that differ by less, relatively, are the same."""
_GENERATIONS = 28
_BEFORE_PROOF = {MEDIUM: 11, SMALL: 10}
"""Generations of the search, and how many there are of smaller stores before the proof has the processor alone."""


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
        search = Tempering(store, first_plans(store, watch, seed), seed)
        best = search.best
        if not _done(watch):
            best = _search(store, search, watch, seed, 0 if method == "exact" else _generations(store))
    else:
        best = _baseline(store, watch, seed, method)
    return _plan(store, best, watch, seed, method)


def _generations(store: Store) -> int:
    """How long to search before the proof has the processor alone."""
    return next((number for most, number in _BEFORE_PROOF.items() if size(store) <= most), _GENERATIONS)


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


def _search(store: Store, search: Tempering, watch: Watch, seed: int, generations: int) -> Best:
    """Search and bound side by side; what is tiny, and what the bound leaves open, CP-SAT proves if it is small.

    How fast the bound comes depends on the machine, so a plan found with it is taken last: a seed gives one plan.
    """
    costs, best = whole(store), Best(search.best.where, search.best.cost)
    with Bounding(store, best.where, lambda: best.cost) as bounding:

        def ended() -> bool:
            watch.found(best.cost)
            watch.proved(costs.up(bounding.bound))
            return _done(watch)

        with closing(search.generations(generations)) as going:
            for _ in going:
                best.where, best.cost = search.best.where, search.best.cost
                if ended():
                    break
        while size(store) > TINY and not bounding.rests and not ended():
            bounding.wait()
        if size(store) > TINY:
            _take(best, bounding)
        if not ended() and (generations == 0 or size(store) <= SMALL):
            prove(store, best, watch, seed, ended)
        _take(best, bounding)
        ended()
    return best


def _take(best: Best, bounding: Bounding) -> None:
    """Take the plan that came with the bound, if it is better."""
    if bounding.best is not None and bounding.best.cost < best.cost:
        best.where, best.cost = bounding.best.where, bounding.best.cost


def _done(watch: Watch) -> bool:
    return watch.over or watch.bound >= watch.best * (1 - SAME)


def _plan(store: Store, best: Best, watch: Watch, seed: int, method: str) -> KittingPlan:
    bound = min(best.cost, whole(store).up(watch.bound))
    optimal = bound >= best.cost * (1 - SAME)
    places = store.places(np.asarray(best.where))
    return KittingPlan(best.cost, bound, optimal, watch.seconds, seed, method, places, tuple(watch.history))
