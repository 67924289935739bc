"""The shapes of the made-up data. Money is won, weights grams, lengths millimetres."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Tracking = Literal["none", "lot", "serial"]
OrderState = Literal["draft", "confirmed", "reserved", "picking", "packed", "shipped", "cancelled", "returned"]
Size = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an option, its code in the SKU and the price difference it brings."""

    value: str
    value_en: str
    code: str
    price_difference: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a product."""

    name: str
    name_en: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product; `size` and `weight` are those of one piece in its own packing."""

    code: str
    name: str
    name_en: str
    description: str
    base_price: int
    storage_class: str
    size: Size
    weight: int
    options: tuple[Option, ...] = ()
    tracking: Tracking = "none"
    has_expiry: bool = False
    on_order_page: bool = True
    has_gtin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A product in one combination of its options. `gtin` is 14 digits or empty; then `own_barcode` is not."""

    product: str
    sku: str
    values: tuple[str, ...]
    label: str
    label_en: str
    price: int
    gtin: str
    own_barcode: str
    size: Size
    weight: int


@dataclass(frozen=True, slots=True)
class StorageClass:
    """A kind of place that goods need."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the site. `path` is site.zone.aisle.rack.level.bin, parents come before children."""

    path: str
    code: str
    name: str
    kind: Literal["site", "zone", "aisle", "rack", "level", "bin", "dock", "packing"]
    holds_stock: bool = False
    pickable: bool = False
    volume: int | None = None
    max_weight: int | None = None
    max_count: int | None = None
    storage_classes: tuple[str, ...] = ()
    walk_order: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A kind of parcel box: inner size, own weight, greatest load, cost."""

    name: str
    inner: Size
    weight: int
    max_weight: int
    cost: int


@dataclass(frozen=True, slots=True)
class Supplier:
    """Who delivers."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Customer:
    """Who orders."""

    name: str
    email: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Stock:
    """Pieces that lie at a place to begin with; `lot` is a lot or serial number, or empty."""

    sku: str
    place: str
    quantity: int
    lot: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """So many of a variant; `wording` is the engraving asked for."""

    sku: str
    quantity: int
    wording: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Goods announced by a supplier."""

    number: str
    supplier: str
    expected_on: date
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """An order and the state it has come to."""

    number: str
    customer: str
    channel: Literal["clerk", "order_page", "api", "file"]
    state: OrderState
    placed_at: datetime
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company and everything it begins with. Stock and orders refer to SKUs, place codes and names."""

    name: str
    name_en: str
    slug: str
    phone: str
    address: str
    storage_classes: tuple[StorageClass, ...]
    products: tuple[Product, ...]
    variants: tuple[Variant, ...]
    places: tuple[Place, ...]
    boxes: tuple[Box, ...]
    suppliers: tuple[Supplier, ...]
    customers: tuple[Customer, ...]
    stock: tuple[Stock, ...]
    deliveries: tuple[Delivery, ...]
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class House:
    """The companies under one roof: the workshop, then its neighbour."""

    companies: tuple[Company, ...]
