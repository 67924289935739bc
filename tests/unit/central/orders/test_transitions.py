"""Every change of state: where it is allowed, what it changes, and where it is refused with a sentence."""

from collections.abc import Callable
from typing import Any

import pytest

from hanmaru.central.orders import services
from hanmaru.central.orders.errors import AlreadyShipped, FigureImpossible, UnknownLine, UnknownOrder, WrongState
from hanmaru.central.stock import queries as stock
from tests.unit.central.orders import flow

pytestmark = pytest.mark.django_db
STATES = ("draft", "confirmed", "reserved", "picking", "packed", "shipped", "cancelled", "returned")


@pytest.fixture
def in_state(company: Any, new_variant: Any, bins: list[int], stocked: Any) -> Callable[[str], int]:
    """Make an order of three pieces that stands in a state."""

    def make(state: str) -> int:
        variant = new_variant()
        stocked(variant, bins[0], 10)
        order = flow.placed((variant, 3), confirmed=state != "draft")
        if state in {"draft", "confirmed"}:
            return order
        if state == "cancelled":
            services.cancel(order)
            return order
        services.reserve_order(order)
        if state == "reserved":
            return order
        flow.pick_all(order)
        if state == "picking":
            return order
        if state == "packed":
            services.mark_packed(order)
            return order
        flow.ship_all(order)
        if state == "returned":
            (line,) = flow.queries.lines_of(order)
            services.take_back(order, {line.id: 3}, bins[1])
        return order

    return make


ACTIONS: dict[str, tuple[Callable[[int], Any], dict[str, str]]] = {
    # action: from state -> state afterwards; any other state refuses
    "confirm": (services.confirm, {"draft": "confirmed", "confirmed": "confirmed"}),
    "reserve": (
        services.reserve_order,
        {"confirmed": "reserved", "reserved": "reserved", "picking": "picking"},
    ),
    "start_picking": (services.start_picking, {"reserved": "picking", "picking": "picking"}),
    "pack": (services.mark_packed, {"picking": "packed", "packed": "packed"}),
    "ship": (services.mark_shipped, {"packed": "shipped", "shipped": "shipped"}),
    "cancel": (
        services.cancel,
        dict.fromkeys(("draft", "confirmed", "reserved", "picking", "packed", "cancelled"), "cancelled"),
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_state_is_reached(in_state: Callable[[str], int], state: str) -> None:
    assert flow.state(in_state(state)) == state
    assert stock.verify() == []


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", STATES)
def test_transition(in_state: Callable[[str], int], action: str, state: str) -> None:
    order = in_state(state)
    do, allowed = ACTIONS[action]
    before = (flow.figures(order), flow.queries.steps_of(order))
    if state in allowed:
        do(order)
        assert flow.state(order) == allowed[state]
        if state == allowed[state]:
            assert (flow.figures(order), flow.queries.steps_of(order)) == before
        else:
            assert flow.queries.steps_of(order)[-1].state == allowed[state]
            assert flow.queries.steps_of(order)[-1].actor_name.startswith("Owner")
    else:
        with pytest.raises((WrongState, AlreadyShipped)) as refused:
            do(order)
        card = flow.queries.order_card(order)
        assert card.number in str(refused.value)
        assert flow.state(order) == state
        assert (flow.figures(order), flow.queries.steps_of(order)) == before


@pytest.mark.parametrize("state", ["reserved", "picking", "packed"])
def test_cancel_gives_goods_back(in_state: Callable[[str], int], bins: list[int], state: str) -> None:
    order = in_state(state)
    (line,) = flow.queries.lines_of(order)
    services.cancel(order, "changed her mind")
    assert flow.figures(order) == [(3, 0, 0, 0, 3, 0)]
    assert flow.at(bins[0], line.variant) == (10, 0)
    assert flow.at(flow.packing(), line.variant) == (0, 0)
    assert flow.queries.steps_of(order)[-1].note == "changed her mind"
    assert stock.verify() == []


def test_cancel_half_picked_order(company: Any, new_variant: Any, bins: list[int], stocked: Any) -> None:
    variant = new_variant()
    stocked(variant, bins[0], 2)
    stocked(variant, bins[1], 5)
    order = flow.placed((variant, 4))
    services.reserve_order(order)
    services.start_picking(order)
    held = stock.held_for("order", [order])
    assert [(h.place, h.quantity) for h in held] == [(bins[0], 2), (bins[1], 2)]
    services.record_pick(held[0].line or 0, 2)
    flow._move(order, variant, bins[0], flow.packing(), 2, flow.MoveReason.PICK, None, held[0].reservation)
    services.cancel(order)
    assert flow.at(bins[0], variant) == (2, 0)
    assert flow.at(bins[1], variant) == (5, 0)
    assert stock.verify() == []


def test_nothing_more_is_picked_than_reserved(in_state: Callable[[str], int]) -> None:
    order = in_state("reserved")
    services.start_picking(order)
    (line,) = flow.queries.lines_of(order)
    with pytest.raises(FigureImpossible):
        services.record_pick(line.id, 4)
    with pytest.raises(FigureImpossible):
        services.record_pick(line.id, -1)
    assert flow.figures(order) == [(3, 3, 0, 0, 0, 0)]


def test_short_pick_waits_for_goods(in_state: Callable[[str], int]) -> None:
    order = in_state("reserved")
    services.start_picking(order)
    (line,) = flow.queries.lines_of(order)
    services.short_pick(line.id, 1)
    assert flow.figures(order) == [(3, 2, 0, 0, 0, 0)]
    assert flow.queries.order_card(order).back_order


def test_partial_shipment_and_the_rest(company: Any, new_variant: Any, bins: list[int], stocked: Any) -> None:
    variant = new_variant()
    stocked(variant, bins[0], 2)
    order = flow.placed((variant, 5))
    assert services.reserve_order(order) == 2
    assert flow.queries.order_card(order).back_order
    flow.pick_all(order)
    flow.ship_all(order)
    assert flow.state(order) == "confirmed"
    assert flow.figures(order) == [(5, 0, 2, 2, 0, 0)]
    stocked(variant, bins[1], 10)
    assert services.reserve_waiting([variant]) == [order]
    assert flow.state(order) == "reserved"
    assert not flow.queries.order_card(order).back_order
    flow.pick_all(order)
    flow.ship_all(order)
    assert flow.state(order) == "shipped"
    assert flow.figures(order) == [(5, 0, 5, 5, 0, 0)]
    assert stock.verify() == []


def test_cancelling_the_rest_of_a_partly_shipped_order(
    company: Any, new_variant: Any, bins: list[int], stocked: Any
) -> None:
    variant = new_variant()
    stocked(variant, bins[0], 2)
    order = flow.placed((variant, 5))
    services.reserve_order(order)
    flow.pick_all(order)
    flow.ship_all(order)
    assert services.cancel(order) == "shipped"
    assert flow.figures(order) == [(5, 0, 2, 2, 3, 0)]
    with pytest.raises(AlreadyShipped):
        services.cancel(order)


def test_back_orders_are_served_by_age(company: Any, new_variant: Any, bins: list[int], stocked: Any) -> None:
    variant = new_variant()
    first, second, third = (flow.placed((variant, 4)) for _ in range(3))
    for order in (third, second, first):
        assert services.reserve_order(order) == 0
    stocked(variant, bins[0], 6)
    assert services.reserve_waiting([variant]) == [first, second]
    assert [flow.figures(order)[0][1] for order in (first, second, third)] == [4, 2, 0]
    assert flow.queries.order_card(second).back_order


def test_part_of_a_return_then_all(in_state: Callable[[str], int], bins: list[int]) -> None:
    order = in_state("shipped")
    (line,) = flow.queries.lines_of(order)
    services.take_back(order, {line.id: 1}, bins[1], reason="too small")
    assert flow.state(order) == "shipped"
    services.take_back(order, {line.id: 2}, None, reason="broken")
    assert flow.state(order) == "returned"
    assert flow.figures(order) == [(3, 0, 3, 3, 0, 3)]
    assert flow.at(bins[1], line.variant) == (1, 0)
    with pytest.raises(FigureImpossible):
        services.take_back(order, {line.id: 1}, bins[1])
    assert stock.verify() == []


def test_reservations_run_out(in_state: Callable[[str], int], bins: list[int]) -> None:
    from datetime import timedelta

    from django.utils import timezone

    order = in_state("confirmed")
    (line,) = flow.queries.lines_of(order)
    services.reserve_order(order, hold_for=timedelta(minutes=30))
    assert services.release_expired() == []
    assert services.release_expired(now=timezone.now() + timedelta(hours=1)) == [order]
    assert flow.state(order) == "confirmed"
    assert flow.at(bins[0], line.variant) == (10, 0)
    assert stock.verify() == []


def test_another_companys_orders_do_not_exist(in_state: Callable[[str], int], other_company: Any) -> None:
    from hanmaru.central.companies.tenancy import acting

    order = in_state("reserved")
    (line,) = flow.queries.lines_of(order)
    with acting(company_id=other_company.company_id, user_id=other_company.user_id):
        for do, _allowed in ACTIONS.values():
            with pytest.raises(UnknownOrder):
                do(order)
        with pytest.raises(UnknownLine):
            services.record_pick(line.id, 1)
        with pytest.raises(UnknownOrder):
            services.take_back(order, {line.id: 1}, None)
    assert flow.state(order) == "reserved"


def test_the_worker_lets_expired_goods_go_in_every_company(
    in_state: Callable[[str], int], bins: list[int], new_company: Any
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.orders.tasks import release_expired_reservations

    order = in_state("confirmed")
    services.reserve_order(order, hold_for=timedelta(minutes=5))
    new_company()
    later = int((timezone.now() + timedelta(hours=1)).timestamp())
    with acting(company_id=None, user_id=None):
        release_expired_reservations(timestamp=later)
    assert flow.state(order) == "confirmed"
    assert stock.verify() == []
