"""What a planner may ask, one rule at a time."""

from dataclasses import replace

import pytest

from hanmaru.decide.slotting.kitting.errors import BadStore, RulesClash
from hanmaru.decide.slotting.kitting.problem import Aisle, KittingRules, Place, Stretch
from hanmaru.decide.slotting.kitting.solve import solve_kitting


def plan_with(two_kits, endless, *, wide=False, **rules):
    """A plan of two kits by these rules; `wide` adds a third aisle."""
    problem = two_kits(KittingRules(**rules))
    if wide:
        problem = replace(problem, aisles=(*problem.aisles, Aisle("A2", 4.0, (6,))))
    return solve_kitting(problem, endless(), 1)


def test_fixed_materials_stay_where_they_are_fixed(two_kits, endless):
    plan = plan_with(two_kits, endless, fixed={"P3": Place(0, 0, 1)}, wide=True)

    assert plan.places["P3"] == Place(0, 0, 1)
    assert (plan.objective, plan.optimal) == (10 * 3 + 4 * (1 + 4), True)


def test_materials_keep_to_their_aisles_and_leave_forbidden_racks(two_kits, endless):
    plan = plan_with(two_kits, endless, aisles={"P0": frozenset({1})}, forbidden={"P3": frozenset({(1, 0)})})

    assert plan.places["P0"].aisle == 1
    assert plan.places["P3"].aisle == 0


def test_nothing_lies_on_a_pillar(store, endless):
    rules = KittingRules(blocked=(Stretch(0, 0, 2, 2),))
    plan = solve_kitting(store([(1, [7])], [2, 3], [(1, [0, 1])], rules=rules), endless(), 1)

    assert plan.places == {"P0": Place(0, 0, 0), "P1": Place(0, 0, 4)}


def test_what_must_lie_apart_lies_in_two_aisles(two_kits, endless):
    plan = plan_with(two_kits, endless, apart=(("P0", "P1"),), wide=True)

    assert plan.places["P0"].aisle != plan.places["P1"].aisle
    assert (plan.objective, plan.optimal) == (56, True)


def test_heavy_goes_below_and_levels_cost(store, endless):
    rules = KittingRules(
        level_of={(0, 1): 1}, level_costs=(0.0, 2.0), heaviest=(100.0, 10.0), masses={"P0": 50.0, "P1": 5.0}
    )
    plan = solve_kitting(store([(1, [2, 2])], [2, 2], [(3, [0]), (9, [1])], rules=rules), endless(), 1)

    assert (plan.places["P0"].rack, plan.places["P1"].rack) == (0, 1)
    assert (plan.objective, plan.optimal) == (3 + 9 + 9 * 2, True)


def test_levels_alone_put_what_is_picked_often_below(store, endless):
    rules = KittingRules(level_of={(0, 1): 1}, level_costs=(0.0, 2.0))
    plan = solve_kitting(store([(1, [2, 2])], [2, 2], [(3, [0]), (9, [1])], rules=rules), endless(), 1)

    assert (plan.places["P0"].rack, plan.places["P1"].rack) == (1, 0)
    assert (plan.objective, plan.optimal) == (12 + 3 * 2, True)


def test_models_are_near_their_own_depot(two_kits, endless):
    plan = plan_with(two_kits, endless, depots={"back": (9.0, 1.0)}, depot_of={"K0": "back"})

    assert plan.places["P0"].aisle == 1
    assert (plan.objective, plan.optimal) == (10 * 1 + 4 * 1, True)


def test_a_material_takes_as_many_bins_as_the_rack_has_room_in_each(store, endless):
    rules = KittingRules(bin_size={(0, 0): "large"}, bins_by_size={"P0": {"large": 1}, "P1": {"large": 2}})
    plan = solve_kitting(store([(1, [3]), (5, [5])], [4, 4, 2], [(1, [0, 1, 2])], rules=rules), endless(), 1)

    assert plan.places["P0"].aisle == plan.places["P1"].aisle == 0
    assert plan.places["P2"].aisle == 1
    assert (plan.objective, plan.optimal) == (6, True)


def test_replenishment_pulls_a_material_to_the_dock(store, endless):
    problem = store([(1, [2]), (2, [2])], [2, 2], [(1, [0]), (1, [1])])
    rules = KittingRules(replenishments={"P0": 5.0}, dock=(3.0, 1.0))
    plan = solve_kitting(store([(1, [2]), (2, [2])], [2, 2], [(1, [0]), (1, [1])], rules=rules), endless(), 1)

    assert solve_kitting(problem, endless(), 1).objective == 3
    assert plan.places["P0"].aisle == 1
    assert (plan.objective, plan.optimal) == (2 + 1 + 5, True)


TODAY = {"P0": Place(1, 0, 0), "P1": Place(1, 0, 2), "P2": Place(1, 0, 4), "P3": Place(0, 0, 0), "P4": Place(0, 0, 3)}


@pytest.mark.parametrize(("most", "objective"), [(0, 34), (2, 34), (5, 22)])
def test_no_more_moves_than_allowed(two_kits, endless, wrong, most, objective):
    problem = two_kits(KittingRules(most_moves=most), TODAY)

    plan = solve_kitting(problem, endless(), 1)

    assert wrong(two_kits(today=TODAY), plan) == []
    assert sum(plan.places[key] != place for key, place in TODAY.items()) <= most
    assert plan.objective == objective
    assert plan.bound <= 22


def test_more_must_move_than_may(two_kits, endless):
    rules = KittingRules(most_moves=0, forbidden={"P0": frozenset({(1, 0)})})

    with pytest.raises(RulesClash, match="most_moves 0"):
        solve_kitting(two_kits(rules, TODAY), endless(), 1)
    with pytest.raises(BadStore, match="most_moves"):
        solve_kitting(two_kits(rules, TODAY), endless(), 1, "ga")


def test_the_smallest_set_of_rules_that_clash_is_named(store, endless):
    rules = KittingRules(
        aisles={"P0": frozenset({0}), "P1": frozenset({0}), "P2": frozenset({0}), "P3": frozenset({1})},
        apart=(("P2", "P3"),),
    )
    problem = store([(1, [5]), (1, [9])], [2, 2, 2, 1], [(1, [0, 1])], rules=rules)

    with pytest.raises(RulesClash, match=r"together: the aisles of P0, the aisles of P1, the aisles of P2. Please"):
        solve_kitting(problem, endless(), 1)


def test_what_is_fixed_in_the_only_rack_for_another_is_named(store, endless):
    rules = KittingRules(fixed={"P1": Place(1, 0, 0), "P2": Place(0, 0, 0)}, aisles={"P2": frozenset({0})})
    problem = store([(1, [4]), (1, [5])], [5, 1, 1], [(1, [0, 1])], rules=rules)

    with pytest.raises(RulesClash, match=r"together: 5 bins for P0, P1 fixed\. Please"):
        solve_kitting(problem, endless(), 1)
