"""The checker of stores holds a plan against every rule; what the solver makes under any rules passes it."""

import copy
import random
from math import inf

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hanmaru.decide.slotting.check.kitting import check_kitting, kitting_objective
from hanmaru.decide.slotting.check.moves import check_moves
from hanmaru.decide.slotting.formats import kitting
from hanmaru.decide.slotting.formats.moves import moves_document, moves_of
from hanmaru.decide.slotting.kitting.costs import Costs
from hanmaru.decide.slotting.kitting.errors import RulesClash, TooFull
from hanmaru.decide.slotting.kitting.reslot import Labour, reslot
from hanmaru.decide.slotting.kitting.solve import solve_kitting
from hanmaru.decide.slotting.watch import Watch
from hanmaru.kernel.errors import Invalid

STORE = {
    "aisles": [{"id": "A1", "weight": 1, "racks": [4, 3]}, {"id": "A2", "weight": 2.5, "racks": [5]}],
    "materials": [{"id": "P", "bins": 4}, {"id": "Q", "bins": 2}, {"id": "R", "bins": 1}],
    "models": [{"id": "K", "frequency": 3, "materials": ["P", "R"]}, {"id": "L", "frequency": 2, "materials": ["Q"]}],
    "today": {"P": {"aisle": "A2", "rack": 0, "first_bin": 1}, "Q": {"aisle": "A1", "rack": 0, "first_bin": 0}},
}
PLACES = {
    "P": {"aisle": "A2", "rack": 0, "first_bin": 0},
    "Q": {"aisle": "A1", "rack": 0, "first_bin": 2},
    "R": {"aisle": "A1", "rack": 1, "first_bin": 1},
}
PLAIN = 3 * 3.5 + 2
HIGH = {"racks": [{"aisle": "A1", "rack": 1, "level": 1}]}


def told(rules: dict, objective: float = PLAIN, **places: dict) -> list[str]:
    plan = {"objective": objective, "bound": 0, "seconds": 1, "seed": 1, "places": {**PLACES, **places}}
    return [str(one) for one in check_kitting({**STORE, "rules": rules}, plan).violations]


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"fixed": {"Q": STORE["today"]["Q"]}}, "Q is fixed at aisle A1, rack 0, bin 0, and lies elsewhere"),
        ({"aisles": {"R": ["A2"]}}, "R must lie in A2 and is in aisle A1"),
        ({"forbidden": {"R": [{"aisle": "A1", "rack": 1}]}}, "R must not lie in rack 1 of aisle A1"),
        (
            {"blocked": [{"aisle": "A2", "rack": 0, "first_bin": 3, "bins": 2}]},
            "P takes bin 3 of rack 0 in aisle A2, which is blocked",
        ),
        ({"apart": [["R", "Q"]]}, "R and Q must not lie in the same aisle, and both are in A1"),
        (
            {**HIGH, "levels": [{}, {"heaviest": 5}], "masses": {"R": 7.5}},
            "R weighs 7.5 kg and is on level 1, which holds 5 kg at most",
        ),
        ({"racks": [{"aisle": "A1", "rack": 1, "bin_size": "s"}]}, "R does not fit the s bins of rack 1 in aisle A1"),
        (
            {"racks": [{"aisle": "A1", "rack": 1, "bin_size": "s"}], "bins_by_size": {"R": {"s": 3}}},
            "R takes bins 1 to 3 of a rack that has 3",
        ),
        ({"most_moved": 1}, "2 materials lie elsewhere than today, and at most 1 may"),
    ],
)
def test_a_broken_rule_is_named(rules: dict, sentence: str) -> None:
    assert told(rules) == [sentence]


def test_rules_that_are_kept_are_passed_over() -> None:
    rules = {
        "fixed": {"Q": PLACES["Q"]},
        "aisles": {"R": ["A2", "A1"]},
        "forbidden": {"R": [{"aisle": "A1", "rack": 0}]},
        "blocked": [{"aisle": "A1", "rack": 1, "first_bin": 2, "bins": 1}],
        "apart": [["P", "Q"]],
        **HIGH,
        "levels": [{}, {"heaviest": 5}],
        "masses": {"R": 5},
        "most_moved": 2,
    }
    assert told(rules) == []


@pytest.mark.parametrize(
    ("rules", "objective"),
    [
        ({"depots": {"back": {"A1": 4, "A2": 0.5}}, "depot_of": {"K": "back"}}, 3 * 4.5 + 2),
        ({**HIGH, "levels": [{"cost": 0.5}, {"cost": 2}]}, PLAIN + 3 * 0.5 + 2 * 0.5 + 3 * 2),
        ({"replenishments": {"P": 2, "R": 1}, "dock": {"A1": 7, "A2": 3}}, PLAIN + 2 * 3 + 7),
    ],
)
def test_what_rules_cost_is_worked_out_anew(rules: dict, objective: float) -> None:
    assert told(rules, objective) == []
    assert told(rules) == [f"the plan says its objective is 12.5, and it is {objective:g}"]


def any_rules(chance: random.Random, store: dict) -> dict:
    """Rules drawn at random over a store, some of each kind; they may clash."""
    names, aisles = [one["id"] for one in store["materials"]], [one["id"] for one in store["aisles"]]
    racks = [{"aisle": one["id"], "rack": rack} for one in store["aisles"] for rack in range(len(one["racks"]))]
    some = lambda part: chance.sample(names, chance.randint(0, part))  # noqa: E731 - said where it is used
    figures = lambda keys: {key: chance.randint(0, 9) for key in keys}  # noqa: E731 - as above
    high = chance.sample(racks, 2)
    rules: dict = {
        "fixed": {name: chance.choice(racks) | {"first_bin": chance.randint(0, 3)} for name in some(1)},
        "aisles": {name: chance.sample(aisles, 2) for name in some(2)},
        "forbidden": {name: chance.sample(racks, 2) for name in some(2)},
        "blocked": [chance.choice(racks) | {"first_bin": chance.randint(0, 5), "bins": 1}],
        "apart": [pair for pair in (some(2) for _ in range(3)) if len(pair) == 2],
        "racks": [
            high[0] | {"level": 1},
            high[1] | {"level": chance.randint(0, 1), "bin_size": chance.choice("sl")},
        ],
        "levels": [{"cost": 0}, {"cost": chance.randint(0, 3), "heaviest": 5}],
        "masses": figures(some(3)),
        "depots": {"back": figures(aisles)},
        "depot_of": {one["id"]: "back" for one in chance.sample(store["models"], 2)},
        "replenishments": figures(some(4)),
        "dock": figures(aisles),
    }
    size = rules["racks"][1]["bin_size"]
    rules["bins_by_size"] = {name: {size: chance.randint(1, 3)} for name in some(5)}
    if chance.random() < 0.4:
        rules["most_moved"] = chance.randint(0, len(names))
    return {key: one for key, one in rules.items() if chance.random() < 0.7 or key in ("dock", "depots", "racks")}


def made_up(seed: int) -> dict:
    """A small store with a layout of today, and rules."""
    chance = random.Random(seed)  # noqa: S311 - made-up figures
    aisles = [{"id": f"A{n}", "weight": 1 + n, "racks": [6, 6]} for n in range(3)]
    materials = [{"id": f"P{n}", "bins": chance.randint(1, 3)} for n in range(9)]
    names = [one["id"] for one in materials]
    models = [
        {"id": f"K{n}", "frequency": chance.randint(1, 9), "materials": chance.sample(names, chance.randint(1, 4))}
        for n in range(5)
    ]
    today = {f"P{n}": {"aisle": f"A{n // 4}", "rack": n % 4 // 2, "first_bin": 3 * (n % 2)} for n in range(9)}
    store = {"aisles": aisles, "materials": materials, "models": models, "today": today}
    rules = any_rules(chance, store)
    if "bins_by_size" not in rules:
        rules["racks"][1].pop("bin_size")
    if not rules.get("levels"):
        rules["racks"] = [one | {"level": 0} for one in rules["racks"]]
    return {**store, "rules": rules}


def quick() -> Watch:
    """A watch that ends with the first plan: whether it keeps the rules is asked, not how good it is."""
    watch = Watch(float)
    watch.stop = lambda: watch.best < inf
    return watch


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_a_plan_under_any_rules_passes_and_one_that_is_disturbed_does_not(seed: int) -> None:
    document = made_up(seed)
    try:
        problem = kitting.problem_of(document)
        plan = solve_kitting(problem, quick(), seed)
    except (Invalid, RulesClash, TooFull):
        assume(False)  # noqa: FBT003 - Hypothesis asks for it so
    told_plan = kitting.plan_document(plan, problem)
    report = check_kitting(document, told_plan)
    assert [str(one) for one in report.violations] == []
    assert Costs(problem).of(plan.places) == pytest.approx(plan.objective)
    onto, other = random.Random(seed).sample(sorted(plan.places), 2)  # noqa: S311 - any two
    worse = copy.deepcopy(told_plan)
    worse["places"][onto] = dict(worse["places"][other])
    assert not check_kitting(document, worse).ok
    dearer = {**told_plan, "objective": told_plan["objective"] + 0.5}
    assert kitting_objective(document, told_plan["places"]) == pytest.approx(plan.objective)
    assert not check_kitting(document, dearer).ok


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_moves_under_any_rules_find_their_bins_free_and_end_in_what_they_say(seed: int) -> None:
    document = made_up(seed)
    document["rules"] = {key: one for key, one in document["rules"].items() if key not in ("blocked", "bins_by_size")}
    for one in document["rules"]["racks"]:
        one.pop("bin_size", None)
    try:
        problem = kitting.problem_of(document)
        plan = solve_kitting(problem, quick(), seed)
    except (Invalid, RulesClash, TooFull):
        assume(False)  # noqa: FBT003 - as above
    labour = Labour(0.5, 0.25, 3, 9)
    found = reslot(problem, plan.places, labour)
    told = moves_document(problem, plan, found, labour)
    assert [str(one) for one in check_moves(document, told, kitting.plan_document(plan, problem)).violations] == []
    assert moves_of(told, problem) == (found, labour)
    at, bins = dict(problem.today), {one.key: one.bins for one in problem.materials}
    before = Costs(problem).of(at)
    for move in found.moves:
        assert at[move.material] == move.origin
        at[move.material] = move.target
        taken = [(p.aisle, p.rack, p.first_bin + n) for key, p in at.items() for n in range(bins[key])]
        assert len(set(taken)) == len(taken)
    assert Costs(problem).of(at) - before == pytest.approx(sum(move.change for move in found.moves), abs=1e-6)
    assert found.saving >= found.cost
