"""Made-up instances: the same name and seed the same instance, of the shape that the name says."""

import pytest

from hanmaru.decide.slotting.formats import bulk, kitting
from hanmaru.decide.slotting.generate import UnknownShape, WrongFill, generate_bulk, generate_kitting
from tests.plain_english import plain_english  # noqa: F401 - a fixture for all tests here

BULK = ["table7-10", "table7-200", "sparse-59", "case-100", "tv-plant"]
KITTING = ["table8-20", "table8-100", "table8-300", "store-60", "smd-store", "warehouse-60"]


@pytest.mark.parametrize("like", BULK)
@pytest.mark.parametrize("fill", [None, 0.9])
def test_a_strip_is_filled_as_asked_and_can_be_read(like: str, fill: float | None) -> None:
    strip = generate_bulk(like, 5, fill)
    assert strip == generate_bulk(like, 5, fill)
    assert strip != generate_bulk(like, 6, fill)
    problem = bulk.problem_of(strip)
    width = sum(material.width for material in problem.materials)
    assert width == pytest.approx((fill or 1) * problem.length, abs=10)
    assert fill or width == problem.length


@pytest.mark.parametrize("like", KITTING)
def test_a_store_has_room_and_can_be_read(like: str) -> None:
    store = generate_kitting(like, 5)
    assert store == generate_kitting(like, 5)
    assert store != generate_kitting(like, 6)
    problem = kitting.problem_of(store)
    used = {material for model in problem.models for material in model.materials}
    assert len(used) == len(problem.materials)


def test_the_shapes_have_the_sources_figures() -> None:
    plant, store = generate_bulk("tv-plant", 1), generate_kitting("smd-store", 1)
    assert (len(plant["materials"]), len(plant["supply_points"]), plant["length"]) == (59, 11, 13_500)
    assert set(plant["today"]) == {one["id"] for one in plant["materials"]}
    racks = [bins for aisle in store["aisles"] for bins in aisle["racks"]]
    assert (len(store["materials"]), len(store["models"]), len(racks), sum(racks)) == (804, 55, 30, 4320)
    assert len(store["today"]) == 804
    large = generate_kitting("large-store", 1)
    assert (len(large["materials"]), len(large["today"])) == (5000, 5000)
    assert sum(bins for aisle in large["aisles"] for bins in aisle["racks"]) == 40_000
    assert {len(one["trips"]) for one in generate_bulk("table7-50", 1)["materials"]} == {10}
    assert {len(one["trips"]) for one in generate_bulk("sparse-50", 1)["materials"]} == {1, 2, 3}


@pytest.mark.parametrize("like", ["", "table7", "table7-", "table7-1", "table7-1000000", "table8-20", "table7-x"])
def test_an_unknown_shape_is_refused_with_those_there_are(like: str) -> None:
    with pytest.raises(UnknownShape, match="There are: table7-N, sparse-N, case-N, tv-plant"):
        generate_bulk(like, 1)


@pytest.mark.parametrize("fill", [0, 1.1, -1, float("nan")])
def test_a_fill_that_cannot_be_is_refused(fill: float) -> None:
    with pytest.raises(WrongFill):
        generate_kitting("table8-20", 1, fill)
