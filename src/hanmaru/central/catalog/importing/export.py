"""The company's products as a sheet: the same columns as the import reads, so that it can be changed and sent back."""

from collections.abc import Iterator
from dataclasses import dataclass

from hanmaru.central.catalog import queries
from hanmaru.central.catalog.importing.columns import columns
from hanmaru.central.sheets.cells import Cell
from hanmaru.kernel.money import Money

_TRACKING_WORDS = {"none": "안 함", "lot": "로트", "serial": "시리얼"}


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows."""

    header: list[str]
    rows: Iterator[list[Cell]]


def table(currency: str, *, english: bool = False) -> Table:
    """All variants on sale, product by product, oldest first; rows are fetched as they are taken."""
    options = queries.option_names()
    heads = [column.english if english else column.korean for column in columns()]
    word = "Option: {}" if english else "옵션:{}"
    header = [*heads[:3], *(word.format(name) for name in options), *heads[3:]]
    return Table(header, _rows(options, currency))


def _rows(options: list[str], currency: str) -> Iterator[list[Cell]]:
    for page in queries.variant_pages():
        values = queries.values_of(card.id for card in page)
        products = queries.product_texts({card.product_id for card in page})
        for card in page:
            code, name_en, description = products[card.product_id]
            chosen = dict(values.get(card.id, ()))
            price = Money(card.price, currency).major
            yield [
                code, card.name, card.sku, *(chosen.get(name, "") for name in options),
                int(price) if price == int(price) else price, card.gtin_printed, card.weight_g, card.width_mm,
                card.length_mm, card.height_mm, card.storage_class, _TRACKING_WORDS[card.tracking],
                "예" if card.has_expiry else "아니요", name_en, description,
            ]  # fmt: skip


def template_rows() -> list[list[Cell]]:
    """Two rows to show what is meant."""
    ring = ["RING-01", "물결 은반지"]
    rest = ["금고", "안 함", "아니요", "Wave ring", "두드려 만든 반지"]
    return [
        [*ring, "RING-01-15-S", "15호", "은", 68000, "", 6, 60, 60, 40, *rest],
        [*ring, "RING-01-17-S", "17호", "은", 68000, "", 6, 60, 60, 40, *rest],
    ]


def template_header() -> list[str]:
    """The header of the template, with two options."""
    heads = [column.korean for column in columns()]
    return [*heads[:3], "옵션:크기", "옵션:금속", *heads[3:]]
