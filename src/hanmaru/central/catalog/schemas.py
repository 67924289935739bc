"""Shapes of the catalogue's API. Prices are integers of the minor unit, weights grams, lengths millimetres."""

from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema

from hanmaru.central.catalog import fields, services

ID = 2**63 - 1
LINE = r"^[^\x00]*$"


class ValueIn(Schema):
    """A value of an option. ``id`` keeps a value that gets another name."""

    value: str = Field(min_length=1, max_length=60, pattern=LINE, examples=["Gold 14K"])
    code: str = Field("", max_length=12, pattern=r"^[\w./+]*$", examples=["G14"])
    price_difference: int = Field(0, ge=-fields.MOST_MONEY, le=fields.MOST_MONEY, examples=[420000])
    id: int | None = Field(None, ge=1, le=ID)


class OptionIn(Schema):
    """An option with all its values."""

    name: str = Field(min_length=1, max_length=40, pattern=LINE, examples=["Metal"])
    values: list[ValueIn] = Field(min_length=1, max_length=5_000)
    id: int | None = Field(None, ge=1, le=ID)

    def spec(self) -> services.OptionSpec:
        """What the service is told."""
        values = [services.ValueSpec(each.value, each.code, each.price_difference, each.id) for each in self.values]
        return services.OptionSpec(self.name, values, self.id)


class ValueOut(Schema):
    """A value of an option."""

    id: int
    value: str
    code: str
    price_difference: int


class OptionOut(Schema):
    """An option with its values."""

    id: int
    name: str
    values: list[ValueOut]


class OptionsOut(Schema):
    """What a change of options did."""

    made: list[int] = Field(description="Ids of the new variants.")
    deleted: int
    archived: int = Field(description="Variants in use: they stay in stock and are not sold.")


class VariantChange(Schema):
    """Fields of a variant; those left out stay."""

    sku: str = Field("", min_length=1, max_length=80, pattern=LINE, examples=["RING-17-G14"])
    price: int | None = Field(None, ge=0, le=fields.MOST_MONEY, examples=[488000])
    gtin: str = Field("", max_length=20, pattern=r"^[0-9 -]*$", examples=["8801234567893"])
    own_barcode: str = Field("", max_length=80, pattern=LINE)
    weight_g: int | None = Field(None, ge=1, le=fields.MOST_GRAMS, examples=[6])
    length_mm: int | None = Field(None, ge=1, le=fields.MOST_MM, examples=[60])
    width_mm: int | None = Field(None, ge=1, le=fields.MOST_MM, examples=[60])
    height_mm: int | None = Field(None, ge=1, le=fields.MOST_MM, examples=[40])


class VariantOut(Schema):
    """What is counted in stock: a product in one combination of its options."""

    id: int
    product_id: int
    sku: str = Field(examples=["RING-17-G14"])
    name: str = Field(examples=["Wave ring"])
    label: str = Field(examples=["17 / Gold 14K"])
    price: int = Field(examples=[488000])
    gtin: str = Field(examples=["08801234567893"], description="14 digits, or empty.")
    own_barcode: str = Field(examples=["HM-V-17"])
    weight_g: int | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    storage_class: str
    tracking: str
    has_expiry: bool
    photo: str = Field(description="Address of a picture of at most 320 pixels, or empty.")
    archived: bool


class PhotoOut(Schema):
    """A photo; the first one is shown in lists."""

    id: int
    alt: str
    width: int
    height: int
    thumbnail: str
    large: str


class ProductChange(Schema):
    """Fields of a product; those left out stay."""

    name: str = Field("", min_length=1, max_length=120, pattern=LINE, examples=["Wave ring"])
    name_en: str = Field("", max_length=120, pattern=LINE)
    code: str = Field("", max_length=40, pattern=LINE, examples=["RING"])
    description: str = Field("", max_length=5_000, pattern=LINE)
    base_price: int = Field(0, ge=0, le=fields.MOST_MONEY, examples=[68000])
    storage_class: str = Field("", max_length=60, pattern=LINE, description="Code of a storage class, or empty.")
    tracking: Literal["none", "lot", "serial"] = "none"
    has_expiry: bool = False
    on_order_page: bool = True
    archived: bool | None = None


class ProductIn(Schema):
    """A new product. Without ``code`` one is made."""

    name: str = Field(min_length=1, max_length=120, pattern=LINE, examples=["Wave ring"])
    name_en: str = Field("", max_length=120, pattern=LINE)
    code: str = Field("", max_length=40, pattern=LINE, examples=["RING"])
    description: str = Field("", max_length=5_000, pattern=LINE)
    base_price: int = Field(0, ge=0, le=fields.MOST_MONEY, examples=[68000])
    storage_class: str = Field("", max_length=60, pattern=LINE, description="Code of a storage class, or empty.")
    tracking: Literal["none", "lot", "serial"] = "none"
    has_expiry: bool = False
    on_order_page: bool = True
    options: list[OptionIn] = Field(default_factory=list, max_length=5)
    variant: VariantChange | None = Field(None, description="Fields of the only variant of a product without options.")


class ProductRowOut(Schema):
    """A product in a list."""

    id: int
    name: str
    code: str
    photo: str
    variants: int
    least_price: int
    most_price: int
    archived: bool


class ProductOut(Schema):
    """A product with its options, photos and the first 200 variants."""

    id: int
    name: str = Field(examples=["Wave ring"])
    name_en: str
    code: str = Field(examples=["RING"])
    description: str
    base_price: int = Field(examples=[68000])
    storage_class: str
    tracking: str
    has_expiry: bool
    on_order_page: bool
    archived: bool
    created_at: datetime
    updated_at: datetime
    variant_count: int
    options: list[OptionOut]
    photos: list[PhotoOut]
    variants: list[VariantOut]


class BarcodeIn(Schema):
    """Another barcode."""

    code: str = Field(min_length=1, max_length=80, pattern=LINE, examples=["18801234567890"])
    quantity: int = Field(1, ge=1, le=1_000_000, examples=[24])


class BarcodeOut(BarcodeIn):
    """Another barcode with its id."""

    id: int


class TagsIn(Schema):
    """How many new tags."""

    count: int = Field(1, ge=1, le=1_000, examples=[3])


class TagIn(Schema):
    """A tag that has a number."""

    epc: str = Field(min_length=1, max_length=200, examples=["3074257BF7194E4000001A85"])
    serial: str = Field("", max_length=20, pattern=LINE)
    lot_number: str = Field("", max_length=40, pattern=LINE)
    quantity: int = Field(1, ge=1, le=1_000_000)


class TagOut(Schema):
    """A tag of a variant."""

    id: int
    epc: str = Field(examples=["3074257BF7194E4000001A85"])
    scheme: str = Field(examples=["sgtin-96"])
    serial: str
    lot_number: str
    quantity: int
    retired_at: datetime | None


class MatchOut(Schema):
    """A variant, and what else the code told."""

    variant: VariantOut
    lot: str
    serial: str
    expires_on: date | None
    quantity: int = Field(examples=[1])
    epc: str


class StorageClassIn(Schema):
    """A new storage class."""

    name: str = Field(min_length=1, max_length=60, pattern=LINE, examples=["Safe"])
    code: str = Field("", max_length=30, pattern=r"^[\w-]*$", examples=["safe"])


class StorageClassOut(Schema):
    """A storage class and how many products need it."""

    id: int
    code: str
    name: str
    products: int
