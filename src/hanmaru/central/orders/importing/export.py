"""The company's orders as a sheet: the columns that the import reads, and where each order stands."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.orders import queries
from hanmaru.central.orders.importing.columns import columns
from hanmaru.central.sheets.cells import Cell
from hanmaru.kernel.money import Money

_PAGE = 500


def header(*, english: bool = False) -> list[str]:
    """The names of the columns."""
    heads = [column.english if english else column.korean for column in columns()]
    return [*heads, _("State"), _("Placed"), _("Shipped"), _("Returned")]


def rows(*, state: str = "", text: str = "") -> Iterator[list[Cell]]:
    """One row a line, newest orders first; fetched page by page as they are taken."""
    after: int | None = None
    while page := queries.orders(state=state, text=text, after=after, limit=_PAGE):
        after = page[-1].id
        lines = queries.lines_of_orders(card.id for card in page)
        cards = catalog.variant_cards({line.variant for of in lines.values() for line in of})
        for card in page:
            for line in lines.get(card.id, ()):
                yield _row(card, line, cards.get(line.variant))


def _row(order: queries.OrderCard, line: queries.LineCard, card: catalog.VariantCard | None) -> list[Cell]:
    price = Money(line.unit_price, order.currency).major
    return [
        order.number,
        card.sku if card else "",
        line.quantity,
        int(price) if price == int(price) else price,
        line.wording,
        order.ship_to_name or order.customer_name,
        order.ship_to_phone,
        order.ship_to_address,
        order.note,
        order.state_words,
        f"{order.placed_at:%Y-%m-%d %H:%M}",
        line.shipped,
        line.returned,
    ]


def template_rows() -> list[list[Cell]]:
    """Two rows of one order, to show what is meant."""
    to = ["홍길동", "010-0000-0000", "서울 성동구 성수이로 1"]
    return [
        ["A-1001", "RING-01-15-S", 1, 68000, "S ♥ J", *to, "문 앞에 놓아 주세요"],
        ["A-1001", "BOX-GIFT", 1, "", "", *to, ""],
    ]
