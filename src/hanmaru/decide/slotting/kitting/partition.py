"""First plans: aisles as blocks of a hypergraph (Mt-KaHyPar), or greedily.

Materials are vertices that weigh their bins, models are nets that weigh what entering an aisle costs on average. With
equal aisle weights the connectivity metric is objective (13) itself; otherwise the blocks are then dealt out to the
aisles so that the busiest stand nearest. L. Gottesbueren, T. Heuer, N. Maas, P. Sanders, S. Schlag, "Scalable
high-quality hypergraph partitioning", ACM Trans. Algorithms 20 (2024).
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from hanmaru.decide.slotting.kitting.blocks import REPEATABLE, Hypergraph, Try, installed, may_split, splits
from hanmaru.decide.slotting.kitting.laying import arrays, best_segment, lay_in, recreate, state
from hanmaru.decide.slotting.kitting.store import Ints, Store

QUICK, THOROUGH = "DEFAULT", "QUALITY"
_SHARE = 0.995
"""The part of an aisle that a block may fill: the rest is lost at the ends of racks."""
_STARTS = 16
_FEW, _PINS, _MANY = 400, 40_000, 100_000
"""Materials of all models together: up to here one partition does; so many divided by them are tried, one at least;
and from here on one that is not quick takes a minute."""


def starts(store: Store, seed: int) -> list[Try]:
    """What a search begins with: the same for the same seed, fewer for larger stores."""
    pins = len(store.members)
    if pins <= _FEW or not may_split():
        return [(REPEATABLE, seed)]
    presets = (QUICK, QUICK) if pins > _MANY else (THOROUGH, QUICK)
    return [(presets[n % 2], seed * _STARTS + n) for n in range(max(1, min(_STARTS, _PINS // pins)))]


def partitions(store: Store, tries: Sequence[Try], over: Callable[[], bool]) -> Iterator[Ints]:
    """Segments [I] of plans from Mt-KaHyPar, one a try that finds one, until `over`; none where it is not there."""
    usable = np.flatnonzero(store.capacity > 0)
    if not installed() or len(usable) < 2 or store.models == 0:
        return
    for blocks in splits(_hypergraph(store, usable), tries, over):
        plan = None if blocks is None else lay_out(store, dealt(store, usable[np.array(blocks, np.int64)]))
        if plan is not None:
            yield plan


def _hypergraph(store: Store, usable: Ints) -> Hypergraph:
    cost = store.walk.mean(axis=1)
    cost = np.maximum(1, np.rint(cost * min(1.0, 1e6 / cost.max()) if cost.max() > 1e6 else cost)).astype(int)
    nets = [store.members[store.members_start[m] : store.members_start[m + 1]].tolist() for m in range(store.models)]
    priced = [(net, int(price)) for net, price in zip(nets, cost, strict=True) if len(net) > 1]
    room = (store.capacity[usable] * _SHARE).astype(int).tolist()
    return Hypergraph(store.volume.tolist(), [net for net, _ in priced], [price for _, price in priced], room)


def dealt(store: Store, aisle: Ints) -> Ints:
    """Deal the blocks of a plan by aisles [I] out anew, by exchanges of two that save most; [I]."""
    used = np.zeros((store.aisles, store.models), bool)
    used[np.repeat(aisle, np.diff(store.use_start)), store.use] = True
    cost = used @ store.walk
    load = np.bincount(aisle, weights=store.volume, minlength=store.aisles)
    at = np.arange(store.aisles)
    while True:
        here = cost[np.arange(store.aisles), at]
        crossed = cost[:, at]
        saving = here[:, None] + here[None, :] - crossed - crossed.T
        room = load[:, None] <= store.capacity[at][None, :]
        saving[~(room & room.T)] = 0
        best = int(saving.argmax())
        if saving.flat[best] <= 1e-9 * max(1.0, float(here.sum())):
            return at[aisle]
        one, other = divmod(best, store.aisles)
        at[one], at[other] = at[other], at[one]


def lay_out(store: Store, aisle: Ints) -> Ints | None:
    """Segments [I] of a plan by aisles [I], as near to it as the racks allow; None if some material finds no room."""
    st = arrays(store)
    now = state(store, np.full(store.materials, -1, np.int64))
    left = []
    for i in _hardest_first(store):
        s = best_segment(st, now, i, aisle[i])
        if s < 0:
            left.append(i)
        else:
            lay_in(st, now, i, s)
    if left and recreate(st, now, np.array(left, np.int64), 0.0, 0.0) == np.inf:
        return None
    return now.where


def _hardest_first(store: Store) -> list[int]:
    """Materials with few segments to choose from first, then the largest."""
    choices = (store.need > 0).sum(axis=1)[store.profile]
    return [int(i) for i in np.lexsort((-store.volume, choices))]


def greedy(store: Store, shared: float = 1.0) -> Ints | None:
    """Segments [I] of a plan laid in by size, each where it costs least; None if some material finds no room."""
    now = state(store, np.full(store.materials, -1, np.int64))
    order = np.array(_hardest_first(store), np.int64)
    return now.where if recreate(arrays(store), now, order, shared, 0.0) < np.inf else None
