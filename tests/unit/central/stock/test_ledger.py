"""The ledger refuses what cannot be, and does the rest once."""

import pytest

from hanmaru.kernel.errors import NotFound

pytestmark = pytest.mark.django_db


def balance(variant, place):
    from hanmaru.central.stock.models import Balance

    return Balance.objects.filter(variant_id=variant, place_id=place).values_list("on_hand", "reserved").first()


def move(variant, source, target, quantity, **fields):
    from hanmaru.central.stock.models import MoveReason
    from hanmaru.central.stock.services import Move

    return Move(
        variant=variant, from_place=source, to_place=target, quantity=quantity, reason=MoveReason.MOVE, **fields
    )


def test_a_move_takes_here_and_adds_there(new_variant, bins, stocked):
    from hanmaru.central.stock.queries import verify
    from hanmaru.central.stock.services import post

    variant = new_variant()
    stocked(variant, bins[0], 10)
    posted = post([move(variant, bins[0], bins[1], 4, key="a")])
    assert list(posted) == ["a"]
    assert (balance(variant, bins[0]), balance(variant, bins[1])) == ((6, 0), (4, 0))
    assert verify() == []


def test_what_is_held_is_carried_with_its_goods_but_not_out_of_the_house(new_variant, bins, stocked):
    from hanmaru.central.stock.errors import CannotHold, ReservationGone
    from hanmaru.central.stock.queries import balances_at, held_in, verify
    from hanmaru.central.stock.services import PlaceKind, Want, beyond, post, reserve

    variant = new_variant()
    stocked(variant, bins[0], 10)
    (place,) = (row.balance for row in balances_at(bins[0]))
    held, stays = reserve([Want(balance=place, quantity=n, document_kind="order", document_id=n) for n in (4, 5)])
    with pytest.raises(CannotHold):
        post([move(variant, bins[0], beyond(PlaceKind.CUSTOMER), 4, carries=(held,))])
    with pytest.raises(ReservationGone):
        post([move(variant, bins[1], bins[0], 4, carries=(held,))])
    post([move(variant, bins[0], bins[1], 5, carries=(held,))])
    assert (balance(variant, bins[0]), balance(variant, bins[1])) == ((5, 5), (5, 4))
    assert [(one.reservation, one.place, one.quantity) for one in held_in(bins)] == [
        (held, bins[1], 4),
        (stays, bins[0], 5),
    ]
    assert verify() == []


def test_the_same_key_again_changes_nothing(new_variant, bins, stocked):
    from hanmaru.central.stock.models import StockMove
    from hanmaru.central.stock.services import post

    variant = new_variant()
    stocked(variant, bins[0], 10)
    post([move(variant, bins[0], bins[1], 4, key="a")])
    assert post([move(variant, bins[0], bins[1], 4, key="a")]) == {}
    assert balance(variant, bins[0]) == (6, 0)
    assert StockMove.objects.filter(idempotency_key="a").count() == 1


def test_a_key_used_for_another_move_is_refused(new_variant, bins, stocked):
    from hanmaru.central.stock.errors import KeyReused
    from hanmaru.central.stock.services import post

    variant = new_variant()
    stocked(variant, bins[0], 10)
    post([move(variant, bins[0], bins[1], 4, key="a")])
    with pytest.raises(KeyReused):
        post([move(variant, bins[0], bins[1], 5, key="a")])


def test_all_that_is_short_is_named_and_nothing_is_done(new_variant, bins, stocked):
    from hanmaru.central.stock.errors import NotEnough
    from hanmaru.central.stock.services import post

    rings, shoes = new_variant(), new_variant()
    stocked(rings, bins[0], 3)
    with pytest.raises(NotEnough) as refused:
        post([move(rings, bins[0], bins[1], 4), move(shoes, bins[0], bins[1], 1), move(rings, bins[0], bins[2], 2)])
    assert [(s["variant"], s["wanted"], s["free"]) for s in refused.value.data["short"]] == [
        (rings, 6, 3),
        (shoes, 1, 0),
    ]
    assert balance(rings, bins[0]) == (3, 0)
    assert balance(rings, bins[1]) is None


def test_reserved_pieces_cannot_be_moved_by_others_but_by_their_reservation(new_variant, bins, stocked):
    from hanmaru.central.stock.errors import NotEnough, ReservationGone
    from hanmaru.central.stock.models import Balance, Reservation
    from hanmaru.central.stock.queries import verify
    from hanmaru.central.stock.services import Want, post, reserve

    variant = new_variant()
    stocked(variant, bins[0], 5)
    where = Balance.objects.get(variant_id=variant).pk
    (held,) = reserve([Want(balance=where, quantity=4, document_kind="order", document_id=1)])
    with pytest.raises(NotEnough):
        post([move(variant, bins[0], bins[1], 2)])
    post([move(variant, bins[0], bins[1], 3, reservation=held)])
    assert balance(variant, bins[0]) == (2, 1)
    post([move(variant, bins[0], bins[1], 1, reservation=held)])
    assert Reservation.objects.get(pk=held).state == "used"
    with pytest.raises(ReservationGone):
        post([move(variant, bins[0], bins[1], 1, reservation=held)])
    assert balance(variant, bins[0]) == (1, 0)
    assert verify() == []


def test_release_gives_back_once(new_variant, bins, stocked):
    from hanmaru.central.stock.models import Balance
    from hanmaru.central.stock.services import Want, release, reserve

    variant = new_variant()
    stocked(variant, bins[0], 5)
    where = Balance.objects.get(variant_id=variant).pk
    held = reserve([Want(balance=where, quantity=2, document_kind="order", document_id=n) for n in (1, 2)])
    assert balance(variant, bins[0]) == (5, 4)
    assert release(held) == 2
    assert release(held) == 0
    assert balance(variant, bins[0]) == (5, 0)


def test_more_than_is_free_cannot_be_reserved(new_variant, bins, stocked):
    from hanmaru.central.stock.errors import NotEnough
    from hanmaru.central.stock.models import Balance, Reservation
    from hanmaru.central.stock.services import Want, reserve

    variant = new_variant()
    stocked(variant, bins[0], 5)
    where = Balance.objects.get(variant_id=variant).pk
    with pytest.raises(NotEnough):
        reserve([Want(balance=where, quantity=3, document_kind="order", document_id=n) for n in (1, 2)])
    assert balance(variant, bins[0]) == (5, 0)
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("quantity", [0, -1, 1_000_000_001, 8801234567893])
def test_impossible_quantities_are_refused(quantity):
    from hanmaru.central.stock.errors import QuantityImpossible

    with pytest.raises(QuantityImpossible):
        move(1, 2, 3, quantity)


def test_goods_cannot_lie_in_an_aisle(company, new_variant, bins, stocked):
    from hanmaru.central.stock.errors import CannotHold
    from hanmaru.central.stock.models import PlaceKind
    from hanmaru.central.stock.services import create_place, post

    aisle = create_place("AISLE", PlaceKind.AISLE)
    variant = new_variant()
    stocked(variant, bins[0], 1)
    with pytest.raises(CannotHold):
        post([move(variant, bins[0], aisle, 1)])


def test_another_company_s_things_do_not_exist(other_company, new_variant, bins, stocked):
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.stock.models import Balance
    from hanmaru.central.stock.services import Want, post, reserve

    variant = new_variant()
    stocked(variant, bins[0], 5)
    where = Balance.objects.get(variant_id=variant).pk
    with acting(company_id=other_company.company_id):
        with pytest.raises(NotFound):
            post([move(variant, bins[0], bins[1], 1)])
        with pytest.raises(NotFound):
            reserve([Want(balance=where, quantity=1, document_kind="order", document_id=1)])
    assert balance(variant, bins[0]) == (5, 0)


def test_moves_are_facts(new_variant, bins, stocked):
    from django.db import DatabaseError

    from hanmaru.central.stock.models import StockMove

    stocked(new_variant(), bins[0], 5)
    with pytest.raises(DatabaseError, match="never changed"):
        StockMove.objects.update(quantity=1)


def test_verify_names_every_difference(new_variant, bins, stocked):
    from hanmaru.central.stock.models import Balance
    from hanmaru.central.stock.queries import verify

    rings, shoes = new_variant(), new_variant()
    stocked(rings, bins[0], 5)
    stocked(shoes, bins[1], 2)
    Balance.objects.filter(variant_id=rings).update(on_hand=7)
    Balance.objects.filter(variant_id=shoes).update(reserved=1)
    assert [(d.figure, d.variant, d.kept, d.computed) for d in verify()] == [
        ("on hand", rings, 7, 5),
        ("reserved", shoes, 1, 0),
    ]


def test_a_count_books_the_difference(new_variant, bins, stocked):
    from hanmaru.central.stock.queries import verify
    from hanmaru.central.stock.services import count

    variant = new_variant()
    stocked(variant, bins[0], 5)
    assert count(variant=variant, place=bins[0], counted=3, key="c1") == -2
    assert count(variant=variant, place=bins[0], counted=3, key="c1") == 0
    assert count(variant=variant, place=bins[1], counted=2, key="c2") == 2
    assert (balance(variant, bins[0]), balance(variant, bins[1])) == ((3, 0), (2, 0))
    assert verify() == []
