"""Goods come back: announced by a return, then taken back to a place or scrapped."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.companies.live import changed
from hanmaru.central.companies.services import next_number
from hanmaru.central.orders.errors import (
    FigureImpossible,
    NoLines,
    QuantityImpossible,
    ReturnDone,
    UnknownLine,
    UnknownOrder,
    UnknownVariant,
)
from hanmaru.central.orders.models import Order, OrderLine, OrderState, Return, ReturnLine, ReturnState
from hanmaru.central.orders.services.clock import now
from hanmaru.central.orders.services.figures import change_lines
from hanmaru.central.orders.services.placing import MOST_PIECES, check_customer
from hanmaru.central.orders.services.steps import DOCUMENT, actor, enter, lines_of, lock_all, locked, require
from hanmaru.central.stock import queries as stock
from hanmaru.central.stock.errors import CannotHold
from hanmaru.central.stock.services import Move, MoveReason, PlaceKind, beyond, post


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnWanted:
    """So many pieces come back: of an order's line, or else of a variant. ``unit_price`` is paid back a piece."""

    variant: int
    quantity: int
    order_line: int | None = None
    unit_price: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.quantity <= MOST_PIECES:
            raise QuantityImpossible(quantity=self.quantity, most=MOST_PIECES)


@dataclass(slots=True)
class _Source:
    """Which lots of a variant an order still has at the customer: lot -> pieces."""

    lots: dict[tuple[int, int | None], int] = field(default_factory=lambda: defaultdict(int))


def return_number(number: int) -> str:
    """How the nth return of a company is called."""
    return f"R-{number:06d}"


@transaction.atomic
def announce_return(
    lines: Sequence[ReturnWanted],
    *,
    customer: int | None = None,
    reason: str = "",
    external_id: str = "",
    announced_at: datetime | None = None,
) -> int:
    """Goods are on their way back; the id of the return. The same ``external_id`` is the same return.

    Raises:
        NoLines, UnknownVariant, UnknownCustomer, UnknownLine.
    """
    if external_id and (known := Return.objects.filter(external_id=external_id).first()):
        return int(known.pk)
    if not lines:
        raise NoLines
    check_customer(customer)
    variants = {line.variant for line in lines}
    if missing := variants - catalog.variant_cards(variants).keys():
        raise UnknownVariant(what=min(missing))
    _check_lines(lines)
    document = Return.objects.create(
        number=return_number(next_number("return")),
        customer_id=customer,
        reason=reason[:200],
        external_id=external_id,
        announced_at=announced_at or now(),
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(
            document=document,
            order_line_id=line.order_line,
            variant_id=line.variant,
            quantity=line.quantity,
            unit_price=line.unit_price,
        )
        for line in lines
    )
    changed("orders")
    return int(document.pk)


def take_back(
    order_id: int, pieces: Mapping[int, int], to_place: int | None, *, reason: str = "", at: datetime | None = None
) -> int:
    """Take back shipped goods, line id -> pieces, to a place, or to scrap (None); the id of the return.

    Raises:
        UnknownOrder, UnknownLine; WrongState: nothing was shipped; FigureImpossible: more than was shipped.
    """
    with transaction.atomic():
        order = locked(order_id)
        lines = {line.pk: line for line in lines_of(order)}
        for line in pieces:
            if line not in lines:
                raise UnknownLine(line=line)
        if not any(line.shipped for line in lines.values()):
            require(order, OrderState.SHIPPED, wish=_("Take goods back"))
        document = announce_return(
            [
                ReturnWanted(
                    variant=lines[line].variant_id,
                    quantity=count,
                    order_line=line,
                    unit_price=lines[line].unit_price,
                )
                for line, count in pieces.items()
            ],
            customer=order.customer_id,
            reason=reason,
            announced_at=at,
        )
        receive_return(document, to_place, at=at)
    return document


@transaction.atomic
def receive_return(return_id: int, to_place: int | None, *, at: datetime | None = None) -> None:
    """An announced return has come: its goods lie at a place, or are scrapped (None).

    Orders all of whose shipped goods are back, and that wait for nothing, become returned.

    Raises:
        UnknownOrder: no such return; ReturnDone; FigureImpossible: more than was shipped.
    """
    if to_place is not None and not (place := stock.place_card(to_place)).holds_stock:
        raise CannotHold(places=place.code)
    document = Return.objects.select_for_update(no_key=True).filter(pk=return_id).first()
    if document is None:
        raise UnknownOrder
    if document.state == ReturnState.DONE:
        raise ReturnDone(number=document.number)
    rows = list(document.lines.select_related("order_line"))
    orders = lock_all(row.order_line.order_id for row in rows if row.order_line)
    pieces: dict[int, int] = defaultdict(int)
    for row in rows:
        if row.order_line_id:
            pieces[row.order_line_id] += row.quantity
    change_lines("take_back", pieces)
    post(_moves(document, rows, to_place, at))
    document.lines.update(scrapped=to_place is None)
    document.state = ReturnState.DONE
    document.done_at = at or now()
    document.actor_id, document.actor_name, _device = actor().values()
    document.save()
    for order in orders.values():
        _conclude(order, at, document)
    changed("orders", "stock")


def _check_lines(lines: Sequence[ReturnWanted]) -> None:
    """The order lines named are ours, of the variant said, and no more comes back than was ordered."""
    wanted: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.order_line is not None:
            wanted[line.order_line] += line.quantity
    known = {row.pk: row for row in OrderLine.objects.filter(pk__in=list(wanted))}
    for line in lines:
        if line.order_line is None:
            continue
        row = known.get(line.order_line)
        if row is None or row.variant_id != line.variant:
            raise UnknownLine(line=line.order_line)
        if wanted[line.order_line] > row.quantity - row.cancelled - row.returned:
            raise FigureImpossible(line=line.order_line, wanted=wanted[line.order_line])


def _moves(document: Return, rows: list[ReturnLine], to_place: int | None, at: datetime | None) -> list[Move]:
    """From the customer to the place, each lot that went out with the order first come first."""
    customer = beyond(PlaceKind.CUSTOMER)
    target = to_place if to_place is not None else beyond(PlaceKind.SCRAP)
    sources: dict[int, _Source] = {}
    moves = []
    for row in rows:
        order_id = row.order_line.order_id if row.order_line else None
        lots: list[tuple[int | None, int]] = [(None, row.quantity)]
        if order_id is not None:
            if order_id not in sources:
                sources[order_id] = _at_customer(order_id)
            lots = _pick_lots(sources[order_id], row)
        moves += [
            Move(
                variant=row.variant_id,
                lot=lot,
                from_place=customer,
                to_place=target,
                quantity=count,
                reason=MoveReason.RETURN,
                note=document.reason,
                document_kind=DOCUMENT if order_id else "return",
                document_id=order_id or document.pk,
                occurred_at=at,
                key=f"return-{row.pk}-{lot or 0}",
            )
            for lot, count in lots
        ]
    return moves


def _at_customer(order_id: int) -> _Source:
    source = _Source()
    for move in stock.moved_for(DOCUMENT, order_id):
        if move.to_kind == PlaceKind.CUSTOMER:
            source.lots[move.variant, move.lot] += move.quantity
        elif move.from_kind == PlaceKind.CUSTOMER:
            source.lots[move.variant, move.lot] -= move.quantity
    return source


def _pick_lots(source: _Source, row: ReturnLine) -> list[tuple[int | None, int]]:
    missing, taken = row.quantity, []
    for (variant, lot), count in source.lots.items():
        part = min(missing, count) if variant == row.variant_id else 0
        if part > 0:
            taken.append((lot, part))
            source.lots[variant, lot] -= part
            missing -= part
    if missing:
        raise FigureImpossible(line=row.order_line_id, wanted=row.quantity)
    return taken


def _conclude(order: Order, at: datetime | None, document: Return) -> None:
    """All that was shipped is back and nothing is to follow: the order is returned."""
    lines = lines_of(order)
    open_pieces = sum(line.quantity - line.cancelled - line.shipped for line in lines)
    away = sum(line.shipped - line.returned for line in lines)
    if not open_pieces and not away and order.state != OrderState.RETURNED:
        enter(order, OrderState.RETURNED, at=at, note=document.reason)
