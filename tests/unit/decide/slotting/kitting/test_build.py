"""Problems as arrays, and what contradicts itself."""

import pytest

from hanmaru.decide.slotting.kitting.build import build
from hanmaru.decide.slotting.kitting.errors import BadStore, FitsNowhere, RulesClash, TooFull
from hanmaru.decide.slotting.kitting.problem import KittingRules, Place, Stretch


def test_pillars_and_fixed_materials_cut_racks(store):
    rules = KittingRules(fixed={"P0": Place(0, 0, 3)}, blocked=(Stretch(0, 0, 7, 1),))
    built = build(store([(1, [10])], [2, 1], [(1, [0])], rules=rules))

    segments = built.segments
    assert list(zip(segments.first, segments.bins, segments.own, strict=True)) == [
        (0, 3, -1), (3, 2, 0), (5, 2, -1), (8, 2, -1),
    ]  # fmt: skip
    assert built.need[built.profile[0]].tolist() == [0, 2, 0, 0]
    assert built.need[built.profile[1]].tolist() == [1, 0, 1, 1]


def test_models_that_cost_nothing_are_left_out(store):
    built = build(store([(2, [9])], [1, 1], [(0, [0]), (5, [1, 1]), (3, [])]))

    assert built.walk.tolist() == [[10.0]]
    assert built.signature(0) == ()
    assert built.signature(1) == (0,)


def test_a_material_that_no_rack_holds_is_named(store):
    with pytest.raises(FitsNowhere, match=r"Material P1 needs 7 adjacent bins; the longest .* has 6"):
        build(store([(1, [6, 6])], [2, 7], []))


def test_more_than_all_bins_is_refused(store):
    with pytest.raises(TooFull, match="need 9 bins, the racks have 8"):
        build(store([(1, [4, 4])], [3, 3, 3], []))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"fixed": {"P0": Place(0, 0, 0), "P1": Place(0, 0, 1)}}, "P0 fixed, P1 fixed"),
        ({"fixed": {"P0": Place(0, 0, 5)}}, "P0 fixed, rack"),
        ({"fixed": {"P0": Place(0, 0, 0)}, "blocked": (Stretch(0, 0, 1, 1),)}, "P0 fixed, blocked bins"),
        ({"fixed": {"P0": Place(0, 0, 0)}, "aisles": {"P0": frozenset({1})}}, "P0 allowed only in other aisles"),
        ({"forbidden": {"P1": frozenset({(0, 0), (1, 0)})}}, "P1 may lie in no rack"),
    ],
)
def test_rules_that_clash_are_named(store, rules, said):
    with pytest.raises(RulesClash, match=said):
        build(store([(1, [6]), (1, [6])], [2, 2], [(1, [0, 1])], rules=KittingRules(**rules)))


@pytest.mark.parametrize(
    ("aisles", "bins", "models", "said"),
    [
        ([(-1, [5])], [1], [], "aisle A0: its weight is -1"),
        ([(1, [5])], [0], [], "material P0: it needs 0 bins"),
        ([(1, [5])], [1], [(float("inf"), [0])], "model K0: its frequency"),
        ([(1, [5])], [1], [(1, [1])], "model K0: it names a material that there is not"),
    ],
)
def test_figures_that_make_no_sense_are_named(store, aisles, bins, models, said):
    with pytest.raises(BadStore, match=said):
        build(store(aisles, bins, models))


def test_a_hundred_thousand_bins_are_no_trouble(store):
    built = build(store([(n, [50] * 20) for n in range(100)], [3] * 5000, [(1, range(5000))]))

    assert built.segments.bins.sum() == 100_000
    assert built.need.shape == (1, 2000)
