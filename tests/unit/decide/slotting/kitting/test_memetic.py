"""Plans annealed and crossed: never worse, the same again, and whole where parents agree."""

from itertools import pairwise

import numpy as np
import pytest

from hanmaru.decide.slotting.formats.kitting import problem_of
from hanmaru.decide.slotting.generate import generate_kitting
from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.laying import arrays, state
from hanmaru.decide.slotting.kitting.memetic import Best, Population, together
from hanmaru.decide.slotting.kitting.partition import greedy
from hanmaru.decide.slotting.kitting.ruin import ruin, taken


@pytest.fixture(scope="module")
def families():
    """A store of 60 materials whose models come in families."""
    return build(problem_of(generate_kitting("table8-60", 5)))


def _costs(store, generations, seed=1):
    people = Population(store, [greedy(store, shared) for shared in (0.5, 1.0)], seed)
    costs = [people.best.cost]
    for _ in people.generations(generations):
        costs.append(people.best.cost)  # noqa: PERF401 - the cost is read while it goes on
    assert store.fits(people.best.where)
    assert store.objective(people.best.where) == pytest.approx(costs[-1])
    return costs, people.best.where


def test_what_is_found_is_only_ever_cheaper(families):
    costs, _ = _costs(families, 3)
    assert all(after <= before for before, after in pairwise(costs))
    assert costs[-1] < 0.8 * costs[0]


def test_a_seed_gives_the_same_plan_and_more_generations_go_on_from_the_same(families):
    (costs, where), (again, there) = _costs(families, 2), _costs(families, 2)
    assert costs == again
    assert (where == there).all()
    longer, _ = _costs(families, 4)
    assert longer[: len(costs)] == costs
    assert _costs(families, 2, seed=2)[0] != costs


def test_parents_agree_on_what_both_lay_into_one_aisle(families):
    one, other = greedy(families, 0.5), greedy(families, 1.0)
    aisles = [families.segments.aisle[plan] for plan in (one, other)]
    st = together(families, arrays(families), Best(one, 0.0), Best(other, 0.0))
    for group in range(len(st.class_start) - 1):
        members = st.class_members[st.class_start[group] : st.class_start[group + 1]]
        assert all(len(set(aisle[members].tolist())) == 1 for aisle in aisles)
        assert (st.class_of[members] == group).all()
    pairs = {(int(a), int(b)) for a, b in zip(*aisles, strict=True)}
    assert len(pairs) == len(st.class_start) - 1
    assert sorted(st.class_members.tolist()) == list(range(families.materials))


def test_what_parents_agree_on_is_taken_out_whole(families):
    one, other = greedy(families, 0.5), greedy(families, 1.0)
    st = together(families, arrays(families), Best(one, 0.0), Best(other, 0.0))
    now, out = state(families, one, 3), taken(families.materials, families.materials)
    for _ in range(50):
        ruin(st, now, out)
        items = out.items[: out.size[0]]
        out.marked[items] = 0
        assert np.isin(np.flatnonzero(np.isin(st.class_of, st.class_of[items])), items).all()


def test_what_is_worth_nothing_ends_at_once(store):
    empty = build(store([(1, [4])], [1, 1], []))
    assert Population(empty, [greedy(empty)], 0).best.cost == 0.0
