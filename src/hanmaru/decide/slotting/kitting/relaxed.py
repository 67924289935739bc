"""The store as the bound sees it: every aisle for itself, materials of one class together and split at will.

Dantzig-Wolfe by aisle: a column is a set of models and a filling. At prices per class, and of "model m enters at least
so many aisles", every aisle is worth what its best column is; what the prices pay less that is a bound whatever the
prices are.
"""

from typing import NamedTuple

import numpy as np

from hanmaru.decide.slotting.kitting.store import Floats, Ints, Store


class Relaxed(NamedTuple):
    """The store as the relaxation sees it: K classes by volume, split at will, and aisles by volume."""

    volume: Floats
    """[K]: volume of each class."""
    use_start: Ints
    use: Ints
    """Models of class k: use[use_start[k]] .. use[use_start[k + 1] - 1]."""
    least: Floats
    """[M]: how many aisles the volume of each model needs at least."""
    walk: Floats
    """[M, A]."""
    capacity: Floats
    """[A]."""


def relaxed(store: Store) -> Relaxed:
    """Merge the materials of each class."""
    first = store.class_members[store.class_start[:-1]]
    signatures = [store.signature(int(i)) for i in first.tolist()]
    start = np.cumsum([0, *map(len, signatures)]).astype(np.int64)
    use = np.array([m for signature in signatures for m in signature], np.int64)
    volume = np.bincount(store.class_of, weights=store.volume, minlength=len(first)).astype(np.float64)
    wide = np.cumsum(np.sort(store.capacity)[::-1])
    rows = np.repeat(np.arange(store.materials), np.diff(store.use_start))
    needed = np.bincount(store.use, weights=store.volume[rows], minlength=store.models)
    least = (1 + np.searchsorted(wide, needed)).astype(np.float64)
    return Relaxed(volume, start, use, least, store.walk, store.capacity.astype(np.float64))


def first_prices(store: Store, part: Relaxed, where: Ints) -> Floats:
    """[K]: what a unit of volume of each class pays in a plan, every entering shared out by volume."""
    aisle = store.segments.aisle[where]
    rows = np.repeat(np.arange(store.materials), np.diff(store.use_start))
    shared = np.zeros((store.models, store.aisles))
    np.add.at(shared, (store.use, aisle[rows]), store.volume[rows])
    paid = np.zeros(store.materials)
    price = store.walk[store.use, aisle[rows]] / shared[store.use, aisle[rows]]
    np.add.at(paid, rows, price * store.volume[rows])
    return np.bincount(store.class_of, weights=paid, minlength=len(part.volume)) / part.volume


def laid(store: Store, part: Relaxed, where: Ints) -> tuple[Ints, Floats]:
    """Which models enter the aisles of a plan, [A, M], and how much of each class lies there, [A, K]."""
    aisle = store.segments.aisle[where]
    volumes = np.zeros((store.aisles, len(part.volume)))
    np.add.at(volumes, (aisle, store.class_of), store.volume)
    entered = np.zeros((store.aisles, store.models), np.int64)
    entered[np.repeat(aisle, np.diff(store.use_start)), store.use] = 1
    return entered, volumes
