"""What a person opens in a company: every page that answers a GET, and the lists deep in and searched."""

from collections.abc import Iterator
from typing import Any

from tests.isolation.addresses import NAMED, PLAIN, SLUG, Page, model_of, pages

DEEP: dict[str, tuple[str, ...]] = {
    "catalog:list": ("q=ring of day 1", "q=P1", "q=nothing at all", "after={}", "state=archived"),
    "stock:list": ("q=ring of day 1", "q=P1-3", "q=nothing at all", "after={}"),
    "stock:moves": ("after={}", "reason=ship", "reason=damage"),
    "orders:list": (
        "q=Recipient",
        "q=O0000",
        "q=nothing at all",
        "after={}",
        *(f"state={state}" for state in ("draft", "reserved", "shipped", "cancelled")),
        "waiting=1",
    ),
    "orders:find_products": ("find=ring",),
    "orders:find_customers": ("name=Customer 7",),
    "orders:customers": ("q=Customer 7", "q=nothing at all", "after={}"),
    "orders:shop": ("q=ring",),
    "warehouse:deliveries": ("open=1", "after={}"),
    "warehouse:parcels": ("here=1", "after={}"),
    "warehouse:pick_lists": ("live=1", "after={}"),
    "companies:trail": ("after={}",),
    "plant:tags": ("q=temperature", "q=nothing at all", "after=1"),
    "plant:trend": ("tags=1,2,3", "q=temperature"),
}
"""Queries of lists; ``{}`` is filled with an id in the middle of the table that the list shows."""

LISTED = {
    "catalog:list": "catalog.Product",
    "stock:list": "catalog.Variant",
    "stock:moves": "stock.StockMove",
    "orders:list": "orders.Order",
    "orders:customers": "orders.Customer",
    "warehouse:deliveries": "warehouse.Delivery",
    "warehouse:parcels": "warehouse.Parcel",
    "warehouse:pick_lists": "warehouse.PickList",
    "companies:trail": "companies.AuditEntry",
}
"""The table that a list with ``after`` shows."""

FILES = ("export", ".pdf", "labels", "template", "refused")
"""Names of pages whose answer is a file of everything asked for: they may take long."""


def rows_of(blank: str, company: Any) -> list[Any]:
    """What may stand for a blank: the first, a middle and the last row of the model it names."""
    if blank in PLAIN:
        return [PLAIN[blank]]
    if blank == "company_id":
        return [company.pk]
    if blank == SLUG:
        return [company.slug]
    if blank in NAMED:
        label, field = NAMED[blank]
        return few_of(label, field)
    named = model_of(blank)
    return few_of(named) if named else []


def few_of(label: str, field: str = "pk") -> list[Any]:
    """A field of the first, a middle and the last row of a model: its id, if no other is named."""
    from django.apps import apps

    rows = apps.get_model(label).objects.order_by("pk")
    first, last = rows.first(), rows.last()
    if first is None or last is None:
        return []
    middle = rows.filter(pk__gte=(first.pk + last.pk) // 2).first()
    return list(dict.fromkeys(getattr(row, field) for row in (first, middle, last)))


def addresses(company: Any) -> Iterator[tuple[str, str]]:
    """Name and address of every page, a few for each page that shows one thing of many."""
    for page in pages():
        if any(part in page.name or part in page.template for part in FILES):
            continue
        for filled in _filled(page, company):
            yield page.name, filled
            for query in DEEP.get(page.name, ()):
                rows = few_of(LISTED[page.name]) if "{}" in query else []
                middle = rows[len(rows) // 2] if rows else 1
                yield f"{page.name}?{query.split('=')[0]}", f"{filled}?{query.format(middle)}"


def _filled(page: Page, company: Any) -> list[str]:
    """The address with every blank filled: the last rows together, and each of the others of the last blank."""
    if not page.blanks:
        return [page.template]
    choices = {blank: rows_of(blank, company) for blank in page.blanks}
    if not all(choices.values()):
        return []
    fixed = {blank: values[-1] for blank, values in choices.items()}
    last = page.blanks[-1]
    return [page.template.format(**{**fixed, last: value}) for value in choices[last]]
