"""The stream of a plant page: values of the page's own company, those too that came while nobody listened."""

import asyncio
import json

import pytest

from tests.unit.central.plant.conftest import NOON, readings
from tests.unit.central.web.stream_page import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(company):
    from hanmaru.central.plant.services import add_site

    return add_site("mill", "성수 공장")


def cookie_of(client):
    return f"sessionid={client.cookies['sessionid'].value}".encode()


def run(scenario):
    from hanmaru.central.web.values import Values

    async def whole():
        values = Values()
        values.begin()
        try:
            await scenario(values)
        finally:
            await values.close()

    asyncio.run(whole())


async def answering(streams, answer):
    """Answer the questions to the history of the site."""
    async with streams.serve("floor.mill.ask.historian") as questions:
        async for question in questions:
            await question.answer(answer(json.loads(question.data)))


def test_a_page_that_listens_anew_is_told_what_came_meanwhile(company, site, client_of):
    cookie = cookie_of(client_of(company))

    async def scenario(values):
        historian = asyncio.create_task(
            answering(values._streams, lambda asked: readings(*((tag, 0, 7.5, 0) for tag in asked["tags"])))
        )
        await asyncio.sleep(0)
        page = Page(values, "/plant/live", cookie, b"site=mill&tags=1,99999999999,4294967296")
        assert (await page.next())["status"] == 200
        assert b"retry" in (await page.next())["body"]
        told = json.loads((await page.next())["body"].removeprefix(b"data: "))
        assert told["values"] == {"1": [NOON.timestamp() * 1000, 7.5, 0]}
        await page.close()
        historian.cancel()
        await asyncio.gather(historian, return_exceptions=True)

    run(scenario)


def test_another_company_s_site_is_not_told(company, site, other_company, client_of):
    cookie = cookie_of(client_of(other_company))

    async def scenario(values):
        page = Page(values, "/plant/live", cookie, b"site=mill&tags=1")
        assert (await page.next())["status"] == 403
        await page.close()

    run(scenario)


def test_a_stream_ends_so_that_who_has_left_is_refused_when_the_page_asks_anew(company, site, client_of, monkeypatch):
    from hanmaru.central.web import values as module

    client = client_of(company)
    cookie = cookie_of(client)
    monkeypatch.setattr(module, "LONGEST", 0.05)

    async def scenario(values):
        page = Page(values, "/plant/live", cookie, b"site=mill&tags=1")
        assert (await page.next())["status"] == 200
        await asyncio.wait_for(page.task, 60)
        await asyncio.to_thread(client.logout)
        again = Page(values, "/plant/live", cookie, b"site=mill&tags=1")
        assert (await again.next())["status"] == 403
        await again.close()

    run(scenario)
