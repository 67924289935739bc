"""A product as a list tells it: made where it is missing, changed where it differs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from django.db import transaction
from django.utils.translation import gettext as _

from hanmaru.central.catalog import fields
from hanmaru.central.catalog.coding import code_of
from hanmaru.central.catalog.errors import OptionMissing, SkuTaken, TooManyVariants, UnknownOption
from hanmaru.central.catalog.models import Option, OptionValue, Product, Variant, VariantValue
from hanmaru.central.catalog.services.generate import MOST_VARIANTS, label_of, price_of, sku_of
from hanmaru.central.catalog.services.products import ProductFields, create_product, edit_product, locked
from hanmaru.central.catalog.services.variants import VariantFields, edit_variant
from hanmaru.central.companies.services import next_number
from hanmaru.floor.scan import variant_label

MADE: Final = "made"
CHANGED: Final = "changed"
SAME: Final = "same"


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One variant as told: its options by name, and its fields; ``price`` None for the product's."""

    options: Mapping[str, str]
    given: VariantFields = field(default_factory=VariantFields)


def put_product(given: ProductFields, options: list[str], *, price: int = 0) -> tuple[int, str]:
    """Make the product of this code with these options and no variant yet, or change it; its id and what was done.

    ``options`` and ``price`` are for a new product; an old one keeps its own. Raises as ``create_product``.
    """
    with transaction.atomic():
        row = Product.objects.select_for_update().filter(code=given["code"]).first()
        if row is None:
            product_id = create_product(bare=True, **cast("ProductFields", {"base_price": price, **given}))
            Option.objects.bulk_create(
                Option(product_id=product_id, name=fields.text(_("Option"), name, 40, needed=True), position=place)
                for place, name in enumerate(options)
            )
            return product_id, MADE
        changes = {name: value for name, value in given.items() if _now(row, name) != value}
        if changes:
            edit_product(row.pk, **cast("ProductFields", changes))
        return row.pk, CHANGED if changes else SAME


def put_variant(product_id: int, row: VariantRow) -> str:
    """Make or change one variant of a product, found by its SKU or else by its options; what was done.

    Raises:
        UnknownOption, OptionMissing: the product has other options.
        SkuTaken, BarcodeTaken: another variant has it.
        TooManyVariants: the product has as many as it may have.
        and what ``edit_variant`` raises.
    """
    with transaction.atomic():
        product = locked(product_id)
        values = _values(product, row.options)
        variant = _find(product, row, values)
        made = variant is None
        if variant is None:
            variant = _make(product, row, values)
        changes = _changes(variant, row, price_of(product, values))
        if changes:
            edit_variant(variant.pk, **changes)
        return MADE if made else CHANGED if changes else SAME


def _now(product: Product, name: str) -> object:
    if name == "storage_class":
        return product.storage_class.code if product.storage_class else ""
    return getattr(product, name)


def _values(product: Product, told: Mapping[str, str]) -> list[OptionValue]:
    """The values a row tells, in the order of the options; a value that is new is added to its option."""
    options = {option.name: option for option in Option.objects.filter(product=product)}
    for name in told:
        if name not in options:
            raise UnknownOption(option=name, known=", ".join(options) or _("(none yet)"))
    values = []
    for name, option in options.items():
        if not told.get(name):
            raise OptionMissing(option=name)
        values.append(_value(option, fields.text(name, told[name], 60, needed=True)))
    return values


def _value(option: Option, word: str) -> OptionValue:
    there: list[OptionValue] = list(OptionValue.objects.filter(option=option))
    for value in there:
        if value.value.casefold() == word.casefold() and value.archived_at is None:
            return value
    code = code_of(word, {value.code for value in there})
    added: OptionValue = OptionValue.objects.create(option=option, value=word, code=code, position=len(there))
    return added


def _find(product: Product, row: VariantRow, values: list[OptionValue]) -> Variant | None:
    sku = row.given.get("sku")
    if sku:
        known: Variant | None = Variant.objects.select_related("product").filter(sku=sku).first()
        if known is not None and known.product_id != product.pk:
            raise SkuTaken(value=sku, other=known.product.name)
        if known is not None:
            return known
    variants = Variant.objects.filter(product=product)
    for value in values:
        variants = variants.filter(values=value)
    same: Variant | None = variants.first() if values else variants.filter(values=None).first()
    return same


def _make(product: Product, row: VariantRow, values: list[OptionValue]) -> Variant:
    if Variant.objects.filter(product=product).count() >= MOST_VARIANTS:
        raise TooManyVariants(count=MOST_VARIANTS + 1, most=MOST_VARIANTS)
    sku = row.given.get("sku") or sku_of(product, values)
    taken = Variant.objects.filter(sku=sku).select_related("product").first()
    if taken is not None:
        raise SkuTaken(value=sku, other=taken.product.name)
    number = next_number("variant")
    variant: Variant = Variant.objects.create(
        product=product,
        number=number,
        sku=fields.text(_("SKU"), sku, 80, needed=True),
        label=label_of(values),
        price=price_of(product, values),
        own_barcode=variant_label(number),
    )
    VariantValue.objects.bulk_create(VariantValue(variant=variant, value=value) for value in values)
    return variant


def _changes(variant: Variant, row: VariantRow, listed: int) -> VariantFields:
    """What the row tells differently; a price that the options make anyway is not set by hand."""
    changes: VariantFields = {}
    for name, value in row.given.items():
        if name == "price":
            if value is not None and value != variant.price:
                changes["price"] = None if value == listed else value  # type: ignore[typeddict-item]
        elif name == "gtin":
            code = fields.gtin(str(value))
            if code != variant.gtin:
                changes["gtin"] = code
        elif value != getattr(variant, name):
            changes[name] = value  # type: ignore[literal-required]
    return changes
