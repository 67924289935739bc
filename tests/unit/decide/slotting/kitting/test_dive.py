"""A plan out of the relaxation, and a master that forgets columns."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hanmaru.decide.slotting.formats.kitting import problem_of
from hanmaru.decide.slotting.generate import generate_kitting
from hanmaru.decide.slotting.kitting import master as masters
from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.columns import HANDS, Columns, Frame
from hanmaru.decide.slotting.kitting.dive import dive, lay
from hanmaru.decide.slotting.kitting.filling import Prices
from hanmaru.decide.slotting.kitting.relaxed import relaxed
from hanmaru.decide.slotting.kitting.solve import solve_kitting
from hanmaru.decide.slotting.watch import Watch

FAR = 1e12


@pytest.fixture
def begun():
    """A store of forty materials, its columns and the node that allows everything."""
    store = build(problem_of(generate_kitting("table8-40", 3)))
    part = relaxed(store)
    with ThreadPoolExecutor(HANDS) as pool:
        columns = Columns(part, np.zeros(1, np.int64), pool)
        status = np.zeros((store.models, store.aisles), np.int64)
        most = np.full(store.models, float(store.aisles))
        none = Prices(np.zeros(len(part.volume)), np.zeros(store.models))
        yield store, columns, Frame(status, part.least.copy(), most, none, early=0.0)


def converged(columns, frame):
    columns.probe(frame, 1.0, lambda _: None)
    return columns.converge(frame, lambda: FAR, 1.0, lambda _: None)


def test_a_dive_ends_in_a_plan_that_fits_and_leaves_the_root_as_it_was(begun):
    store, columns, root = begun
    cost = converged(columns, root).cost

    where = dive(store, columns, root)

    assert store.fits(where)
    assert store.objective(where) >= root.bound
    assert (root.status == 0).all()
    assert columns.converge(root, lambda: FAR, 1.0, lambda _: None).cost == pytest.approx(cost, abs=1.0)


def test_a_master_that_forgets_columns_comes_to_the_same_bound(begun, monkeypatch):
    _, columns, root = begun
    monkeypatch.setattr(masters, "_MANY", 2)
    monkeypatch.setattr(masters, "_FEW", 1)

    mixture = converged(columns, root)

    assert root.bound == pytest.approx(mixture.cost, abs=1.0)
    known = solve_kitting(problem_of(generate_kitting("table8-40", 3)), Watch(float), 1)
    assert root.bound <= known.bound
    assert root.bound > 0.9 * known.bound


def test_volumes_that_are_whole_are_laid_as_they_are(begun):
    store, columns, root = begun
    converged(columns, root)
    aisle = store.segments.aisle[dive(store, columns, root)]
    volumes = np.zeros((len(columns.part.volume), store.aisles))
    np.add.at(volumes, (store.class_of, aisle), store.volume)

    again = lay(store, volumes.copy())

    assert store.fits(again)
    laid = np.zeros_like(volumes)
    np.add.at(laid, (store.class_of, store.segments.aisle[again]), store.volume)
    assert np.abs(laid - volumes).sum() < 0.2 * volumes.sum()


def test_a_halt_ends_a_dive_without_a_plan(begun):
    store, columns, root = begun
    columns._halt[0] = 1

    assert dive(store, columns, root) is None
