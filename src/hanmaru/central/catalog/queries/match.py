"""From what was scanned to what it is."""

from dataclasses import dataclass, replace
from datetime import date

from hanmaru.central.catalog.errors import ForeignTag, NotAProduct, TagRetired, UnknownCode
from hanmaru.central.catalog.models import ExtraBarcode, Tag, Variant
from hanmaru.central.catalog.queries.cards import VariantCard, cards_of, variant_by_sku, variant_card
from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.floor.epc import OwnTag
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
        return Match(
            variant=variant_card(bound.variant_id),
            lot=bound.lot_number,
            serial=bound.serial or scanned.serial,
            quantity=bound.quantity,
            epc=epc,
        )
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
