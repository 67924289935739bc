"""Products with their variants."""

from collections import defaultdict

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog import services
from hanmaru.central.catalog.services import OptionSpec, ValueSpec, VariantFields
from hanmaru.central.demo.records import Company, Product, Variant


def make(company: Company) -> None:
    """Storage classes, products and what is told of each variant."""
    for kind in company.storage_classes:
        services.create_storage_class(kind.name, kind.code)
    variants: dict[str, list[Variant]] = defaultdict(list)
    for variant in company.variants:
        variants[variant.product].append(variant)
    for product in reversed(company.products):  # lists show the newest first
        product_id = _product(product)
        told = {variant.sku: _fields(variant) for variant in variants[product.code]}
        services.edit_variants({card.id: told[card.sku] for card in catalog.variants_of(product_id)})


def _product(product: Product) -> int:
    return services.create_product(
        name=product.name,
        name_en=product.name_en,
        code=product.code,
        description=product.description,
        base_price=product.base_price,
        storage_class=product.storage_class,
        tracking=product.tracking,
        has_expiry=product.has_expiry,
        on_order_page=product.on_order_page,
        options=[
            OptionSpec(
                option.name,
                [ValueSpec(value.value, value.code, value.price_difference) for value in option.values],
            )
            for option in product.options
        ],
    )


def _fields(variant: Variant) -> VariantFields:
    length, width, height = variant.size
    fields: VariantFields = {
        "weight_g": variant.weight,
        "length_mm": length,
        "width_mm": width,
        "height_mm": height,
    }
    if variant.gtin:
        fields["gtin"] = variant.gtin
    return fields
