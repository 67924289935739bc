"""Every write to the catalogue."""

from hanmaru.central.catalog.services.generate import MOST_VARIANTS
from hanmaru.central.catalog.services.options import MOST_OPTIONS, OptionsChange, OptionSpec, ValueSpec, set_options
from hanmaru.central.catalog.services.pictures import Upload, add_photo, delete_photo, describe_photo, order_photos
from hanmaru.central.catalog.services.plain import PlainProduct, plain_products
from hanmaru.central.catalog.services.products import (
    ProductFields,
    archive_product,
    create_product,
    edit_product,
    restore_product,
)
from hanmaru.central.catalog.services.storage import create_storage_class, delete_storage_class, rename_storage_class
from hanmaru.central.catalog.services.tagging import bind_tag, new_tag, new_tags, retire_tag
from hanmaru.central.catalog.services.variants import (
    VariantFields,
    add_barcode,
    archive_variant,
    edit_variant,
    edit_variants,
    remove_barcode,
    restore_variant,
)

__all__ = [
    "MOST_OPTIONS",
    "MOST_VARIANTS",
    "OptionSpec",
    "OptionsChange",
    "PlainProduct",
    "ProductFields",
    "Upload",
    "ValueSpec",
    "VariantFields",
    "add_barcode",
    "add_photo",
    "archive_product",
    "archive_variant",
    "bind_tag",
    "create_product",
    "create_storage_class",
    "delete_photo",
    "delete_storage_class",
    "describe_photo",
    "edit_product",
    "edit_variant",
    "edit_variants",
    "new_tag",
    "new_tags",
    "order_photos",
    "plain_products",
    "remove_barcode",
    "rename_storage_class",
    "restore_product",
    "restore_variant",
    "retire_tag",
    "set_options",
]
