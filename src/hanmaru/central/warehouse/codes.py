"""What was scanned, understood: a place, a product, an order, a parcel."""

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.queries import Match
from hanmaru.central.orders import queries as orders
from hanmaru.central.orders.errors import UnknownOrder
from hanmaru.central.orders.queries import OrderCard
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.errors import UnknownThing
from hanmaru.central.stock.queries import PlaceCard
from hanmaru.central.warehouse.errors import NotAPlace, UnknownParcel
from hanmaru.central.warehouse.queries.parcels import ParcelCard, parcel_by_number
from hanmaru.floor.scan import ScannedDocument, ScannedPlace, Unknown, parse

Meaning = PlaceCard | Match | OrderCard | ParcelCard


def meaning_of(code: str) -> Meaning:
    """Whatever the code stands for in this company.

    A code typed by hand may be a place's, an order's or a parcel's number without the letters of our labels.

    Raises:
        UnknownCode, ScanUnreadable, WrongCheckDigit, ForeignTag, TagRetired, MalformedEpc, UnknownEpc, UnknownThing,
        UnknownOrder, UnknownParcel.
    """
    scanned = parse(code)
    if isinstance(scanned, ScannedPlace):
        return stock.place_by_code(scanned.code)
    if isinstance(scanned, ScannedDocument):
        return orders.order_by_number(scanned.number) if scanned.kind == "order" else parcel_by_number(scanned.number)
    if isinstance(scanned, Unknown):
        found = _typed(scanned.text)
        if found is not None:
            return found
    return catalog.match(scanned)


def _typed(text: str) -> Meaning | None:
    for look_up, unknown in (
        (stock.place_by_code, UnknownThing),
        (orders.order_by_number, UnknownOrder),
        (parcel_by_number, UnknownParcel),
    ):
        try:
            return look_up(text)
        except unknown:
            continue
    return None


def place_of(code: str) -> PlaceCard:
    """The place that was scanned. Raises NotAPlace, and as :func:`meaning_of`."""
    scanned = parse(code)
    if isinstance(scanned, ScannedPlace):
        return stock.place_by_code(scanned.code)
    if isinstance(scanned, Unknown):
        return stock.place_by_code(scanned.text)
    raise NotAPlace


def product_of(code: str) -> Match:
    """The product that was scanned. Raises as :func:`hanmaru.central.catalog.queries.match`."""
    return catalog.match(parse(code))
