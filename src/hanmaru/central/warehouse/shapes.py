"""What the warehouse's part of the REST API takes and answers."""

from datetime import date, datetime
from typing import Annotated

from ninja import Field, Schema

from hanmaru.central.warehouse import queries
from hanmaru.central.warehouse.services import ShortReason

ID = 2**63 - 1
MOST = 1_000_000
PLAIN = r"^[^\x00]*$"


class WantedIn(Schema):
    """Pieces of a variant that will come."""

    variant: int = Field(ge=1, le=ID, examples=[17])
    quantity: int = Field(ge=1, le=MOST, examples=[20])


class DeliveryIn(Schema):
    """A delivery to be announced."""

    lines: list[WantedIn] = Field(min_length=1, max_length=500)
    supplier: int | None = Field(None, ge=1, le=ID, description="Id of a supplier.")
    expected_on: date | None = Field(None, examples=["2026-05-04"])
    note: str = Field("", max_length=300, pattern=PLAIN, examples=["two pallets"])


class DeliveryOut(Schema):
    """A delivery; figures in pieces."""

    id: int
    number: str = Field(examples=["D-00012"])
    state: str = Field(examples=["announced"])
    supplier: int | None
    supplier_name: str
    expected_on: date | None
    note: str
    expected: int = Field(examples=[20])
    received: int = Field(examples=[0])
    created_at: datetime
    closed_at: datetime | None


class DeliveryLineOut(Schema):
    """What was announced of a variant, and what came."""

    variant: int
    sku: str
    expected: int
    received: int
    left: int
    over: int

    @staticmethod
    def resolve_variant(line: queries.DeliveryLineCard) -> int:
        """Its id."""
        return line.variant.id

    @staticmethod
    def resolve_sku(line: queries.DeliveryLineCard) -> str:
        """Its SKU."""
        return line.variant.sku


class ReceiveIn(Schema):
    """Pieces that have come. Without a delivery one is opened."""

    delivery: int | None = Field(None, ge=1, le=ID, examples=[12])
    variant: int = Field(ge=1, le=ID, examples=[17])
    quantity: int = Field(ge=1, le=MOST, examples=[5])
    lot: str = Field("", max_length=40, pattern=PLAIN, description="Lot or serial number, where the product has one.")
    expires_on: date | None = Field(None, examples=["2027-01-31"])


class ReceivedOut(Schema):
    """The line of the delivery after the receipt; ``over`` is what came beyond the announcement."""

    delivery: int
    number: str
    variant: int
    quantity: int
    received: int
    expected: int
    over: int
    left: int
    place: int
    lot: int | None


class ClosedOut(Schema):
    """What did not come of a closed delivery: variant id -> pieces."""

    missing: dict[str, int] = Field(examples=[{"17": 3}])


class ProposalOut(Schema):
    """A place that has room; ``reason`` is stable, ``why`` is for people."""

    place: int
    code: str = Field(examples=["A-01-2-03"])
    name: str
    quantity: int = Field(description="How many of the pieces fit there.", examples=[5])
    reason: str = Field(examples=["same_product"])
    why: str = Field(examples=["The same product lies there already (12)."])


class PutAwayIn(Schema):
    """Pieces carried from the dock to a place: its id or the code on its label."""

    variant: int = Field(ge=1, le=ID, examples=[17])
    quantity: int = Field(ge=1, le=MOST, examples=[5])
    place: str = Field(min_length=1, max_length=60, pattern=PLAIN, examples=["A-01-2-03"])
    lot: int | None = Field(None, ge=1, le=ID, description="Id of the lot; the oldest one when left out.")


class StowedOut(Schema):
    """What lies where now; ``left`` pieces of the variant still wait at the dock."""

    variant: int
    quantity: int
    place: int
    place_code: str
    from_place: int
    lot: int | None
    left: int


class PickListIn(Schema):
    """Orders to be picked on one walk."""

    orders: list[Annotated[int, Field(ge=1, le=ID)]] = Field(min_length=1, max_length=200, examples=[[31, 32]])


class PickListOut(Schema):
    """A pick list."""

    id: int
    number: str = Field(examples=["P-00004"])
    state: str = Field(examples=["open"])
    tasks: int
    done: int
    orders: int
    assigned_to: int | None
    created_at: datetime
    done_at: datetime | None


class TaskOut(Schema):
    """Take so many of a variant from a place; in walking order."""

    id: int
    sequence: int
    order: int
    line: int
    variant: int
    sku: str
    lot: int | None
    lot_number: str
    place: int
    place_code: str
    quantity: int
    picked: int
    short: int
    left: int
    done_at: datetime | None

    @staticmethod
    def resolve_variant(task: queries.TaskCard) -> int:
        """Its id."""
        return task.variant.id

    @staticmethod
    def resolve_sku(task: queries.TaskCard) -> str:
        """Its SKU."""
        return task.variant.sku


class PickIn(Schema):
    """Pieces taken."""

    quantity: int = Field(ge=1, le=MOST, examples=[2])


class ShortIn(Schema):
    """Why the rest of the task cannot be taken."""

    reason: ShortReason = Field(examples=["not_there"])


class PickedOut(Schema):
    """What the task came to; ``more`` tasks were added elsewhere, ``waiting`` pieces are back-ordered."""

    task: int
    pick_list: int
    order: int
    quantity: int
    left: int
    more: int
    waiting: int


class ContentIn(Schema):
    """Pieces of an order line in a parcel."""

    line: int = Field(ge=1, le=ID, examples=[55])
    quantity: int = Field(ge=1, le=MOST, examples=[2])
    lot: int | None = Field(None, ge=1, le=ID)


class ContentsIn(Schema):
    """One parcel."""

    items: list[ContentIn] = Field(min_length=1, max_length=500)
    box: int | None = Field(None, ge=1, le=ID, description="Id of a box type; null for some other wrapping.")
    weight_g: int | None = Field(None, ge=1, le=1_000_000, examples=[420])


class PackIn(Schema):
    """Parcels of an order."""

    order: int = Field(ge=1, le=ID, examples=[31])
    parcels: list[ContentsIn] = Field(min_length=1, max_length=50)


class PackedOut(Schema):
    """The parcels made; ``complete`` once nothing picked is left over."""

    order: int
    parcels: list[int]
    numbers: list[str] = Field(examples=[["B-000007"]])
    complete: bool


class ProposedBoxOut(Schema):
    """A box to take; ``fill`` is the share of its room in per cent."""

    box: int
    name: str
    fill: int = Field(examples=[62])
    weight_g: int
    items: list[ContentIn]


class BoxesOut(Schema):
    """Boxes for what waits of an order, and what goes in none of them."""

    boxes: list[ProposedBoxOut]
    problems: list[str]


class ParcelOut(Schema):
    """A parcel."""

    id: int
    number: str = Field(examples=["B-000007"])
    order: int
    order_number: str
    box: str
    weight_g: int | None
    carrier: str
    tracking_number: str
    packed_at: datetime
    shipped_at: datetime | None
    cancelled_at: datetime | None


class ShipIn(Schema):
    """Parcels handed to a carrier: those named, or all that are packed."""

    order: int = Field(ge=1, le=ID, examples=[31])
    parcels: list[Annotated[int, Field(ge=1, le=ID)]] | None = Field(None, max_length=50)
    carrier: str = Field("", max_length=60, pattern=PLAIN, examples=["CJ대한통운"])
    tracking_number: str = Field("", max_length=60, pattern=PLAIN, examples=["640123456789"])


class ShippedOut(Schema):
    """What left, and the state the order is in now; ``left`` parcels are still here."""

    order: int
    parcels: list[int]
    state: str = Field(examples=["shipped"])
    left: int
