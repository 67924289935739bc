"""Races on stock: eight threads start together on a barrier. A broken guard is caught, ours is not broken.

The negative control reads, decides and then writes, as a page without a ledger would; were it not to oversell, the test
could not see anything. See "Stock under concurrency" in docs/explanation/ledger.md.
"""

from typing import Any

import pytest

from tests.races.threads import THREADS, of_kind, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_control_a_check_before_the_write_oversells(company, new_variant, bins, stocked):
    from django.db import transaction

    from hanmaru.central.stock.models import Balance

    oversold = 0
    for _round in range(10):
        variant = new_variant()
        stocked(variant, bins[0], 10)
        taken = []

        def naive(_number: int, variant: int = variant, taken: list[int] = taken) -> None:
            with transaction.atomic():
                row = Balance.objects.get(variant_id=variant)
                if row.on_hand - row.reserved >= 5:
                    row.reserved += 5
                    row.save()
                    taken.append(5)

        together(company, naive)
        oversold += sum(taken) > 10
    assert oversold >= 8, "the control must oversell, or these tests see nothing"


def test_exactly_as_many_win_as_there_are_goods(company, new_variant, bins, stocked):
    from hanmaru.central.stock.errors import NotEnough
    from hanmaru.central.stock.models import Balance
    from hanmaru.central.stock.queries import verify
    from hanmaru.central.stock.services import Want, reserve

    for _round in range(10):
        variant = new_variant()
        stocked(variant, bins[0], 10)
        where = Balance.objects.get(variant_id=variant).pk

        def take(number: int, where: int = where) -> list[int]:
            return reserve([Want(balance=where, quantity=5, document_kind="order", document_id=number)])

        answers = together(company, take)
        assert (of_kind(answers, list), of_kind(answers, NotEnough)) == (2, THREADS - 2), answers
    assert verify() == []


def test_opposite_orders_do_not_deadlock(company, new_variant, bins, stocked):
    from hanmaru.central.stock.queries import verify
    from hanmaru.central.stock.services import Move, MoveReason, post

    variants = [new_variant() for _ in range(4)]
    for variant in variants:
        for place in bins:
            stocked(variant, place, 1000)

    def carry(number: int) -> None:
        ways = [(v, bins[i], bins[(i + 1) % 3]) for v in variants for i in range(3)]
        for _turn in range(10):
            ordered = ways if number % 2 else list(reversed(ways))
            post([Move(variant=v, from_place=a, to_place=b, quantity=1, reason=MoveReason.MOVE) for v, a, b in ordered])

    assert together(company, carry) == [None] * THREADS
    assert verify() == []


def test_one_key_from_everywhere_is_done_once(company, new_variant, bins, stocked):
    from hanmaru.central.stock.models import Balance
    from hanmaru.central.stock.services import Move, MoveReason, post

    variant = new_variant()
    stocked(variant, bins[0], 100)

    def carry(_number: int) -> dict[str, int]:
        return post(
            [
                Move(
                    variant=variant,
                    from_place=bins[0],
                    to_place=bins[1],
                    quantity=7,
                    reason=MoveReason.MOVE,
                    key="the-same",
                )
            ]
        )

    answers = together(company, carry)
    assert sum(len(answer) for answer in answers) == 1
    assert Balance.objects.get(place_id=bins[1]).on_hand == 7


def test_picking_and_letting_go_of_one_reservation_cannot_both_happen(company, new_variant, bins, stocked):
    from hanmaru.central.stock.errors import ReservationGone
    from hanmaru.central.stock.models import Balance
    from hanmaru.central.stock.queries import verify
    from hanmaru.central.stock.services import Move, MoveReason, Want, post, release, reserve

    for _round in range(10):
        variant = new_variant()
        stocked(variant, bins[0], 5)
        where = Balance.objects.get(variant_id=variant).pk
        (held,) = reserve([Want(balance=where, quantity=5, document_kind="order", document_id=1)])

        def pick_or_let_go(number: int, variant: int = variant, held: int = held) -> Any:
            if number % 2:
                return release([held])
            move = Move(
                variant=variant,
                from_place=bins[0],
                to_place=bins[1],
                quantity=5,
                reason=MoveReason.PICK,
                reservation=held,
            )
            return post([move])

        answers = together(company, pick_or_let_go)
        picked = of_kind(answers, dict)
        released = sum(answer for answer in answers if isinstance(answer, int))
        assert picked + released == 1, answers
        assert of_kind(answers, ReservationGone) == THREADS // 2 - picked
    assert verify() == []
