"""Goods carried through the whole house: in, up, down, into a box, out; the books agree at every step."""

import pytest

from tests.unit.central.warehouse import floor

pytestmark = pytest.mark.django_db


def test_goods_go_from_the_supplier_to_the_customer(new_variant, bins):
    from hanmaru.central.warehouse import services

    ring, shoe = new_variant(), new_variant()
    delivery = services.announce_delivery({ring: 10, shoe: 4})
    services.receive(delivery, ring, 10)
    services.receive(delivery, shoe, 3)
    assert services.close_delivery(delivery) == {shoe: 1}
    services.put_away(ring, 10, bins[1])
    services.put_away(shoe, 3, bins[0])
    first, second = floor.ordered((ring, 4), (shoe, 1)), floor.ordered((ring, 2))
    pick_list = services.make_pick_list([first, second])
    services.take_pick_list(pick_list)
    assert [task.place_id for task in floor.tasks(pick_list)] == [bins[0], bins[1], bins[1]]
    floor.pick_all(pick_list)
    assert floor.at(services.packing_table(), ring) == (6, 0)
    parcels = floor.pack_all(first)
    floor.pack_all(second)
    assert floor.state(first) == floor.state(second) == "packed"
    shipped = services.ship(first, carrier="CJ", tracking={parcels[0]: "123"})
    assert (shipped.parcels, shipped.state, shipped.left) == (parcels, "shipped", 0)
    assert floor.state(second) == "packed"
    assert floor.at(services.packing_table(), ring) == (2, 0)
    assert floor.at(bins[1], ring) == (4, 0)
    assert floor.clean()


def test_each_step_sent_again_counts_once(new_variant, bins):
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.models import Parcel

    ring = new_variant()
    delivery = services.announce_delivery({ring: 5})
    once = services.receive(delivery, ring, 5, key="scan-1")
    again = services.receive(delivery, ring, 5, key="scan-1")
    assert (once.received, once.repeated, again.received, again.repeated) == (5, False, 5, True)
    stowed = [services.put_away(ring, 5, bins[0], key="scan-2") for _time in range(2)]
    assert [one.repeated for one in stowed] == [False, True]
    assert floor.at(bins[0], ring) == (5, 0)
    order = floor.ordered((ring, 3))
    (task,) = floor.tasks(services.make_pick_list([order]))
    assert services.pick_task(task.pk, 3, key="scan-3").left == 0
    assert services.pick_task(task.pk, 3, key="scan-3").repeated
    contents = [services.Contents(items=(services.Content(line=task.order_line_id, quantity=3),))]
    packed = services.pack(order, contents, key="scan-4")
    assert services.pack(order, contents, key="scan-4").parcels == packed.parcels
    assert Parcel.objects.count() == 1
    services.ship(order, key="scan-5")
    assert services.ship(order, key="scan-5").repeated
    assert floor.at(bins[0], ring) == (2, 0)
    assert floor.at(services.packing_table(), ring) == (0, 0)
    assert floor.clean()


def test_a_key_used_for_other_work_is_refused(new_variant, bins):
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.errors import KeyOfOther

    ring = new_variant()
    services.receive(None, ring, 5, key="scan-1")
    with pytest.raises(KeyOfOther):
        services.put_away(ring, 5, bins[0], key="scan-1")
    assert floor.at(bins[0], ring) == (0, 0)


def test_an_order_leaves_in_parts(new_variant, bins):
    from hanmaru.central.orders.services import reserve_order
    from hanmaru.central.warehouse import services

    ring = new_variant()
    floor.stow(ring, 3, bins[0])
    order = floor.ordered((ring, 5))
    floor.pick_all(services.make_pick_list([order]))
    floor.pack_all(order)
    assert services.ship(order).state == "confirmed"
    floor.stow(ring, 2, bins[0])  # put away: the order that waited is served
    assert floor.at(bins[0], ring) == (2, 2)
    assert reserve_order(order) == 0
    floor.pick_all(services.make_pick_list([order]))
    floor.pack_all(order)
    assert services.ship(order).state == "shipped"
    assert floor.clean()


def test_cancelling_puts_back_what_was_picked_and_drops_the_rest(new_variant, bins):
    from hanmaru.central.orders.services import cancel
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.errors import TaskGone
    from hanmaru.central.warehouse.models import Parcel, PickList

    ring, shoe = new_variant(), new_variant()
    floor.stow(ring, 3, bins[0])
    floor.stow(shoe, 3, bins[1])
    order = floor.ordered((ring, 2), (shoe, 2))
    pick_list = services.make_pick_list([order])
    first, second = floor.tasks(pick_list)
    services.pick_task(first.pk, 2)
    services.pack(order, [services.Contents(items=(services.Content(line=first.order_line_id, quantity=2),))])
    cancel(order)
    assert floor.at(bins[0], ring) == (3, 0)
    assert floor.at(bins[1], shoe) == (3, 0)
    assert PickList.objects.get(pk=pick_list).state == "done"
    assert Parcel.objects.get().cancelled_at is not None
    with pytest.raises(TaskGone):
        services.pick_task(second.pk, 1)
    assert floor.clean()


def test_the_last_scan_is_taken_back(new_variant, bins):
    from hanmaru.central.warehouse import services
    from hanmaru.central.warehouse.errors import NothingToUndo

    ring = new_variant()
    delivery = services.announce_delivery({ring: 5})
    services.receive(delivery, ring, 4, key="a")
    services.receive(delivery, ring, 1, key="b")
    services.undo_last()
    assert floor.at(services.dock(), ring) == (4, 0)
    services.put_away(ring, 4, bins[0], key="c")
    services.undo_last()
    assert floor.at(services.dock(), ring) == (4, 0)
    with pytest.raises(NothingToUndo):
        services.undo_last()
    services.put_away(ring, 4, bins[0], key="d")
    order = floor.ordered((ring, 3))
    (task,) = floor.tasks(services.make_pick_list([order]))
    services.pick_task(task.pk, 2, key="e")
    services.undo_last()
    assert floor.at(bins[0], ring) == (4, 3)
    services.pick_task(task.pk, 3, key="f")
    services.undo_last()
    floor.pick_all(task.pick_list_id)
    assert floor.at(bins[0], ring) == (1, 0)
    assert floor.clean()
