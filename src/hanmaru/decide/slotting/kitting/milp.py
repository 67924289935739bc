"""The source's model (13)-(21), bin by bin, as rows and columns that any solver takes; all variables are binary.

x[i,b] material i in bin b; s[i,b] its run starts at b; u[i,a] it is in aisle a; z[m,a] model m enters aisle a.
"""

from dataclasses import dataclass, field

import numpy as np

from hanmaru.decide.slotting.kitting.errors import TooLarge
from hanmaru.decide.slotting.kitting.store import Ints, Store

MOST_COLUMNS = 3_000_000


@dataclass
class Program:
    """Rows `low <= sum value[n] * column index[n] <= high`; `start` [R + 1] divides index and value."""

    cost: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    run: dict[tuple[int, int], int] = field(default_factory=dict)
    """The column of s[i,b], for bins counted through the store."""

    def column(self, cost: float = 0.0) -> int:
        """A new column."""
        self.cost.append(cost)
        return len(self.cost) - 1

    def row(self, terms: list[tuple[int, float]], low: float, high: float) -> None:
        """A new row."""
        self.index.extend(column for column, _ in terms)
        self.value.extend(value for _, value in terms)
        self.start.append(len(self.index))
        self.low.append(low)
        self.high.append(high)


def first_bins(store: Store) -> Ints:
    """[S + 1]: the first bin of each segment when all bins are counted through."""
    return np.concatenate([[0], np.cumsum(store.segments.bins)]).astype(np.int64)


def program(store: Store) -> Program:
    """The model of a store; raises TooLarge where it has more columns than a solver bears."""
    bins = int(store.segments.bins.sum())
    if 2 * store.materials * bins > MOST_COLUMNS:
        raise TooLarge(columns=2 * store.materials * bins, most=MOST_COLUMNS)
    p = Program()
    inside: dict[tuple[int, int], int] = {}
    lying: dict[int, list[tuple[int, float]]] = {}
    for i in range(store.materials):
        for a in range(store.aisles):
            inside[i, a] = p.column()
        _lay(store, p, i, inside, lying)
        p.row([(inside[i, a], 1.0) for a in range(store.aisles)], 1.0, 1.0)  # (19)
    for terms in lying.values():
        p.row(terms, -np.inf, 1.0)  # (15)
    _enter(store, p, inside)
    _apart(store, p, inside)
    return p


def _lay(
    store: Store, p: Program, i: int, inside: dict[tuple[int, int], int], lying: dict[int, list[tuple[int, float]]]
) -> None:
    """Bins of one material: (14), (16)-(18)."""
    begins: list[tuple[int, float]] = []
    taken: list[tuple[int, float]] = []
    first = first_bins(store)
    for s in np.flatnonzero(store.need[store.profile[i]]).tolist():
        need, begin, end = int(store.need[store.profile[i], s]), int(first[s]), int(first[s + 1])
        a = int(store.segments.aisle[s])
        x = {b: p.column() for b in range(begin, end)}
        for b, column in x.items():
            lying.setdefault(b, []).append((column, 1.0))
            p.row([(inside[i, a], 1.0), (column, -1.0)], 0.0, np.inf)  # (18)
        for b in range(begin, end - need + 1):
            run = p.run[i, b] = p.column(float(store.linear[store.cost_row[i], s]))
            begins.append((run, 1.0))
            taken.append((run, -float(need)))
            p.row([*((x[c], 1.0) for c in range(b, b + need)), (run, -float(need))], 0.0, np.inf)  # (16)
        taken.extend((column, 1.0) for column in x.values())
    p.row(begins, 1.0, 1.0)  # (17)
    p.row(taken, 0.0, 0.0)  # (14)


def _enter(store: Store, p: Program, inside: dict[tuple[int, int], int]) -> None:
    """(20), and the objective (13)."""
    for m in range(store.models):
        members = store.members[store.members_start[m] : store.members_start[m + 1]].tolist()
        for a in range(store.aisles):
            entered = p.column(float(store.walk[m, a]))
            for i in members:
                p.row([(entered, 1.0), (inside[i, a], -1.0)], 0.0, np.inf)


def _apart(store: Store, p: Program, inside: dict[tuple[int, int], int]) -> None:
    for i in range(store.materials):
        for j in store.apart[store.apart_start[i] : store.apart_start[i + 1]].tolist():
            if j > i:
                for a in range(store.aisles):
                    p.row([(inside[i, a], 1.0), (inside[j, a], 1.0)], -np.inf, 1.0)


def segments_of(store: Store, p: Program, values: list[float]) -> Ints:
    """The segment of each material [I] in a solution given by all columns' values."""
    where = np.full(store.materials, -1, np.int64)
    first = first_bins(store)
    for (i, b), column in p.run.items():
        if values[column] > 0.5:
            where[i] = np.searchsorted(first, b, side="right") - 1
    return where
