"""From what was scanned to what it is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q

from hanmaru.central.catalog.errors import ForeignTag, NotAProduct, TagRetired, UnknownCode
from hanmaru.central.catalog.models import ExtraBarcode, Tag, Variant
from hanmaru.central.catalog.queries.cards import VariantCard, cards_of, variant_by_sku, variant_card
from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.floor.epc import Epc, OwnTag, Sgtin96
from hanmaru.floor.scan import Scanned, ScannedDocument, ScannedEpc, ScannedGtin, ScannedPlace, ScannedVariant, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A variant, and what else the code told.

    ``quantity`` is in pieces: 1, or what the box holds. ``serial`` of a tag is the tag's own number; it is the goods'
    serial number only where ``variant.tracking`` is "serial". ``epc`` is 24 hex digits for a tag, else "".
    """

    variant: VariantCard
    lot: str = ""
    serial: str = ""
    expires_on: date | None = None
    quantity: int = 1
    epc: str = ""


def match(scanned: Scanned) -> Match:
    """The variant that something scanned stands for.

    Order: a tag bound by hand, the GTIN in the code, our own number, an own barcode, another barcode, the SKU.

    Raises:
        UnknownCode: nothing of this company has the code.
        ForeignTag: a tag of another company.
        TagRetired: a tag that was taken out of use.
        NotAProduct: a place, an order or a parcel.
        WrongCheckDigit: digits that nothing has, and that look like a misread GTIN.
    """
    if isinstance(scanned, ScannedEpc):
        return _by_tag(scanned)
    if isinstance(scanned, ScannedGtin):
        return _by_gtin(scanned)
    if isinstance(scanned, ScannedVariant):
        return Match(variant=_one(scanned.text, number=scanned.number))
    if isinstance(scanned, ScannedPlace | ScannedDocument):
        raise NotAProduct(code=scanned.text)
    return _by_text(scanned)


def match_tags(tags: Iterable[Epc]) -> dict[str, Match | None]:
    """EPC (24 hex digits) -> what each tag is on, by a handful of queries for all; None for a tag out of use.

    Left out is what names nothing here: a GTIN that no variant has, a number never given out, another company's tag.
    """
    numbers = {tag.hex: tag for tag in tags}
    bound = {tag.epc: tag for tag in Tag.objects.filter(epc__in=numbers)}
    free = {epc: tag for epc, tag in numbers.items() if epc not in bound}
    own = {
        epc: tag.variant for epc, tag in free.items() if isinstance(tag, OwnTag) and tag.company == current_company_id()
    }
    gtins = {epc: tag.gtin for epc, tag in free.items() if isinstance(tag, Sgtin96)}
    wanted = Variant.objects.filter(
        Q(pk__in={tag.variant_id for tag in bound.values()})
        | Q(number__in=set(own.values()))
        | (Q(gtin__in=set(gtins.values())) & ~Q(gtin=""))
    )
    cards = cards_of(wanted) if numbers else []
    by_id, by_number = {card.id: card for card in cards}, {card.number: card for card in cards}
    by_gtin = {card.gtin: card for card in cards if card.gtin}
    found: dict[str, Match | None] = {}
    for epc, number in numbers.items():
        if epc in bound:
            tag = bound[epc]
            found[epc] = None if tag.retired_at else _bound(tag, by_id[tag.variant_id], str(number.serial))
        elif (card := by_number.get(own.get(epc, 0)) or by_gtin.get(gtins.get(epc, ""))) is not None:
            found[epc] = Match(variant=card, serial=str(number.serial), epc=epc)
    return found


def _bound(tag: Tag, card: VariantCard, serial: str) -> Match:
    return Match(variant=card, lot=tag.lot_number, serial=tag.serial or serial, quantity=tag.quantity, epc=tag.epc)


def _one(shown: str, **wanted: object) -> VariantCard:
    found = cards_of(Variant.objects.filter(**wanted))
    if not found:
        raise UnknownCode(code=shown[:80])
    return found[0]


def _by_tag(scanned: ScannedEpc) -> Match:
    epc = scanned.tag.hex
    bound = Tag.objects.filter(epc=epc).first()
    if bound is not None:
        if bound.retired_at is not None:
            raise TagRetired(epc=epc)
        return _bound(bound, variant_card(bound.variant_id), scanned.serial)
    if isinstance(scanned.tag, OwnTag):
        if scanned.tag.company != current_company_id():
            raise ForeignTag(epc=epc)
        return Match(variant=_one(epc, number=scanned.tag.variant), serial=scanned.serial, epc=epc)
    found = _by_gtin(ScannedGtin(epc, scanned.tag.gtin))
    return replace(found, serial=scanned.serial, epc=epc)


def _by_gtin(scanned: ScannedGtin) -> Match:
    quantity = max(scanned.quantity or 1, 1)
    found = cards_of(Variant.objects.filter(gtin=scanned.gtin))
    if not found:
        other = _by_extra(scanned.gtin)
        if other is None:
            raise UnknownCode(code=scanned.gtin.lstrip("0") if len(scanned.text) > 14 else scanned.text)
        found, quantity = [other.variant], other.quantity * quantity
    return Match(
        variant=found[0],
        lot=scanned.lot or "",
        serial=scanned.serial or "",
        expires_on=scanned.expiry,
        quantity=quantity,
    )


def _by_extra(code: str) -> Match | None:
    extra = ExtraBarcode.objects.filter(code=code).first()
    return Match(variant=variant_card(extra.variant_id), quantity=extra.quantity) if extra else None


def _by_text(scanned: Unknown) -> Match:
    own = cards_of(Variant.objects.filter(own_barcode=scanned.text))
    if own:
        return Match(variant=own[0])
    extra = _by_extra(scanned.text)
    if extra is not None:
        return extra
    card = variant_by_sku(scanned.text)
    if card is not None:
        return Match(variant=card)
    if scanned.doubt is not None:
        raise scanned.doubt
    raise UnknownCode(code=scanned.text[:80])
