"""A sorted batch into the database, by a handful of statements.

This is the bulk path beside :func:`hanmaru.central.orders.services.place_order` and ``announce_return``, which take
some ten statements an order. It writes the same rows: the order with its number, total and moment, its lines numbered
from 1, one step "confirmed" at the moment of placing with the actor's name; a return with its lines. A test imports
fifty invoices both ways and compares every column. The tables' constraints, the row-level security and the audit
trail bind both paths alike. What the services check besides holds by construction: variants and customers are made or
found in the same transaction under the same company, quantities and prices are bounded by the rules.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Max

from hanmaru.central.companies.services import next_number
from hanmaru.central.companies.tenancy import current_company_id
from hanmaru.central.orders.models import (
    Channel,
    Order,
    OrderState,
    OrderStep,
    Return,
    ReturnLine,
)
from hanmaru.central.orders.online_retail.known import PREFIX, Known, customer_name
from hanmaru.central.orders.online_retail.lines import RetailLine
from hanmaru.central.orders.online_retail.matching import Bought
from hanmaru.central.orders.online_retail.rules import Rule, of_return
from hanmaru.central.orders.online_retail.sorting import Document, Sorted
from hanmaru.central.orders.services.placing import order_number
from hanmaru.central.orders.services.returning import return_number
from hanmaru.central.orders.services.steps import actor

_INSERT = """
INSERT INTO orders_orderline (company_id, order_id, line_no, variant_id, description, quantity, unit_price,
                              wording, reserved, picked, shipped, cancelled, returned)
SELECT %s, n.*, '', 0, 0, 0, 0, 0
  FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[]) AS n
"""


def write(batch: Sorted, known: Known) -> Counter[str]:
    """Write the batch inside the caller's transaction; rule -> lines."""
    known.learn(batch.goods())
    counts = Counter(rule.value for _raw, rule in batch.refused)
    counts.update(_write_orders(list(batch.orders.values()), known))
    counts.update(_write_returns(list(batch.returns.values()), known))
    return counts


def _write_orders(documents: Sequence[Document], known: Known) -> Counter[str]:
    """Orders that are new; lines that the file brings later for an order written before are added to it."""
    if not documents:
        return Counter()
    ids = [PREFIX + document.invoice for document in documents]
    there = {
        order.external_id: order
        for order in Order.objects.filter(channel=Channel.FILE, external_id__in=ids).annotate(
            last=Max("lines__line_no")
        )
    }
    new = [document for document in documents if PREFIX + document.invoice not in there]
    orders = _new_orders(new, known)
    lines = [
        row for order, document in zip(orders, new, strict=True) for row in _lines(order.pk, document, known, first=1)
    ]
    for document in documents:
        order = there.get(PREFIX + document.invoice)
        if order is not None:
            lines += _lines(order.pk, document, known, first=(order.last or 0) + 1)
            Order.objects.filter(pk=order.pk).update(total=F("total") + _total(document))
    _insert(lines)
    return Counter(str(rule) for document in documents for _line, rule in document.lines)


def _new_orders(documents: Sequence[Document], known: Known) -> list[Order]:
    if not documents:
        return []
    first = next_number("order", len(documents))
    orders = Order.objects.bulk_create(
        _order(document, number, known) for number, document in enumerate(documents, first)
    )
    who = actor()
    OrderStep.objects.bulk_create(
        OrderStep(order=order, state=order.state, at=order.placed_at, **who) for order in orders
    )
    return list(orders)


def _order(document: Document, number: int, known: Known) -> Order:
    head = document.head
    return Order(
        number=order_number(number),
        channel=Channel.FILE,
        external_id=PREFIX + document.invoice,
        state=OrderState.CONFIRMED,
        currency=known.currency,
        total=_total(document),
        placed_at=head.at,
        **recipient(head, known),
    )


def recipient(head: RetailLine, known: Known) -> dict[str, Any]:
    """Customer and address of a document, as far as the file tells."""
    if not head.customer:
        return {"customer_id": None, "ship_to_name": "", "ship_to_address": head.country[:300]}
    return {
        "customer_id": known.customers[head.customer],
        "ship_to_name": customer_name(head.customer),
        "ship_to_address": head.country[:300],
    }


def _lines(order_id: int, document: Document, known: Known, *, first: int) -> Iterable[tuple[Any, ...]]:
    """(order, number, variant, description, quantity, price) of each line."""
    for number, (line, _rule) in enumerate(document.lines, first):
        description = (line.description or line.code)[:200]
        yield (order_id, number, known.variants[line.code], description, line.quantity, line.pence)


def _insert(lines: Sequence[tuple[Any, ...]]) -> None:
    """All lines by one statement: half a million model objects would take longer than all the rest."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [current_company_id(), *map(list, zip(*lines, strict=True))])


def _total(document: Document) -> int:
    return sum(line.quantity * line.pence for line, _rule in document.lines)


def _write_returns(documents: Sequence[Document], known: Known) -> Counter[str]:
    if not documents:
        return Counter()
    bought = Bought((line for document in documents for line, _side in document.lines), known)
    first = next_number("return", len(documents))
    returns = Return.objects.bulk_create(
        Return(
            number=return_number(number),
            customer_id=known.customers[document.head.customer] if document.head.customer else None,
            external_id=PREFIX + document.invoice,
            announced_at=document.head.at,
        )
        for number, document in enumerate(documents, first)
    )
    counts: Counter[str] = Counter()
    rows: list[ReturnLine] = []
    for made, document in zip(returns, documents, strict=True):
        for line, _side in document.lines:
            parts = bought.give_back(line)
            counts[_named(line, parts)] += 1
            rows += [
                ReturnLine(
                    document=made,
                    order_line_id=order_line,
                    variant_id=known.variants[line.code],
                    quantity=pieces,
                    unit_price=line.pence,
                )
                for order_line, pieces in split(line, parts)
            ]
    ReturnLine.objects.bulk_create(rows)
    return counts


def split(line: RetailLine, parts: Sequence[tuple[int, int]]) -> list[tuple[int | None, int]]:
    """(order line or None, pieces): what earlier orders explain, and the rest."""
    rest = -line.quantity - sum(pieces for _line, pieces in parts)
    return [*parts, *([(None, rest)] if rest else [])]


def _named(line: RetailLine, parts: Sequence[tuple[int, int]]) -> Rule:
    return of_return(-line.quantity, sum(pieces for _line, pieces in parts))
