"""Many orders at once: each is judged by itself; what is refused stays as it was, the others go."""

from typing import Any

import pytest

from hanmaru.central.orders import queries as orders
from hanmaru.central.orders.errors import FigureImpossible, WrongState
from hanmaru.central.orders.services import cancel, mark_shipped_all, reserve_orders
from hanmaru.central.stock import queries as stock
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.errors import NothingToPutAway, NothingToShip, NotPicked, PlaceRefuses, TooManyPicked
from tests.unit.central.warehouse import floor

pytestmark = pytest.mark.django_db


def _bin(code: str, **capacity: Any) -> int:
    from hanmaru.central.stock.services import Capacity, PlaceKind, create_place

    return create_place(code, PlaceKind.BIN, capacity=Capacity(**capacity))


def _picked(variant: int, *counts: int) -> list[int]:
    """Orders of so many pieces, all picked."""
    made = [floor.ordered((variant, count)) for count in counts]
    floor.pick_all(services.make_pick_list(made))
    return made


def _contents(order: int, quantity: int | None = None) -> list[services.Contents]:
    (one,) = queries.to_pack(order)
    return [services.Contents(items=(services.Content(line=one.line, quantity=quantity or one.quantity),))]


def test_orders_are_served_in_the_turn_they_are_named(company: Any, new_variant: Any) -> None:
    from hanmaru.central.orders.models import Channel
    from hanmaru.central.orders.services import LineWanted, place_order

    variant = new_variant()
    floor.stow(variant, 5, _bin("A-1"))
    first, second = (place_order([LineWanted(variant=variant, quantity=4)], channel=Channel.CLERK) for _ in range(2))
    assert reserve_orders([second, first]) == {second: 4, first: 1}
    assert orders.order_card(first).back_order
    assert not orders.order_card(second).back_order
    assert [floor.state(pk) for pk in (first, second)] == ["reserved", "reserved"]
    assert floor.clean()


def test_one_order_in_a_wrong_state_and_no_order_holds_anything_new(company: Any, new_variant: Any) -> None:
    variant = new_variant()
    good = floor.ordered((variant, 2))
    gone = floor.ordered((variant, 2))
    cancel(gone, "changed their mind")
    floor.stow(variant, 1, _bin("A-1"))  # the waiting order gets one
    before = stock.figures([variant])[variant]
    with pytest.raises(WrongState):
        reserve_orders([good, gone])
    assert stock.figures([variant])[variant] == before


def test_an_order_that_cannot_be_packed_undoes_no_other(company: Any, new_variant: Any) -> None:
    variant = new_variant()
    floor.stow(variant, 9, _bin("A-1"))
    good, bad, part = _picked(variant, 2, 3, 4)
    outcome = services.pack_many({bad: _contents(bad, 9), good: _contents(good), part: _contents(part, 1)})
    assert isinstance(outcome.refused[bad], NotPicked)
    assert {pk: done.complete for pk, done in outcome.done.items()} == {good: True, part: False}
    assert [floor.state(pk) for pk in (good, bad, part)] == ["packed", "picking", "picking"]
    assert sum(one.quantity for one in queries.to_pack(bad)) == 3
    assert sum(one.quantity for one in queries.to_pack(part)) == 3
    numbers = [number for done in outcome.done.values() for number in done.numbers]
    assert len(set(numbers)) == 2


def test_an_order_that_cannot_be_shipped_undoes_no_other(company: Any, new_variant: Any) -> None:
    variant = new_variant()
    floor.stow(variant, 5, _bin("A-1"))
    good, bad = _picked(variant, 2, 3)
    services.pack_many({good: _contents(good)})
    outcome = services.ship_many([services.Leaving(order=pk, carrier="CJ") for pk in (bad, good)])
    assert isinstance(outcome.refused[bad], NothingToShip)
    assert outcome.done[good].state == "shipped"
    assert outcome.done[good].left == 0
    assert [floor.state(pk) for pk in (good, bad)] == ["shipped", "picking"]
    assert stock.figures([variant])[variant].on_hand == 3
    assert floor.clean()


def test_more_than_was_picked_is_shipped_for_no_order_but_the_others_go(company: Any, new_variant: Any) -> None:
    variant = new_variant()
    floor.stow(variant, 5, _bin("A-1"))
    good, bad = _picked(variant, 2, 3)
    services.pack_many({pk: _contents(pk) for pk in (good, bad)})
    ((of_good,), (of_bad,)) = (orders.lines_of(pk) for pk in (good, bad))
    states, refused = mark_shipped_all({good: {of_good.id: 2}, bad: {of_bad.id: 4}})
    assert {pk: str(state) for pk, state in states.items()} == {good: "shipped"}
    assert isinstance(refused[bad], FigureImpossible)
    assert floor.state(bad) == "packed"


def test_tasks_are_picked_all_or_none(company: Any, new_variant: Any) -> None:
    variant = new_variant()
    place = _bin("A-1")
    floor.stow(variant, 5, place)
    tasks = floor.tasks(services.make_pick_list([floor.ordered((variant, 2)), floor.ordered((variant, 3))]))
    with pytest.raises(TooManyPicked):
        services.pick_many([(tasks[0].pk, 2), (tasks[1].pk, 4)])
    assert floor.at(place, variant) == (5, 5)
    assert [task.picked for task in floor.tasks(tasks[0].pick_list_id)] == [0, 0]
    services.pick_many([(tasks[0].pk, 2), (tasks[1].pk, 3)])
    assert floor.at(place, variant) == (0, 0)
    assert services.pick_many([]) == []
    assert floor.clean()


def test_goods_carried_together_share_the_room_of_a_place(company: Any, new_variant: Any) -> None:
    ring, shoe = new_variant(), new_variant()
    small, large = _bin("A-1", max_count=5), _bin("A-2")
    for variant in (ring, shoe):
        services.receive(None, variant, 3)
    too_much = [services.Carry(variant=variant, quantity=3, place=small) for variant in (ring, shoe)]
    with pytest.raises(PlaceRefuses):
        services.put_away_many(too_much)
    assert floor.at(small, ring) == (0, 0)
    done = services.put_away_many([too_much[0], services.Carry(variant=shoe, quantity=2, place=large)])
    assert [(one.variant, one.place_code, one.left) for one in done] == [(ring, "A-1", 0), (shoe, "A-2", 1)]
    assert floor.at(small, ring) == (3, 0)
    with pytest.raises(NothingToPutAway):
        services.put_away_many([services.Carry(variant=ring, quantity=1, place=large)])
    assert floor.clean()
