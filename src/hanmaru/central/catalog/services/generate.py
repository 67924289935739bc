"""Variants made from options: every combination once."""

from collections.abc import Sequence
from itertools import product as combinations
from math import prod
from typing import Final

from django.utils.translation import gettext as _

from hanmaru.central.catalog import fields
from hanmaru.central.catalog.errors import SkuTaken, TooManyVariants
from hanmaru.central.catalog.models import Option, OptionValue, Product, Variant, VariantValue
from hanmaru.central.companies.services import next_number
from hanmaru.floor.scan import variant_label

MOST_VARIANTS: Final = 5_000
"""Variants of one product."""


def generate(product: Product) -> list[int]:
    """Make the variants that are missing; the product's row must be locked. The ids of the new ones.

    Raises:
        TooManyVariants: the options have more combinations than :data:`MOST_VARIANTS`.
        SkuTaken: a SKU that would be made belongs to another variant.
    """
    columns = living_values(product)
    check_count([len(values) for values in columns])
    existing = _combinations_there(product)
    missing = [combination for combination in combinations(*columns) if _key(combination) not in existing]
    if not missing:
        return []
    first = next_number("variant", len(missing))
    variants = [_variant(product, combination, first + place) for place, combination in enumerate(missing)]
    _check_skus(variants)
    made = Variant.objects.bulk_create(variants)
    VariantValue.objects.bulk_create(
        [
            VariantValue(variant=variant, value=value)
            for variant, combination in zip(made, missing, strict=True)
            for value in combination
        ],
        batch_size=5_000,
    )
    return [variant.pk for variant in made]


def living_values(product: Product) -> list[list[OptionValue]]:
    """The values of each option, in the order of the options; archived values are left out."""
    options: dict[int, list[OptionValue]] = {option.pk: [] for option in Option.objects.filter(product=product)}
    for value in OptionValue.objects.filter(option__product=product, archived_at=None):
        options[value.option_id].append(value)
    return list(options.values())


def check_count(sizes: Sequence[int]) -> int:
    """How many variants options of so many values make; raises :class:`TooManyVariants`."""
    count = prod(sizes)
    if count > MOST_VARIANTS:
        raise TooManyVariants(count=count, most=MOST_VARIANTS)
    return count


def price_of(product: Product, combination: Sequence[OptionValue]) -> int:
    """Base price and the differences of the values; raises :class:`NumberImpossible` below 0."""
    label = label_of(combination)
    price = product.base_price + sum(value.price_difference for value in combination)
    return fields.price(price, f"{_('Price')} ({label})" if label else None)


def label_of(combination: Sequence[OptionValue]) -> str:
    """The values on one line."""
    return " / ".join(value.value for value in combination)[:200]


def sku_of(product: Product, combination: Sequence[OptionValue]) -> str:
    """The product's code and those of the values; raises :class:`TextTooLong`."""
    return fields.text(_("SKU"), "-".join([product.code, *(value.code for value in combination)]), 80, needed=True)


def _key(combination: Sequence[OptionValue]) -> frozenset[int]:
    return frozenset(value.pk for value in combination)


def _combinations_there(product: Product) -> set[frozenset[int]]:
    there: dict[int, set[int]] = {
        pk: set() for pk in Variant.objects.filter(product=product).values_list("pk", flat=True)
    }
    links = VariantValue.objects.filter(variant__product=product)
    for variant, value in links.values_list("variant_id", "value_id"):
        there[variant].add(value)
    return {frozenset(values) for values in there.values()}


def _variant(product: Product, combination: Sequence[OptionValue], number: int) -> Variant:
    return Variant(
        product=product,
        number=number,
        sku=sku_of(product, combination),
        label=label_of(combination),
        price=price_of(product, combination),
        own_barcode=variant_label(number),
    )


def _check_skus(variants: Sequence[Variant]) -> None:
    seen: set[str] = set()
    for variant in variants:
        if variant.sku in seen:
            raise SkuTaken(value=variant.sku, other=variant.label)
        seen.add(variant.sku)
    taken = Variant.objects.filter(sku__in=seen).select_related("product").order_by("sku").first()
    if taken is not None:
        raise SkuTaken(value=taken.sku, other=taken.product.name)
