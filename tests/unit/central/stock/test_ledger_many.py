"""Calls of the ledger with many moves, of which some were recorded before or stand twice in the call."""

from typing import Any

import pytest

from hanmaru.central.stock.errors import KeyReused
from hanmaru.central.stock.queries import figures, verify
from hanmaru.central.stock.services import Move, MoveReason, PlaceKind, beyond, create_place, post

pytestmark = pytest.mark.django_db


def _come(variant: int, place: int, quantity: int, key: str) -> Move:
    supplier = beyond(PlaceKind.SUPPLIER)
    return Move(
        variant=variant,
        from_place=supplier,
        to_place=place,
        quantity=quantity,
        reason=MoveReason.RECEIVE,
        key=key,
    )


def _on_hand(variant: int) -> int:
    return figures([variant])[variant].on_hand


def test_only_what_is_new_changes_balances(company: Any, new_variant: Any) -> None:
    variant, place = new_variant(), create_place("A-1", PlaceKind.BIN)
    assert list(post([_come(variant, place, 2, "one")])) == ["one"]
    assert list(post([_come(variant, place, 2, "one"), _come(variant, place, 3, "two")])) == ["two"]
    assert post([_come(variant, place, 3, "two"), _come(variant, place, 2, "one")]) == {}
    assert _on_hand(variant) == 5
    assert verify() == []


def test_a_move_that_stands_twice_in_a_call_counts_once(company: Any, new_variant: Any) -> None:
    variant, place = new_variant(), create_place("A-1", PlaceKind.BIN)
    assert list(post([_come(variant, place, 2, "one"), _come(variant, place, 2, "one")])) == ["one"]
    assert _on_hand(variant) == 2
    assert verify() == []


def test_one_key_for_two_moves_of_a_call_is_refused_whole(company: Any, new_variant: Any) -> None:
    variant, place = new_variant(), create_place("A-1", PlaceKind.BIN)
    with pytest.raises(KeyReused):
        post([_come(variant, place, 2, "one"), _come(variant, place, 3, "one"), _come(variant, place, 4, "two")])
    assert _on_hand(variant) == 0
    assert verify() == []


def test_thousands_of_moves_in_one_call(company: Any, new_variant: Any) -> None:
    variant, place = new_variant(), create_place("A-1", PlaceKind.BIN)
    assert len(post(_come(variant, place, 1, f"move {number}") for number in range(3000))) == 3000
    assert _on_hand(variant) == 3000
    assert verify() == []
