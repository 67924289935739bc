"""Fillings, their mixture, and the tree that closes what lies between bound and plan."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest

from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.columns import HANDS, Columns
from hanmaru.decide.slotting.kitting.filling import Prices, empty, fill
from hanmaru.decide.slotting.kitting.frame import Frame, counted, every, offered
from hanmaru.decide.slotting.kitting.leaf import lay_within
from hanmaru.decide.slotting.kitting.master import Master
from hanmaru.decide.slotting.kitting.pool import Pool
from hanmaru.decide.slotting.kitting.pricing import Limits
from hanmaru.decide.slotting.kitting.relaxed import relaxed
from hanmaru.decide.slotting.kitting.served import IN, OPEN, OUT
from hanmaru.decide.slotting.kitting.solve import solve_kitting
from hanmaru.decide.slotting.kitting.tree import Goal, Tree
from hanmaru.decide.slotting.watch import Watch

HALT = np.zeros(1, np.int64)
EXACT = Limits(0.0, 0.0, 0.0, 10_000, HALT)


@pytest.fixture
def mixed(store):
    """Six materials, four models, three aisles of unequal weight; and prices."""
    models = [(5, [0, 1]), (3, [1, 2, 3]), (4, [3, 4]), (2, [0, 5])]
    problem = store([(1, [6]), (2, [6]), (3, [6])], [3, 2, 2, 3, 2, 3], models)
    rng = np.random.default_rng(4)
    part = relaxed(build(problem))
    return part, Prices(4 * rng.random(len(part.volume)), np.array([0.5, -1.0, 3.5, 0.0]))


def worth(part, at, status, a):
    """What aisle a is worth at most, over all sets of models that `status` allows."""
    best = -np.inf
    for sets in product((0, 1), repeat=len(status)):
        if any((s == OUT and here) or (s == IN and not here) for s, here in zip(status, sets, strict=True)):
            continue
        value, left = sum(at.entry[m, a] - part.walk[m, a] for m in np.flatnonzero(sets)), part.capacity[a]
        for k in np.argsort(-at.price):
            if all(sets[m] for m in part.use[part.use_start[k] : part.use_start[k + 1]]):
                amount = min(left, part.volume[k])
                value += amount * at.price[k]
                left -= amount
        best = max(best, value)
    return best


@pytest.mark.parametrize("entry", [OPEN, OUT, IN])
def test_an_aisle_is_filled_best_with_models_in_and_out(mixed, entry):
    part, at = mixed
    status = np.full((4, 3), OPEN)
    status[1, :] = entry
    out = empty(part)
    farther = np.array([[False, True, True]])
    spans = every(4, 3)
    spans = spans._replace(model=np.append(spans.model, 1), over=np.append(spans.over, farther, axis=0))
    at = offered(at._replace(extra=np.append(at.extra, 2.5)), spans, 4)
    assert at.entry[1].tolist() == [-1.0, 1.5, 1.5]

    fill(part, at, status, EXACT, out, (0, 1))

    assert out.worth == pytest.approx([worth(part, at, status[:, a], a) for a in range(3)], abs=1e-6)
    if entry != OPEN:
        assert (out.sets[:, 1] == (entry == IN)).all()


def framed(part, at, status=None):
    """What a node allows: all but what `status` says."""
    models, aisles = part.walk.shape
    status = np.full((models, aisles), OPEN) if status is None else status
    return Frame(status, every(models, aisles), part.least, np.full(models, float(aisles)), at)


def test_stand_ins_hold_what_no_filling_does(mixed):
    part, at = mixed
    out, pool = empty(part), Pool(part)
    master = Master(part, pool, HALT)

    mixture = master.load(framed(part, at), 100)
    fill(part, offered(at, every(4, 3), 4), np.full((4, 3), OPEN), EXACT, out, (0, 1))

    assert not mixture.whole
    assert pool.add(out.sets[1], out.amounts[1])
    assert not pool.add(out.sets[1], out.amounts[1])
    assert master.extend(mixture.prices, mixture.rent) > 0
    assert master.solve().cost < mixture.cost


@pytest.mark.parametrize("entry", [OUT, IN])
def test_a_filling_loses_what_is_out_and_gains_what_is_in(mixed, entry):
    part, at = mixed
    pool = Pool(part)
    everything = np.ones(4, np.int64)
    pool.add(everything, np.minimum(part.volume, 1.0))
    pool.add(np.zeros(4, np.int64), np.zeros(len(part.volume)))
    status = np.full((4, 3), OPEN)
    status[1, 2] = entry

    pool.let(status, every(4, 3))
    sets, amounts = pool.taken(np.array([0, 1, 1]), np.array([2, 2, 0]))

    needs = [1 in part.use[part.use_start[k] : part.use_start[k + 1]] for k in range(len(part.volume))]
    assert sets[:, 1].tolist() == [entry == IN, entry == IN, True]
    assert (amounts[1] == np.where(needs, 0.0 if entry == OUT else 1.0, 1.0)).all()
    assert (amounts[2] == 1).all()
    paid = part.walk.T[[2, 2, 0]] - at.extra
    reduced = pool.reduced(at)[[0, 1, 1], [2, 2, 0]]
    assert reduced == pytest.approx((paid * sets).sum(axis=1) - amounts @ at.price)


def test_fillings_keep_their_names_when_others_are_forgotten(mixed):
    part, _ = mixed
    pool = Pool(part)
    for number in range(1, 600):
        assert pool.add(np.ones(4, np.int64), np.full(len(part.volume), number / 1024))

    pool.keep(np.array([0, 7, 300, 599]))

    assert pool.size == 4
    assert pool.placed(np.array([0, 7, 8, 599])).tolist() == [0, 1, -1, 3]
    assert pool.taken(np.array([2]), np.array([0]))[1] == pytest.approx(np.full((1, len(part.volume)), 300 / 1024))
    assert pool.add(np.ones(4, np.int64), np.full(len(part.volume), 8 / 1024))
    assert not pool.add(np.ones(4, np.int64), np.full(len(part.volume), 7 / 1024))


@pytest.mark.parametrize("seed", range(4))
def test_prices_bound_what_the_fillings_come_to(mixed, seed):
    part, _ = mixed
    rng = np.random.default_rng(seed)
    status = np.where(rng.random((4, 3)) < 0.15, OUT, OPEN)
    frame = framed(part, Prices(np.zeros(len(part.volume)), np.zeros(4)), status)
    notes, frame.early = [], 0.0

    mixture = Columns(part, HALT).converge(frame, lambda: 1e9, 1e-6, notes.append)

    assert frame.bound == pytest.approx(mixture.cost, rel=1e-5)
    assert notes == sorted(notes)


@pytest.mark.parametrize("seed", range(4))
def test_prices_bound_what_the_fillings_come_to_where_farther_aisles_are_counted(mixed, seed):
    part, _ = mixed
    rng = np.random.default_rng(seed)
    none = Prices(np.zeros(len(part.volume)), np.zeros(4))
    free, frame = framed(part, none), framed(part, none)
    over = np.array([[False, True, True], [False, False, True]])
    counts = [(int(m), over[rng.integers(2)], float(rng.integers(2))) for m in rng.permutation(4)[:2]]
    for m, here, least in counts:
        frame = counted(frame, m, here, least, 1.0)
    free.early = frame.early = 0.0
    without = Columns(part, HALT).converge(free, lambda: 1e9, 1e-6, lambda _: None)

    mixture = Columns(part, HALT).converge(frame, lambda: 1e9, 1e-6, lambda _: None)

    assert frame.bound == pytest.approx(mixture.cost, rel=1e-5)
    assert mixture.cost >= without.cost - 1e-6
    assert mixture.whole
    for m, here, least in counts:
        assert least - 1e-6 <= mixture.enters[m, here].sum() <= 1 + 1e-6


def test_a_master_asked_about_a_branch_is_as_it_was(mixed):
    part, _ = mixed
    frame, columns = framed(part, Prices(np.zeros(len(part.volume)), np.zeros(4))), Columns(part, HALT)
    mixture = columns.converge(frame, lambda: 1e9, 1e-6, lambda _: None)
    frame.basis = columns.master.basis()
    near = np.array([True, False, False])
    rises = []
    for m in range(4):
        for child in (counted(frame, m, ~near, 2.0, 2.0), counted(frame, m, near, 0.0, 0.0)):
            rises.append(columns.master.rise(child, mixture.cost))
            assert columns.master.solve().cost == pytest.approx(mixture.cost)
    assert max(rises) > 0


def grown(problem, known):
    """A tree of a store grown to its end; and in which aisles models entered where all might be laid in."""
    built = build(problem)
    part = relaxed(built)
    laid = []
    none = Prices(np.zeros(len(part.volume)), np.zeros(built.models))

    def lay(enters):
        laid.append(enters.copy())
        where, sure = lay_within(built, enters, Watch(float))
        return where is not None or (False if sure else None)

    with ThreadPoolExecutor(HANDS) as pool:
        tree = Tree(Columns(part, HALT, pool), none, Goal(lambda: known - 1.999, 2.0, lay, lambda *_: None))
        tree.begin()
        while tree.grow(pool, HANDS):
            pass
    return built, tree, laid


def test_a_tree_finds_nothing_better_than_the_best(two_kits):
    _, tree, laid = grown(two_kits(), known=22)

    assert laid == []
    assert tree.bound > 20
    assert not tree.stuck


def test_a_tree_finds_what_is_better(two_kits):
    built, tree, laid = grown(two_kits(), known=24)

    assert (built.walk * laid[0]).sum() == 22
    assert not tree.stuck


@pytest.mark.parametrize(("seed", "hands"), [(0, 1), (1, 2), (2, 1), (3, 2), (4, 2), (5, 2)])
def test_a_tree_ends_at_the_best_that_the_source_model_knows(store, seed, hands):
    rng = np.random.default_rng(seed)
    models = [(int(rng.integers(1, 9)), rng.choice(10, rng.integers(2, 5), replace=False).tolist()) for _ in range(6)]
    problem = store([(1 + n, [5, 4]) for n in range(4)], rng.integers(1, 5, 10).tolist(), models)
    built = build(problem)
    part = relaxed(built)
    known = [float(built.walk.sum())]

    def lay(enters):
        where, sure = lay_within(built, enters, Watch(float))
        known.append(min(known[-1], np.inf if where is None else built.objective(where)))
        return where is not None or (False if sure else None)

    none = Prices(np.zeros(len(part.volume)), np.zeros(built.models))
    with ThreadPoolExecutor(HANDS) as pool:
        tree = Tree(Columns(part, HALT, pool), none, Goal(lambda: known[-1] - 0.999, 1.0, lay, lambda *_: None))
        tree.begin()
        while tree.grow(pool, hands):
            pass

    assert not tree.stuck
    assert known[-1] == solve_kitting(problem, Watch(float), 1, "milp-cpsat").objective


def test_what_fits_split_alone_is_not_laid(store):
    problem = store([(1, [4]), (9, [5])], [3, 3, 3], [(2, [0]), (2, [1]), (2, [2])])
    built = build(problem)

    where, sure = lay_within(built, np.array([[1, 1]] * 3), Watch(float))

    assert where is None
    assert sure
