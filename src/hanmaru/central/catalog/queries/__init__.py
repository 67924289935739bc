"""What others may read of the catalogue."""

from hanmaru.central.catalog.queries.cards import (
    VariantCard,
    photo_url,
    search_variants,
    variant_by_sku,
    variant_card,
    variant_cards,
    variants_by_skus,
    variants_of,
)
from hanmaru.central.catalog.queries.match import Match, match
from hanmaru.central.catalog.queries.pictures import PhotoCard, photo_file, photos_of

__all__ = [
    "Match",
    "PhotoCard",
    "VariantCard",
    "match",
    "photo_file",
    "photo_url",
    "photos_of",
    "search_variants",
    "variant_by_sku",
    "variant_card",
    "variant_cards",
    "variants_by_skus",
    "variants_of",
]
