"""A variant as other apps see it: plain data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from hanmaru.central.catalog.errors import NoSuchProduct
from hanmaru.central.catalog.models import Photo, Product, Variant
from hanmaru.central.catalog.naming import shown_name
from hanmaru.central.companies.tenancy import current_company_id

THUMBNAIL = 320
"""Longest edge in pixels of the photo in a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantCard:
    """A variant: ids are primary keys, ``price`` is in the minor unit, weight in grams, lengths in millimetres.

    ``name`` is the product's, ``label`` the values of its options ("17호 / 실버"), "" without options.
    ``storage_class`` is a code or "", ``tracking`` a value of ``models.Tracking``, ``photo`` a thumbnail's URL or "".
    ``number`` is the number on own labels and tags, ``own_price``: set by hand.
    ``archived``: no longer sold, though it may lie in stock.
    """

    id: int
    product_id: int
    sku: str
    name: str
    name_en: str
    label: str
    price: int
    gtin: str
    own_barcode: str
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    storage_class: str
    tracking: str
    has_expiry: bool
    photo: str
    number: int
    own_price: bool
    archived: bool

    @property
    def gtin_printed(self) -> str:
        """The GTIN with as many digits as stand under the barcode: 8, 12, 13 or 14; "" without one."""
        return gtin_printed(self.gtin)

    @property
    def shown_name(self) -> str:
        """The name in the reader's language."""
        return shown_name(self.name, self.name_en)

    @property
    def title(self) -> str:
        """Name and options on one line, in the reader's language."""
        return f"{self.shown_name} · {self.label}" if self.label else self.shown_name

    @property
    def kept_title(self) -> str:
        """Name and options as they are written down for good: on a line of an order."""
        return f"{self.name} {self.label}".strip()[:200]


def gtin_printed(gtin: str) -> str:
    """A GTIN of 14 digits with as many as stand under the barcode."""
    for length in (8, 12, 13):
        if gtin.startswith("0" * (14 - length)):
            return gtin[-length:]
    return gtin


def photo_url(photo_id: int | None, edge: int = THUMBNAIL) -> str:
    """Where the photo is shown, to members and, if the order page shows the product, to customers; "" without one.

    ``edge`` is one of :data:`~hanmaru.central.catalog.photos.THUMBNAIL_EDGES`, or 0 for the whole picture.
    """
    return reverse("catalog:photo", args=[current_company_id(), photo_id, edge]) if photo_id else ""


def first_photo(product: str) -> Subquery:
    """The id of a product's first photo; ``product`` names the outer column with the product's id."""
    return Subquery(Photo.objects.filter(product_id=OuterRef(product)).order_by("position", "id").values("pk")[:1])


_FIELDS = (
    "id", "product_id", "sku", "label", "price", "gtin", "own_barcode", "weight_g", "length_mm", "width_mm",
    "height_mm", "number", "own_price",
)  # fmt: skip


def _rows(variants: QuerySet[Any]) -> QuerySet[Any]:
    return variants.values(
        *_FIELDS,
        "archived_at",
        name=F("product__name"),
        name_en=F("product__name_en"),
        storage_class=Coalesce("product__storage_class__code", Value("")),
        tracking=F("product__tracking"),
        has_expiry=F("product__has_expiry"),
        photo_id=first_photo("product_id"),
        product_archived_at=F("product__archived_at"),
    )


def _card(row: dict[str, Any]) -> VariantCard:
    archived = row.pop("archived_at") is not None
    archived = row.pop("product_archived_at") is not None or archived
    photo = photo_url(row.pop("photo_id"))
    return VariantCard(**row, photo=photo, archived=archived)


def cards_of(variants: QuerySet[Any]) -> list[VariantCard]:
    """The cards of a queryset of variants, in its order, by one query."""
    return [_card(row) for row in _rows(variants)]


def variant_cards(ids: Iterable[int]) -> dict[int, VariantCard]:
    """Id -> card of those variants that this company has; others are left out."""
    return {card.id: card for card in cards_of(Variant.objects.filter(pk__in=set(ids)))}


def variant_card(variant_id: int) -> VariantCard:
    """The card of one variant; raises :class:`NoSuchProduct`."""
    found = cards_of(Variant.objects.filter(pk=variant_id))
    if not found:
        raise NoSuchProduct
    return found[0]


def variants_of(
    product_id: int, *, archived: bool = False, after: int | None = None, limit: int | None = None
) -> list[VariantCard]:
    """The variants of a product in the order they were made; ``after`` is the id of the last one seen."""
    variants = Variant.objects.filter(product_id=product_id).order_by("id")
    if not archived:
        variants = variants.filter(archived_at=None)
    if after is not None:
        variants = variants.filter(pk__gt=after)
    return cards_of(variants[:limit])


def variant_pages(size: int = 500) -> Iterator[list[VariantCard]]:
    """All variants on sale, product by product, oldest first, a page at a time."""
    variants = Variant.objects.filter(archived_at=None, product__archived_at=None).order_by("product_id", "id")
    product, last = 0, 0
    while page := cards_of(variants.filter(Q(product_id__gt=product) | Q(product_id=product, pk__gt=last))[:size]):
        yield page
        product, last = page[-1].product_id, page[-1].id


def variant_by_sku(sku: str) -> VariantCard | None:
    """The variant of this SKU, written exactly so; else the only one written so but for capitals; else None."""
    found = cards_of(Variant.objects.filter(sku=sku))
    if not found:
        found = cards_of(Variant.objects.filter(sku__iexact=sku)[:2])
    return found[0] if len(found) == 1 else None


def variants_by_skus(skus: Iterable[str]) -> dict[str, VariantCard]:
    """SKU -> card, written exactly so; for files of many lines."""
    return {card.sku: card for card in cards_of(Variant.objects.filter(sku__in=set(skus)))}


def search_variants(text: str, *, after: int | None = None, limit: int = 50) -> list[VariantCard]:
    """Variants on sale whose SKU, barcode, options or product's name or code hold the text; newest first.

    ``after`` is the id of the last one seen. A blank text finds all.
    """
    variants = Variant.objects.filter(archived_at=None, product__archived_at=None)
    for word in words_of(text):
        variants = variants.filter(_holding(word))
    if after is not None:
        variants = variants.filter(pk__lt=after)
    return cards_of(variants.order_by("-id")[:limit])


def words_of(text: str) -> list[str]:
    """The words of a search that are looked for: at most five."""
    return text.replace("\0", " ").split()[:5]


def _holding(word: str) -> Q:
    # Row-level security keeps PostgreSQL from using a trigram index (LIKE is not leakproof), so each table is read
    # through at most once, and only until a page is full: 50,000 variants take 60-110 ms.
    named = Product.objects.filter(Q(name__icontains=word) | Q(code__icontains=word) | Q(name_en__icontains=word))
    told = Q(sku__icontains=word) | Q(label__icontains=word) | Q(gtin__endswith=word) | Q(own_barcode=word)
    return told | Q(product_id__in=named.values("pk"))
