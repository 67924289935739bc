"""The live stream: a change made anywhere in the company is told within a moment, and to nobody else."""

import asyncio
import time

import pytest

from tests.unit.central.web.stream_page import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cookie(company, client_of):
    return f"sessionid={client_of(company).cookies['sessionid'].value}".encode()


def run(scenario):
    from hanmaru.central.web.live import Live

    async def whole():
        live = Live()
        live.begin()
        await asyncio.sleep(0)
        try:
            await scenario(live)
        finally:
            live.close()

    asyncio.run(whole())


def tell(company, topic="stock"):
    from hanmaru.central.companies.live import changed
    from hanmaru.central.companies.tenancy import Acting, _acting

    token = _acting.set(Acting(company_id=company))
    try:
        changed(topic)
    finally:
        _acting.reset(token)


def test_a_change_is_told_to_the_company_s_pages(company, cookie):
    async def scenario(live):
        page = Page(live, "/live", cookie)
        assert (await page.next())["status"] == 200
        assert b"retry" in (await page.next())["body"]
        await asyncio.to_thread(tell, company.company_id)
        assert (await page.next())["body"] == b'data: {"topic": "stock"}\n\n'
        await page.close()

    run(scenario)


def test_another_company_hears_nothing(company, cookie, other_company):
    async def scenario(live):
        page = Page(live, "/live", cookie)
        await page.next()
        await page.next()
        await asyncio.to_thread(tell, other_company.company_id, "orders")
        await asyncio.to_thread(tell, company.company_id, "stock")
        assert b"stock" in (await page.next())["body"]
        await page.close()

    run(scenario)


def test_what_changed_while_the_page_was_on_its_way_is_told(company, cookie):
    async def scenario(live):
        made = int(time.time())
        await asyncio.to_thread(tell, company.company_id)
        while not live._latest:  # noqa: ASYNC110 -- the hub has no event for tests
            await asyncio.sleep(0.01)
        page = Page(live, "/live", cookie, f"since={made}".encode())
        await page.next()
        assert b'{"topic": "stock"}' in (await page.next())["body"]
        await page.close()

    run(scenario)


def test_a_stranger_gets_no_stream(company):
    async def scenario(live):
        page = Page(live, "/live", b"sessionid=nonsense")
        assert (await page.next())["status"] == 403
        await asyncio.wait_for(page.task, 60)

    run(scenario)


def test_a_topic_is_told_once_a_transaction_and_not_for_what_was_undone(company, monkeypatch):
    from django.db import transaction

    from hanmaru.central.companies.live import changed

    told = []
    monkeypatch.setattr("hanmaru.central.companies.live._publishers", [lambda _company, topic: told.append(topic)])
    with transaction.atomic():
        changed("stock", "orders")
        changed("stock")
        with transaction.atomic():
            changed("picks")
            transaction.set_rollback(True)
    assert told == ["stock", "orders"]
