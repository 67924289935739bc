"""Plans: feasible, proven, repeatable."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmaru.decide.slotting.kitting.solve import solve_kitting
from hanmaru.decide.slotting.watch import Watch


@pytest.mark.parametrize("method", ["auto", "exact", "ga", "milp-highs", "milp-cpsat"])
def test_every_method_finds_the_best_of_two_kits(two_kits, wrong, endless, method):
    problem = two_kits()

    plan = solve_kitting(problem, endless(), 1, method)

    assert plan.objective == 22
    assert wrong(problem, plan) == []
    assert plan.optimal == (method != "ga")


stores = st.tuples(
    st.lists(st.tuples(st.integers(0, 5), st.lists(st.integers(3, 6), min_size=1, max_size=2)), min_size=1, max_size=3),
    st.lists(st.integers(1, 3), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 9), st.sets(st.integers(0, 5), max_size=4)), max_size=4),
)


@settings(max_examples=15, deadline=None)
@given(stores)
def test_plans_are_feasible_and_as_good_as_the_source_model(store, wrong, figures):
    aisles, bins, models = figures
    aisles = [*aisles, (9, [sum(bins) + 3])]
    problem = store(aisles, bins, [(often, sorted(n for n in used if n < len(bins))) for often, used in models])

    plan = solve_kitting(problem, Watch(float), 3)
    source = solve_kitting(problem, Watch(float), 3, "milp-cpsat")

    assert wrong(problem, plan) == []
    assert plan.optimal
    assert plan.objective == source.objective


def test_the_same_seed_gives_the_same_plan(families, endless):
    one = solve_kitting(families, endless(), 5)
    other = solve_kitting(families, endless(), 5)

    assert one.places == other.places
    assert one.optimal


def test_a_stop_keeps_the_best(families, wrong):
    asked = []

    def stop():
        asked.append(1)
        return len(asked) > 3

    plan = solve_kitting(families, Watch(float, stop=stop), 5)

    assert wrong(families, plan) == []
    assert plan.bound <= plan.objective


def test_more_time_gives_no_worse_plan(families):
    costs = []
    for patience in (1, 5, 20):
        asked = []
        stop = lambda asked=asked, patience=patience: asked.append(1) or len(asked) > patience  # noqa: E731
        costs.append(solve_kitting(families, Watch(float, stop=stop), 5).objective)

    assert costs == sorted(costs, reverse=True)


@pytest.fixture(scope="module")
def families(store):
    """Four families of kits of three materials each, and a material common to all."""
    models = [(3 + n, [3 * n, 3 * n + 1, 3 * n + 2, 12]) for n in range(4)]
    return store([(1 + n, [7, 7]) for n in range(4)], [3, 2, 4] * 4 + [2], [*models, (2, [0, 3])])


def test_a_store_without_models_costs_nothing(store, wrong, endless):
    problem = store([(1, [4])], [1, 2], [])

    plan = solve_kitting(problem, endless(), 0)

    assert (plan.objective, plan.optimal) == (0, True)
    assert wrong(problem, plan) == []


def test_racks_filled_to_the_last_bin(store, wrong, endless):
    problem = store([(1, [7, 8]), (2, [5, 6])], [4, 4, 4, 3, 5, 3, 3], [(1, [0, 3]), (2, [1, 2]), (5, [4, 5, 6])])

    plan = solve_kitting(problem, endless(), 0)

    assert wrong(problem, plan) == []
    assert plan.optimal
