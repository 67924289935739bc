"""Every product of the demo gets its photo, by the service that takes people's uploads."""

from collections.abc import Iterator
from pathlib import Path

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.catalog.services import add_photo
from hanmaru.central.demo.jewellery import JEWELLERY
from hanmaru.central.demo.materials import MATERIALS, NEIGHBOUR_GOODS
from hanmaru.central.demo.pictures.drawing import picture
from hanmaru.central.demo.shoes import SHOES

_CODES = {product.code for product in (*JEWELLERY, *SHOES, *MATERIALS, *NEIGHBOUR_GOODS)}


def missing() -> list[catalog.ProductRow]:
    """The demo's products of the acting company that have no photo yet."""
    return [row for row in _rows() if row.code in _CODES and not row.photo]


def add(folder: Path) -> None:
    """Give each its photo, in the order in which they are drawn."""
    for row in sorted(missing(), key=lambda row: row.id):
        add_photo(row.id, picture(folder, row.code), alt=row.name)


def _rows() -> Iterator[catalog.ProductRow]:
    after = None
    while rows := catalog.product_rows(after=after):
        yield from rows
        after = rows[-1].id
