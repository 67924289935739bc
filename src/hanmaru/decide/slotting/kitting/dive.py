"""A plan out of the relaxation: what models enter an aisle is settled aisle by aisle, the surest first.

Diving with column generation: C. Joncour, S. Michel, R. Sadykov, D. Sverdlov, F. Vanderbeck, "Column generation based
primal heuristics", Electronic Notes in Discrete Mathematics 36 (2010). Fillings stay free, so what is laid in goes on
being mixed; the last aisles stay open, and what does not come out whole is left to the search.
"""

from dataclasses import replace

import numpy as np

from hanmaru.decide.slotting.kitting.columns import Columns, Frame
from hanmaru.decide.slotting.kitting.laying import arrays, best_segment, lay_in, recreate, state
from hanmaru.decide.slotting.kitting.master import Mixture
from hanmaru.decide.slotting.kitting.served import IN, OPEN, OUT
from hanmaru.decide.slotting.kitting.store import Floats, Ints, Store

_Share = tuple[float, int, Ints]
"""A share of an aisle, and the set of models [M] that has it."""
_SURE = 0.9
"""From this share on a set of models is settled without looking at what else there is."""
_TRIED = 3
_DEARER = 0.02
"""By what part of its cost a mixture may rise before another set is tried."""
_SHARP = 0.01
"""By what part of its cost a mixture may be dearer than the best after an aisle is settled."""
_LEFT_OPEN = 8
"""Of so many aisles one stays open."""


def dive(store: Store, columns: Columns, root: Frame) -> Ints | None:
    """Segments [I] of a plan that need not be a good one before it is bettered; None if the halt was told."""
    frame = replace(root, status=root.status.copy(), bound=-np.inf)
    columns.let(frame)
    mixture = columns.master.solve()
    while not columns.halted and (frame.status == OPEN).any(axis=0).sum() > max(1, store.aisles // _LEFT_OPEN):
        sets = _sets(frame, mixture)
        if not sets:
            break
        frame, mixture = _settled(columns, frame, mixture, sets)
    columns.let(root)
    return None if columns.halted else lay(store, mixture.volumes.copy())


def _settled(columns: Columns, frame: Frame, mixture: Mixture, sets: list[_Share]) -> tuple[Frame, Mixture]:
    """The node with one aisle more settled, or all those that are sure; and its mixture."""
    sure = [one for one in sets if one[0] > _SURE]
    found: list[tuple[float, Frame, Mixture]] = []
    for chosen in [sure] if sure else [[one] for one in sets[:_TRIED]]:
        status = frame.status.copy()
        for _, a, inside in chosen:
            status[:, a] = np.where(inside == 1, IN, OUT)
        trial = replace(frame, status=status)
        after = columns.probe(trial, _SHARP * mixture.cost)
        found.append((after.cost, trial, after))
        if after.cost < mixture.cost * (1 + _DEARER) or columns.halted:
            break
    _, best, after = min(found, key=lambda one: one[0])
    return best, after


def _sets(frame: Frame, mixture: Mixture) -> list[_Share]:
    """What sets of models the mixture has in aisles that are not settled, the surest first."""
    shares: dict[tuple[int, bytes], float] = {}
    for inside, a, share in zip(mixture.sets, mixture.at.tolist(), mixture.share.tolist(), strict=True):
        if (frame.status[:, a] == OPEN).any():
            shares[a, inside.tobytes()] = shares.get((a, inside.tobytes()), 0.0) + share
    sets = [(share, a, np.frombuffer(inside, np.int64)) for (a, inside), share in shares.items()]
    return sorted(sets, key=lambda one: -one[0])


def lay(store: Store, volumes: Floats) -> Ints | None:
    """Segments [I] as near to volumes by class and aisle [K, A] as materials allow; None if some have no room."""
    st, now = arrays(store), state(store, np.full(store.materials, -1, np.int64))
    left = []
    for i in np.argsort(-store.volume, kind="stable").tolist():
        rest = volumes[store.class_of[i]]
        a = int(rest.argmax())
        s = best_segment(st, now, i, a) if rest[a] > 0 else -1
        if s < 0:
            left.append(i)
        else:
            lay_in(st, now, i, s)
            rest[a] -= store.volume[i]
    if left and recreate(st, now, np.array(left, np.int64), 0.0, 0.0) == np.inf:
        return None
    return now.where
