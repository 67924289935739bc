"""The checker accepts what is right and names all that is wrong."""

import copy
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmaru.decide.slotting.check.bulk import bulk_objective, check_bulk
from hanmaru.decide.slotting.check.kitting import check_kitting, kitting_objective
from hanmaru.decide.slotting.check.report import REASONS, Report
from hanmaru.decide.slotting.generate import generate_bulk, generate_kitting

STRIP = {
    "length": 10,
    "supply_points": [2, 8],
    "materials": [
        {"id": "A", "width": 3, "trips": {"0": 4}},
        {"id": "B", "width": 2, "trips": {"0": 1, "1": 7}},
        {"id": "C", "width": 3, "trips": {"1": 2}},
    ],
    "today": {"A": 8.5, "B": 5, "C": 1.5},
}
ALONG = {
    "objective": 4 * 0.5 + 3 + 7 * 3 + 2 * 0.5,
    "bound": 20,
    "optimal": False,
    "seconds": 1,
    "seed": 1,
    "positions": {"A": 1.5, "B": 5, "C": 8.5},
}
STORE = {
    "aisles": [{"id": "A1", "weight": 1, "racks": [4, 2]}, {"id": "A2", "weight": 2.5, "racks": [5]}],
    "materials": [{"id": "P", "bins": 5}, {"id": "Q", "bins": 2}, {"id": "R", "bins": 1}],
    "models": [{"id": "K", "frequency": 3, "materials": ["P", "R"]}, {"id": "L", "frequency": 2, "materials": ["Q"]}],
}
INSIDE = {
    "objective": 3 * 3.5 + 2,
    "bound": 0,
    "seconds": 1,
    "seed": 1,
    "places": {
        "P": {"aisle": "A2", "rack": 0, "first_bin": 0},
        "Q": {"aisle": "A1", "rack": 0, "first_bin": 2},
        "R": {"aisle": "A1", "rack": 0, "first_bin": 1},
    },
}


def told(report: Report) -> list[str]:
    return [str(one) for one in report.violations]


def along(instance: dict | None = None, **changes: object) -> list[str]:
    return told(check_bulk(instance or STRIP, {**ALONG, **changes}))


def inside(**places: object) -> list[str]:
    changed = {"places": {**INSIDE["places"], **places}}
    return told(check_kitting(STORE, {**INSIDE, **changed}))


def ruled(**rules: object) -> dict:
    return {**STRIP, "rules": rules}


def test_what_is_right_passes_with_its_objective() -> None:
    report = check_bulk(STRIP, ALONG)
    assert (report.ok, report.objective) == (True, 27)
    report = check_kitting(STORE, INSIDE)
    assert (report.ok, report.objective) == (True, 12.5)


@pytest.mark.parametrize(
    ("positions", "sentences"),
    [
        ({"A": 1.5, "B": 5}, ["C has no place"]),
        ({**ALONG["positions"], "X": 2}, ["X is placed, and is not among the materials"]),
        ({"A": 1.5, "B": 3.5, "C": 8.5}, ["A and B overlap by 0.5", "the plan says its objective is 27, and it is 36"]),
        (
            {"A": 1, "B": 5, "C": 8.5},
            [
                "A lies from -0.5 to 2.5, 0.5 beyond an end of the strip",
                "the plan says its objective is 27, and it is 29",
            ],
        ),
        ({"A": 1.5, "B": 5, "C": 8.75}, ["C lies from 7.25 to 10.25, 0.25 beyond an end of the strip"]),
    ],
)
def test_where_zones_may_not_lie_is_named(positions: dict, sentences: list[str]) -> None:
    assert along(positions=positions)[: len(sentences)] == sentences


def test_a_zone_inside_another_is_seen_though_one_lies_between() -> None:
    wide = {
        "length": 10,
        "supply_points": [0],
        "materials": [{"id": n, "width": w, "trips": {"0": 1}} for n, w in (("W", 8), ("S", 1), ("T", 1))],
    }
    plan = {**ALONG, "positions": {"W": 4, "S": 2, "T": 6}}
    assert {one.data["other"] for one in check_bulk(wide, plan).violations if one.reason == "overlap"} == {"S", "T"}


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"fixed": {"A": 2}}, "A is fixed at 2 and lies at 1.5"),
        ({"forbidden": [{"from": 2.5, "to": 3.5}]}, "A lies from 0 to 3, on the forbidden stretch from 2.5 to 3.5"),
        ({"together": [["A", "C"]]}, "A and C must stand side by side with nothing between, and do not"),
        ({"apart": [{"materials": ["A", "B"], "distance": 4}]}, "A and B are 3.5 apart, and must be 4"),
        ({"clearance": 1.5}, "between A and B 1 are clear, and 1.5 must be"),
        ({"most_moved": 1}, "2 materials lie elsewhere than today, and at most 1 may"),
    ],
)
def test_a_broken_rule_is_named(rules: dict, sentence: str) -> None:
    assert sentence in along(ruled(**rules))


def test_rules_that_are_kept_are_passed_over() -> None:
    rules = {
        "fixed": {"A": 1.5},
        "forbidden": [{"from": 3, "to": 4}, {"from": 6, "to": 7}],
        "together": [["A"]],
        "apart": [{"materials": ["A", "B"], "distance": 3.5}],
        "clearance": 1,
        "most_moved": 2,
    }
    assert along(ruled(**rules)) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"objective": 26}, "the plan says its objective is 26, and it is 27"),
        ({"bound": 28}, "the bound 28 is more than the objective 27"),
        ({"optimal": True}, "the plan says it is optimal, and its bound 20 is less than its objective 27"),
        ({"objective": float("nan")}, "objective is nan, and must be a number from 0 up"),
        ({"bound": None}, "bound is None, and must be a number from 0 up"),
        ({"seconds": -1}, "seconds is -1, and must be a number from 0 up"),
    ],
)
def test_what_a_plan_says_of_itself_must_be_true(changes: dict, sentence: str) -> None:
    assert along(**changes) == [sentence]


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        (("A3", 0, 0), "P is in aisle A3, which there is not"),
        (("A2", 1, 0), "P is in rack 1 of aisle A2, which there is not"),
        (("A2", 0, 1), "P takes bins 1 to 5 of a rack that has 5"),
        (("A2", 0, -1), "P takes bins -1 to 3 of a rack that has 5"),
        (("A1", 0, 0), "P takes bins 0 to 4 of a rack that has 4"),
    ],
)
def test_where_bins_may_not_be_is_named(place: tuple, sentence: str) -> None:
    assert inside(P=dict(zip(("aisle", "rack", "first_bin"), place, strict=True)))[0] == sentence


def test_a_bin_taken_twice_is_named() -> None:
    taken = inside(R={"aisle": "A1", "rack": 0, "first_bin": 3})
    assert taken == ["R and Q take the same bin 3 of rack 0 in aisle A1"]


def test_a_material_without_bins_and_bins_without_a_material_are_named() -> None:
    places = {"P": INSIDE["places"]["P"], "Q": INSIDE["places"]["Q"], "X": INSIDE["places"]["R"]}
    report = check_kitting(STORE, {**INSIDE, "places": places})
    assert told(report) == ["R has no place", "X is placed, and is not among the materials"]
    assert report.objective is None


@pytest.mark.parametrize("plan", [None, [], {}, {"positions": 3}, {"places": {"P": 1}}, {"positions": {"A": "1"}}])
def test_what_is_no_plan_is_a_violation(plan: object) -> None:
    assert [one.reason for one in check_bulk(STRIP, plan).violations if one.reason == "unreadable"]
    assert [one.reason for one in check_kitting(STORE, plan).violations if one.reason == "unreadable"]


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_packed_side_by_side_is_right_and_one_shift_onto_another_is_not(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - made-up figures
    strip = generate_bulk("table7-12", seed, 0.9)
    chance.shuffle(strip["materials"])
    reached, positions = 0, {}
    for one in strip["materials"]:
        positions[one["id"]] = reached + one["width"] / 2
        reached += one["width"]
    objective = bulk_objective(strip, positions)
    plan = {**ALONG, "objective": objective, "bound": objective, "optimal": True, "positions": positions}
    assert told(check_bulk(strip, json.loads(json.dumps(plan)))) == []
    moved = chance.choice([name for name in positions if positions[name] > 200])
    worse = {**plan, "positions": {**positions, moved: positions[moved] - 10}}
    assert "overlap" in {one.reason for one in check_bulk(strip, worse).violations}


SIDES = {
    **STRIP,
    "strips": [
        {"id": "left", "from": 0, "to": 6},
        {"id": "right", "from": 2, "to": 10, "detour": 1.5, "forbidden": [{"from": 9, "to": 10}]},
    ],
    "rules": {"strips": {"C": "right"}, "fixed": {"A": 1.5}},
}
APART = {"A": "left", "B": "left", "C": "right"}


@pytest.mark.parametrize(
    ("positions", "strips", "sentences"),
    [
        ({"C": 3.5}, {}, []),
        ({"C": 6}, {}, []),
        ({"C": 3}, {}, ["C lies from 1.5 to 4.5, 0.5 beyond an end of the strip"]),
        ({"C": 7.75}, {}, ["C lies from 6.25 to 9.25, on the forbidden stretch from 9 to 10"]),
        ({"C": 3.5}, {"C": "left"}, ["A and C overlap by 1", "C must be on strip right and is on strip left"]),
        ({"C": 6}, {"A": "right"}, ["A must be on strip left and is on strip right"]),
        ({"C": 6}, {"B": "middle"}, ["B is on strip middle, which there is not"]),
    ],
)
def test_each_strip_is_looked_at_by_itself(positions: dict, strips: dict, sentences: list[str]) -> None:
    centres, on = {**ALONG["positions"], **positions}, {**APART, **strips}
    objective = bulk_objective(SIDES, centres, {name: 1.5 for name in on if on[name] == "right"})
    plan = {**ALONG, "objective": objective, "positions": centres, "strips": on}
    assert set(sentences) <= set(told(check_bulk(SIDES, plan)))
    assert bool(sentences) != check_bulk(SIDES, plan).ok


def test_together_is_with_nothing_between() -> None:
    near = {"positions": {"A": 1.5, "B": 5.1, "C": 7.6}}
    assert "B and C must stand" not in " ".join(along(ruled(together=[["C", "B"]], clearance=0), **near))
    far = {"positions": {"A": 1.5, "B": 4, "C": 7.6}}
    assert "B and C must stand side by side with nothing between, and do not" in along(
        ruled(together=[["B", "C"]]), **far
    )


def test_a_store_laid_by_number_is_right_until_two_change_places() -> None:
    store = generate_kitting("store-100", 3)
    plan = {**INSIDE, "places": store["today"], "objective": kitting_objective(store, store["today"])}
    assert told(check_kitting(store, plan)) == []
    worse = copy.deepcopy(plan)
    worse["places"]["P5"] = dict(worse["places"]["P9"])
    assert {one.reason for one in check_kitting(store, worse).violations} >= {"bin_twice"}


def test_every_sentence_ends_without_a_stop() -> None:
    assert [words for words in REASONS.values() if words.endswith(".")] == []
