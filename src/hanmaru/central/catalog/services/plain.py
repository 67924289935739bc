"""Many products without options at once, for imports of thousands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from hanmaru.central.catalog import fields
from hanmaru.central.catalog.models import Product, Variant
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.services import next_number
from hanmaru.floor.scan import variant_label


@dataclass(frozen=True, slots=True)
class PlainProduct:
    """A product with one variant; the code is its SKU too, ``price`` in the minor unit."""

    code: str
    name: str
    price: int


@transaction.atomic
def plain_products(wanted: Sequence[PlainProduct], *, on_order_page: bool = False) -> dict[str, int]:
    """SKU -> variant id for every product wanted; those whose SKU is known already are left as they are.

    The result is that of :func:`create_product` for each, by three statements instead of eight a product.

    Raises:
        TextNeeded, TextTooLong, NumberImpossible: a field is out of its bounds.
    """
    codes = [one.code for one in wanted]
    found: dict[str, int] = dict(Variant.objects.filter(sku__in=codes).values_list("sku", "pk"))
    missing = [one for one in {one.code: one for one in wanted}.values() if one.code not in found]
    if not missing:
        return found
    products = Product.objects.bulk_create(
        Product(
            code=fields.text(_("Product code"), one.code, 40, needed=True),
            name=fields.text(_("Name"), one.name, 120, needed=True),
            base_price=fields.price(one.price),
            on_order_page=on_order_page,
        )
        for one in missing
    )
    first = next_number("variant", len(products))
    variants = Variant.objects.bulk_create(
        Variant(
            product=product,
            number=number,
            sku=product.code,
            price=product.base_price,
            own_barcode=variant_label(number),
        )
        for number, product in enumerate(products, first)
    )
    changed("products")
    return found | {variant.sku: variant.pk for variant in variants}
