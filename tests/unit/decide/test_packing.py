"""Boxes for an order: every arrangement is checked by code that shares nothing with the packer."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations, permutations
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmaru.decide.loading import load
from hanmaru.decide.packing import THIS_WAY_UP, BoxType, Cause, Item, Packing, Placement, pack

SMALL = BoxType("small", (200, 150, 100), max_weight=2_000, cost=300, own_weight=80)
MEDIUM = BoxType("medium", (300, 250, 150), max_weight=5_000, cost=500, own_weight=150)
LARGE = BoxType("large", (450, 350, 300), max_weight=15_000, cost=900, own_weight=400)
SHELF = [LARGE, SMALL, MEDIUM]


def faults(placements: tuple[Placement, ...], inner: tuple[int, int, int], items: dict[str, Item]) -> list[str]:
    """List what is wrong with an arrangement: outside the box, overlapping, bent or forbidden way up."""
    found = []
    for at in placements:
        if any(c < 0 or c + e > i for c, e, i in zip(at.corner, at.extent, inner, strict=True)):
            found.append(f"{at} sticks out of {inner}")
        size, up = items[at.item].size, items[at.item].up
        assert size is not None
        if not any(tuple(size[a] for a in axes) == at.extent and axes[2] in up for axes in permutations(range(3))):
            found.append(f"{at} is not a permitted way to lay {size}")
    for one, other in combinations(placements, 2):
        if all(
            one.corner[axis] < other.corner[axis] + other.extent[axis]
            and other.corner[axis] < one.corner[axis] + one.extent[axis]
            for axis in range(3)
        ):
            found.append(f"{one} overlaps {other}")
    return found


def assert_valid(packing: Packing, items: list[Item]) -> None:
    by_key = {item.key: item for item in items}
    packed: Counter[str] = Counter()
    for parcel in packing.parcels:
        assert faults(parcel.placements, parcel.box.inner, by_key) == []
        contents = sum(by_key[at.item].weight or 0 for at in parcel.placements)
        assert parcel.weight == contents + parcel.box.own_weight
        assert parcel.box.max_weight is None or contents <= parcel.box.max_weight
        assert parcel.fill == pytest.approx(sum(prod(at.extent) for at in parcel.placements) / prod(parcel.box.inner))
        packed.update(at.item for at in parcel.placements)
    outside = {*packing.unmeasured, *(unfit.item.key for unfit in packing.unfit)}
    assert packed == Counter({item.key: item.quantity for item in items if item.key not in outside})


def test_the_checker_sees_each_fault() -> None:
    items = {"a": Item("a", 2, (10, 20, 30), up=THIS_WAY_UP)}
    good = Placement("a", (0, 0, 0), (20, 10, 30))
    assert faults((good,), (20, 10, 30), items) == []
    assert "sticks out" in faults((good,), (20, 10, 29), items)[0]
    assert "overlaps" in faults((good, Placement("a", (19, 0, 0), (20, 10, 30))), (40, 10, 30), items)[0]
    assert "permitted" in faults((Placement("a", (0, 0, 0), (30, 10, 20)),), (40, 40, 40), items)[0]


def test_the_cheapest_box_that_holds_all_is_taken() -> None:
    items = [Item("ring", 2, (60, 60, 50), 40), Item("shoes", 1, (290, 180, 110), 900)]
    packing = pack(items, SHELF)
    assert [parcel.box.key for parcel in packing.parcels] == ["medium"]
    assert packing.complete
    assert_valid(packing, items)


def test_a_box_filled_to_the_last_millimetre_is_found() -> None:
    items = [Item("cube", 8, (100, 75, 50), 10)]
    packing = pack(items, SHELF)
    assert [(parcel.box.key, parcel.fill) for parcel in packing.parcels] == [("small", 1.0)]
    assert_valid(packing, items)


def test_weight_asks_for_a_larger_box() -> None:
    items = [Item("plates", 1, (100, 100, 50), 4_000)]
    assert [parcel.box.key for parcel in pack(items, SHELF).parcels] == ["medium"]


def test_several_boxes_when_none_holds_all() -> None:
    items = [Item("boots", 7, (340, 290, 130), 1_800), Item("ring", 1, (60, 60, 50), 40)]
    packing = pack(items, SHELF)
    assert len(packing.parcels) > 1
    assert_valid(packing, items)


def test_ten_thousand_equal_things_are_worked_out_quickly() -> None:
    items = [Item("ring", 100_000, (60, 60, 50), 40)]
    packing = pack(items, SHELF)
    assert sum(len(parcel.placements) for parcel in packing.parcels) == 100_000


def test_what_must_stay_upright_does() -> None:
    bottle = Item("bottle", 1, (80, 80, 240), 600, up=THIS_WAY_UP)
    packing = pack([bottle], SHELF)
    assert [parcel.box.key for parcel in packing.parcels] == ["large"]
    assert_valid(packing, [bottle])


def test_what_has_no_size_is_asked_for_and_the_rest_is_packed() -> None:
    items = [Item("strange", 3), Item("ring", 1, (60, 60, 50))]
    packing = pack(items, SHELF)
    assert packing.unmeasured == ("strange",)
    assert packing.unweighed == ("strange", "ring")
    assert not packing.complete
    assert_valid(packing, items)


@pytest.mark.parametrize(
    ("item", "shelf", "cause"),
    [
        (Item("pole", 1, (2_000, 20, 20), 100), SHELF, Cause.TOO_LARGE),
        (Item("anvil", 1, (100, 100, 100), 40_000), SHELF, Cause.TOO_HEAVY),
        (Item("ring", 1, (60, 60, 50), 40), [], Cause.NO_BOXES),
    ],
)
def test_what_goes_into_no_box_is_named(item: Item, shelf: list[BoxType], cause: Cause) -> None:
    packing = pack([item, Item("tag", 1, (10, 10, 1), 1)], shelf)
    assert (packing.unfit[0].item, packing.unfit[0].cause) == (item, cause)
    assert len(packing.parcels) == (1 if shelf else 0)


def test_free_boxes_are_chosen_by_size() -> None:
    shelf = [BoxType("b", (300, 300, 300)), BoxType("a", (200, 200, 200))]
    assert [p.box.key for p in pack([Item("x", 1, (100, 100, 100))], shelf).parcels] == ["a"]
    assert [p.box.key for p in pack([Item("x", 28, (100, 100, 100))], shelf).parcels] == ["b", "a"]


@pytest.mark.parametrize("kwargs", [{"quantity": 0}, {"size": (1, 0, 1)}, {"up": frozenset()}, {"up": frozenset({3})}])
def test_items_that_cannot_be_are_refused(kwargs: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="of x must"):
        Item("x", **kwargs)  # type: ignore[arg-type]


sizes = st.tuples(*[st.integers(1, 300)] * 3)
items_lists = st.lists(
    st.tuples(
        st.integers(1, 12),
        sizes,
        st.none() | st.integers(0, 3_000),
        st.sampled_from([THIS_WAY_UP, frozenset({0, 1, 2})]),
    ),
    max_size=6,
).map(lambda rows: [Item(f"i{n}", q, size, w, up) for n, (q, size, w, up) in enumerate(rows)])


@settings(max_examples=60)
@given(items_lists)
def test_every_packing_is_valid_and_loses_nothing(items: list[Item]) -> None:
    packing = pack(items, SHELF)
    assert_valid(packing, items)
    assert pack(items, SHELF) == packing


@pytest.mark.parametrize("kinds", [1, 3, 8, 20])
def test_a_container_of_mixed_cargo_is_filled_well(kinds: int) -> None:
    """Cargo drawn as Bischoff and Ratcliff (Omega 23, 1995, section 4) draw it: 587 x 233 x 220 cm."""
    draw = random.Random(kinds)  # noqa: S311 - a seeded instance, no secret
    inner = (587, 233, 220)
    items = _cargo(draw, kinds, prod(inner))
    found = load(items, inner)
    assert faults(found.placements, inner, {item.key: item for item in items}) == []
    assert found.volume == sum(prod(at.extent) for at in found.placements)
    assert found.volume / prod(inner) > 0.75


def _cargo(draw: random.Random, kinds: int, volume: int) -> list[Item]:
    sizes = [(draw.randint(30, 120), draw.randint(25, 100), draw.randint(20, 80)) for _ in range(kinds)]
    counts = [0] * kinds
    while (free := volume - sum(count * prod(size) for count, size in zip(counts, sizes, strict=True))) > 0:
        kind = draw.randrange(kinds)
        if prod(sizes[kind]) > free:
            break
        counts[kind] += 1
    return [Item(f"c{n}", counts[n], sizes[n]) for n in range(kinds) if counts[n]]
