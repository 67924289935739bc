"""Variants: what one may be told by itself, and the barcodes it has."""

from collections.abc import Mapping
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hanmaru.central.catalog import fields
from hanmaru.central.catalog.errors import BarcodeTaken, NoSuchProduct, SkuTaken
from hanmaru.central.catalog.models import ExtraBarcode, OptionValue, Variant
from hanmaru.central.catalog.services.generate import price_of
from hanmaru.central.catalog.services.taken import conflicts
from hanmaru.central.catalog.services.use import used_variants
from hanmaru.central.companies.live import changed
from hanmaru.floor.scan import ScannedGtin, parse, variant_label
from hanmaru.kernel.errors import Invalid


class VariantFields(TypedDict, total=False):
    """What a variant is told by.

    ``price`` in the minor unit, None for base price and differences. ``gtin`` of 8, 12, 13 or 14 digits, "" for none.
    ``own_barcode`` "" for a fresh one of ours. Weight in grams, lengths in millimetres, None where unknown.
    """

    sku: str
    price: int | None
    gtin: str
    own_barcode: str
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None


def edit_variant(variant_id: int, **changes: Unpack[VariantFields]) -> None:
    """Change the fields that are given.

    Raises:
        NoSuchProduct: not one of this company's variants.
        SkuTaken, BarcodeTaken: another variant has it; the message names the other.
        NumberImpossible, TextNeeded, TextTooLong: out of bounds.
        ScanUnreadable, WrongCheckDigit: no GTIN.
    """
    edit_variants({variant_id: changes})


def edit_variants(changes: Mapping[int, VariantFields]) -> None:
    """Change several variants, all or none; raises as :func:`edit_variant`."""
    with conflicts():
        for variant_id, given in sorted(changes.items()):
            variant = Variant.objects.select_for_update().filter(pk=variant_id).first()
            if variant is None:
                raise NoSuchProduct
            _write(variant, given)
            variant.save()
    changed("products")


def archive_variant(variant_id: int) -> None:
    """Take one variant off sale: deleted if nothing points at it, else archived."""
    with transaction.atomic():
        variant = Variant.objects.select_for_update().filter(pk=variant_id).first()
        if variant is None:
            raise NoSuchProduct
        if used_variants([variant_id]) or not Variant.objects.filter(product=variant.product).exclude(pk=variant_id):
            variant.archived_at = variant.archived_at or timezone.now()
            variant.save()
        else:
            variant.delete()
    changed("products")


def restore_variant(variant_id: int) -> None:
    """Put an archived variant back on sale."""
    if not Variant.objects.filter(pk=variant_id).update(archived_at=None):
        raise NoSuchProduct
    changed("products")


def add_barcode(variant_id: int, code: str, quantity: int = 1) -> int:
    """Give a variant another barcode, of a supplier or an outer box with ``quantity`` pieces; answer its id.

    Raises:
        NoSuchProduct, TextNeeded, TextTooLong, NumberImpossible.
        BarcodeTaken: something else has it.
    """
    code = _spelt(fields.text(_("Barcode"), code, 80, needed=True))
    with conflicts(code):
        variant = Variant.objects.filter(pk=variant_id).first()
        if variant is None:
            raise NoSuchProduct
        check_barcode(code)
        quantity = fields.number(_("Pieces"), quantity, 1_000_000, least=1)
        added: int = ExtraBarcode.objects.create(variant=variant, code=code, quantity=quantity).pk
    changed("products")
    return added


def remove_barcode(barcode_id: int) -> None:
    """Take an extra barcode off its variant; raises :class:`NoSuchProduct`."""
    deleted, _rows = ExtraBarcode.objects.filter(pk=barcode_id).delete()
    if not deleted:
        raise NoSuchProduct
    changed("products")


def check_barcode(code: str, variant_id: int | None = None) -> None:
    """Raise :class:`BarcodeTaken`, naming the other, if something but ``variant_id`` has the barcode."""
    variant = (
        Variant.objects.filter(Q(gtin=code) | Q(own_barcode=code))
        .exclude(pk=variant_id)
        .select_related("product")
        .first()
    )
    if variant is None:
        extra = ExtraBarcode.objects.filter(code=code).select_related("variant__product").first()
        variant = extra.variant if extra else None
    if variant is not None:
        shown = code.lstrip("0") if code.isdecimal() else code
        raise BarcodeTaken(value=shown, other=f"{variant.product.name} ({variant.sku})")


def _spelt(code: str) -> str:
    """A GTIN as 14 digits, so that it is found however it is scanned; another code as it is."""
    try:
        scanned = parse(code)
    except Invalid:
        return code
    return scanned.gtin if isinstance(scanned, ScannedGtin) and code.isdecimal() else code


def _write(variant: Variant, given: VariantFields) -> None:
    if "sku" in given:
        variant.sku = fields.text(_("SKU"), given["sku"], 80, needed=True)
        _check_sku(variant)
    if "price" in given:
        _write_price(variant, given["price"])
    if "gtin" in given:
        variant.gtin = _barcode(variant, fields.gtin(given["gtin"]), variant.gtin)
    if "own_barcode" in given:
        code = fields.text(_("Own barcode"), given["own_barcode"], 80) or variant_label(variant.number)
        variant.own_barcode = _barcode(variant, code, variant.own_barcode)
    write_measures(variant, given)


def _barcode(variant: Variant, code: str, before: str) -> str:
    if code and code != before:
        check_barcode(code, variant.pk)
    return code


def write_measures(variant: Variant, given: VariantFields) -> None:
    """Check weight and size, where given, and put them into the row."""
    if "weight_g" in given:
        variant.weight_g = _measure(_("Weight (g)"), given["weight_g"], fields.MOST_GRAMS)
    if "length_mm" in given:
        variant.length_mm = _measure(_("Length (mm)"), given["length_mm"], fields.MOST_MM)
    if "width_mm" in given:
        variant.width_mm = _measure(_("Width (mm)"), given["width_mm"], fields.MOST_MM)
    if "height_mm" in given:
        variant.height_mm = _measure(_("Height (mm)"), given["height_mm"], fields.MOST_MM)


def _write_price(variant: Variant, price: int | None) -> None:
    variant.own_price = price is not None
    if price is not None:
        variant.price = fields.price(price)
    else:
        values = OptionValue.objects.filter(variants=variant).order_by("option__position", "option_id")
        variant.price = price_of(variant.product, list(values))


def _measure(field: str, value: int | None, most: int) -> int | None:
    return None if value is None else fields.number(field, value, most, least=1)


def _check_sku(variant: Variant) -> None:
    other = Variant.objects.filter(sku=variant.sku).exclude(pk=variant.pk).select_related("product").first()
    if other is not None:
        raise SkuTaken(value=variant.sku, other=other.product.name)
