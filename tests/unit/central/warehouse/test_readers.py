"""Reads of a gate: kept once, counted once, explained; over the socket as well."""

from datetime import UTC, datetime
from typing import Any

import pytest

from hanmaru.floor.reads import Read
from tests.unit.central.warehouse import floor

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def read(sequence: int, epc: str) -> Read:
    return Read(sequence, epc, 1, -50.0, AT)


@pytest.fixture
def device(company: Any) -> Any:
    from hanmaru.central.companies.services.tokens import authenticate, issue_token
    from hanmaru.central.companies.tenancy import acting

    token = issue_token("Gate", ["reader"])
    found = authenticate(token)
    with acting(device_id=found.id, user_id=None):
        yield token


@pytest.fixture
def tags(new_variant):
    """A variant and three tags on its pieces."""
    from hanmaru.central.catalog.services import new_tags

    variant = new_variant()
    return variant, new_tags(variant, 3)


@pytest.mark.django_db
def test_a_known_tag_is_one_piece_received(device, tags, bins):
    from hanmaru.central.catalog.queries import variant_card
    from hanmaru.central.warehouse import queries, services

    variant, epcs = tags
    delivery = services.announce_delivery({variant: 3})
    first, second = services.reader_answers(7, [read(1, epcs[0]), read(2, epcs[1])])
    assert (first.status, first.quantity, first.sku) == ("known", 1, variant_card(variant).sku)
    assert first.put_to is not None
    assert first.reason
    assert floor.at(services.dock(), variant) == (2, 0)
    (line,) = queries.delivery_lines(delivery)
    assert (line.received, line.left) == (2, 1)
    assert second.status == "known"
    assert floor.clean()


@pytest.mark.django_db
def test_a_read_sent_again_counts_once(device, tags, bins):
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.models import ReaderRead

    variant, epcs = tags
    reads = [read(1, epcs[0]), read(2, epcs[0]), read(3, epcs[1])]
    statuses = [one.status for one in services.reader_answers(7, reads)]
    assert statuses == ["known", "repeat", "known"]
    assert [one.status for one in services.reader_answers(7, reads)] == statuses
    assert [one.status for one in services.reader_answers(8, [read(1, epcs[0])])] == ["repeat"]
    assert floor.at(services.dock(), variant) == (2, 0)
    assert ReaderRead.objects.count() == 4
    assert services.acknowledged(7) == 3


@pytest.mark.django_db
def test_what_left_and_comes_back_counts_again(device, tags, bins):
    from hanmaru.central.warehouse import services

    variant, epcs = tags
    services.reader_answers(7, [read(1, epcs[0])])
    services.put_away(variant, 1, bins[0])
    order = floor.ordered((variant, 1))
    floor.pick_all(services.make_pick_list([order]))
    (task,) = floor.tasks(_only_list())
    content = services.Content(line=task.order_line_id, quantity=1)
    services.pack(order, [services.Contents(items=(content,), epcs=(epcs[0],))])
    services.ship(order)
    assert services.reader_answers(7, [read(1, epcs[0])])[0].status == "known"  # the old read, sent again
    assert floor.at(services.dock(), variant) == (0, 0)
    assert services.reader_answers(7, [read(2, epcs[0])])[0].status == "known"
    assert floor.at(services.dock(), variant) == (1, 0)
    assert floor.clean()


def _only_list() -> int:
    from hanmaru.central.warehouse.models import PickList

    return int(PickList.objects.get().pk)


@pytest.mark.django_db
def test_a_tag_scanned_by_hand_is_inside_for_the_gate_and_the_other_way_round(device, tags, bins):
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.errors import TagInside

    variant, epcs = tags
    services.receive(None, variant, 1, epc=epcs[0], key="k1")
    assert services.receive(None, variant, 1, epc=epcs[0], key="k1").repeated, "a repeated scan is no second piece"
    by_gate = services.reader_answers(7, [read(1, epcs[0]), read(2, epcs[1])])
    assert [one.status for one in by_gate] == ["repeat", "known"]
    with pytest.raises(TagInside):
        services.receive(None, variant, 1, epc=epcs[1])
    assert floor.at(services.dock(), variant) == (2, 0)
    assert floor.clean()


@pytest.mark.django_db
def test_a_tag_taken_back_by_hand_is_counted_by_the_gate_again(device, tags, bins):
    from hanmaru.central.warehouse import services

    variant, epcs = tags
    services.receive(None, variant, 1, epc=epcs[0], key="k1")
    services.undo_last()
    (answer,) = services.reader_answers(7, [read(1, epcs[0])])
    assert answer.status == "known"
    assert floor.at(services.dock(), variant) == (1, 0)
    assert floor.clean()


@pytest.mark.django_db
def test_strange_tags_are_kept_and_told(device, company, bins):
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.models import ReaderRead
    from hanmaru.floor.epc import OwnTag

    foreign = OwnTag(company.company_id + 1, 1, 1).hex
    ours = OwnTag(company.company_id, 999, 1).hex
    strange = ["", "zz", "uid:04A1", "E2" + "0" * 22, foreign, ours, "3" * 24, "x" * 128]
    answers = services.reader_answers(7, [read(number, epc) for number, epc in enumerate(strange, 1)])
    assert [one.status for one in answers][3:6] == ["foreign", "foreign", "unknown"]
    assert all(one.status in ("malformed", "unknown", "foreign") and one.reason for one in answers)
    assert ReaderRead.objects.count() == len(strange)


@pytest.mark.django_db
def test_goods_that_need_more_than_a_tag_are_not_counted(device, new_variant, bins):
    from hanmaru.central.catalog.models import Product
    from hanmaru.central.catalog.services import new_tags
    from hanmaru.central.warehouse import services

    variant = new_variant()
    Product.objects.filter(variants=variant).update(tracking="lot")
    (epc,) = new_tags(variant, 1)
    (answer,) = services.reader_answers(7, [read(1, epc)])
    assert (answer.status, answer.quantity, answer.put_to) == ("known", 0, None)
    assert "lot" in (answer.reason or "").lower() or "로트" in (answer.reason or "")
    assert floor.at(services.dock(), variant) == (0, 0)


@pytest.mark.django_db
def test_serial_numbered_pieces_come_and_go_by_their_number(device, new_variant, bins):
    from hanmaru.central.catalog.models import Product
    from hanmaru.central.catalog.services import new_tags
    from hanmaru.central.warehouse import services

    variant = new_variant()
    Product.objects.filter(variants=variant).update(tracking="serial")
    epcs = new_tags(variant, 2)
    answers = services.reader_answers(7, [read(1, epcs[0]), read(2, epcs[1])])
    assert [one.quantity for one in answers] == [1, 1]
    for _piece in range(2):
        services.put_away(variant, 1, bins[0])
    order = floor.ordered((variant, 1))
    floor.pick_all(services.make_pick_list([order]))
    floor.pack_all(order)
    services.ship(order)
    again = services.reader_answers(8, [read(1, epcs[0]), read(2, epcs[1])])
    assert sorted(one.status for one in again) == ["known", "repeat"]
    assert floor.clean()


@pytest.mark.django_db
def test_a_batch_asks_the_database_as_often_however_many_products_it_holds(
    device, new_variant, bins, django_assert_max_num_queries
):
    from hanmaru.central.catalog.services import new_tags
    from hanmaru.central.warehouse import services

    epcs = [epc for _ in range(6) for epc in new_tags(new_variant(), 2)]
    services.reader_answers(7, [read(1, epcs[0])])  # the dock and the day's delivery are made
    with django_assert_max_num_queries(20):  # six of them savepoints
        answers = services.reader_answers(7, [read(number, epc) for number, epc in enumerate(epcs[1:], 2)])
    assert {answer.status for answer in answers} == {"known"}
    assert all(answer.put_to for answer in answers)
