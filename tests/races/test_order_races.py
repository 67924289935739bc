"""Races on orders: several people act on one order, several orders want the same goods."""

from typing import Any

import pytest

from tests.races.threads import THREADS, of_kind, together
from tests.unit.central.orders import flow

pytestmark = pytest.mark.django_db(transaction=True)


def test_orders_that_want_the_last_goods_share_them_exactly(
    company: Any, new_variant: Any, bins: list[int], stocked: Any
) -> None:
    from hanmaru.central.orders.services import reserve_order
    from hanmaru.central.stock.queries import figures, verify

    variant = new_variant()
    stocked(variant, bins[0], 7)
    stocked(variant, bins[1], 6)
    orders = [flow.placed((variant, 3)) for _ in range(THREADS)]
    answers = together(company, lambda number: reserve_order(orders[number]))
    assert sum(answers) == 13
    assert figures([variant])[variant].free == 0
    assert sum(flow.figures(order)[0][1] for order in orders) == 13
    assert sum(flow.queries.order_card(order).back_order for order in orders) == THREADS - 13 // 3
    assert verify() == []


def test_one_order_placed_by_many_is_one(company: Any, new_variant: Any) -> None:
    variant = new_variant()
    answers = together(company, lambda _number: flow.placed((variant, 1), external_id="shop-1"))
    assert len(set(answers)) == 1
    assert len(flow.queries.orders()) == 1


def test_cancelling_and_picking_at_once_leaves_nothing_held(
    company: Any, new_variant: Any, bins: list[int], stocked: Any
) -> None:
    from hanmaru.central.orders.errors import WrongState
    from hanmaru.central.orders.services import cancel, reserve_order, start_picking
    from hanmaru.central.stock.queries import figures, verify

    variant = new_variant()
    stocked(variant, bins[0], 10)
    flow.packing()
    for _round in range(3):
        order = flow.placed((variant, 2))
        reserve_order(order)
        acts = [cancel if number % 2 else start_picking for number in range(THREADS)]
        answers = together(company, lambda number, order=order, acts=acts: acts[number](order))
        assert flow.state(order) == "cancelled"
        assert all(answer is None or str(answer) == "cancelled" or isinstance(answer, WrongState) for answer in answers)
        assert (figures([variant])[variant].on_hand, figures([variant])[variant].reserved) == (10, 0)
    assert verify() == []


def test_goods_come_back_once(company: Any, new_variant: Any, bins: list[int], stocked: Any) -> None:
    from hanmaru.central.orders.errors import FigureImpossible
    from hanmaru.central.orders.services import take_back
    from hanmaru.central.stock.queries import verify

    variant = new_variant()
    stocked(variant, bins[0], 3)
    order = flow.shipped((variant, 3))
    (line,) = flow.queries.lines_of(order)
    answers = together(company, lambda _number: take_back(order, {line.id: 2}, bins[1]))
    assert of_kind(answers, FigureImpossible) == THREADS - 1
    assert flow.at(bins[1], variant) == (2, 0)
    assert flow.figures(order)[0][5] == 2
    assert verify() == []


def test_waiting_orders_are_served_once(company: Any, new_variant: Any, bins: list[int], stocked: Any) -> None:
    from hanmaru.central.orders.services import reserve_order, reserve_waiting
    from hanmaru.central.stock.queries import verify

    variant = new_variant()
    orders = [flow.placed((variant, 2)) for _ in range(4)]
    for order in orders:
        reserve_order(order)
    stocked(variant, bins[0], 5)
    together(company, lambda _number: reserve_waiting([variant]))
    assert [flow.figures(order)[0][1] for order in orders] == [2, 2, 1, 0]
    assert verify() == []
