"""Tables of the catalogue."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.tenancy import CompanyOwned, company_column


class Tracking(models.TextChoices):
    """How single pieces of a product are told apart in stock."""

    NONE = "none", _("Not tracked")
    LOT = "lot", _("By lot")
    SERIAL = "serial", _("By serial number")


class StorageClass(CompanyOwned):
    """A kind of place that goods need: a safe, a shoe rack, cold, flammable."""

    code = models.SlugField(max_length=30, allow_unicode=True)
    name = models.CharField(_("name"), max_length=60)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["company", "code"], name="one_storage_class_a_code"),)

    def __str__(self) -> str:
        return self.name


class Product(CompanyOwned):
    """What is sold under one name; its variants are what lies in stock."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    code = models.CharField(_("product code"), max_length=40)
    description = models.TextField(_("description"), blank=True)
    base_price = models.BigIntegerField(_("price"), default=0)
    storage_class = models.ForeignKey(StorageClass, on_delete=models.PROTECT, null=True, blank=True)
    tracking = models.CharField(_("tracking"), max_length=10, choices=Tracking.choices, default=Tracking.NONE)
    has_expiry = models.BooleanField(_("has an expiry date"), default=False)
    on_order_page = models.BooleanField(_("shown on the order page"), default=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["company", "code"], name="one_product_a_code"),
            models.CheckConstraint(condition=models.Q(base_price__gte=0), name="product_price_not_negative"),
        )
        indexes = (
            models.Index(fields=["company", "-id"], name="product_newest"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="product_name_like"),
        )

    def __str__(self) -> str:
        return self.name


class Option(CompanyOwned):
    """A choice of a product: size, metal, engraving."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="options")
    name = models.CharField(_("option"), max_length=40)
    position = models.SmallIntegerField(default=0)

    class Meta(CompanyOwned.Meta):
        ordering = ("position", "id")
        constraints = (models.UniqueConstraint(fields=["product", "name"], name="one_option_a_name"),)

    def __str__(self) -> str:
        return self.name


class OptionValue(CompanyOwned):
    """One value of an option, with the price difference it brings."""

    option = models.ForeignKey(Option, on_delete=models.CASCADE, related_name="values")
    value = models.CharField(_("value"), max_length=60)
    code = models.CharField(_("code in the SKU"), max_length=12)
    price_difference = models.BigIntegerField(_("price difference"), default=0)
    position = models.SmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)  # taken away while variants with it are in use

    class Meta(CompanyOwned.Meta):
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=["option", "value"], name="one_option_value"),
            models.UniqueConstraint(fields=["option", "code"], name="one_option_code"),
        )

    def __str__(self) -> str:
        return self.value


class Variant(CompanyOwned):
    """What is counted in stock: a product in one combination of its options."""

    company = company_column(db_index=False)  # variant_newest stands for it, and is not taken for a look-up by id
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants")
    values = models.ManyToManyField(OptionValue, through="VariantValue", related_name="variants")
    number = models.IntegerField(editable=False)  # counts up within the company; the number on own labels and tags
    sku = models.CharField(_("SKU"), max_length=80)
    label = models.CharField(_("options"), max_length=200, blank=True)
    price = models.BigIntegerField(_("price"))
    own_price = models.BooleanField(default=False)  # set by hand, no longer base price + differences
    gtin = models.CharField(_("barcode (GTIN)"), max_length=14, blank=True)  # 14 digits, zero-filled, or empty
    own_barcode = models.CharField(_("own barcode"), max_length=80, blank=True)
    weight_g = models.IntegerField(_("weight (g)"), null=True, blank=True)
    length_mm = models.IntegerField(_("length (mm)"), null=True, blank=True)
    width_mm = models.IntegerField(_("width (mm)"), null=True, blank=True)
    height_mm = models.IntegerField(_("height (mm)"), null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["company", "sku"], name="one_variant_a_sku"),
            models.UniqueConstraint(fields=["company", "number"], name="one_variant_a_number"),
            models.UniqueConstraint(
                fields=["company", "gtin"], condition=~models.Q(gtin=""), name="one_variant_a_gtin"
            ),
            models.UniqueConstraint(
                fields=["company", "own_barcode"], condition=~models.Q(own_barcode=""), name="one_variant_a_barcode"
            ),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="variant_price_not_negative"),
            models.CheckConstraint(condition=models.Q(gtin__regex=r"^(\d{14})?$"), name="variant_gtin_14_digits"),
        )
        indexes = (
            models.Index(fields=["company", "-id"], name="variant_newest"),
            GinIndex(OpClass(Upper("sku"), name="gin_trgm_ops"), name="variant_sku_like"),
        )

    def __str__(self) -> str:
        return self.sku


class VariantValue(CompanyOwned):
    """The value a variant takes for one option."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE)
    value = models.ForeignKey(OptionValue, on_delete=models.PROTECT)

    class Meta(CompanyOwned.Meta):
        constraints = (models.UniqueConstraint(fields=["variant", "value"], name="one_value_a_variant"),)

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.value_id}"


class Photo(CompanyOwned):
    """A photo of a product, decoded, stripped and re-encoded; files lie in the media store."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photos")
    file = models.CharField(max_length=200)  # path of the master in the media store
    thumbnails = models.JSONField(default=dict)  # edge length in px -> path
    width = models.IntegerField()
    height = models.IntegerField()
    alt = models.CharField(_("what the photo shows"), max_length=200, blank=True)
    position = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(CompanyOwned.Meta):
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.file


class Tag(CompanyOwned):
    """An RFID tag bound to an item or a lot. ``epc`` is 24 upper-case hex digits (96 bits)."""

    epc = models.CharField(_("EPC"), max_length=32)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="tags")
    serial = models.CharField(max_length=20, blank=True)
    lot_number = models.CharField(max_length=40, blank=True)
    quantity = models.BigIntegerField(default=1)  # pieces that one read of the tag stands for
    scheme = models.CharField(max_length=20)
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["company", "epc"], name="one_tag_an_epc"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="tag_quantity_positive"),
        )
        indexes = (models.Index(fields=["variant"], name="tag_by_variant"),)

    def __str__(self) -> str:
        return self.epc


class ExtraBarcode(CompanyOwned):
    """Another barcode of a variant: a supplier's code, an outer box with its count."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="extra_barcodes")
    code = models.CharField(max_length=80)
    quantity = models.BigIntegerField(default=1)

    class Meta(CompanyOwned.Meta):
        constraints = (
            models.UniqueConstraint(fields=["company", "code"], name="one_extra_barcode"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="barcode_quantity_positive"),
        )

    def __str__(self) -> str:
        return self.code
