"""Options of a product and their values: told whole, compared with what is there, variants made or taken away."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanmaru.central.catalog import fields
from hanmaru.central.catalog.coding import MOST as MOST_CODE
from hanmaru.central.catalog.coding import code_of
from hanmaru.central.catalog.errors import (
    CodeImpossible,
    NoSuchProduct,
    OptionInUse,
    OptionsImpossible,
    OptionTwice,
)
from hanmaru.central.catalog.models import Option, OptionValue, Product, Variant, VariantValue
from hanmaru.central.catalog.services.generate import check_count, generate, label_of, price_of, sku_of
from hanmaru.central.catalog.services.use import booked_variants, used_variants
from hanmaru.central.companies.live import changed

MOST_OPTIONS: Final = 5
MOST_DIFFERENCE: Final = fields.MOST_MONEY
Row = TypeVar("Row", Option, OptionValue)
_CODE: Final = re.compile(r"[\w./+]+")


@dataclass(frozen=True, slots=True)
class ValueSpec:
    """A value of an option; without ``code`` one is made. ``id`` keeps a value that is given another name."""

    value: str
    code: str = ""
    price_difference: int = 0
    id: int | None = None


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """An option with all its values in order. ``id`` keeps an option that is given another name."""

    name: str
    values: Sequence[ValueSpec]
    id: int | None = None


@dataclass(frozen=True, slots=True)
class OptionsChange:
    """What a change of options did: ids of the new variants, how many were deleted and how many archived."""

    made: list[int]
    deleted: int
    archived: int


def set_options(product_id: int, options: Sequence[OptionSpec]) -> OptionsChange:
    """Make the product's options what is told: new values bring only the variants that are missing.

    A value that is left out takes its variants with it: those that nothing points at are deleted, the others are
    archived and stay in stock. A new option gives its first value to the variants there are; an option can be taken
    away when one value of it is left.

    Raises:
        NoSuchProduct: no such product, or an id that is not one of its options.
        OptionsImpossible, OptionTwice, CodeImpossible, TooManyVariants: the options make no sense.
        OptionInUse: an option with several values would vanish.
    """
    with transaction.atomic():
        product = Product.objects.select_for_update().filter(pk=product_id).first()
        if product is None:
            raise NoSuchProduct
        deleted, archived = write_options(product, options)
        made = generate(product)
        _rename_lone(product)
        reprice(product)
    changed("products")
    return OptionsChange(made, deleted, archived)


def write_options(product: Product, options: Sequence[OptionSpec]) -> tuple[int, int]:
    """Write options and values without making variants; how many variants were deleted and archived."""
    _check(options)
    check_count([len(option.values) for option in options])
    there = list(Option.objects.filter(product=product).prefetch_related("values"))
    kept: set[int] = set()
    gone: list[OptionValue] = []
    for position, spec in enumerate(options):
        option = _same(there, spec.id, "name", spec.name) or Option(product=product)
        fresh = option.pk is None
        option.name, option.position = fields.text(_("Option"), spec.name, 40, needed=True), position
        option.save()
        kept.add(option.pk)
        gone += _write_values(option, spec.values)
        if fresh:
            _give_first_value(product, option)
    _remove_options(product, [option for option in there if option.pk not in kept])
    return _take_away(gone)


def reprice(product: Product) -> None:
    """Bring labels up to date, and prices of variants that were not priced by hand."""
    rows = {variant.pk: variant for variant in Variant.objects.filter(product=product)}
    values: dict[int, list[OptionValue]] = {pk: [] for pk in rows}
    links = VariantValue.objects.filter(variant__product=product).select_related("value")
    for link in links.order_by("value__option__position", "value__option_id"):
        values[link.variant_id].append(link.value)
    stale = []
    for pk, variant in rows.items():
        price = variant.price if variant.own_price else price_of(product, values[pk])
        label = label_of(values[pk])
        if (price, label) != (variant.price, variant.label):
            variant.price, variant.label = price, label
            stale.append(variant)
    Variant.objects.bulk_update(stale, ["price", "label"], batch_size=1_000)


def _check(options: Sequence[OptionSpec]) -> None:
    if len(options) > MOST_OPTIONS or not all(option.values for option in options):
        raise OptionsImpossible(most=MOST_OPTIONS)
    _no_twice(option.name for option in options)
    for option in options:
        _no_twice(value.value for value in option.values)
        _no_twice(value.code for value in option.values if value.code)
        for value in option.values:
            fields.number(_("Price difference"), value.price_difference, MOST_DIFFERENCE, least=-MOST_DIFFERENCE)
            if value.code and not _CODE.fullmatch(fields.text(_("Code in the SKU"), value.code, MOST_CODE)):
                raise CodeImpossible(field=_("Code in the SKU"), value=value.code)


def _no_twice(words: Iterable[str]) -> None:
    seen: set[str] = set()
    for word in words:
        folded = " ".join(word.split()).casefold()
        if folded in seen:
            raise OptionTwice(value=word)
        seen.add(folded)


def _same(rows: Sequence[Row], row_id: int | None, column: str, word: str) -> Row | None:
    """The row of this id, or the one called so; raises :class:`NoSuchProduct` for an id of something else."""
    if row_id is None:
        folded = " ".join(word.split()).casefold()
        return next((row for row in rows if getattr(row, column).casefold() == folded), None)
    for row in rows:
        if row.pk == row_id:
            return row
    raise NoSuchProduct


def _write_values(option: Option, specs: Sequence[ValueSpec]) -> list[OptionValue]:
    """Write the values of one option; those that were there and are not told any more."""
    there = list(option.values.all()) if option.pk else []
    matched = [_same(there, spec.id, "value", spec.value) for spec in specs]
    told = {value.pk for value in matched if value}
    codes = {spec.code for spec in specs if spec.code} | {value.code for value in there}
    for position, (spec, match) in enumerate(zip(specs, matched, strict=True)):
        value = match or OptionValue(option=option)
        value.value = fields.text(option.name, spec.value, 60, needed=True)
        value.code = spec.code or value.code or code_of(value.value, codes)
        value.price_difference, value.position = spec.price_difference, position
        if value.archived_at is not None:
            Variant.objects.filter(values=value, archived_at=value.archived_at).update(archived_at=None)
            value.archived_at = None
        codes.add(value.code)
        value.save()
    return [value for value in there if value.pk not in told and value.archived_at is None]


def _give_first_value(product: Product, option: Option) -> None:
    first = option.values.order_by("position", "id").first()
    VariantValue.objects.bulk_create(
        [VariantValue(variant=variant, value=first) for variant in Variant.objects.filter(product=product)],
        batch_size=5_000,
    )


def _remove_options(product: Product, options: Sequence[Option]) -> None:
    for option in options:
        if len(option.values.all()) > 1:
            raise OptionInUse(option=option.name)
        VariantValue.objects.filter(variant__product=product, value__option=option).delete()
        option.delete()


def _take_away(values: Sequence[OptionValue]) -> tuple[int, int]:
    """Take values away with their variants; how many of those were deleted and how many archived."""
    if not values:
        return 0, 0
    ids = set(Variant.objects.filter(values__in=values).values_list("pk", flat=True))
    used = used_variants(ids)
    now = timezone.now()
    Variant.objects.filter(pk__in=ids - used).delete()
    Variant.objects.filter(pk__in=used, archived_at=None).update(archived_at=now)
    pks = [value.pk for value in values]
    OptionValue.objects.filter(pk__in=pks, variants=None).delete()
    OptionValue.objects.filter(pk__in=pks).update(archived_at=now)
    return len(ids - used), len(used)


def _rename_lone(product: Product) -> None:
    """Give the variant that was there before any option the SKU it would have been made with, if nothing uses it."""
    lone = Variant.objects.filter(product=product, sku=product.code).first()
    if lone is None or booked_variants([lone.pk]):
        return
    values = OptionValue.objects.filter(variants=lone).order_by("option__position", "option_id")
    lone.sku = sku_of(product, list(values))
    lone.save()
