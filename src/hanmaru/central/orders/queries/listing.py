"""Lists of orders, customers and returns, newest first, by keyset: page ten thousand costs what page one does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from hanmaru.central.orders.errors import UnknownCustomer, UnknownOrder
from hanmaru.central.orders.models import Customer, Order, OrderState, Return, ReturnState
from hanmaru.central.orders.queries.cards import OrderCard, card_of

_MOST_FOUND = 1_000  # a search that finds more shows the newest of them


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCard:
    """Who orders."""

    id: int
    name: str
    email: str
    phone: str
    address: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCard:
    """Goods on their way back, or taken back: ``pieces`` in all."""

    id: int
    number: str
    state: ReturnState
    customer_name: str
    reason: str
    announced_at: datetime
    done_at: datetime | None
    actor_name: str
    pieces: int


def orders(
    *,
    state: str = "",
    waiting: bool = False,
    text: str = "",
    customer: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[OrderCard]:
    """Up to ``limit`` orders older than the order ``after``: of a state, back-orders only, found by a text."""
    rows = Order.objects.select_related("customer").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if waiting:
        rows = rows.filter(back_order=True)
    if customer is not None:
        rows = rows.filter(customer_id=customer)
    if text.strip():
        rows = rows.filter(pk__in=_holding(text.strip()))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [card_of(row) for row in rows[:limit]]


def counts_by_state() -> dict[str, int]:
    """State -> orders, every state named."""
    found = dict(Order.objects.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: found.get(state, 0) for state in OrderState.values}


def customers(*, text: str = "", after: int | None = None, limit: int = 50) -> list[CustomerCard]:
    """Up to ``limit`` customers older than ``after`` whose name, phone or e-mail holds the text."""
    rows = Customer.objects.order_by("-pk")
    if text.strip():
        rows = rows.filter(_named(text.strip()))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [_customer(row) for row in rows[:limit]]


def customer_card(customer_id: int) -> CustomerCard:
    """One customer. Raises UnknownCustomer."""
    row = Customer.objects.filter(pk=customer_id).first()
    if row is None:
        raise UnknownCustomer
    return _customer(row)


def returns(*, state: str = "", after: int | None = None, limit: int = 50) -> list[ReturnCard]:
    """Up to ``limit`` returns older than ``after``."""
    rows = _returns().order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [_return(row) for row in rows[:limit]]


def return_card(return_id: int) -> ReturnCard:
    """One return. Raises UnknownOrder."""
    row = _returns().filter(pk=return_id).first()
    if row is None:
        raise UnknownOrder
    return _return(row)


def _returns() -> QuerySet[Any]:
    rows: QuerySet[Any] = Return.objects.select_related("customer").annotate(pieces=Sum("lines__quantity"))
    return rows


def _return(row: Any) -> ReturnCard:
    return ReturnCard(
        id=row.pk,
        number=row.number,
        state=ReturnState(row.state),
        customer_name=row.customer.name if row.customer else "",
        reason=row.reason,
        announced_at=row.announced_at,
        done_at=row.done_at,
        actor_name=row.actor_name,
        pieces=row.pieces or 0,
    )


def _named(text: str) -> Q:
    return Q(name__icontains=text) | Q(phone__contains=text) | Q(email__icontains=text)


def _holding(text: str) -> QuerySet[Any]:
    """Ids of orders by their number's beginning, the number at the place they came from, or who ordered."""
    by_number = Order.objects.filter(number__startswith=text.upper()).order_by("-pk").values("pk")
    elsewhere = Order.objects.filter(Q(external_id=text) | Q(external_id=f"online-retail/{text.upper()}")).values("pk")
    people = Customer.objects.filter(_named(text)).values("pk")
    theirs = Order.objects.filter(customer_id__in=people).order_by("-pk").values("pk")
    return by_number[:_MOST_FOUND].union(elsewhere, theirs[:_MOST_FOUND])


def _customer(row: Customer) -> CustomerCard:
    return CustomerCard(
        id=row.pk, name=row.name, email=row.email, phone=row.phone, address=row.address, country=row.country
    )
