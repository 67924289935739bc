"""What lies where, and what of it is free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce

from hanmaru.central.stock.errors import UnknownThing
from hanmaru.central.stock.models import Balance, Lot


@dataclass(frozen=True, slots=True)
class Figures:
    """Pieces of one variant in the house."""

    on_hand: int = 0
    reserved: int = 0

    @property
    def free(self) -> int:
        """Pieces nobody holds."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class FreeBalance:
    """Free pieces of a variant at a pickable place."""

    balance: int
    variant: int
    place: int
    place_code: str
    place_path: str
    lot: int | None
    lot_number: str
    expires_on: date | None
    free: int


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A balance as pages show it."""

    balance: int
    variant: int
    owner: int
    place: int
    place_code: str
    place_name: str
    lot: int | None
    lot_number: str
    expires_on: date | None
    on_hand: int
    reserved: int

    @property
    def free(self) -> int:
        """Pieces nobody holds."""
        return self.on_hand - self.reserved


def figures(variant_ids: Iterable[int]) -> dict[int, Figures]:
    """Variant id -> pieces on hand and reserved, over all places; every id asked for is there."""
    ids = list(variant_ids)
    sums = (
        Balance.objects.filter(variant_id__in=ids)
        .values("variant_id")
        .annotate(on_hand_sum=Sum("on_hand"), reserved_sum=Sum("reserved"))
    )
    found = {row["variant_id"]: Figures(row["on_hand_sum"], row["reserved_sum"]) for row in sums}
    return {variant: found.get(variant, Figures()) for variant in ids}


def free_balances(variant_ids: Iterable[int], *, today: date | None = None) -> dict[int, list[FreeBalance]]:
    """Variant id -> its free balances in the order to take them: first expired first out, then along the walk.

    Lots that expired before ``today`` are left out when it is given.
    """
    rows = (
        Balance.objects.filter(variant_id__in=list(variant_ids), on_hand__gt=F("reserved"))
        .filter(place__pickable=True, place__archived_at=None)
        .order_by(F("lot__expires_on").asc(nulls_last=True), "place__walk_order", "place__path", "pk")
    )
    if today is not None:
        rows = rows.filter(Q(lot=None) | Q(lot__expires_on=None) | Q(lot__expires_on__gte=today))
    found: dict[int, list[FreeBalance]] = {}
    columns = rows.values_list(
        "pk",
        "variant_id",
        "place_id",
        "place__code",
        "place__path",
        "lot_id",
        Coalesce("lot__number", Value("")),
        "lot__expires_on",
        F("on_hand") - F("reserved"),
    )
    for row in columns:
        balance = FreeBalance(*row)
        found.setdefault(balance.variant, []).append(balance)
    return found


def _rows(balances: Any) -> list[BalanceRow]:
    return [
        BalanceRow(
            balance=row.pk,
            variant=row.variant_id,
            owner=row.owner_id,
            place=row.place_id,
            place_code=row.place.code,
            place_name=row.place.name,
            lot=row.lot_id,
            lot_number=row.lot.number if row.lot else "",
            expires_on=row.lot.expires_on if row.lot else None,
            on_hand=row.on_hand,
            reserved=row.reserved,
        )
        for row in balances.select_related("place", "lot")
    ]


def balances_at(place_id: int, *, limit: int = 200) -> list[BalanceRow]:
    """What lies at a place."""
    return _rows(Balance.objects.filter(place_id=place_id, on_hand__gt=0).order_by("variant_id", "pk")[:limit])


def balances_of(variant_id: int, *, limit: int = 200) -> list[BalanceRow]:
    """Where a variant lies."""
    found = Balance.objects.filter(variant_id=variant_id, on_hand__gt=0)
    return _rows(found.order_by("place__walk_order", "place__path", "pk")[:limit])


def balances_of_all(variant_ids: Iterable[int], place_ids: Iterable[int]) -> dict[int, list[BalanceRow]]:
    """Variant id -> where it lies among these places, in key order; by one query."""
    found: dict[int, list[BalanceRow]] = {}
    rows = Balance.objects.filter(variant_id__in=list(variant_ids), place_id__in=list(place_ids), on_hand__gt=0)
    for row in _rows(rows.order_by("pk")):
        found.setdefault(row.variant, []).append(row)
    return found


def balances_in(place_ids: Iterable[int]) -> list[BalanceRow]:
    """All that lies in these places, place by place in key order; by one query."""
    return _rows(Balance.objects.filter(place_id__in=list(place_ids), on_hand__gt=0).order_by("place_id", "pk"))


def totals() -> Figures:
    """Pieces of everything in the house."""
    sums = Balance.objects.aggregate(on_hand_sum=Sum("on_hand"), reserved_sum=Sum("reserved"))
    return Figures(sums["on_hand_sum"] or 0, sums["reserved_sum"] or 0)


def lot_id(variant_id: int, number: str) -> int | None:
    """The id of a variant's lot by its number; None without a number. Raises UnknownThing."""
    if not number.strip():
        return None
    found: int | None = (
        Lot.objects.filter(variant_id=variant_id, number=number.strip()).values_list("pk", flat=True).first()
    )
    if found is None:
        raise UnknownThing(what=number)
    return found
