"""The order in which a picker walks."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hanmaru.decide.picking import natural_key, path_key, walking_order


def walk(paths: list[str]) -> list[str]:
    return walking_order(paths, lambda path: path)


def test_aisles_are_walked_up_and_down_in_turn() -> None:
    paths = [f"S.A.{aisle}.{rack}.1.1" for aisle in (1, 2, 3) for rack in (1, 2, 10)]
    assert walk(paths[::2] + paths[1::2]) == [
        "S.A.1.1.1.1", "S.A.1.2.1.1", "S.A.1.10.1.1",
        "S.A.2.10.1.1", "S.A.2.2.1.1", "S.A.2.1.1.1",
        "S.A.3.1.1.1", "S.A.3.2.1.1", "S.A.3.10.1.1",
    ]  # fmt: skip


def test_an_aisle_with_nothing_to_pick_does_not_turn_the_walk() -> None:
    assert walk(["S.A.1.1.1.1", "S.A.1.2.1.1", "S.A.5.1.1.1", "S.A.5.2.1.1"]) == [
        "S.A.1.1.1.1", "S.A.1.2.1.1", "S.A.5.2.1.1", "S.A.5.1.1.1",
    ]  # fmt: skip


def test_each_zone_begins_at_its_front() -> None:
    paths = ["S.A.1.1.1.1", "S.A.1.2.1.1", "S.B.1.1.1.1", "S.B.1.2.1.1"]
    assert walk(paths) == paths


def test_levels_go_from_the_floor_up_and_bins_follow_the_walk() -> None:
    first = ["S.A.1.1.1.1", "S.A.1.1.1.2", "S.A.1.1.2.1"]
    second = ["S.A.2.1.1.2", "S.A.2.1.1.1", "S.A.2.1.2.1"]
    assert walk(sorted(first + second)) == first + second


def test_lines_at_one_place_keep_their_order() -> None:
    lines = [("b", "S.A.1.1.1.1"), ("a", "S.A.1.1.1.1"), ("c", "S.A.1.1.1.1")]
    assert walking_order(lines, lambda line: line[1]) == lines


def test_shorter_paths_come_before_what_lies_inside_them() -> None:
    assert walk(["S.A.1.1", "S.A", "S", "S.A.1"]) == ["S", "S.A", "S.A.1", "S.A.1.1"]


def test_labels_sort_as_people_count() -> None:
    labels = ["A10", "a2", "B", "A1", "A01", "", "10", "9", "A"]
    assert sorted(labels, key=natural_key) == ["", "9", "10", "A", "A01", "A1", "a2", "A10", "B"]
    assert sorted(["S.A.10", "S.A.9"], key=path_key) == ["S.A.9", "S.A.10"]


labels = st.sampled_from(["1", "2", "10", "A", "b3", "B12", "가"])
paths = st.lists(st.lists(labels, min_size=1, max_size=6).map(".".join), max_size=25)


@given(paths)
def test_nothing_is_lost_or_added(lines: list[str]) -> None:
    assert sorted(walk(lines)) == sorted(lines)


@given(paths, st.randoms(use_true_random=False))
def test_the_walk_does_not_depend_on_the_order_of_the_list(lines: list[str], dice: Random) -> None:
    shuffled = dice.sample(lines, len(lines))
    assert walk(shuffled) == walk(lines)
    assert walk(walk(lines)) == walk(lines)


@given(paths)
def test_each_aisle_is_entered_once(lines: list[str]) -> None:
    aisles = [line.split(".")[:3] for line in walk(lines) if line.count(".") >= 3]
    entered = [aisle for at, aisle in enumerate(aisles) if at == 0 or aisles[at - 1] != aisle]
    assert len({tuple(aisle) for aisle in entered}) == len(entered)
