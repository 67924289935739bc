"""The search for a plan: first plans, then rounds of annealing and of large-neighbourhood search.

The search knows no limit: it goes through the same plans whatever time it has, and is cut off. So more time never
gives a worse plan, and the same seed gives the same plan unless the limit cuts it off.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hanmaru.decide.slotting.kitting.classes import class_model, hint, read
from hanmaru.decide.slotting.kitting.conflict import clash
from hanmaru.decide.slotting.kitting.cpsat import Effort, call
from hanmaru.decide.slotting.kitting.errors import TooFull, clashing
from hanmaru.decide.slotting.kitting.laying import arrays, state
from hanmaru.decide.slotting.kitting.partition import greedy, lay_out, partitions, starts
from hanmaru.decide.slotting.kitting.ruin import Fall, anneal, taken
from hanmaru.decide.slotting.kitting.store import Ints, Store
from hanmaru.decide.slotting.kitting.whole import whole
from hanmaru.decide.slotting.watch import Watch

CYCLES = 40
CYCLES_BEFORE_DIVE, CYCLES_BEFORE_LONG_DIVE = 5, 10
CYCLES_AFTER_DIVE = (2, 3, 6, 7)
"""Before and after the plan that the relaxation gives: after it short and cold ones, which leave of it what is good."""
_FIRST_ROUNDS = 2000
_LAST_ROUNDS = 128_000
_HEATS = (0.3, 0.1, 0.1, 0.03)
"""The temperature at which a cycle begins, in mean costs of entering an aisle; it falls to a fiftieth."""
_MOST = 60
"""Materials taken out in one round."""
_CHUNK = 4_000_000
"""Elementary steps of a compiled call: about a tenth of a second."""


@dataclass
class Best:
    """The best plan so far: segments [I], and what it costs."""

    where: Ints
    cost: float


def first_plan(store: Store, watch: Watch, seed: int) -> Ints:
    """The best of some quick plans, each told to the watch; raises TooFull where the materials cannot be laid in."""
    best: Best | None = None
    for plan in _quick(store, watch, seed):
        cost = store.objective(plan)
        if best is None or cost < best.cost:
            best = Best(plan, cost)
            watch.found(cost)
        if watch.over:
            break
    return any_plan(store, watch) if best is None else best.where


def _quick(store: Store, watch: Watch, seed: int) -> Iterator[Ints]:
    for shared in (1.0, 0.5, 0.0):
        plan = greedy(store, shared)
        if plan is not None:
            yield plan
    yield from partitions(store, starts(store, seed), lambda: watch.best < np.inf and watch.over)


def any_plan(store: Store, watch: Watch) -> Ints:
    """A plan by CP-SAT where the store is so full that no quick one was found; raises TooFull."""
    build = class_model(store, whole(store), np.arange(store.materials), list(range(store.aisles)))
    build.model.clear_objective()  # type: ignore[no-untyped-call]
    answer = call(build.model, build.wanted, watch, Effort(workers=2))
    if answer.values is None:
        if rules := clash(store.problem, watch):
            raise clashing(*rules)
        needed = sum(material.bins for material in store.problem.materials)
        raise TooFull(needed=needed, bins=int(store.segments.bins.sum()))
    where = np.full(store.materials, -1, np.int64)
    read(store, build, answer.values, where)
    return where


def improve(store: Store, best: Best, seed: int, watch: Watch, cycles: Sequence[int]) -> Iterator[None]:
    """Better `best` by the cycles of these numbers; yields about ten times a second."""
    moved = Annealing(store, best.where, seed)
    for cycle in cycles:
        yield from moved.cycle(cycle, best)
        yield from reassign(store, best, seed + cycle, watch)
        moved.restart(best, seed * 1009 + cycle)


class Annealing:
    """Cycles of ruin and recreate, each from the best plan."""

    def __init__(self, store: Store, where: Ints, seed: int) -> None:
        """Start from a plan given as segments [I]."""
        self._store = store
        self._st = arrays(store)
        self._most = min(_MOST, store.materials)
        self._out = taken(store.materials, self._most)
        self._now = state(store, where, seed)
        self._cost = store.objective(where)
        self._scale = max(1e-9, float(store.walk.mean()) if store.models else 1.0)

    def restart(self, best: Best, seed: int) -> None:
        """Go on from the best plan."""
        self._cost = best.cost
        self._now = state(self._store, best.where, seed)

    def cycle(self, number: int, best: Best) -> Iterator[None]:
        """One fall of the temperature; yields after each chunk of rounds."""
        store = self._store
        rounds = min(_LAST_ROUNDS, _FIRST_ROUNDS * 2**number)
        each = store.materials + self._most * store.aisles * (2 + len(store.use) // max(1, store.materials))
        chunk = max(10, _CHUNK // each)
        hot = _HEATS[number % len(_HEATS)] * self._scale
        record = best.where.copy()
        for done in range(0, rounds, chunk):
            now, after = (hot * 50.0 ** (-min(rounds, at) / rounds) for at in (done, done + chunk))
            costs = np.array([self._cost, best.cost])
            fall = Fall(now, after, min(chunk, rounds - done))
            anneal(self._st, self._now, self._out, record, costs, fall)
            self._cost = float(costs[0])
            if costs[1] < best.cost:
                best.where, best.cost = record.copy(), store.objective(record)
            yield


def reassign(store: Store, best: Best, seed: int, watch: Watch) -> Iterator[None]:
    """Free a few aisles that share models and assign their materials anew by CP-SAT; yields after each try."""
    rng = np.random.default_rng(seed)
    costs = whole(store)
    for _ in range(4):
        aisle = store.segments.aisle[best.where]
        chosen = _sharing(store, aisle, rng)
        items = np.flatnonzero(np.isin(aisle, chosen))
        if len(chosen) < 2 or len(items) < 2:
            return
        build = class_model(store, costs, items, chosen)
        hint(store, build, best.where)
        answer = call(build.model, build.wanted, watch, Effort(work=1.0, seed=seed))
        if answer.values is not None:
            where = best.where.copy()
            read(store, build, answer.values, where)
            cost = store.objective(where)
            if cost < best.cost:
                best.where, best.cost = where, cost
        yield


def _sharing(store: Store, aisle: Ints, rng: np.random.Generator) -> list[int]:
    """Up to four aisles, each drawn by what models it shares with those before."""
    used = np.zeros((store.aisles, store.models), bool)
    used[np.repeat(aisle, np.diff(store.use_start)), store.use] = True
    chosen = [int(rng.integers(store.aisles))]
    for _ in range(int(rng.integers(1, 4))):
        shared = (used & used[chosen].any(axis=0)) @ store.walk.mean(axis=1) if store.models else np.zeros(store.aisles)
        shared[chosen] = 0
        if shared.sum() <= 0:
            break
        chosen.append(int(rng.choice(store.aisles, p=shared / shared.sum())))
    return sorted(chosen)


def replanned(store: Store, where: Ints) -> Ints | None:
    """The same aisles, laid into the racks anew; None where that finds no room."""
    return lay_out(store, store.segments.aisle[where])
