"""New products as a list tells them, made by a handful of statements for many.

Only what nothing stands against is made here. Whatever is unusual, a product that is known, a value out of bounds, a
SKU or barcode that is taken, is left to :mod:`~hanmaru.central.catalog.services.rows`, which says what is wrong where.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from hanmaru.central.catalog import fields
from hanmaru.central.catalog.coding import code_of
from hanmaru.central.catalog.models import ExtraBarcode, Option, OptionValue, Product, Variant, VariantValue
from hanmaru.central.catalog.services.generate import MOST_VARIANTS, label_of, price_of, sku_of
from hanmaru.central.catalog.services.products import ProductFields, write_product
from hanmaru.central.catalog.services.rows import VariantRow
from hanmaru.central.catalog.services.taken import conflicts
from hanmaru.central.catalog.services.variants import write_measures
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.services import next_number
from hanmaru.floor.scan import variant_label
from hanmaru.kernel.errors import HanmaruError


@dataclass(slots=True)
class Draft:
    """A new product that can be made as told, not yet stored: variants with their values in the options' order."""

    product: Product
    options: list[Option] = field(default_factory=list)
    values: list[OptionValue] = field(default_factory=list)
    variants: list[tuple[Variant, list[OptionValue]]] = field(default_factory=list)


class _Unusual(Exception):
    """Something that the careful way has to look at."""


def draft(given: ProductFields, options: Sequence[str], rows: Sequence[VariantRow], *, price: int) -> Draft | None:
    """A new product with these variants; None where anything about it has to be looked at."""
    try:
        product = Product()
        write_product(product, {"base_price": price, **given})
        drafted = Draft(product)
        for place, name in enumerate(options):
            drafted.options.append(Option(product=product, name=_as_told(_("Option"), name, 40), position=place))
        _expect(len({option.name for option in drafted.options}) == len(options) and len(rows) <= MOST_VARIANTS)
        words = _Words(drafted)
        for row in rows:
            drafted.variants.append(_variant(product, row, words.values_of(row)))
    except (HanmaruError, _Unusual):
        return None
    combinations = {tuple(id(value) for value in values) for _variant_, values in drafted.variants}
    return drafted if len(combinations) == len(rows) else None


def make(drafts: Sequence[Draft]) -> bool:
    """Make all of these, or none where a SKU, barcode or code is taken by one of them or by another product."""
    variants = [variant for drafted in drafts for variant, _values in drafted.variants]
    skus = [variant.sku for variant in variants]
    gtins = [variant.gtin for variant in variants if variant.gtin]
    if len(set(skus)) < len(skus) or len(set(gtins)) < len(gtins) or _taken(skus, gtins):
        return False
    try:
        with conflicts():
            _store(drafts, variants)
    except HanmaruError:
        return False  # another session was quicker
    changed("products")
    return True


def _taken(skus: Sequence[str], gtins: Sequence[str]) -> bool:
    if Variant.objects.filter(sku__in=skus).exists():
        return True
    if not gtins:
        return False
    named = Variant.objects.filter(Q(gtin__in=gtins) | Q(own_barcode__in=gtins))
    return bool(named.exists() or ExtraBarcode.objects.filter(code__in=gtins).exists())


def _store(drafts: Sequence[Draft], variants: Sequence[Variant]) -> None:
    first = next_number("variant", len(variants)) if variants else 0
    for number, variant in enumerate(variants, first):
        variant.number, variant.own_barcode = number, variant_label(number)
    Product.objects.bulk_create([drafted.product for drafted in drafts])
    Option.objects.bulk_create([option for drafted in drafts for option in drafted.options])
    OptionValue.objects.bulk_create([value for drafted in drafts for value in drafted.values])
    Variant.objects.bulk_create(variants)
    VariantValue.objects.bulk_create(
        VariantValue(variant=variant, value=value)
        for drafted in drafts
        for variant, values in drafted.variants
        for value in values
    )


class _Words:
    """The values of a draft's options, each made when it is first told."""

    def __init__(self, drafted: Draft) -> None:
        self._drafted = drafted
        self._known: dict[str, dict[str, OptionValue]] = {option.name: {} for option in drafted.options}

    def values_of(self, row: VariantRow) -> list[OptionValue]:
        """What a row tells, in the order of the options."""
        _expect(row.options.keys() == self._known.keys())
        return [self._value(option, row.options[option.name]) for option in self._drafted.options]

    def _value(self, option: Option, told: str) -> OptionValue:
        word, known = fields.text(option.name, told, 60, needed=True), self._known[option.name]
        if word.casefold() not in known:
            code = code_of(word, {value.code for value in known.values()})
            known[word.casefold()] = OptionValue(option=option, value=word, code=code, position=len(known))
            self._drafted.values.append(known[word.casefold()])
        return known[word.casefold()]


def _variant(product: Product, row: VariantRow, values: list[OptionValue]) -> tuple[Variant, list[OptionValue]]:
    listed, told = price_of(product, values), row.given.get("price")
    variant = Variant(
        product=product,
        sku=_as_told(_("SKU"), row.given.get("sku") or sku_of(product, values), 80),
        label=label_of(values),
        price=listed if told is None else fields.price(told),
        own_price=told is not None and told != listed,
        gtin=fields.gtin(str(row.given.get("gtin") or "")),
    )
    write_measures(variant, row.given)
    return variant, values


def _as_told(name: str, text: str, most: int) -> str:
    _expect(fields.text(name, text, most, needed=True) == text)
    return text


def _expect(usual: bool) -> None:  # noqa: FBT001 -- like assert
    if not usual:
        raise _Unusual
