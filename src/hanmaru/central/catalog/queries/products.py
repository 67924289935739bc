"""Products as the pages and the API show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, Value
from django.db.models.functions import Coalesce

from hanmaru.central.catalog.errors import NoSuchProduct
from hanmaru.central.catalog.models import ExtraBarcode, Option, Product, StorageClass, Tag, Variant, VariantValue
from hanmaru.central.catalog.naming import shown_name
from hanmaru.central.catalog.queries.cards import first_photo, photo_url, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """A product in a list: prices in the minor unit, ``photo`` a thumbnail's URL or ""."""

    id: int
    name: str
    name_en: str
    code: str
    photo: str
    variants: int
    least_price: int
    most_price: int
    archived: bool

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return shown_name(self.name, self.name_en)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductCard:
    """A product with all that it is told by; ``storage_class`` is a code or ""."""

    id: int
    name: str
    name_en: str
    code: str
    description: str
    base_price: int
    storage_class: str
    storage_class_name: str
    tracking: str
    has_expiry: bool
    on_order_page: bool
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime
    variants: int

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return shown_name(self.name, self.name_en)


@dataclass(frozen=True, slots=True)
class ValueCard:
    """A value of an option."""

    id: int
    value: str
    code: str
    price_difference: int


@dataclass(frozen=True, slots=True)
class OptionCard:
    """An option with its living values, in order."""

    id: int
    name: str
    values: list[ValueCard]


@dataclass(frozen=True, slots=True)
class BarcodeCard:
    """An extra barcode and how many pieces it stands for."""

    id: int
    code: str
    quantity: int


@dataclass(frozen=True, slots=True)
class TagCard:
    """A tag bound to a variant."""

    id: int
    epc: str
    scheme: str
    serial: str
    lot_number: str
    quantity: int
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class StorageClassCard:
    """A storage class and how many products use it."""

    id: int
    code: str
    name: str
    products: int


def has_products() -> bool:
    """Whether there is a product."""
    return bool(Product.objects.filter(archived_at=None).exists())


def product_rows(
    text: str = "",
    *,
    after: int | None = None,
    limit: int = 50,
    archived: bool = False,
    shown_to_customers: bool = False,
) -> list[ProductRow]:
    """Products whose name, code, SKU or barcode holds each word of the text; newest first.

    ``after`` is the id of the last one seen. Archived ones are a list of their own.
    """
    products = Product.objects.filter(archived_at__isnull=not archived)
    if shown_to_customers:
        products = products.filter(on_order_page=True)
    for word in words_of(text):
        products = products.filter(_holding(word))
    if after is not None:
        products = products.filter(pk__lt=after)
    rows = products.order_by("-id").values("id", "name", "name_en", "code", "archived_at", photo_id=first_photo("pk"))
    return _with_prices(list(rows[:limit]))


def _with_prices(rows: list[dict[str, Any]]) -> list[ProductRow]:
    variants = Variant.objects.filter(product_id__in=[row["id"] for row in rows], archived_at=None)
    figures = {
        row.pop("product_id"): row
        for row in variants.values("product_id").annotate(
            variants=Count("id"), least_price=Min("price"), most_price=Max("price")
        )
    }
    nothing = {"variants": 0, "least_price": 0, "most_price": 0}
    return [
        ProductRow(
            photo=photo_url(row.pop("photo_id")),
            archived=row.pop("archived_at") is not None,
            **row,
            **figures.get(row["id"], nothing),
        )
        for row in rows
    ]


def _holding(word: str) -> Q:
    variants = Variant.objects.filter(Q(sku__icontains=word) | Q(gtin__endswith=word) | Q(own_barcode=word))
    named = Q(name__icontains=word) | Q(code__icontains=word) | Q(name_en__icontains=word)
    return named | Q(pk__in=variants.values("product_id"))


def product_card(product_id: int) -> ProductCard:
    """One product; raises :class:`NoSuchProduct`."""
    fields = ("id", "name", "name_en", "code", "description", "base_price", "tracking", "has_expiry", "on_order_page")
    row = (
        Product.objects.filter(pk=product_id)
        .values(
            *fields,
            "archived_at",
            "created_at",
            "updated_at",
            storage_class_code=Coalesce("storage_class__code", Value("")),
            storage_class_name=Coalesce("storage_class__name", Value("")),
            variants_there=Count("variants", filter=Q(variants__archived_at=None)),
        )
        .first()
    )
    if row is None:
        raise NoSuchProduct
    return ProductCard(storage_class=row.pop("storage_class_code"), variants=row.pop("variants_there"), **row)


def product_id_by_code(code: str) -> int | None:
    """The id of the product with this code."""
    found: int | None = Product.objects.filter(code=code).values_list("pk", flat=True).first()
    return found


def options_of(product_id: int) -> list[OptionCard]:
    """The options of a product with their living values."""
    options = Option.objects.filter(product_id=product_id).prefetch_related("values")
    return [
        OptionCard(
            option.pk,
            option.name,
            [
                ValueCard(value.pk, value.value, value.code, value.price_difference)
                for value in option.values.all()
                if value.archived_at is None
            ],
        )
        for option in options
    ]


def values_of(variant_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Variant id -> pairs of option and value, in the order of the options."""
    links = VariantValue.objects.filter(variant_id__in=list(variant_ids))
    rows = links.order_by("value__option__position", "value__option_id")
    found: dict[int, list[tuple[str, str]]] = {}
    for variant_id, option, value in rows.values_list("variant_id", "value__option__name", "value__value"):
        found.setdefault(variant_id, []).append((option, value))
    return found


def option_names() -> list[str]:
    """The names of all options of products on sale, each once, in the order they appeared."""
    rows = Option.objects.filter(product__archived_at=None).order_by("position", "id").values_list("name", flat=True)
    return list(dict.fromkeys(rows))


def product_texts(ids: Iterable[int]) -> dict[int, tuple[str, str, str]]:
    """Product id -> its code, English name and description."""
    rows = Product.objects.filter(pk__in=list(ids)).values_list("pk", "code", "name_en", "description")
    return {pk: (code, name_en, description) for pk, code, name_en, description in rows}


def barcodes_of(variant_id: int) -> list[BarcodeCard]:
    """The extra barcodes of a variant."""
    rows = ExtraBarcode.objects.filter(variant_id=variant_id).order_by("id")
    return [BarcodeCard(*row) for row in rows.values_list("id", "code", "quantity")]


def tags_of(variant_id: int, *, after: int | None = None, limit: int = 50) -> list[TagCard]:
    """The tags bound to a variant, newest first; ``after`` is the id of the last one seen."""
    rows = Tag.objects.filter(variant_id=variant_id).order_by("-id")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    fields = ("id", "epc", "scheme", "serial", "lot_number", "quantity", "retired_at")
    return [TagCard(*row) for row in rows.values_list(*fields)[:limit]]


def storage_classes() -> list[StorageClassCard]:
    """The company's storage classes by name."""
    rows = StorageClass.objects.annotate(products=Count("product")).order_by("name")
    return [StorageClassCard(*row) for row in rows.values_list("id", "code", "name", "products")]
