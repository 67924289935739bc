"""The ledger: the one writer of moves, balances and reservations.

Each call is one statement (see ``migrations/0002_ledger.sql`` and ``migrations/stock_post.sql``): the moves
are recorded, then every balance is changed by one conditional UPDATE in key order. Nothing is clamped; what cannot be
done is refused whole, with what is short.
"""

import json
import uuid
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction

from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.central.stock.errors import (
    CannotHold,
    GoesNowhere,
    KeyReused,
    NotEnough,
    QuantityImpossible,
    ReservationGone,
    UnknownThing,
)
from hanmaru.central.stock.models import MOST, MoveReason, ReservationState


def _fresh_key() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A move to be recorded. Ids are primary keys, ``quantity`` is in pieces of the variant.

    ``key`` makes the move happen once however often it is sent; ``reservation`` takes the goods from what is held.
    ``carries`` are open reservations of these goods that go with them: they hold the same pieces at the new place.
    """

    variant: int
    from_place: int
    to_place: int
    quantity: int
    reason: MoveReason
    key: str = field(default_factory=_fresh_key)
    lot: int | None = None
    owner: int | None = None
    note: str = ""
    document_kind: str = ""
    document_id: int | None = None
    occurred_at: datetime | None = None
    reservation: int | None = None
    carries: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= MOST:
            raise QuantityImpossible(quantity=self.quantity, most=MOST)
        if self.from_place == self.to_place:
            raise GoesNowhere

    def as_row(self, company: int) -> dict[str, Any]:
        """The move as ``stock_post`` reads it."""
        return {
            "key": self.key,
            "owner": self.owner or company,
            "variant": self.variant,
            "lot": self.lot,
            "from_place": self.from_place,
            "to_place": self.to_place,
            "quantity": self.quantity,
            "reason": str(self.reason),
            "note": self.note,
            "document_kind": self.document_kind,
            "document_id": self.document_id,
            "occurred_at": self.occurred_at.isoformat() if self.occurred_at else None,
            "reservation": self.reservation,
            **({"carries": list(self.carries)} if self.carries else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """Goods of one balance to be held for a document."""

    balance: int
    quantity: int
    document_kind: str
    document_id: int
    line: int | None = None
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= MOST:
            raise QuantityImpossible(quantity=self.quantity, most=MOST)

    def as_row(self) -> dict[str, Any]:
        """The want as ``stock_reserve`` reads it."""
        return {
            "balance": self.balance,
            "quantity": self.quantity,
            "document_kind": self.document_kind,
            "document_id": self.document_id,
            "line": self.line,
            "expires_at": self.expires_at.isoformat() if self.expires_at else None,
        }


def _call(sql: str, parameters: Sequence[Any]) -> Any:
    """One value from a ledger function, its SQLSTATEs turned into our errors.

    Alone it is one statement in a transaction of its own; inside another transaction a savepoint lets the caller go on
    after a refusal.
    """
    safely = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with safely, connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchone()[0]
    except DatabaseError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        state = getattr(diagnosis, "sqlstate", None)
        detail = getattr(diagnosis, "message_detail", None) or ""
        if state == "HM001":
            short = json.loads(detail)
            raise NotEnough(
                short=short, wanted=sum(s["wanted"] for s in short), free=sum(s["free"] for s in short)
            ) from None
        if state == "HM002":
            raise KeyReused(key=detail) from None
        if state == "HM003":
            raise ReservationGone(reservation=detail) from None
        if state == "HM004":
            raise UnknownThing(what=detail) from None
        if state == "HM005":
            raise CannotHold(places=detail) from None
        raise


def post(moves: Iterable[Move]) -> dict[str, int]:
    """Record the moves, all or none.

    Returns:
        Key -> id of each move that is new; a key that was recorded before is left out and changes nothing.

    Raises:
        NotEnough: a place holds less that is free, or carried with its hold, than is to be taken.
        KeyReused: a key was used before for another move.
        ReservationGone: the goods are no longer held, or not there.
        UnknownThing: a variant, lot or place is not this company's.
        CannotHold: a place is a rack or an aisle, or is closed.
    """
    company = current_company_id()
    rows = [move.as_row(company) for move in moves]
    if not rows:
        return {}
    answer = _call("SELECT stock_post(%s::jsonb)", [json.dumps(rows)])
    posted: dict[str, int] = json.loads(answer) if isinstance(answer, str) else answer
    return posted


def reserve(wants: Iterable[Want]) -> list[int]:
    """Hold goods for documents, all or none; the ids of the reservations, in the order of ``wants``.

    Raises:
        NotEnough: less is free than wanted.
        UnknownThing: a balance is not this company's.
    """
    rows = [want.as_row() for want in wants]
    if not rows:
        return []
    ids: list[int] = _call("SELECT stock_reserve(%s::jsonb)", [json.dumps(rows)])
    return ids


def release(reservations: Iterable[int], state: ReservationState = ReservationState.RELEASED) -> int:
    """Let go what is still held; closed reservations are left as they are. The number let go."""
    ids = list(reservations)
    if not ids:
        return 0
    released: int = _call("SELECT stock_release(%s::bigint[], %s)", [ids, str(state)])
    return released
