"""Which bins are offered for goods: those with room, the variant's own among them, for several variants at once."""

from typing import Any

import pytest

from hanmaru.central.stock.queries import Piece, bins_holding, open_bins, places_with_room
from hanmaru.central.stock.services import Capacity, Move, MoveReason, PlaceKind, beyond, create_place, post

pytestmark = pytest.mark.django_db


def _bins(number: int, capacity: Capacity) -> list[int]:
    return [create_place(f"B{turn:02d}", PlaceKind.BIN, capacity=capacity) for turn in range(number)]


def _fill(variant: int, quantities: dict[int, int]) -> None:
    supplier = beyond(PlaceKind.SUPPLIER)
    post(
        Move(variant=variant, from_place=supplier, to_place=place, quantity=quantity, reason=MoveReason.RECEIVE)
        for place, quantity in quantities.items()
    )


def test_full_bins_are_passed_over_however_many(company: Any, new_variant: Any) -> None:
    ring, shoe = new_variant(), new_variant()
    bins = _bins(8, Capacity(max_count=5))
    _fill(ring, dict.fromkeys(bins[:6], 5))
    found = places_with_room([Piece(ring), Piece(shoe)], limit=2)
    assert {variant: [place.id for place in places] for variant, places in found.items()} == {
        ring: bins[6:],
        shoe: bins[6:],
    }


def test_a_bin_that_holds_the_variant_is_found_beyond_the_first_of_the_walk(company: Any, new_variant: Any) -> None:
    ring, shoe = new_variant(), new_variant()
    bins = _bins(6, Capacity(max_count=5))
    _fill(ring, {bins[4]: 2, bins[5]: 5})
    found = places_with_room([Piece(ring), Piece(shoe)], limit=2)
    assert [(place.id, place.same, place.count) for place in found[ring]] == [
        (bins[4], 2, 3),
        (bins[0], 0, 5),
        (bins[1], 0, 5),
    ]
    assert [place.id for place in found[shoe]] == bins[:2]


def test_each_piece_is_held_to_its_own_size_weight_and_class(company: Any, new_variant: Any) -> None:
    ring, shoe, acid = new_variant(), new_variant(), new_variant()
    small = create_place("S", PlaceKind.BIN, capacity=Capacity(volume_mm3=1_000))
    weak = create_place("W", PlaceKind.BIN, capacity=Capacity(max_weight_g=100))
    safe = create_place("X", PlaceKind.BIN, capacity=Capacity(storage_classes=("acid",)))
    found = places_with_room(
        [
            Piece(ring, volume_mm3=500, weight_g=10),
            Piece(shoe, volume_mm3=5_000, weight_g=500),
            Piece(acid, volume_mm3=2_000, weight_g=50, storage_class="acid"),
        ]
    )
    assert {variant: {place.id for place in places} for variant, places in found.items()} == {
        ring: {small, weak},
        shoe: set(),
        acid: {weak, safe},
    }


def test_nothing_asked_is_nothing_found(company: Any) -> None:
    assert places_with_room([]) == {}


def test_open_bins_are_all_that_are_not_full(company: Any, new_variant: Any) -> None:
    ring = new_variant()
    bins = _bins(4, Capacity(max_count=5))
    endless = create_place("E", PlaceKind.BIN)
    _fill(ring, {bins[0]: 5, bins[1]: 4, endless: 1_000})
    assert [(place.id, place.count, place.same) for place in open_bins()] == [
        (bins[1], 1, 0),
        (bins[2], 5, 0),
        (bins[3], 5, 0),
        (endless, None, 0),
    ]


def test_bins_holding_a_variant_are_those_with_room_for_one_more(company: Any, new_variant: Any) -> None:
    ring, shoe = new_variant(), new_variant()
    bins = _bins(4, Capacity(max_count=5))
    _fill(ring, {bins[0]: 5, bins[1]: 4})
    _fill(shoe, {bins[3]: 1})
    found = bins_holding([Piece(ring), Piece(shoe)])
    assert {variant: [place.id for place in places] for variant, places in found.items()} == {
        ring: [bins[1]],
        shoe: [bins[3]],
    }
