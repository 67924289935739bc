"""Places, what lies in them to begin with, boxes, suppliers and what they announce."""

from datetime import datetime, timedelta

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.demo.records import Company, Place, Stock
from hanmaru.central.stock import services as stock
from hanmaru.central.stock.services import Capacity, Move, MoveReason, PlaceKind
from hanmaru.central.warehouse import queries as work
from hanmaru.central.warehouse import services as warehouse

_OPENED_DAYS_AGO = 45


def make(company: Company, now: datetime) -> None:
    """Everything but the orders."""
    places = _places(company)
    _opening_stock(company, places, now - timedelta(days=_OPENED_DAYS_AGO))
    for box in company.boxes:
        length, width, height = box.inner
        warehouse.create_box(
            warehouse.Box(
                name=box.name,
                length_mm=length,
                width_mm=width,
                height_mm=height,
                max_weight_g=box.max_weight,
                weight_g=box.weight,
                cost=box.cost,
            )
        )
    _deliveries(company)


def receive_a_part() -> None:
    """One of the deliveries has come and is being unpacked: its first goods wait at the dock."""
    untracked = (
        (delivery.id, line)
        for delivery in sorted(work.deliveries(open_only=True), key=lambda one: one.id)
        for line in work.delivery_lines(delivery.id)
        if line.variant.tracking == "none"
    )
    for delivery, line in list(untracked)[1:3]:
        warehouse.receive(delivery, line.variant.id, line.expected)


def _places(company: Company) -> dict[str, int]:
    """Place code -> id."""
    of_path: dict[str, int] = {}
    of_code: dict[str, int] = {}
    for place in company.places:
        above = of_path.get(place.path.rpartition(".")[0])
        of_path[place.path] = of_code[place.code] = stock.create_place(
            place.code,
            PlaceKind(place.kind),
            name=place.name,
            parent=above,
            capacity=_capacity(place),
            walk_order=place.walk_order,
            pickable=place.pickable,
        )
    return of_code


def _capacity(place: Place) -> Capacity:
    return Capacity(
        volume_mm3=place.volume,
        max_weight_g=place.max_weight,
        max_count=place.max_count,
        storage_classes=place.storage_classes,
    )


def _opening_stock(company: Company, places: dict[str, int], at: datetime) -> None:
    skus = {lying.sku for lying in company.stock}
    variants = catalog.variants_by_skus(skus)
    serial = {product.code for product in company.products if product.tracking == "serial"}
    product_of = {variant.sku: variant.product for variant in company.variants}
    source = stock.beyond(PlaceKind.CORRECTION)

    def lot_of(lying: Stock) -> int | None:
        if not lying.lot:
            return None
        return stock.lot_for(
            variants[lying.sku].id,
            lying.lot,
            is_serial=product_of[lying.sku] in serial,
            expires_on=lying.expires_on,
        )

    stock.post(
        Move(
            variant=variants[lying.sku].id,
            lot=lot_of(lying),
            from_place=source,
            to_place=places[lying.place],
            quantity=lying.quantity,
            reason=MoveReason.OPENING,
            occurred_at=at,
        )
        for lying in company.stock
    )


def _deliveries(company: Company) -> None:
    suppliers = {
        supplier.name: warehouse.create_supplier(supplier.name, email=supplier.email, phone=supplier.phone)
        for supplier in company.suppliers
    }
    for delivery in company.deliveries:
        variants = catalog.variants_by_skus({line.sku for line in delivery.lines})
        warehouse.announce_delivery(
            {variants[line.sku].id: line.quantity for line in delivery.lines},
            supplier=suppliers[delivery.supplier],
            expected_on=delivery.expected_on,
            note=delivery.note,
        )
