"""Which places pass for goods, and which are proposed first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmaru.decide.putaway import (
    Allotment,
    Breach,
    Goods,
    Place,
    Proposal,
    Reason,
    Violation,
    allot,
    check,
    propose,
    room,
)

RING = Goods("ring-12", 10, size=(60, 60, 40), weight=30, storage_class="jewellery")


def safe(key: str, **kwargs: object) -> Place:
    return Place(key, **{"classes": frozenset({"jewellery"}), **kwargs})  # type: ignore[arg-type]


def test_a_place_without_limits_passes() -> None:
    assert check(RING, safe("A")) == []
    assert room(RING, safe("A")) == 10


@pytest.mark.parametrize(
    ("place", "violation"),
    [
        (safe("A", open=False), Violation(Breach.CLOSED)),
        (
            Place("A", classes=frozenset({"shoes", "leather"})),
            Violation(Breach.STORAGE_CLASS, "jewellery", "leather,shoes"),
        ),
        (safe("A", inner=(300, 59, 50)), Violation(Breach.SIZE, "60 x 60 x 40", "300 x 59 x 50")),
        (safe("A", free_volume=1_439_999), Violation(Breach.VOLUME, 1_440_000, 1_439_999)),
        (safe("A", free_weight=299), Violation(Breach.WEIGHT, 300, 299)),
        (safe("A", free_count=9), Violation(Breach.COUNT, 10, 9)),
    ],
)
def test_each_bound_is_named_with_what_was_wanted_and_what_is_free(place: Place, violation: Violation) -> None:
    assert check(RING, place) == [violation]


def test_every_broken_bound_is_listed() -> None:
    place = Place("A", free_volume=0, free_weight=0, free_count=0, classes=frozenset({"shoes"}), open=False)
    assert [v.breach for v in check(RING, place)] == ["closed", "storage_class", "volume", "weight", "count"]


def test_goods_may_be_turned_to_pass_the_opening() -> None:
    assert check(RING, safe("A", inner=(40, 60, 60))) == []


def test_unclassed_goods_stay_out_of_classed_places() -> None:
    bag = Goods("bag", 1)
    assert check(bag, Place("A")) == []
    assert [v.breach for v in check(bag, safe("B"))] == [Breach.STORAGE_CLASS]


def test_a_place_for_anything_passes_but_one_kept_for_the_class_is_proposed_first() -> None:
    assert check(RING, Place("floor")) == []
    assert [p.place.key for p in propose(RING, [Place("floor"), safe("safe", position=50)])] == ["safe", "floor"]


def test_what_is_not_known_is_not_checked() -> None:
    bare = Goods("bag", 5)
    assert check(bare, Place("A", free_volume=1, free_weight=1, inner=(1, 1, 1))) == []


def test_the_same_product_wins_over_a_nearer_place() -> None:
    near, far = safe("near", position=1), safe("far", position=90, same_variant=3)
    first, second = propose(RING, [near, far])
    assert (first.place, first.reason) == (far, Reason.SAME_PRODUCT)
    assert first.data["same_variant"] == 3
    assert (second.place, second.reason) == (near, Reason.NEAREST)


def test_the_nearest_place_that_fits_wins() -> None:
    places = [safe("c", position=3), safe("a", position=1, free_count=0), safe("b", position=2)]
    assert [(p.place.key, p.reason) for p in propose(RING, places)] == [("b", Reason.NEAREST), ("c", Reason.NEAREST)]


def test_the_only_place_that_passes_says_so() -> None:
    offers = propose(RING, [safe("safe"), Place("rack", classes=frozenset({"shoes"}))])
    assert [(p.place.key, p.reason, p.data["storage_class"]) for p in offers] == [
        ("safe", Reason.ONLY_PLACE, "jewellery")
    ]


def test_what_is_bought_together_lies_together() -> None:
    places = [safe("near", position=0), safe("beside", position=10, affinity=0.9), safe("end", position=30)]
    assert [(p.place.key, p.reason) for p in propose(RING, places, limit=1)] == [("beside", Reason.BOUGHT_TOGETHER)]


def test_a_part_is_offered_after_places_that_hold_all() -> None:
    small, large = safe("small", free_count=4, same_variant=4), safe("large", position=50)
    offers = propose(RING, [small, large])
    assert [(p.place.key, p.quantity) for p in offers] == [("large", 10), ("small", 4)]
    assert propose(RING, [safe("small", free_count=4)])[0].reason is Reason.PART


def test_goods_are_spread_only_when_no_place_holds_all() -> None:
    places = [
        safe("a", position=1, free_count=4),
        safe("b", position=2, free_count=4),
        safe("c", position=3, free_count=1),
    ]
    assert [(p.place.key, p.quantity) for p in allot(RING, places).proposals] == [("a", 4), ("b", 4), ("c", 1)]
    assert allot(RING, places).left == 1
    assert [p.place.key for p in allot(RING, [*places, safe("d")]).proposals] == ["d"]
    assert allot(RING, []) == Allotment((), 10)


@pytest.mark.parametrize("kwargs", [{"quantity": 0}, {"quantity": -1}, {"quantity": 1, "size": (0, 1, 1)}])
def test_goods_that_cannot_be_are_refused(kwargs: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Goods("x", **kwargs)  # type: ignore[arg-type]


limits = st.none() | st.integers(0, 10_000_000)
places = st.builds(
    Place,
    key=st.text("abc", min_size=1, max_size=3),
    position=st.floats(0, 100),
    free_volume=limits,
    free_weight=limits,
    free_count=st.none() | st.integers(0, 30),
    classes=st.sampled_from([frozenset(), frozenset({"jewellery"}), frozenset({"shoes", "jewellery"})]),
    same_variant=st.integers(0, 2),
    affinity=st.floats(0, 1),
    open=st.booleans(),
)


@given(st.lists(places, max_size=8), st.integers(1, 40))
def test_every_proposal_passes_the_check(candidates: list[Place], quantity: int) -> None:
    goods = Goods("ring", quantity, (60, 60, 40), 30, "jewellery")
    offers = propose(goods, candidates)
    assert all(check(Goods("ring", p.quantity, (60, 60, 40), 30, "jewellery"), p.place) == [] for p in offers)
    assert bool(offers) == any(room(goods, place) for place in candidates)
    assert _whole_first(offers, quantity)


@given(st.lists(places, max_size=8, unique_by=lambda place: place.key), st.integers(1, 40))
def test_nothing_is_lost_when_spread(candidates: list[Place], quantity: int) -> None:
    goods = Goods("ring", quantity, (60, 60, 40), 30, "jewellery")
    spread = allot(goods, candidates)
    assert sum(p.quantity for p in spread.proposals) + spread.left == quantity
    assert all(0 < p.quantity <= room(goods, p.place) for p in spread.proposals)
    assert spread.left == max(0, quantity - sum(room(goods, place) for place in candidates))


def _whole_first(offers: list[Proposal], quantity: int) -> bool:
    flags = [p.quantity == quantity for p in offers]
    return flags == sorted(flags, reverse=True)
