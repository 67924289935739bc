"""Carrying in order: every target is free when something comes, everything arrives, and no move is wasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.decide.slotting.carrying import Load, NothingFree, in_order


def load(at, to):
    return Load(frozenset(at), frozenset(to))


def carried_out(loads, carries, spare):
    """Carry in order; nothing may come onto what lies there and does not belong together with it."""
    at = [one.at for one in loads]
    for carry in carries:
        assert carry.at == at[carry.load]
        for number, where in enumerate(at):
            if number != carry.load:
                shared = where & carry.to
                assert shared <= loads[number].to & loads[carry.load].to, "something comes onto what lies there"
        if carry.aside:
            assert carry.to <= set(spare)
        at[carry.load] = carry.to
    assert at == [one.to for one in loads]


def test_a_chain_is_carried_from_its_end():
    loads = [load("a", "b"), load("b", "c"), load("c", "d")]
    assert [carry.load for carry in in_order(loads, [])] == [2, 1, 0]


def test_a_ring_takes_one_move_more():
    loads = [load("a", "b"), load("b", "c"), load("c", "a")]
    carries = in_order(loads, ["z"])
    carried_out(loads, carries, ["z"])
    assert len(carries) == 4
    assert sum(carry.aside for carry in carries) == 1


def test_a_ring_without_a_free_cell_is_refused():
    with pytest.raises(NothingFree):
        in_order([load("a", "b"), load("b", "a")], [])


def test_beside_the_strip_there_is_always_room():
    loads = [load([0, 1], [2]), load([2], [0])]
    carries = in_order(loads)
    assert [(carry.load, carry.aside) for carry in carries] == [(1, True), (0, False), (1, False)]
    assert carries[0].to == frozenset()


def test_what_stays_is_not_carried_and_what_ends_together_is_no_hindrance():
    loads = [load("a", "a"), load("b", "a"), load("c", "c")]
    assert [carry.load for carry in in_order(loads, [])] == [1]


def test_a_cell_with_two_things_is_free_once_both_have_left():
    loads = [load("a", "b"), load("a", "c"), load("d", "a")]
    carries = in_order(loads, [])
    assert {carry.load for carry in carries[:2]} == {0, 1}
    assert carries[2].load == 2


@given(st.permutations(range(8)), st.integers(1, 8))
def test_any_exchange_of_places_works_with_the_fewest_moves(to, lying):
    loads = [load([at], [cell]) for at, cell in enumerate(to[:lying])]
    spare = ["z", *range(8)]
    carries = in_order(loads, spare)
    carried_out(loads, carries, spare)
    moving = sum(one.at != one.to for one in loads)
    assert len(carries) == moving + rings(to, lying)


def rings(to, lying):
    """The rings of two and more among those that lie."""
    found, seen = 0, set()
    for first in range(lying):
        at, path = first, []
        while at < lying and at not in seen:
            seen.add(at)
            path.append(at)
            at = to[at]
        found += bool(path) and at == first and len(path) > 1
    return found
