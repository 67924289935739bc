"""Warehouse work over the REST API: deliveries, receiving, putting away, picking, packing, shipping."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Status

from hanmaru.central.companies.api import DeviceAuth, Page, Paging, Routes, page_of
from hanmaru.central.orders import queries as orders
from hanmaru.central.stock import queries as stock
from hanmaru.central.warehouse import queries, services
from hanmaru.central.warehouse.services import Content, Contents
from hanmaru.central.warehouse.shapes import (
    ID,
    MOST,
    BoxesOut,
    ClosedOut,
    DeliveryIn,
    DeliveryLineOut,
    DeliveryOut,
    PackedOut,
    PackIn,
    ParcelOut,
    PickedOut,
    PickIn,
    PickListIn,
    PickListOut,
    ProposalOut,
    PutAwayIn,
    ReceivedOut,
    ReceiveIn,
    ShipIn,
    ShippedOut,
    ShortIn,
    StowedOut,
    TaskOut,
)

router = Routes(tags=["warehouse"])
READ = DeviceAuth("warehouse:read")
WRITE = DeviceAuth("warehouse:write")
Key = Annotated[int, Path(ge=1, le=ID)]


@router.get("/deliveries", response=Page[DeliveryOut], auth=READ, summary="Deliveries, newest first")
def deliveries(request: HttpRequest, paging: Paging, *, open_only: bool = False) -> dict[str, object]:
    """All deliveries, or those on which goods may still be received."""
    rows = queries.deliveries(open_only=open_only, after=paging.after(), limit=paging.limit + 1)
    return page_of(rows, paging, key=lambda row: row.id, item=lambda row: row)


@router.post("/deliveries", response={201: DeliveryOut}, auth=WRITE, summary="Announce a delivery")
def announce(request: HttpRequest, body: DeliveryIn) -> Status[queries.DeliveryCard]:
    """Say that goods will come; a variant named twice is added up."""
    wanted: dict[int, int] = {}
    for line in body.lines:
        wanted[line.variant] = wanted.get(line.variant, 0) + line.quantity
    made = services.announce_delivery(wanted, supplier=body.supplier, expected_on=body.expected_on, note=body.note)
    return Status(201, queries.delivery_card(made))


@router.get("/deliveries/{delivery_id}", response=DeliveryOut, auth=READ, summary="One delivery")
def delivery(request: HttpRequest, delivery_id: Key) -> queries.DeliveryCard:
    """Its state and sums."""
    return queries.delivery_card(delivery_id)


@router.get("/deliveries/{delivery_id}/lines", response=list[DeliveryLineOut], auth=READ, summary="Goods of a delivery")
def delivery_lines(request: HttpRequest, delivery_id: Key) -> list[queries.DeliveryLineCard]:
    """What was announced and what came."""
    queries.delivery_card(delivery_id)
    return queries.delivery_lines(delivery_id)


@router.post("/deliveries/{delivery_id}/close", response=ClosedOut, auth=WRITE, summary="Close a delivery")
def close(request: HttpRequest, delivery_id: Key) -> dict[str, dict[str, int]]:
    """Say that no more will come; what is missing is told."""
    missing = services.close_delivery(delivery_id)
    return {"missing": {str(variant): count for variant, count in missing.items()}}


@router.post("/receipts", response=ReceivedOut, auth=WRITE, summary="Receive goods")
def receive(request: HttpRequest, body: ReceiveIn) -> services.Received:
    """Take pieces in at the dock. More than announced is accepted and told in ``over``."""
    return services.receive(body.delivery, body.variant, body.quantity, lot=body.lot, expires_on=body.expires_on)


@router.get("/places-for/{variant_id}", response=list[ProposalOut], auth=READ, summary="Where to put goods")
def places_for(
    request: HttpRequest, variant_id: Key, quantity: Annotated[int, Query(ge=1, le=MOST)] = 1
) -> list[services.Proposed]:
    """Places with room, best first, each with its reason. Any other place that can take the goods may be used too."""
    return services.propose_place(variant_id, quantity)


@router.post("/put-away", response=StowedOut, auth=WRITE, summary="Put goods away")
def put_away(request: HttpRequest, body: PutAwayIn) -> services.Stowed:
    """Carry received goods from the dock to a place. Refused with the limit that would be broken, and another place."""
    place = stock.place_by_code(body.place)
    return services.put_away(body.variant, body.quantity, place.id, lot=body.lot)


@router.get("/pick-lists", response=Page[PickListOut], auth=READ, summary="Pick lists, newest first")
def pick_lists(request: HttpRequest, paging: Paging, *, live_only: bool = False) -> dict[str, object]:
    """All pick lists, or those still to be walked."""
    rows = queries.pick_lists(live_only=live_only, after=paging.after(), limit=paging.limit + 1)
    return page_of(rows, paging, key=lambda row: row.id, item=lambda row: row)


@router.post("/pick-lists", response={201: PickListOut}, auth=WRITE, summary="Make a pick list")
def make_pick_list(request: HttpRequest, body: PickListIn) -> Status[queries.ListCard]:
    """One walk for the reserved goods of these orders."""
    return Status(201, queries.pick_list_card(services.make_pick_list(body.orders)))


@router.get("/pick-lists/{list_id}/tasks", response=list[TaskOut], auth=READ, summary="Tasks along the walk")
def tasks(request: HttpRequest, list_id: Key) -> list[queries.TaskCard]:
    """The tasks of a list in walking order."""
    queries.pick_list_card(list_id)
    return queries.tasks_of(list_id)


@router.post("/tasks/{task_id}/pick", response=PickedOut, auth=WRITE, summary="Pick")
def pick(request: HttpRequest, task_id: Key, body: PickIn) -> services.Picked:
    """Take pieces of a task to the packing table."""
    return services.pick_task(task_id, body.quantity)


@router.post("/tasks/{task_id}/short", response=PickedOut, auth=WRITE, summary="Report a short pick")
def short(request: HttpRequest, task_id: Key, body: ShortIn) -> services.Picked:
    """The rest of a task is not to be had: looked for elsewhere, else back-ordered; the place is to be counted."""
    return services.short_task(task_id, body.reason)


@router.get("/orders/{order_id}/boxes", response=BoxesOut, auth=READ, summary="Which boxes to take")
def propose_boxes(request: HttpRequest, order_id: Key) -> dict[str, object]:
    """Boxes proposed for what is picked of an order and not packed yet."""
    orders.order_card(order_id)  # another company's is not found
    plan = queries.propose_boxes(order_id)
    boxes = [
        {
            "box": one.box.id,
            "name": one.box.name,
            "fill": one.fill,
            "weight_g": one.weight_g,
            "items": [{"line": line, "lot": lot, "quantity": count} for line, lot, count in one.items],
        }
        for one in plan.boxes
    ]
    return {"boxes": boxes, "problems": list(plan.problems)}


@router.post("/parcels", response={201: PackedOut}, auth=WRITE, summary="Pack parcels")
def pack(request: HttpRequest, body: PackIn) -> Status[services.Packed]:
    """Put picked pieces of an order into parcels, all or none."""
    parcels = [
        Contents(
            items=tuple(Content(line=item.line, quantity=item.quantity, lot=item.lot) for item in one.items),
            box=one.box,
            weight_g=one.weight_g,
        )
        for one in body.parcels
    ]
    return Status(201, services.pack(body.order, parcels))


@router.get("/parcels", response=Page[ParcelOut], auth=READ, summary="Parcels, newest first")
def parcels(request: HttpRequest, paging: Paging, *, here_only: bool = False) -> dict[str, object]:
    """All parcels, or those that wait to be shipped."""
    rows = queries.parcels(here_only=here_only, after=paging.after(), limit=paging.limit + 1)
    return page_of(rows, paging, key=lambda row: row.id, item=lambda row: row)


@router.post("/shipments", response=ShippedOut, auth=WRITE, summary="Ship parcels")
def ship(request: HttpRequest, body: ShipIn) -> services.Shipped:
    """Hand parcels of an order to the carrier; part of an order is fine."""
    going = body.parcels
    numbered = going or [parcel.id for parcel in queries.parcels_of(body.order) if parcel.here]
    tracking = dict.fromkeys(numbered, body.tracking_number) if body.tracking_number else {}
    return services.ship(body.order, parcels=going, carrier=body.carrier, tracking=tracking)
