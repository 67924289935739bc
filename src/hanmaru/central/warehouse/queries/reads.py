"""What readers reported, as the Readers page and the API see it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import VariantCard
from hanmaru.central.warehouse.models import ReaderRead
from hanmaru.floor import epc as numbers

STATUS_WORDS: dict[str, Promise] = {
    "counted": _("Counted in"),
    "known": _("Ours, not counted"),
    "repeat": _("Counted before"),
    "unknown": _("Unknown tag"),
    "malformed": _("Not a tag"),
    "foreign": _("Not our tag"),
}
_RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReaderCard:
    """A reader that reported within the last day: when last, and how many reads came to what."""

    device: int
    name: str
    last: datetime
    reads: int
    counted: int
    repeats: int
    strange: int


@dataclass(frozen=True, slots=True)
class ReadCard:
    """One read."""

    id: int
    device_name: str
    epc: str
    antenna: int
    rssi_dbm: float | None
    read_at: datetime
    status: str
    variant: VariantCard | None

    @property
    def status_words(self) -> str:
        """What came of it, in words."""
        return str(STATUS_WORDS.get(self.status, self.status))


@dataclass(frozen=True, slots=True)
class StrangeTag:
    """A tag that names nothing here yet and could be bound to a product."""

    epc: str
    first: datetime
    last: datetime
    reads: int


def readers() -> list[ReaderCard]:
    """Readers that reported within the last day, the busiest moment last."""
    strange = Q(status__in=["unknown", "malformed", "foreign"])
    rows = (
        ReaderRead.objects.filter(received_at__gte=timezone.now() - _RECENT)
        .values("device_id", "device__name")
        .annotate(
            last=Max("received_at"),
            reads=Count("pk"),
            counted=Count("pk", filter=Q(status="counted")),
            repeats=Count("pk", filter=Q(status="repeat")),
            strange=Count("pk", filter=strange),
        )
        .order_by("-last")
    )
    return [
        ReaderCard(
            row["device_id"],
            row["device__name"],
            row["last"],
            row["reads"],
            row["counted"],
            row["repeats"],
            row["strange"],
        )
        for row in rows
    ]


def reads(*, after: int | None = None, limit: int = 50) -> list[ReadCard]:
    """Reads, newest first; ``after`` is the id of the last one seen."""
    rows: Any = ReaderRead.objects.select_related("device").order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[:limit])
    cards = catalog.variant_cards({row.variant_id for row in found if row.variant_id})
    return [
        ReadCard(
            row.pk,
            row.device.name,
            row.epc,
            row.antenna,
            row.rssi_dbm,
            row.read_at,
            row.status,
            cards.get(row.variant_id),
        )
        for row in found
    ]


def strange_tags(limit: int = 20) -> list[StrangeTag]:
    """Well-formed tags read within the last day that name nothing here still, the latest first."""
    rows = (
        ReaderRead.objects.filter(status="unknown", received_at__gte=timezone.now() - _RECENT)
        .values("epc")
        .annotate(first=Min("received_at"), last=Max("received_at"), reads=Count("pk"))
        .order_by("-last")[: limit * 3]
    )
    tags = {row["epc"]: numbers.parse(row["epc"]) for row in rows}
    bound = catalog.match_tags(tags.values())
    return [
        StrangeTag(row["epc"], row["first"], row["last"], row["reads"]) for row in rows if bound.get(row["epc"]) is None
    ][:limit]
