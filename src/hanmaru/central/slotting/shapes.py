"""What slotting's part of the REST API takes and answers."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Field, Schema

ID = 2**63 - 1
PLAIN = r"^[^\x00]*$"
SMALL_STRIP = {
    "length": 20,
    "supply_points": [0, 20],
    "materials": [{"id": "M1", "width": 8, "trips": {"0": 3}}, {"id": "M2", "width": 8, "trips": {"1": 5}}],
}


class StudyIn(Schema):
    """An instance to be kept."""

    name: str = Field(min_length=1, max_length=120, pattern=PLAIN, examples=["TV plant"])
    instance: dict[str, Any] = Field(examples=[SMALL_STRIP])
    unit: str = Field("", max_length=12, pattern=PLAIN, examples=["m"], description="Unit of length, to be shown.")


class FromStockIn(Schema):
    """Which goods of the house are to be laid out where, by which orders."""

    name: str = Field("", max_length=120, pattern=PLAIN)
    place: int | None = Field(None, ge=1, le=ID, description="Id of a site, zone or aisle; null is all of the house.")
    storage_class: str = Field("", max_length=30, pattern=PLAIN, description='Its code; "" is goods without one.')
    days: int = Field(90, ge=1, le=3650)
    walked: Literal["aisle", "rack"] = "rack"
    first_m: float = Field(5, ge=0, le=1000, description="Metres from where picks begin to the first aisle or rack.")
    between_m: float = Field(3, ge=0, le=1000, description="Metres from each to the next.")


class StudyOut(Schema):
    """A study."""

    id: int
    name: str
    kind: Literal["bulk", "kitting"]
    source: Literal["file", "stock", "table"]
    unit: str
    materials: int
    searching: int
    plans: int
    created_at: datetime
    archived: bool


class SearchIn(Schema):
    """How to search."""

    method: Literal["auto", "exact", "ga", "milp-highs", "milp-cpsat", "moves"] = Field(
        "auto", description="moves: no plan, but what moving ever more materials would save."
    )
    limit_s: int = Field(120, ge=1, le=21_600, description="Seconds at most.")
    seed: int = Field(0, ge=0, le=2**31 - 1)


class CurvePointOut(Schema):
    """With so many materials moved: the travel of the best found, and a bound below which none is."""

    moved: int
    travel: float
    bound: float


class SearchOut(Schema):
    """A search. ``gap`` is the share of ``best`` that may be too much; null while unknown."""

    id: int
    study: int
    method: str
    limit_s: int
    seed: int
    state: Literal["waiting", "running", "done", "stopped", "failed", "lost"]
    best: float | None
    bound: float | None
    gap: float | None
    optimal: bool
    seconds: float
    has_plan: bool
    curve: list[CurvePointOut] = Field(description="Of the method moves, from none moved on; else empty.")
    failure: str
    created_at: datetime
    ended_at: datetime | None


class LabourIn(Schema):
    """What moving costs, in the unit of the way, and by when it must have paid."""

    per_move: float = Field(300, ge=0, le=1_000_000, description="One move is as much work as so much way.")
    moves_a_week: int = Field(20, ge=1, le=10_000)
    weeks: int = Field(12, ge=1, le=520, description="After so many weeks it must have paid.")
    days: int = Field(7, ge=1, le=3650, description="Kits are picked as often in so many days; ignored from stock.")


class WeekMoveOut(Schema):
    """Carry a material from a place to a place; ``aside``: only to make room."""

    material: str
    from_words: str
    to_words: str
    aside: bool


class WeekOut(Schema):
    """A week of the plan; ``relocation`` is its relocation once it is accepted."""

    number: int
    begins: date
    moves: list[WeekMoveOut]
    relocation: int | None
    is_next: bool = Field(description="Whether it is the one to accept next.")

    @staticmethod
    def resolve_relocation(one: Any) -> int | None:
        """The id of what the page shows whole."""
        return None if one.relocation is None else int(one.relocation.id)


class WeeksOut(Schema):
    """The moves that pay. ``stand``: a week is accepted, so other figures change nothing any more."""

    weeks: list[WeekOut]
    cost: float
    saving: float
    paid_on: date | None
    stand: bool


class RelocationOut(Schema):
    """A plan being carried out."""

    id: int
    search: int
    week: int | None = Field(description="Of the plan week by week, from 1; null: all of the plan.")
    study: int
    state: Literal["open", "done", "cancelled"]
    tasks: int = Field(description="How many moves it takes: what lies together is carried at once.")
    done: int = Field(description="How many of these moves are done.")
    created_at: datetime
    ended_at: datetime | None


class TaskOut(Schema):
    """Carry all of a material from a place to a place; ``aside``: only to make room."""

    id: int
    sequence: int = Field(description="Number of the move; several tasks share it where goods lie together.")
    material: str
    from_words: str
    to_words: str
    aside: bool
    quantity: int
    moved: int
    done_at: datetime | None
    why_not: str = Field(description="Why it cannot be done now; empty where it can, or is done.")
    waits_for: int | None = Field(description="The number of the task that must be done first, where that is why.")
