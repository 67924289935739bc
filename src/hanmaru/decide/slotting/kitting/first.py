"""What a search begins with: plans made quickly, or one by CP-SAT where the store is so full that there is none."""

from collections.abc import Iterator

import numpy as np

from hanmaru.decide.slotting.kitting.classes import class_model, read
from hanmaru.decide.slotting.kitting.conflict import clash
from hanmaru.decide.slotting.kitting.cpsat import Effort, call
from hanmaru.decide.slotting.kitting.errors import TooFull, clashing
from hanmaru.decide.slotting.kitting.partition import greedy, partitions, starts
from hanmaru.decide.slotting.kitting.store import Ints, Store
from hanmaru.decide.slotting.kitting.whole import whole
from hanmaru.decide.slotting.watch import Watch


def first_plans(store: Store, watch: Watch, seed: int) -> list[Ints]:
    """Some quick plans, segments [I], the cheapest first, each told to the watch; raises TooFull where nothing fits."""
    plans: list[Ints] = []
    for plan in _quick(store, watch, seed):
        plans.append(plan)
        watch.found(store.objective(plan))
        if watch.over:
            break
    return sorted(plans, key=store.objective) or [any_plan(store, watch)]


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
