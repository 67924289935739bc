"""What a tag reader reports: each read kept once, each piece counted in once between its coming and its leaving.

A batch is one transaction. Whether a piece is counted is decided by one statement on the tag's row, so that two
readers, or one whose connection was cut and resumed, cannot both count it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import cast

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import Match
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.tenancy import acting_now, current_company_id
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.queries import RoomyPlace
from hanmaru.central.warehouse.models import DeliveryLine, ReaderRead
from hanmaru.central.warehouse.services.deliveries import OPEN, unannounced_delivery
from hanmaru.central.warehouse.services.receiving import Arrival, receive_many
from hanmaru.central.warehouse.services.stowing import Proposed, propose_among
from hanmaru.central.warehouse.services.tagged import came_in, is_lot
from hanmaru.floor import epc as numbers
from hanmaru.floor.reads import Answer, PutTo, Read, Status

COUNTED, KNOWN, REPEAT, UNKNOWN, MALFORMED, FOREIGN = "counted", "known", "repeat", "unknown", "malformed", "foreign"

_BINS_LAST = 10.0  # seconds
_MOST_COMPANIES = 100


@dataclass(frozen=True, slots=True)
class _Bins:
    """A company's bins that were not full some seconds ago, and what was proposed of them since, by variant."""

    until: float
    open: Sequence[RoomyPlace]
    proposed: dict[int, Proposed | None] = field(default_factory=dict)


_bins: dict[int, _Bins] = {}


@dataclass(slots=True)
class _Seen:
    """One read on its way to its answer."""

    read: Read
    status: str = UNKNOWN
    epc: str = ""
    match: Match | None = None
    trouble: str = ""
    delivery: int | None = None


@dataclass(slots=True)
class _Batch:
    """The reads of one message; ``fresh`` are those not kept before."""

    seen: list[_Seen]
    before: Mapping[int, str] = field(default_factory=dict)

    @property
    def fresh(self) -> list[_Seen]:
        """Reads that come for the first time."""
        return [one for one in self.seen if one.read.sequence not in self.before]


def acknowledged(epoch: int) -> int:
    """The highest sequence of the acting device's epoch that is kept, 0 if none."""
    reads = ReaderRead.objects.filter(device_id=acting_now().device_id, epoch=epoch)
    return int(reads.aggregate(last=Max("sequence"))["last"] or 0)


@transaction.atomic
def reader_answers(epoch: int, reads: Sequence[Read]) -> list[Answer]:
    """Keep what the acting device reports and say of each read what it is and where it is to be put.

    A read kept before, by (device, epoch, sequence), is answered again and counts nothing.
    """
    batch = _Batch([_Seen(read) for read in reads])
    kept = ReaderRead.objects.filter(device_id=acting_now().device_id, epoch=epoch)
    batch.before = dict(kept.filter(sequence__in=[read.sequence for read in reads]).values_list("sequence", "status"))
    _name(batch.seen)
    _count(batch.fresh)
    for one in batch.seen:
        if one.read.sequence in batch.before and one.match is not None:
            one.status = batch.before[one.read.sequence]
    _keep(epoch, batch.fresh)
    places = _places(batch.seen)
    changed("reads")
    return [_answer(one, places) for one in batch.seen]


def _name(seen: Sequence[_Seen]) -> None:
    """What each tag is on."""
    tags = {}
    for one in seen:
        try:
            tag = numbers.parse(one.read.epc)
        except numbers.MalformedEpc as error:
            one.status, one.trouble = MALFORMED, str(error)
        except numbers.UnknownEpc as error:
            one.status, one.trouble = FOREIGN, str(error)
        else:
            one.epc = tag.hex
            tags[tag.hex] = tag
    found = catalog.match_tags(tags.values())
    for one in seen:
        if not one.epc:
            continue
        one.match = found.get(one.epc)
        tag = tags[one.epc]
        if one.match is not None:
            one.status = REPEAT
        elif one.epc in found:
            one.status, one.trouble = UNKNOWN, _("This tag was taken out of use. Bind it again before using it.")
        elif isinstance(tag, numbers.OwnTag) and tag.company != current_company_id():
            one.status, one.trouble = FOREIGN, _("The tag of another company. Set the goods aside.")
        else:
            one.status, one.trouble = UNKNOWN, _("No product has this tag. Bind it on the Readers page.")


def _count(fresh: Sequence[_Seen]) -> None:
    """Count in what comes for the first time since it left."""
    ours = [one for one in fresh if one.match is not None]
    inside = stock.serials_in_house(
        (one.match.variant.id, one.match.serial) for one in ours if one.match and one.match.variant.tracking == "serial"
    )
    able: dict[str, _Seen] = {}
    for one in ours:
        match = cast("Match", one.match)
        one.trouble = _not_by_reader(match)
        if one.trouble:
            one.status = KNOWN
        elif (match.variant.id, match.serial) not in inside:
            able.setdefault(one.epc, one)
    came = came_in(
        {epc: (cast("Match", one.match).variant.id, cast("Match", one.match).quantity) for epc, one in able.items()}
    )
    counted = [able[epc] for epc in sorted(came)]
    cards = {one.match.variant.id: one.match.variant for one in counted if one.match}
    for delivery, group in _by_delivery(counted).items():
        arrivals = [_arrival(one) for one in group]
        receive_many(delivery, arrivals, occurred_at=group[0].read.read_at, cards=cards)
        for one in group:
            one.status, one.delivery = COUNTED, delivery
    _remember_serials([one for one in counted if cast("Match", one.match).variant.tracking == "serial"])


def _not_by_reader(match: Match) -> str:
    """Why a reader alone cannot count the goods in; "" when it can."""
    if match.variant.tracking == "lot" and not match.lot:
        return _("This product needs a lot number. Receive it by scanning.")
    if match.variant.has_expiry and match.expires_on is None:
        return _("This product needs an expiry date. Receive it by scanning.")
    if match.variant.tracking == "serial" and match.quantity != 1:
        return _("The tag stands for several pieces, yet each has a serial number. Receive it by scanning.")
    return ""


def _arrival(one: _Seen) -> Arrival:
    match = cast("Match", one.match)
    lot = match.serial if match.variant.tracking == "serial" else match.lot if match.variant.tracking == "lot" else ""
    return Arrival(variant=match.variant.id, quantity=match.quantity, lot=lot)


def _remember_serials(counted: Sequence[_Seen]) -> None:
    """The lot of a serial-numbered piece tells at shipping which tag leaves."""
    for one in counted:
        match = cast("Match", one.match)
        is_lot(one.epc, next(iter(stock.lot_ids(match.variant.id, [match.serial])), None))


def _by_delivery(counted: Sequence[_Seen]) -> dict[int, list[_Seen]]:
    """The delivery that announced each variant and lacks it, the one begun first; else one that nobody announced."""
    if not counted:
        return {}
    wanted = {cast("Match", one.match).variant.id for one in counted}
    lines = DeliveryLine.objects.filter(variant_id__in=wanted, delivery__state__in=OPEN, expected__gt=F("received"))
    announced: dict[int, int] = {}
    for variant, delivery in lines.order_by(
        "-delivery__state", F("delivery__expected_on").asc(nulls_last=True), "delivery_id"
    ).values_list("variant_id", "delivery_id"):
        announced.setdefault(variant, delivery)
    groups: dict[int, list[_Seen]] = {}
    blind = None if wanted <= announced.keys() else unannounced_delivery()
    for one in counted:
        delivery = cast("int", announced.get(cast("Match", one.match).variant.id, blind))
        groups.setdefault(delivery, []).append(one)
    return dict(sorted(groups.items()))


def _keep(epoch: int, fresh: Sequence[_Seen]) -> None:
    device = cast("int", acting_now().device_id)
    ReaderRead.objects.bulk_create(
        [
            ReaderRead(
                device_id=device,
                epoch=epoch,
                sequence=one.read.sequence,
                epc=(one.epc or one.read.epc)[:64],
                antenna=one.read.antenna,
                rssi_dbm=one.read.rssi_dbm,
                read_at=one.read.read_at,
                status=one.status,
                variant_id=one.match.variant.id if one.match else None,
                delivery_id=one.delivery,
            )
            for one in fresh
        ],
        ignore_conflicts=True,
    )


def _places(seen: Sequence[_Seen]) -> dict[int, Proposed | None]:
    """Variant -> where a piece of it is to be put.

    A proposal is good for some seconds: a gate asks for the same products again and again, bins fill slowly, and
    whoever puts the goods away is checked against the place as it is then.
    """
    cards = {
        one.match.variant.id: one.match.variant
        for one in seen
        if one.match is not None and one.status in (COUNTED, REPEAT)
    }
    bins = _open_bins() if cards else _Bins(0.0, ())
    new = [card for variant, card in cards.items() if variant not in bins.proposed]
    if new:
        bins.proposed.update(propose_among(new, bins.open))
    return {variant: bins.proposed[variant] for variant in cards}


def _open_bins() -> _Bins:
    company, now = current_company_id(), monotonic()
    known = _bins.get(company)
    if known is None or known.until <= now:
        found = stock.open_bins()
        if len(_bins) >= _MOST_COMPANIES:
            _bins.clear()
        # A house without a free bin is asked again at once, so that the first one made is seen.
        known = _bins[company] = _Bins(now + _BINS_LAST if found else now, found)
    return known


def _answer(one: _Seen, places: Mapping[int, Proposed | None]) -> Answer:
    status = KNOWN if one.status in (COUNTED, KNOWN) else one.status
    if one.match is None:
        words = {UNKNOWN: _("Unknown tag"), MALFORMED: _("Not a tag"), FOREIGN: _("Not our tag")}[one.status]
        return Answer(one.read.sequence, one.read.epc, cast("Status", status), words, reason=one.trouble[:300])
    card, place = one.match.variant, places.get(one.match.variant.id)
    if one.trouble:
        words = _("%(product)s: not counted") % {"product": card.title[:60]}
    elif one.status == REPEAT:
        words = _("%(product)s: counted before") % {"product": card.title[:60]}
    elif place is None:
        words = _("%(product)s: no place has room") % {"product": card.title[:60]}
    else:
        words = _("%(product)s → %(place)s") % {"product": card.title[:60], "place": place.code}
    return Answer(
        sequence=one.read.sequence,
        epc=one.read.epc,
        status=cast("Status", status),
        words=words[:120],
        product=card.title[:200],
        sku=card.sku[:64],
        quantity=one.match.quantity if one.status == COUNTED else 0,
        put_to=PutTo(place.code[:64], (place.name or place.code)[:120]) if place and not one.trouble else None,
        reason=(one.trouble or (place.why if place else ""))[:300] or None,
    )
