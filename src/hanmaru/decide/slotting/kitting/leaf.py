"""Whether all can be laid in where it is settled which models may enter which aisles."""

import numpy as np

from hanmaru.decide.slotting.kitting.classes import class_model, read
from hanmaru.decide.slotting.kitting.cpsat import Effort, call
from hanmaru.decide.slotting.kitting.store import Ints, Store
from hanmaru.decide.slotting.kitting.whole import whole
from hanmaru.decide.slotting.watch import Watch

_WORK = 10.0


def lay_within(store: Store, enters: Ints, watch: Watch, work: float = _WORK) -> tuple[Ints | None, bool]:
    """The cheapest plan, segments [I], in which models enter no aisle but those of `enters` [M, A].

    None without a plan, with whether it is sure that there is none. `work` is what CP-SAT may spend (see `Effort`).
    """
    build = class_model(store, whole(store), np.arange(store.materials), list(range(store.aisles)))
    for (m, a), entered in build.enters.items():
        if enters[m, a] == 0:
            build.model.add(entered == 0)
    answer = call(build.model, build.wanted, watch, Effort(work=work))
    if answer.values is None:
        return None, answer.infeasible
    where = np.full(store.materials, -1, np.int64)
    read(store, build, answer.values, where)
    return where, answer.proven
