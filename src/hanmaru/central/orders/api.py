"""Orders over the REST API: read, place, confirm, reserve, cancel, take back."""

from datetime import datetime, timedelta
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Schema, Status
from pydantic import StringConstraints

from hanmaru.central.companies.api import DeviceAuth, Page, Paging, Routes, page_of
from hanmaru.central.orders import queries, services
from hanmaru.central.orders.queries import Channel, OrderState

router = Routes(tags=["orders"])
READ = DeviceAuth("orders:read")
WRITE = DeviceAuth("orders:write")
ID = 2**63 - 1
NO_NUL = r"^[^\x00]*$"
LineId = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,17}$")]


class OrderOut(Schema):
    """An order. Money is in the minor unit of `currency`; `back_order`: some pieces wait for goods."""

    id: int
    number: str = Field(examples=["S-001042"])
    state: OrderState
    back_order: bool
    customer: int | None
    customer_name: str
    channel: Channel
    external_id: str
    currency: str = Field(examples=["KRW"])
    total: int = Field(examples=[128000])
    ship_to_name: str
    ship_to_phone: str
    ship_to_address: str
    note: str
    placed_at: datetime


class LineOut(Schema):
    """A line: pieces wanted, and what became of them."""

    id: int
    line_no: int
    variant: int
    description: str
    quantity: int = Field(examples=[2])
    unit_price: int = Field(examples=[64000])
    wording: str = Field(description="Engraving or wish.")
    reserved: int
    picked: int
    shipped: int
    cancelled: int
    returned: int
    waiting: int = Field(description="Pieces that no goods are held for yet.")


class StepOut(Schema):
    """A state the order came into."""

    state: OrderState
    at: datetime
    actor_name: str
    note: str


class OrderDetail(OrderOut):
    """An order with its lines and steps."""

    lines: list[LineOut]
    steps: list[StepOut]


class LineIn(Schema):
    """A line to order. Without `unit_price` the catalogue's price is taken."""

    variant: int = Field(ge=1, le=ID, examples=[17])
    quantity: int = Field(ge=1, le=services.MOST_PIECES, examples=[2])
    unit_price: int | None = Field(None, ge=0, le=services.MOST_PRICE, examples=[64000])
    wording: str = Field("", max_length=120, pattern=NO_NUL, examples=["S ♥ J"])


class OrderIn(Schema):
    """An order to place. The same `external_id` again is the same order."""

    lines: list[LineIn] = Field(min_length=1, max_length=services.MOST_LINES)
    external_id: str = Field("", max_length=80, pattern=NO_NUL, examples=["shop-10042"])
    customer: int | None = Field(None, ge=1, le=ID)
    ship_to_name: str = Field("", max_length=120, pattern=NO_NUL, examples=["Kim Seongsu"])
    ship_to_phone: str = Field("", max_length=30, pattern=NO_NUL, examples=["010-0000-0000"])
    ship_to_address: str = Field("", max_length=300, pattern=NO_NUL, examples=["Seongsu-dong 1-ga 1"])
    note: str = Field("", max_length=500, pattern=NO_NUL)
    draft: bool = Field(default=False, description="Only noted; to be confirmed later.")


class ReserveIn(Schema):
    """How long goods are held; null holds them until picked or cancelled."""

    minutes: int | None = Field(None, ge=1, le=525_600, examples=[30])


class ReservedOut(Schema):
    """What was newly held, and where the order stands."""

    reserved: int = Field(examples=[2])
    state: OrderState
    back_order: bool


class CancelIn(Schema):
    """Why the order is cancelled."""

    reason: str = Field("", max_length=150, pattern=NO_NUL, examples=["ordered twice"])


class TakeBackIn(Schema):
    """Line id -> pieces that came back, to a place by id; null scraps them."""

    lines: dict[LineId, Annotated[int, Field(ge=1, le=services.MOST_PIECES)]] = Field(
        min_length=1, max_length=services.MOST_LINES, examples=[{"31": 1}]
    )
    to_place: int | None = Field(None, ge=1, le=ID, examples=[3])
    reason: str = Field("", max_length=150, pattern=NO_NUL, examples=["too small"])


class ReturnOut(Schema):
    """The return that was written."""

    id: int
    state: OrderState


@router.get("", response=Page[OrderOut], auth=READ, summary="Orders, newest first")
def list_orders(
    request: HttpRequest,
    paging: Paging,
    state: OrderState | None = None,
    text: Annotated[str, Query(max_length=100, pattern=NO_NUL)] = "",
) -> dict[str, object]:
    """Orders of a state, or found by number, customer or the number at the place they came from."""
    rows = queries.orders(state=state or "", text=text, after=paging.after(), limit=paging.limit + 1)
    return page_of(rows, paging, key=lambda row: row.id, item=lambda row: row)


@router.get("/{int:order_id}", response=OrderDetail, auth=READ, summary="One order with lines and steps")
def get_order(request: HttpRequest, order_id: int) -> OrderDetail:
    """The order as it stands."""
    return _detail(order_id)


@router.post("", response={201: OrderDetail}, auth=WRITE, summary="Place an order")
def place(request: HttpRequest, body: OrderIn) -> Status[OrderDetail]:
    """Take an order; refused whole when a product is unknown."""
    order_id = services.place_order(
        [services.LineWanted(**line.dict()) for line in body.lines],
        channel=Channel.API,
        customer=body.customer,
        ship_to=services.ShipTo(
            name=body.ship_to_name, phone=body.ship_to_phone, address=body.ship_to_address, note=body.note
        ),
        external_id=body.external_id,
        confirmed=not body.draft,
    )
    return Status(201, _detail(order_id))


@router.post("/{int:order_id}/confirm", response=OrderDetail, auth=WRITE, summary="Confirm a draft")
def confirm(request: HttpRequest, order_id: int) -> OrderDetail:
    """Make a draft an order."""
    services.confirm(order_id)
    return _detail(order_id)


@router.post("/{int:order_id}/reserve", response=ReservedOut, auth=WRITE, summary="Hold goods")
def reserve(request: HttpRequest, order_id: int, body: ReserveIn) -> dict[str, object]:
    """Hold free goods for the order; what is missing waits as a back-order."""
    held = services.reserve_order(order_id, hold_for=timedelta(minutes=body.minutes) if body.minutes else None)
    card = queries.order_card(order_id)
    return {"reserved": held, "state": card.state, "back_order": card.back_order}


@router.post("/{int:order_id}/cancel", response=OrderDetail, auth=WRITE, summary="Cancel")
def cancel(request: HttpRequest, order_id: int, body: CancelIn) -> OrderDetail:
    """Stop the order and give its goods back."""
    services.cancel(order_id, body.reason)
    return _detail(order_id)


@router.post("/{int:order_id}/take-back", response={201: ReturnOut}, auth=WRITE, summary="Take shipped goods back")
def take_back(request: HttpRequest, order_id: int, body: TakeBackIn) -> Status[dict[str, object]]:
    """Goods came back: to a place, or to scrap."""
    pieces = {int(line): count for line, count in body.lines.items()}
    document = services.take_back(order_id, pieces, body.to_place, reason=body.reason)
    return Status(201, {"id": document, "state": queries.order_card(order_id).state})


def _detail(order_id: int) -> OrderDetail:
    card = queries.order_card(order_id)
    return OrderDetail(
        **OrderOut.from_orm(card).dict(),
        lines=[LineOut.from_orm(line) for line in queries.lines_of(order_id)],
        steps=[StepOut.from_orm(step) for step in queries.steps_of(order_id)],
    )
