"""The whole problem in CP-SAT by the class formulation: proofs for small stores."""

from collections.abc import Callable

import numpy as np

from hanmaru.decide.slotting.kitting.classes import class_model, hint, read
from hanmaru.decide.slotting.kitting.cpsat import Effort, call
from hanmaru.decide.slotting.kitting.falling import Best
from hanmaru.decide.slotting.kitting.store import Store
from hanmaru.decide.slotting.kitting.whole import whole
from hanmaru.decide.slotting.watch import Watch

TINY = 250
"""Stores up to this (see `size`) CP-SAT proves in seconds."""
MEDIUM = 600
"""Stores up to this are mostly proven within a minute, if the search leaves the processor to that."""
SMALL = 2500
"""Of stores larger than this it proves little in minutes."""
_WORKERS = 8
"""Kinds of search taken by turns, whatever the number of processors: so that a seed gives one plan."""


def size(store: Store) -> int:
    """About how large the class formulation is."""
    return (int(store.class_of.max(initial=0)) + 1 + store.models) * store.aisles + store.need.size


def prove(store: Store, best: Best, watch: Watch, seed: int, ended: Callable[[], bool]) -> None:
    """Better `best` and the bound until they meet, or `ended` tells that enough is known or the time is over."""
    costs = whole(store)
    build = class_model(store, costs, np.arange(store.materials), list(range(store.aisles)))
    hint(store, build, best.where)

    def hear(value: float, values: tuple[int, ...] | None) -> None:
        if values is None:
            watch.proved(costs.up(value / costs.scale))
            return
        take(values)

    def take(values: tuple[int, ...]) -> None:
        where = best.where.copy()
        read(store, build, values, where)
        cost = store.objective(where)
        if cost < best.cost:
            best.where, best.cost = where, cost
            watch.found(cost)

    until = Watch(watch.clock, watch.left, ended)
    answer = call(build.model, build.wanted, until, Effort(workers=_WORKERS, by_turns=True, seed=seed), hear)
    if answer.values is not None:
        take(answer.values)
        watch.proved(costs.up(answer.bound / costs.scale))
