"""The stream of a customer's order page: of this order alone, for whoever holds its link, and it tells nothing else."""

import asyncio
from typing import Any

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


class Page:
    """A customer's end of the stream."""

    def __init__(self, application: Any, path: str) -> None:
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.leave = asyncio.Event()
        scope = {"type": "http", "path": path, "query_string": b"", "headers": []}
        self.task = asyncio.create_task(application(scope, self._receive, self.sent.put))

    async def _receive(self) -> dict[str, Any]:
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.sent.get(), 60)

    async def close(self) -> None:
        self.leave.set()
        await asyncio.wait_for(self.task, 60)


def run(scenario: Any) -> None:
    from hanmaru.bus.memory import MemoryBus
    from hanmaru.central.web.live import speak
    from hanmaru.central.web.order_live import OrderLive

    async def whole() -> None:
        bus = MemoryBus()
        speak(bus)
        try:
            await scenario(OrderLive(bus))
        finally:
            bus.close()

    asyncio.run(whole())


@pytest.fixture
def orders(company: Any, new_variant: Any) -> list[Any]:
    """Two orders of one company."""
    from hanmaru.central.orders.queries import Channel, order_card
    from hanmaru.central.orders.services import LineWanted, place_order

    ring = new_variant()
    return [
        order_card(place_order([LineWanted(variant=ring, quantity=1)], channel=Channel.CLERK)) for _number in range(2)
    ]


def stream_of(company: Any, card: Any, seen: int = 1) -> str:
    return f"/o/{company.company_id}-{card.link_key}/live/{seen}"


def cancel(company: Any, card: Any) -> None:
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.orders.services import cancel as cancel_order

    with acting(company_id=company.company_id, user_id=None):
        cancel_order(card.id, "tried")


def test_the_customer_hears_of_this_order_and_of_no_other(company: Any, orders: list[Any]) -> None:
    mine, other = orders

    async def scenario(application: Any) -> None:
        page = Page(application, stream_of(company, mine))
        assert (await page.next())["status"] == 200
        assert (await page.next())["body"] == b"retry: 1000\n\n"
        await asyncio.to_thread(cancel, company, other)
        assert page.sent.empty()
        await asyncio.to_thread(cancel, company, mine)
        assert (await page.next())["body"] == b'data: {"topic": "orders"}\n\n'
        await page.close()

    run(scenario)


def test_what_happened_before_the_stream_was_open_is_told(company: Any, orders: list[Any]) -> None:
    mine = orders[0]
    cancel(company, mine)

    async def scenario(application: Any) -> None:
        page = Page(application, stream_of(company, mine, seen=1))
        await page.next()
        assert (await page.next())["body"] == b'retry: 1000\n\ndata: {"topic": "orders"}\n\n'
        await page.close()

    run(scenario)


@pytest.mark.parametrize("path", ["/o/{company}-AAAAAAAAAAAAAAAAAAAAAA/live/1", "/o/{other}-{key}/live/1"])
def test_without_the_right_link_there_is_no_stream(
    path: str, company: Any, other_company: Any, orders: list[Any]
) -> None:
    address = path.format(company=company.company_id, other=other_company.company_id, key=orders[0].link_key)

    async def scenario(application: Any) -> None:
        page = Page(application, address)
        assert (await page.next())["status"] == 403
        await asyncio.wait_for(page.task, 60)

    run(scenario)


def test_the_page_names_its_own_stream(company: Any, orders: list[Any], client: Any) -> None:
    page = client.get(f"/o/{company.company_id}-{orders[0].link_key}/").content.decode()
    assert f'data-live-url="{stream_of(company, orders[0])}"' in page
    assert 'data-live="orders"' in page
    assert client.get(stream_of(company, orders[0])).status_code == 204
