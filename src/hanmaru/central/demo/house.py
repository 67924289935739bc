"""Build the whole house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hanmaru.central.demo.jewellery import JEWELLERY
from hanmaru.central.demo.materials import MATERIALS, NEIGHBOUR_GOODS
from hanmaru.central.demo.options import variants
from hanmaru.central.demo.people import NEIGHBOUR_SUPPLIERS, SUPPLIERS, customers
from hanmaru.central.demo.records import Company, Customer, House, Place, Product, Supplier
from hanmaru.central.demo.shoes import SHOES
from hanmaru.central.demo.site import BOXES, STORAGE_CLASSES, neighbour_places, workshop_places
from hanmaru.central.demo.trade import deliveries, opening_stock, orders


def build(today: date, seed: int = 2026) -> House:
    """Make both companies as of `today`; the same day and seed give the same house."""
    workshop = _Beginning(
        ("한마루 공방", "Hanmaru Atelier", "hanmaru-atelier"),
        "서울시 성동구 예시로 1 (가상 주소)",
        (*JEWELLERY, *SHOES, *MATERIALS),
        workshop_places(),
        SUPPLIERS,
        customers(),
    )
    neighbour = _Beginning(
        ("이웃집 가죽", "Next Door Leather", "next-door-leather"),
        "서울시 성동구 예시로 1-2 (가상 주소)",
        NEIGHBOUR_GOODS,
        neighbour_places(),
        NEIGHBOUR_SUPPLIERS,
        customers(6),
    )
    return House((_company(workshop, 1, today, seed), _company(neighbour, 2, today, seed + 100)))


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What is written down by hand for a company; the rest is made from it."""

    names: tuple[str, str, str]
    address: str
    products: tuple[Product, ...]
    places: tuple[Place, ...]
    suppliers: tuple[Supplier, ...]
    customers: tuple[Customer, ...]


def _company(given: _Beginning, number: int, today: date, seed: int) -> Company:
    made = tuple(variants(given.products, number))
    stock = opening_stock(given.products, made, given.places, today, seed)
    classes = {product.storage_class for product in given.products}
    return Company(
        name=given.names[0],
        name_en=given.names[1],
        slug=given.names[2],
        phone=f"02-000-{number:04d}",
        address=given.address,
        storage_classes=tuple(kind for kind in STORAGE_CLASSES if kind.code in classes),
        products=given.products,
        variants=made,
        places=given.places,
        boxes=BOXES,
        suppliers=given.suppliers,
        customers=given.customers,
        stock=stock,
        deliveries=deliveries(given.products, made, [supplier.name for supplier in given.suppliers], today, seed),
        orders=orders(given.products, made, stock, given.customers, today, seed),
    )
