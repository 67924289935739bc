"""The stream of a customer's private order page: that this one order changed, and nothing else of the company.

Whoever holds the order's link may listen. What is told names no order and no other thing: the page asks for itself.
"""

import re
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from hanmaru.bus.contract import Bus
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.orders import queries as orders
from hanmaru.central.web.listening import Receive, Send, refuse
from hanmaru.central.web.live import stream, told
from hanmaru.kernel.errors import NotFound

ADDRESS: Final = re.compile(r"/o/(\d{1,18})-([A-Za-z0-9_-]{1,64})/live/(\d{1,9})")


class OrderLive:
    """The ASGI application of it, over the bus of the process."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Stream the changes of the order that the address is the key of, until the page goes away."""
        company, key, seen = _parts(scope["path"])
        order = await sync_to_async(_order_of, thread_sensitive=False)(company, key)
        if order is None:
            await refuse(send)
            return

        async def missed() -> bytes:
            """Whether the order took a step after the page was made and before its stream was open."""
            steps = await sync_to_async(_steps_of, thread_sensitive=False)(company, order)
            return b"" if steps == seen else told("orders")

        await stream(self._bus, f"live.{company}.orders.{order}", missed, receive, send)


def _parts(path: str) -> tuple[int, str, int]:
    """The company, the order's key, and how many steps the page shows already."""
    found = ADDRESS.fullmatch(path)
    return (int(found[1]), found[2], int(found[3])) if found else (0, "", 0)


def _order_of(company: int, key: str) -> int | None:
    close_old_connections()
    with acting(company_id=company, user_id=None, source="live"):
        try:
            return orders.order_by_link(key).id
        except NotFound:
            return None


def _steps_of(company: int, order: int) -> int:
    close_old_connections()
    with acting(company_id=company, user_id=None, source="live"):
        return len(orders.steps_of(order))
