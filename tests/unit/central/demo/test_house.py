"""The made-up house holds together: every reference meets, every bin holds what lies in it."""

from collections import Counter
from datetime import date
from functools import cache

import pytest

from hanmaru.central.demo.house import build
from hanmaru.central.demo.options import with_check_digit
from hanmaru.central.demo.records import Company

TODAY = date(2026, 11, 21)


@cache
def company(at: int) -> Company:
    return build(TODAY).companies[at]


both = pytest.mark.parametrize("at", [0, 1])


def test_the_same_day_and_seed_give_the_same_house() -> None:
    assert build(TODAY) == build(TODAY)
    assert build(TODAY, seed=1) != build(TODAY)


def test_there_is_enough_to_look_at() -> None:
    workshop = company(0)
    assert len(workshop.products) + len(company(1).products) >= 40
    assert sum(place.kind == "bin" for place in workshop.places) == 200
    assert {order.state for order in workshop.orders} == {
        "draft", "confirmed", "reserved", "picking", "packed", "shipped", "cancelled", "returned",
    }  # fmt: skip
    assert {product.tracking for product in workshop.products} == {"none", "lot", "serial"}


@both
def test_codes_are_unique(at: int) -> None:
    made = company(at)
    for codes in (
        [product.code for product in made.products],
        [variant.sku for variant in made.variants],
        [variant.gtin or variant.own_barcode for variant in made.variants],
        [place.code for place in made.places],
        [place.path for place in made.places],
        [order.number for order in made.orders],
        [delivery.number for delivery in made.deliveries],
        [customer.email for customer in made.customers],
    ):
        assert [code for code, count in Counter(codes).items() if count > 1] == []
        assert all(codes)


def test_barcodes_of_the_two_companies_differ() -> None:
    first, second = ({v.gtin or v.own_barcode for v in company(at).variants} for at in (0, 1))
    assert not first & second


@both
def test_gtins_are_of_the_range_kept_for_inside_a_shop(at: int) -> None:
    gtins = [variant.gtin for variant in company(at).variants if variant.gtin]
    assert gtins
    for gtin in gtins:
        assert len(gtin) == 14
        assert gtin.startswith("029")
        assert with_check_digit(gtin[:-1]) == gtin


def test_the_check_digit_is_that_of_the_published_example() -> None:
    assert with_check_digit("629104150021") == "6291041500213"


@both
def test_every_reference_meets(at: int) -> None:
    made = company(at)
    skus = {variant.sku for variant in made.variants}
    classes = {kind.code for kind in made.storage_classes}
    places = {place.code: place for place in made.places}
    assert {product.storage_class for product in made.products} == classes
    assert {variant.product for variant in made.variants} == {product.code for product in made.products}
    assert {line.sku for order in made.orders for line in order.lines} <= skus
    assert {line.sku for delivery in made.deliveries for line in delivery.lines} <= skus
    assert {order.customer for order in made.orders} <= {customer.name for customer in made.customers}
    assert {delivery.supplier for delivery in made.deliveries} <= {supplier.name for supplier in made.suppliers}
    assert {lying.sku for lying in made.stock} <= skus
    assert all(places[lying.place].holds_stock for lying in made.stock)


@both
def test_parents_come_before_children(at: int) -> None:
    seen: set[str] = set()
    for place in company(at).places:
        assert "." not in place.path or place.path.rsplit(".", 1)[0] in seen
        seen.add(place.path)


@both
def test_no_bin_holds_more_than_it_can_or_another_class(at: int) -> None:
    made = company(at)
    variants = {variant.sku: variant for variant in made.variants}
    classes = {product.code: product.storage_class for product in made.products}
    for place in made.places:
        lying = [(variants[s.sku], s.quantity) for s in made.stock if s.place == place.code]
        volume = sum(v.size[0] * v.size[1] * v.size[2] * quantity for v, quantity in lying)
        assert volume <= (place.volume or 0)
        assert sum(v.weight * quantity for v, quantity in lying) <= (place.max_weight or 0)
        assert not place.storage_classes or {classes[v.product] for v, _ in lying} <= set(place.storage_classes)


@both
def test_tracked_goods_have_lots_and_pieces_are_single(at: int) -> None:
    made = company(at)
    products = {product.code: product for product in made.products}
    product_of = {variant.sku: products[variant.product] for variant in made.variants}
    for lying in made.stock:
        product = product_of[lying.sku]
        assert bool(lying.lot) == (product.tracking != "none")
        assert (lying.expires_on is not None) == product.has_expiry
        assert product.tracking != "serial" or lying.quantity == 1


@both
def test_orders_can_be_served_but_for_the_one_that_waits(at: int) -> None:
    made = company(at)
    free = Counter[str]()
    for lying in made.stock:
        free[lying.sku] += lying.quantity
    asked = Counter[str]()
    for order in made.orders:
        assert order.lines
        assert order.placed_at.date() <= TODAY
        for line in order.lines:
            asked[line.sku] += line.quantity
    lacking = [sku for sku, quantity in asked.items() if quantity > free[sku]]
    assert len(lacking) <= 1


def test_nobody_in_it_is_real() -> None:
    for at in (0, 1):
        people = [*company(at).customers, *company(at).suppliers]
        assert all(person.email.endswith("@example.com") for person in people)
