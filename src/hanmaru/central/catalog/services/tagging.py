"""RFID tags: numbers for new ones, and the goods that a given one is bound to."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanmaru.central.catalog import fields
from hanmaru.central.catalog.errors import NoSuchProduct, TagTaken
from hanmaru.central.catalog.models import Tag, Variant
from hanmaru.central.catalog.services.taken import conflicts
from hanmaru.central.companies import queries as companies
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.services import next_number
from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.floor import epc as numbers
from hanmaru.floor.scan import company_prefix_length

SGTIN = "sgtin-96"
OWN = "own-96"
MOST_AT_ONCE = 1_000


def new_tags(variant_id: int, count: int = 1) -> list[str]:
    """Numbers for ``count`` new tags of a variant, bound to it: 24 hex digits each, with serials never given before.

    SGTIN-96 where the variant has a GTIN, else our own scheme.

    Raises:
        NoSuchProduct: not one of this company's variants.
        NumberImpossible: more than :data:`MOST_AT_ONCE`.
    """
    fields.number(_("Tags"), count, MOST_AT_ONCE, least=1)
    with transaction.atomic():
        variant = _variant(variant_id)
        first = next_number(f"tag:{variant.number}", count)
        tags = [_numbered(variant, serial) for serial in range(first, first + count)]
        scheme = SGTIN if variant.gtin else OWN
        Tag.objects.bulk_create(
            [Tag(epc=tag.hex, variant=variant, serial=str(tag.serial), scheme=scheme) for tag in tags]
        )
    changed("products")
    return [tag.hex for tag in tags]


def new_tag(variant_id: int) -> str:
    """The number of one new tag; see :func:`new_tags`."""
    return new_tags(variant_id)[0]


def bind_tag(epc: str, variant_id: int, *, serial: str = "", lot_number: str = "", quantity: int = 1) -> int:
    """Bind a tag that has a number already to a variant, and to a lot if one is given; answer the binding's id.

    ``epc`` in any spelling of :mod:`hanmaru.floor.epc`. ``quantity`` is how many pieces one read stands for. A tag out
    of use, or bound to the same variant before, is bound anew.

    Raises:
        MalformedEpc, UnknownEpc: not a tag number that can be used.
        TagTaken: the tag is on goods of another variant.
        NoSuchProduct, NumberImpossible, TextTooLong.
    """
    number = numbers.parse(epc)
    with conflicts(number.hex):
        variant = _variant(variant_id)
        tag = Tag.objects.select_for_update().filter(epc=number.hex).first() or Tag(epc=number.hex)
        if tag.pk and tag.retired_at is None and tag.variant_id != variant.pk:
            raise TagTaken(value=number.hex, other=Variant.objects.get(pk=tag.variant_id).sku)
        tag.variant, tag.retired_at = variant, None
        tag.serial = fields.text(_("Serial number"), serial, 20)
        tag.lot_number = fields.text(_("Lot"), lot_number, 40)
        tag.quantity = fields.number(_("Pieces"), quantity, 1_000_000, least=1)
        tag.scheme = SGTIN if isinstance(number, numbers.Sgtin96) else OWN
        tag.save()
    changed("products")
    bound: int = tag.pk
    return bound


def retire_tag(epc: str) -> None:
    """Take a tag out of use: reading it is refused until it is bound again; raises :class:`NoSuchProduct`."""
    if not Tag.objects.filter(epc=numbers.parse(epc).hex, retired_at=None).update(retired_at=timezone.now()):
        raise NoSuchProduct
    changed("products")


def _variant(variant_id: int) -> Variant:
    variant: Variant | None = Variant.objects.filter(pk=variant_id).first()
    if variant is None:
        raise NoSuchProduct
    return variant


def _numbered(variant: Variant, serial: int) -> numbers.Epc:
    if variant.gtin:
        return numbers.Sgtin96.from_gtin(variant.gtin, serial, prefix_length=_prefix_length(variant.gtin))
    return numbers.OwnTag(current_company_id(), variant.number, serial)


def _prefix_length(gtin: str) -> int:
    """Digits of the company prefix: the company's own if the GTIN begins with it, else what GS1's list says."""
    own: str = companies.company().gs1_prefix
    if own and gtin[1:].startswith(own):
        return len(own)
    return company_prefix_length(gtin)
