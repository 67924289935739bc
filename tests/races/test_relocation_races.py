"""Races on carrying goods that orders hold: picks, short picks, cancellations, new orders and lists at the same moment.

Whatever comes first, the books agree, every pick points to where its goods lie, and no order lost them. The negative
control carries goods without holding the orders, and leaves a pick that looks for them at the old place.
"""

import threading
from typing import Any

import pytest
from django.db import transaction

from tests.races.threads import of_kind, together
from tests.unit.central.warehouse import floor

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def astray() -> int:
    """Picks to do that point elsewhere than to where their goods are held."""
    from django.db.models import F

    from hanmaru.central.warehouse.models import PickTask

    return PickTask.objects.filter(done_at=None).exclude(place_id=F("reservation__balance__place_id")).count()


def test_control_goods_carried_without_holding_the_orders_leave_a_pick_behind(
    company: Any, new_variant: Any, bins: list[int]
) -> None:
    from hanmaru.central.stock import queries as stock
    from hanmaru.central.stock import services as ledger
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.models import PickTask

    variant = new_variant()
    floor.stow(variant, 10, bins[0])
    order = floor.ordered((variant, 4))
    step = threading.Barrier(2)

    def naive(number: int) -> None:
        with transaction.atomic():
            if number:
                services.make_pick_list([order])
            step.wait(timeout=120)
            if not number:
                holds = tuple(one.reservation for one in stock.held_in([bins[0]]))
                PickTask.objects.filter(reservation_id__in=holds).update(place_id=bins[1])
                ledger.post(
                    [
                        ledger.Move(
                            variant=variant,
                            from_place=bins[0],
                            to_place=bins[1],
                            quantity=10,
                            reason=ledger.MoveReason.MOVE,
                            carries=holds,
                        )
                    ]
                )
            step.wait(timeout=120)

    answers = together(company, naive, threads=2)
    assert answers == [None, None]
    assert astray() == 1, "the control must leave a pick behind, or these tests see nothing"
    assert floor.clean()


def test_goods_are_carried_while_orders_come_and_go(company: Any, new_variant: Any, bins: list[int]) -> None:
    from hanmaru.central.orders.services import cancel
    from hanmaru.central.stock import queries as stock
    from hanmaru.central.warehouse import services
    from hanmaru.kernel.errors import HanmaruError

    start, end = bins[:2]
    for number in range(ROUNDS):
        variant = new_variant()
        floor.stow(variant, 40, start)
        first, second, third, fourth = (floor.ordered((variant, 3)) for _order in range(4))
        pick_list = services.make_pick_list([first, second, third])
        one, _two, three = floor.tasks(pick_list)
        there, again = (services.Lying(variant=variant, place=start, key=f"{number} {turn}") for turn in range(2))
        work: list[Any] = [
            lambda there=there: services.relocate([there], end),
            lambda again=again: services.relocate([again], end),
            lambda one=one: services.pick_task(one.pk, 2),
            lambda second=second: cancel(second),
            lambda three=three, number=number: services.short_task(three.pk, "too_few") if number % 3 == 0 else None,
            lambda fourth=fourth: services.make_pick_list([fourth]),
            lambda variant=variant: floor.ordered((variant, 5)),
            lambda pick_list=pick_list, number=number: services.take_pick_list(pick_list) if number % 3 == 1 else None,
        ]

        def at_once(thread: int, work: list[Any] = work) -> Any:
            return work[thread]()

        answers = together(company, at_once)
        assert all(not isinstance(one, Exception) or isinstance(one, HanmaruError) for one in answers), answers
        moved = [what.pieces for one in answers if isinstance(one, list) for what in one]
        if number % 3 == 2:  # nobody walks the list, nothing is in doubt
            assert sorted(moved) in ([0, 38], [0, 40]), answers
            assert floor.at(start, variant) == (0, 0)
        assert of_kind([answers[2], answers[3], answers[5], answers[6]], Exception) == 0, answers
        assert floor.clean()
        assert astray() == 0
        held = {one.document: one.quantity for one in stock.held_for("order", [first, third, fourth, answers[6]])}
        assert held == {first: 1, third: 3, fourth: 3, answers[6]: 5} or isinstance(answers[4], HanmaruError), answers
        floor.pick_all(pick_list)
        floor.pick_all(answers[5])
        assert floor.clean()
