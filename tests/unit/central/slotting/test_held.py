"""A plan is carried out while orders hold its goods and pickers are on their way."""

import pytest
from django.utils import translation

from hanmaru.central.slotting import errors, queries, services
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.services import PlaceKind, create_place
from hanmaru.central.warehouse import services as warehouse
from hanmaru.central.warehouse.errors import CountFirst, PickUnderWay
from tests.unit.central.slotting.test_from_stock import house, lying, place_order
from tests.unit.central.warehouse import floor

__all__ = ["house", "place_order"]
pytestmark = pytest.mark.django_db


def accepted():
    found = services.start_search(services.study_from_stock(services.Wish(name="house")))
    services.carry_out(found)
    return services.accept_plan(found)


@pytest.fixture
def orders(house):
    """All of A is held for two orders, three of B for another, and of C more than lies in one bin."""
    one, two, three = house["variants"]
    return [floor.ordered(*wanted) for wanted in ([(one, 3)], [(one, 1)], [(two, 3)], [(three, 9)])]


def do_what_can_be_done(relocation):
    while task := next((one for one in queries.tasks_of(relocation, done=False) if not one.why_not), None):
        services.do_task(task.id)
        assert floor.clean()


def racks_of(pick_list, house):
    """In which rack each variant of the house is to be picked."""
    return {house["variants"].index(task.variant_id): task.place.code[0] for task in floor.tasks(pick_list)}


@pytest.mark.parametrize("spare", [PlaceKind.BIN, PlaceKind.DOCK])
def test_what_is_held_goes_with_the_goods_and_is_picked_where_they_lie(house, orders, solver, deferred, spare):
    create_place("SPARE", spare, walk_order=50)
    pick_list = warehouse.make_pick_list(orders)
    holds = {one.reservation: (one.document, one.quantity) for one in stock.held_for("order", orders)}
    relocation = accepted()
    assert any(task.aside for task in queries.tasks_of(relocation))
    do_what_can_be_done(relocation)
    assert queries.relocation_card(relocation).state == "done"
    assert {one.reservation: (one.document, one.quantity) for one in stock.held_for("order", orders)} == holds
    assert {code[0]: set(one) for code, one in lying(house).items()} == {"N": {1}, "F": {2}}
    assert racks_of(pick_list, house) == {0: "N", 1: "N", 2: "F"}
    one = floor.tasks(pick_list)[0]
    warehouse.pick_task(one.pk, 1, key="by mistake")
    warehouse.undo_last()  # back to where the goods lie now
    assert floor.clean()
    floor.pick_all(pick_list)
    assert floor.clean()


def test_what_is_picked_of_a_heap_on_the_dock_is_gone_from_it_and_others_goods_stay_there(
    house, orders, solver, deferred, stocked
):
    dock = create_place("DOCK", PlaceKind.DOCK)
    three = house["variants"][2]
    stocked(three, dock, 5)  # came in just now, and is put away by others
    pick_list = warehouse.make_pick_list(orders)
    relocation = accepted()
    task = next(one for one in queries.tasks_of(relocation) if one.aside)
    services.do_task(task.id)
    (picked,) = (one for one in floor.tasks(pick_list) if one.place_id == dock)
    warehouse.pick_task(picked.pk, 2)
    do_what_can_be_done(relocation)
    assert queries.relocation_card(relocation).state == "done"
    assert floor.at(dock, three) == (5, 0)
    assert sum(one.get(2, 0) for one in lying(house).values()) == 6 + 7 - 2


def test_a_list_that_somebody_walks_holds_its_goods_where_it_says(house, orders, solver, deferred, company, client_of):
    create_place("SPARE", PlaceKind.BIN, walk_order=50)
    pick_list = warehouse.make_pick_list(orders)
    relocation = accepted()
    warehouse.take_pick_list(pick_list)
    do_what_can_be_done(relocation)
    before, held = lying(house), stock.held_for("order", orders)
    walked = [task for task in queries.tasks_of(relocation, done=False) if task.waits_for is None]
    assert walked
    for task in walked:
        with pytest.raises(PickUnderWay) as refused:
            services.do_task(task.id)
        assert str(refused.value) == task.why_not
    assert (lying(house), stock.held_for("order", orders)) == (before, held)
    company.user.language = "en"
    company.user.save()
    desk, page = client_of(company), f"/slotting/relocations/{relocation}/"
    shown = desk.get(page).content.decode()
    assert "are being picked: list P-00001" in shown
    assert "Nothing can be moved just now" in shown
    assert f"{page}moves/" not in shown
    warehouse.give_back_pick_list(pick_list)
    do_what_can_be_done(relocation)
    assert queries.relocation_card(relocation).state == "done"
    assert racks_of(pick_list, house) == {0: "N", 1: "N", 2: "F"}


def test_what_was_missed_is_counted_where_it_should_be(house, orders, solver, deferred):
    create_place("SPARE", PlaceKind.BIN, walk_order=50)
    pick_list = warehouse.make_pick_list(orders[2:3])
    (task,) = floor.tasks(pick_list)
    warehouse.short_task(task.pk, "too_few")
    relocation = accepted()
    do_what_can_be_done(relocation)
    doubted = next(one for one in queries.tasks_of(relocation) if one.material == "B")
    with translation.override("en"):
        assert "missed at F-1-02" in queries.tasks_of(relocation)[doubted.sequence - 1].why_not
    with pytest.raises(CountFirst):
        services.do_task(doubted.id)
    warehouse.count_place(house["variants"][1], task.place_id, 5)
    assert queries.tasks_of(relocation)[doubted.sequence - 1].why_not == ""


def test_goods_laid_there_since_are_named_and_the_rest_goes_on(house, solver, deferred, new_variant, stocked):
    spare = create_place("SPARE", PlaceKind.BIN, walk_order=50)
    relocation = accepted()
    first = queries.tasks_of(relocation)[0]
    assert (first.to_words, first.why_not) == ("SPARE", "")
    stocked(new_variant("D"), spare, 1)
    with translation.override("en"):
        assert "SPARE, where this is to go" in queries.tasks_of(relocation)[0].why_not
    with pytest.raises(errors.InTheWay):
        services.do_task(first.id)
