"""Customers, and orders brought to the states they have come to."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hanmaru.central.catalog import queries as catalog
from hanmaru.central.demo.records import Company, Order
from hanmaru.central.demo.seeding.calendar import as_of
from hanmaru.central.orders import queries as orders
from hanmaru.central.orders import services
from hanmaru.central.orders.queries import Channel
from hanmaru.central.orders.services import LineWanted, ShipTo
from hanmaru.central.stock import queries as stock
from hanmaru.central.warehouse import queries as work
from hanmaru.central.warehouse import services as warehouse

Act = Callable[[], AbstractContextManager[Any]]
_BEYOND_RESERVED = ("reserved", "picking", "packed", "shipped", "returned")
_PICKED = ("packed", "shipped", "returned")
_CARRIER = "예시택배"


def make(company: Company, now: datetime, *, sells: Act, works: Act) -> None:
    """Place every order and bring it where it is; `sells` and `works` say who does it."""
    with sells():
        customers = {
            customer.name: services.save_customer(
                name=customer.name, email=customer.email, phone=customer.phone, address=customer.address
            )
            for customer in company.customers
        }
        skus = {line.sku for order in company.orders for line in order.lines}
        variants = {sku: card.id for sku, card in catalog.variants_by_skus(skus).items()}
    people = {customer.name: customer for customer in company.customers}
    picking = [order for order in company.orders if order.state == "picking"]
    for order in company.orders:
        person = people[order.customer]
        ship_to = ShipTo(name=person.name, phone=person.phone, address=person.address, note=order.note)
        story = _Story(order, now, sells, works)
        story.place(customers[order.customer], ship_to, variants)
        story.go_on(half_picked=order in picking[1:])


@dataclass
class _Story:
    """What happens to one order, hour by hour and not beyond now."""

    order: Order
    now: datetime
    sells: Act
    works: Act
    id: int = 0

    def place(self, customer: int, ship_to: ShipTo, variants: dict[str, int]) -> None:
        """Take the order."""
        lines = [
            LineWanted(variant=variants[line.sku], quantity=line.quantity, wording=line.wording)
            for line in self.order.lines
        ]
        with self.sells(), self._after(0):
            self.id = services.place_order(
                lines,
                channel=Channel(self.order.channel),
                customer=customer,
                ship_to=ship_to,
                external_id=f"demo-{self.order.number}",
                placed_at=self.order.placed_at,
                confirmed=self.order.state != "draft",
            )

    def go_on(self, *, half_picked: bool) -> None:
        """Bring it to its state."""
        state = self.order.state
        if state == "cancelled":
            with self.sells(), self._after(2):
                services.cancel(self.id, "고객 요청")
            return
        if state in _BEYOND_RESERVED or (state == "confirmed" and self._lacks()):
            with self.sells(), self._after(1):
                services.reserve_order(self.id)
        if state == "picking" or state in _PICKED:
            with self.works(), self._after(3):
                self._pick(only_first=half_picked)
        if state in _PICKED:
            self._send()

    def _lacks(self) -> bool:
        """Whether the order wants what is not there: then it shows a back-order."""
        with self.sells():
            wanted = orders.lines_of(self.id)
            there = stock.figures([line.variant for line in wanted])
            return any(line.variant not in there or not there[line.variant].free for line in wanted)

    def _pick(self, *, only_first: bool) -> None:
        pick_list = warehouse.make_pick_list([self.id])
        warehouse.take_pick_list(pick_list)
        tasks = [(task.id, task.quantity) for task in work.tasks_of(pick_list)]
        if only_first:
            tasks = tasks[: len(tasks) // 2]
        if tasks:
            warehouse.pick_many(tasks, occurred_at=self._moment(3))

    def _send(self) -> None:
        with self.works(), self._after(4):
            boxes = {box.name: box for box in work.boxes()}
            warehouse.pack(self.id, [_contents(self.id, boxes)])
        if self.order.state == "packed":
            return
        with self.works(), self._after(7):
            shipped = warehouse.ship(self.id, carrier=_CARRIER, at=self._moment(7))
        if self.order.state == "returned":
            with self.works(), self._after(24 * 6):
                back = {line.id: line.shipped for line in orders.lines_of(self.id)}
                place = self._picked_from()
                services.take_back(shipped.order, back, place, reason="사이즈가 맞지 않음", at=self._moment(24 * 6))

    def _picked_from(self) -> int:
        """The bin that the first goods came from: they go back there."""
        return stock.moved_for(services.DOCUMENT, self.id)[0].from_place

    def _moment(self, hours: int) -> datetime:
        return min(self.order.placed_at + timedelta(hours=hours), self.now)

    def _after(self, hours: int) -> AbstractContextManager[None]:
        return as_of(self._moment(hours))


def _contents(order_id: int, boxes: dict[str, Any]) -> warehouse.Contents:
    """All of the order in one box that is large enough for shoes, or a small one for what is not shoes."""
    waiting = work.to_pack(order_id)
    cards = catalog.variant_cards({one.variant for one in waiting})
    longest = max(cards[one.variant].length_mm or 0 for one in waiting)
    box = boxes["소형 1호" if longest < 200 else "대형 5호"]
    items = tuple(warehouse.Content(line=one.line, quantity=one.quantity, lot=one.lot) for one in waiting)
    return warehouse.Contents(items=items, box=box.id)
