"""Stock over the REST API: places, balances, moves and corrections."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Field, Schema

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.api import DeviceAuth, Page, Paging, Routes, idempotency_key, page_of
from hanmaru.central.stock import queries, services
from hanmaru.central.stock.services import MOST, MoveReason, PlaceKind

router = Routes(tags=["stock"], once=False)
READ = DeviceAuth("stock:read")
WRITE = DeviceAuth("stock:write")
ID = 2**63 - 1


class PlaceOut(Schema):
    """A place. Capacities in mm³, g and pieces; null is no limit."""

    id: int
    code: str = Field(examples=["A-01-2-03"])
    name: str
    kind: str
    path: str = Field(examples=["seongsu.a.a1.a-01.2.a-01-2-03"])
    holds_stock: bool
    pickable: bool
    volume_mm3: int | None
    max_weight_g: int | None
    max_count: int | None
    storage_classes: list[str]
    closed: bool


class BalanceOut(Schema):
    """What lies at a place now."""

    variant: int
    place: int
    place_code: str
    lot_number: str
    on_hand: int = Field(examples=[12])
    reserved: int = Field(examples=[2])
    free: int = Field(examples=[10])


class FiguresOut(Schema):
    """Pieces of one variant in the whole house."""

    variant: int
    on_hand: int
    reserved: int
    free: int


class MoveOut(Schema):
    """A fact of the ledger."""

    id: int
    variant: int
    lot_number: str
    from_code: str
    to_code: str
    quantity: int
    reason: str
    note: str
    document_kind: str
    document_id: int | None
    occurred_at: datetime
    recorded_at: datetime


class MoveIn(Schema):
    """Goods carried from a place to a place, both given by id."""

    variant: int = Field(ge=1, le=ID, examples=[17])
    from_place: int = Field(ge=1, le=ID, examples=[3])
    to_place: int = Field(ge=1, le=ID, examples=[5])
    quantity: int = Field(ge=1, le=MOST, examples=[2])
    lot: int | None = Field(None, ge=1, le=ID)
    note: str = Field("", max_length=300, pattern=r"^[^\x00]*$")


class CorrectionIn(Schema):
    """Add (difference > 0) or take away (difference < 0) at a place, for a reason."""

    variant: int = Field(ge=1, le=ID, examples=[17])
    place: int = Field(ge=1, le=ID, examples=[3])
    difference: int = Field(ge=-MOST, le=MOST, examples=[-1])
    reason: MoveReason = Field(examples=["damage"])
    lot: int | None = Field(None, ge=1, le=ID)
    note: str = Field("", max_length=300, pattern=r"^[^\x00]*$", examples=["dented in the rack"])


class MovedOut(Schema):
    """Whether this call did it, or an earlier one with the same key."""

    done: bool = True
    repeated: bool
    move: int | None = Field(None, description="Id of the move; null when it was done by an earlier call.")


@router.get("/places", response=list[PlaceOut], auth=READ, summary="Places in walking order")
def places(request: HttpRequest, kind: PlaceKind | None = None) -> list[queries.PlaceCard]:
    """All places that are not closed, of one kind when asked."""
    kinds = [kind] if kind else None
    return list(queries.place_cards(kinds=kinds, open_only=True).values())


@router.get("/places/{int:place_id}/balances", response=list[BalanceOut], auth=READ, summary="What lies at a place")
def balances(request: HttpRequest, place_id: int) -> list[queries.BalanceRow]:
    """Balances of one place."""
    queries.place_card(place_id)
    return queries.balances_at(place_id)


@router.get("/variants/{int:variant_id}", response=FiguresOut, auth=READ, summary="Pieces of a variant")
def variant_figures(request: HttpRequest, variant_id: int) -> dict[str, int]:
    """On hand, reserved and free over all places; zeros for a variant that never had stock."""
    catalog.variant_card(variant_id)  # another company's is not found
    found = queries.figures([variant_id])[variant_id]
    return {"variant": variant_id, "on_hand": found.on_hand, "reserved": found.reserved, "free": found.free}


@router.get("/moves", response=Page[MoveOut], auth=READ, summary="The ledger, newest first")
def moves(
    request: HttpRequest, paging: Paging, variant: int | None = None, place: int | None = None
) -> dict[str, object]:
    """Moves of a variant or a place, or all."""
    rows = queries.moves(before=paging.after(), limit=paging.limit + 1, variant=variant, place=place)
    return page_of(rows, paging, key=lambda row: row.id, item=lambda row: row)


@router.post("/moves", response=MovedOut, auth=WRITE, summary="Carry goods")
def move(request: HttpRequest, body: MoveIn) -> dict[str, object]:
    """Move goods. Refused whole when less is free than wanted; the key makes it happen once."""
    key = f"api:{idempotency_key(request)}"
    posted = services.move_goods(**body.dict(), key=key)
    return {"repeated": not posted, "move": posted.get(key)}


@router.post("/corrections", response=MovedOut, auth=WRITE, summary="Correct a balance")
def correct(request: HttpRequest, body: CorrectionIn) -> dict[str, object]:
    """Correct what lies at a place, with a reason."""
    key = f"api:{idempotency_key(request)}"
    posted = services.correct(**body.dict(), key=key)
    return {"repeated": not posted, "move": posted.get(key)}
