"""The checker of moves accepts what is right and names all that is wrong."""

import copy

import pytest

from hanmaru.decide.slotting.check.moves import check_moves
from tools.slotting_page import EXAMPLES

STORE, MOVES, PLAN = (EXAMPLES[f"kitting-{name}"] for name in ("instance", "moves", "plan"))


def told(instance=STORE, moves=MOVES, plan=PLAN):
    return [str(one) for one in check_moves(instance, moves, plan).violations]


def changed(*path, to, of=MOVES):
    """A copy in which one value is another."""
    document = copy.deepcopy(of)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return document


def ruled(**rules):
    return STORE | {"rules": STORE["rules"] | rules}


def test_right_moves_are_right():
    assert told() == []
    assert told(plan=None) == []


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("moves", 0, "from", "first_bin"), 5, "move 1 takes P1 from where it does not lie then"),
        (("moves", 0, "material"), "P9", "move 1 takes P9, which lies nowhere today"),
        (
            ("moves", 0, "to", "first_bin"),
            8,
            "P1 comes to A1, rack 0, bin 10, and what is blocked lies there",
        ),
        (("moves", 1, "to", "first_bin"), 2, "move 2: P2 comes to A1, rack 0, bin 2, and P1 lies there"),
        (("moves", 0, "to", "first_bin"), 23, "P1 takes bins 23 to 23 of a rack that has 24"),
        (("moves", 0, "to", "rack"), 7, "of a rack that has 0"),
        (("moves", 0, "to"), {"aisle": "A1", "rack": 1, "first_bin": 4}, "P1 weighs 40 kg and is on level 1"),
        (("moves", 1, "to"), {"aisle": "A1", "rack": 1, "first_bin": 0}, "move 2 lays P2 where it lies already"),
        (("moves", 1, "to", "first_bin"), 5, "move 2 lays P2 for good where the plan does not have it"),
        (("moves", 0, "bins"), 2, "moves[0].bins is said to be 2, and is 3"),
        (("moves", 0, "cost"), 20, "moves[0].cost is said to be 20, and is 25"),
        (("moves", 1, "change"), -21, "moves[1].change is said to be -21, and is -20"),
        (("moves", 0, "week"), 2, "move 2 is in week 1, and the one before it in week 2"),
        (("moves", 1, "week"), 30, "move 2 is in week 30, and all must have paid after week 26"),
        (("labour", "moves_a_week"), 1, "week 1 has 2 moves, and 1 can be made"),
        (("cost",), 41, "cost is said to be 41, and is 40"),
        (("saving",), 2400, "saving is said to be 2400, and is 2500"),
        (("paid_in",), 3, "paid_in is said to be 3, and is 2"),
        (("remaining",), 1, "remaining is said to be 1, and is 0"),
        (("labour",), None, "is missing or not of the kind it must be"),
        (("moves", 0, "cost"), "25", "is missing or not of the kind it must be"),
    ],
)
def test_what_is_wrong_is_named(path, value, words):
    assert any(words in one for one in told(moves=changed(*path, to=value))), told(moves=changed(*path, to=value))


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"aisles": {"P1": ["A2"]}}, "P1 must lie in A2 and is in aisle A1"),
        ({"forbidden": {"P2": [{"aisle": "A1", "rack": 0}]}}, "P2 must not lie in rack 0 of aisle A1"),
        ({"apart": [["P1", "P2"]]}, "must not lie in the same aisle"),
        ({"fixed": {"P2": {"aisle": "A1", "rack": 1, "first_bin": 0}}}, "P2 is fixed at aisle A1, rack 1, bin 0"),
        ({"most_moved": 1}, "2 materials lie elsewhere than today, and at most 1 may"),
    ],
)
def test_a_rule_that_a_move_breaks_is_named(rules, words):
    assert any(words in one for one in told(ruled(**rules), plan=None))


def test_a_material_moved_for_good_stays():
    back = {**MOVES["moves"][1], "from": MOVES["moves"][1]["to"], "to": MOVES["moves"][1]["from"]}
    assert any(
        "move 3 takes P2, which move 2 laid down for good" in one
        for one in told(moves=changed("moves", to=[*MOVES["moves"], back]))
    )


def test_a_plan_that_is_wrong_itself_is_told():
    assert any("P2" in one for one in told(plan=changed("places", "P2", "first_bin", to=2, of=PLAN)))


def test_what_lies_today_in_bins_that_are_to_be_free_moves_out_and_nothing_moves_in():
    first = MOVES["moves"][0]
    blocked = [{**{key: first["from"][key] for key in ("aisle", "rack", "first_bin")}, "bins": first["bins"]}]
    instance = ruled(blocked=[*STORE["rules"].get("blocked", ()), *blocked])
    assert told(instance, plan=None) == []
    back = {**first, "from": first["to"], "to": first["from"], "aside": True}
    words = told(instance, changed("moves", to=[{**first, "aside": True}, back]), plan=None)
    assert any("and what is blocked lies there" in one for one in words), words
