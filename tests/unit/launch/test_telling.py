"""What a process without pages changes is told to open pages."""

import asyncio
from typing import Any

import pytest

from hanmaru.bus.connect import connect
from hanmaru.launch.telling import telling_pages

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_a_command_changes_reaches_the_bus_of_the_pages(nats_url: str, company: Any) -> None:
    from hanmaru.central.companies.live import changed

    def command() -> None:
        with telling_pages({"HANMARU_BUS_URL": nats_url}):
            changed("orders")

    async def listen() -> str:
        bus = connect(nats_url)
        try:
            async with bus.subscribe(f"live.{company.company_id}.*") as news:
                await asyncio.to_thread(command)
                return (await asyncio.wait_for(anext(news), 60)).subject
        finally:
            bus.close()

    assert asyncio.run(listen()) == f"live.{company.company_id}.orders"
