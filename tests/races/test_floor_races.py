"""Races on the floor: two people fill one bin, pick one task, send one scan, read one tag.

The negative control judges the room of a bin without holding its row, and overfills it.
"""

from typing import Any

import pytest

from tests.races.test_stock_races import of_kind, together
from tests.unit.central.warehouse import floor

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


def small_bin(number: int, room: int) -> int:
    from hanmaru.central.stock.services import Capacity, PlaceKind, create_place

    return create_place(f"SMALL-{number}", PlaceKind.BIN, capacity=Capacity(max_count=room))


def test_control_judging_room_without_the_lock_overfills(company: Any, new_variant: Any) -> None:
    import threading

    from hanmaru.central.stock import queries as stock
    from hanmaru.central.stock.services import move_goods
    from hanmaru.central.warehouse import services

    variant = new_variant()
    services.receive(None, variant, 100)
    dock, overfilled = services.dock(), 0
    for number in range(ROUNDS):
        place, seen = small_bin(number, 5), threading.Barrier(8)

        def naive(one: int, place: int = place, seen: threading.Barrier = seen, number: int = number) -> None:
            room = stock.room_left([place])[place].count or 0
            seen.wait(timeout=120)
            if room >= 2:
                key = f"naive-{number}-{one}"
                move_goods(variant=variant, from_place=dock, to_place=place, quantity=2, key=key)

        together(company, naive)
        overfilled += floor.at(place, variant)[0] > 5
    assert overfilled == ROUNDS


def test_eight_people_cannot_overfill_a_bin(company: Any, new_variant: Any) -> None:
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.errors import PlaceRefuses

    variant = new_variant()
    services.receive(None, variant, 100)
    for number in range(ROUNDS):
        place = small_bin(number, 5)
        answers = together(company, lambda _one, place=place: services.put_away(variant, 2, place))
        assert of_kind(answers, services.Stowed) == 2
        assert of_kind(answers, PlaceRefuses) == 6
        assert floor.at(place, variant) == (4, 0)
    assert floor.clean()


def test_one_of_eight_picks_the_task_and_the_others_are_told(company: Any, new_variant: Any, bins: list[int]) -> None:
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.errors import TaskDone

    variant = new_variant()
    floor.stow(variant, 50, bins[0])
    for _round in range(ROUNDS):
        (task,) = floor.tasks(services.make_pick_list([floor.ordered((variant, 3))]))
        answers = together(company, lambda _one, task=task: services.pick_task(task.pk, 3))
        assert of_kind(answers, services.Picked) == 1
        told = [answer for answer in answers if isinstance(answer, TaskDone)]
        assert len(told) == 7
        assert {error.data["who"] for error in told} == {company.user.name}
    assert floor.at(services.packing_table(), variant) == (3 * ROUNDS, 0)
    assert floor.clean()


def test_one_scan_sent_eight_times_counts_once(company: Any, new_variant: Any) -> None:
    from hanmaru.central.warehouse import services

    variant = new_variant()
    delivery = services.announce_delivery({variant: 100})
    for number in range(ROUNDS):
        answers = together(
            company, lambda _one, number=number: services.receive(delivery, variant, 2, key=f"scan-{number}")
        )
        assert of_kind(answers, services.Received) == 8
        assert sum(not answer.repeated for answer in answers) == 1
    assert floor.at(services.dock(), variant) == (2 * ROUNDS, 0)


def test_picking_and_cancelling_together_leaves_the_books_clean(
    company: Any, new_variant: Any, bins: list[int]
) -> None:
    from hanmaru.central.orders.services import cancel
    from hanmaru.central.warehouse import services
    from hanmaru.kernel.errors import HanmaruError

    variants = [new_variant() for _number in range(3)]
    for variant in variants:
        floor.stow(variant, 50, bins[0])
    for _round in range(ROUNDS):
        order = floor.ordered(*[(variant, 2) for variant in variants])
        tasks = floor.tasks(services.make_pick_list([order]))

        def work(one: int, order: int = order, tasks: list[Any] = tasks) -> Any:
            return cancel(order) if one == 3 else services.pick_task(tasks[one % 3].pk, 2)

        answers = together(company, work, threads=4)
        assert all(not isinstance(answer, Exception) or isinstance(answer, HanmaruError) for answer in answers)
        assert floor.state(order) == "cancelled"
    assert [floor.at(bins[0], variant) for variant in variants] == [(50, 0)] * 3
    assert floor.clean()


def test_one_tag_read_at_eight_gates_is_one_piece(company: Any, new_variant: Any) -> None:
    from hanmaru.central.catalog.services import new_tags
    from hanmaru.central.companies.services.tokens import authenticate, issue_token
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.warehouse import services
    from tests.unit.central.warehouse.test_readers import read

    variant = new_variant()
    epcs = new_tags(variant, 12)
    devices = [authenticate(issue_token(f"Gate {number}", ["reader"])).id for number in range(8)]

    def work(one: int) -> Any:
        order = epcs if one % 2 else epcs[::-1]
        with acting(device_id=devices[one], user_id=None):
            return services.reader_answers(1, [read(number, epc) for number, epc in enumerate(order, 1)])

    answers = together(company, work)
    assert sum(one.quantity or 0 for batch in answers for one in batch) == len(epcs)
    assert floor.at(services.dock(), variant) == (len(epcs), 0)
    assert floor.clean()
