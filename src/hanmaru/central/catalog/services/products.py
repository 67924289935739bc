"""Products: made, changed, archived."""

from collections.abc import Sequence
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanmaru.central.catalog import fields
from hanmaru.central.catalog.errors import CodeTaken, NoSuchProduct, TrackingFixed, UnknownStorageClass, UnknownTracking
from hanmaru.central.catalog.models import Product, StorageClass, Tracking, Variant
from hanmaru.central.catalog.services.generate import generate
from hanmaru.central.catalog.services.options import OptionSpec, reprice, write_options
from hanmaru.central.catalog.services.taken import conflicts
from hanmaru.central.catalog.services.use import booked_variants
from hanmaru.central.catalog.services.variants import VariantFields, edit_variant
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.services import next_number


class ProductFields(TypedDict, total=False):
    """What a product is told by. ``storage_class`` is a code, "" for none; ``base_price`` in the minor unit."""

    name: str
    name_en: str
    code: str
    description: str
    base_price: int
    storage_class: str
    tracking: str
    has_expiry: bool
    on_order_page: bool


def create_product(
    *,
    options: Sequence[OptionSpec] = (),
    variant: VariantFields | None = None,
    bare: bool = False,
    **given: Unpack[ProductFields],
) -> int:
    """Make a product with a variant for each combination of its options; answer its id.

    ``name`` is needed; without ``code`` one is made. ``variant`` holds what the only variant of a product without
    options has: SKU, GTIN, weight, size; for a product with options it goes to each of them (weight and size only).
    ``bare``: no variant is made.

    Raises:
        TextNeeded, TextTooLong, NumberImpossible: a field is out of its bounds.
        CodeTaken, SkuTaken, BarcodeTaken: another product has it.
        TooManyVariants, OptionTwice: the options make no sense.
        UnknownStorageClass: no such storage class.
    """
    given.setdefault("name", "")
    with conflicts(given.get("code") or given["name"]):
        given["code"] = given.get("code", "").strip() or _fresh_code()
        product = Product()
        write_product(product, given)
        product.save()
        if options:
            write_options(product, options)
        made = [] if bare else generate(product)
        for variant_id in made if variant else ():
            edit_variant(variant_id, **_shared(variant or {}, alone=len(made) == 1))
    changed("products")
    product_id: int = product.pk
    return product_id


def edit_product(product_id: int, **changes: Unpack[ProductFields]) -> None:
    """Change the fields that are given; prices of variants that were not set by hand follow the base price.

    Raises:
        NoSuchProduct: not one of this company's products.
        TrackingFixed: the tracking or expiry would change and goods were booked already.
        and what :func:`create_product` raises.
    """
    with conflicts(changes.get("code", "")):
        product = locked(product_id)
        _check_tracking(product, changes)
        write_product(product, changes)
        product.save()
        if "base_price" in changes:
            reprice(product)
    changed("products")


def archive_product(product_id: int) -> None:
    """Take a product off sale; what lies in stock stays there and can still be scanned."""
    with transaction.atomic():
        product = locked(product_id)
        if product.archived_at is None:
            product.archived_at = timezone.now()
            product.save()
    changed("products")


def restore_product(product_id: int) -> None:
    """Put an archived product back on sale."""
    with transaction.atomic():
        product = locked(product_id)
        product.archived_at = None
        product.save()
    changed("products")


def locked(product_id: int) -> Product:
    """The product's row, locked until the transaction ends; raises :class:`NoSuchProduct`."""
    product: Product | None = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NoSuchProduct
    return product


def _fresh_code() -> str:
    while True:
        code = f"P{next_number('product'):04}"
        if not Product.objects.filter(code=code).exists():
            return code


def _shared(variant: VariantFields, *, alone: bool) -> VariantFields:
    """What every variant of a product may have in common; the only one may have all."""
    if alone:
        return variant
    shared: VariantFields = {}
    for name in ("weight_g", "length_mm", "width_mm", "height_mm"):
        if name in variant:
            shared[name] = variant[name]
    return shared


def write_product(product: Product, given: ProductFields) -> None:
    """Check the fields that are given and put them into the row."""
    if "name" in given:
        product.name = fields.text(_("Name"), given["name"], 120, needed=True)
    if "name_en" in given:
        product.name_en = fields.text(_("Name in English"), given["name_en"], 120)
    if "code" in given:
        product.code = fields.text(_("Product code"), given["code"], 40, needed=True)
        _check_code(product)
    if "description" in given:
        product.description = fields.paragraph(_("Description"), given["description"], 5_000)
    if "base_price" in given:
        product.base_price = fields.price(given["base_price"])
    if "storage_class" in given:
        product.storage_class = _storage_class(given["storage_class"])
    if "tracking" in given:
        product.tracking = _tracking(given["tracking"])
    product.has_expiry = given.get("has_expiry", product.has_expiry)
    product.on_order_page = given.get("on_order_page", product.on_order_page)


def _check_code(product: Product) -> None:
    other = Product.objects.filter(code=product.code).exclude(pk=product.pk).first()
    if other is not None:
        raise CodeTaken(value=product.code, other=other.name)


def _storage_class(code: str) -> StorageClass | None:
    if not code:
        return None
    classes: list[StorageClass] = list(StorageClass.objects.order_by("code"))
    found = next((each for each in classes if code in {each.code, each.name}), None)
    if found is None:
        raise UnknownStorageClass(value=code, known=", ".join(each.code for each in classes) or _("(none yet)"))
    return found


def _tracking(value: str) -> Tracking:
    try:
        return Tracking(value)
    except ValueError:
        raise UnknownTracking(value=value, known=", ".join(Tracking.values)) from None


def _check_tracking(product: Product, changes: ProductFields) -> None:
    tracking = changes.get("tracking", product.tracking)
    expiry = changes.get("has_expiry", product.has_expiry)
    if (tracking, expiry) == (product.tracking, product.has_expiry):
        return
    variants = Variant.objects.filter(product=product).values_list("pk", flat=True)
    if booked_variants(variants):
        raise TrackingFixed
