"""What plants tell arrives in the tables: once, in the right company, whatever else comes."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from hanmaru.bus.floor_streams import EVENTS, floor_streams
from hanmaru.bus.memory_streams import MemoryStreams

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def site(company):
    from hanmaru.central.plant.services import add_site

    return add_site("mill", "성수 공장")


def told(words):
    return json.dumps(
        {"kind": "lost", "words": words, "at": NOON.isoformat(), "source": "press-1", "data": {}}
    ).encode()


def words_of(company, site):
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.plant import queries

    with acting(company_id=company.company_id, user_id=company.user_id):
        return [event.words for event in queries.events(site.pk, NOON, NOON + timedelta(seconds=1))]


async def until(holds):
    async with asyncio.timeout(60):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - a row of a database tells nobody that it came
            await asyncio.sleep(0.02)


def run(work, scenario):
    """Let the intake work beside a scenario."""

    async def whole():
        streams = MemoryStreams()
        for shape in floor_streams(16):
            await streams.ensure(shape)
        working = asyncio.create_task(work(streams))
        try:
            await scenario(streams)
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
            await streams.close()

    asyncio.run(whole())


def test_events_are_kept_once_and_what_is_none_holds_nothing_up(company, site):
    from hanmaru.central.intake import hear_events

    async def scenario(streams):
        for number, data in enumerate((told("lost"), b"{", told("elsewhere"), told("back"))):
            name = "nowhere" if b"elsewhere" in data else "mill"
            await streams.append(f"floor.{name}.events.press-1", data, message_id=f"press-1:1:{number}")
        await until(lambda: len(words_of(company, site)) == 2)
        assert await (await streams.consumer(EVENTS, "central")).pending() == 0

    run(hear_events, scenario)
    assert sorted(words_of(company, site)) == ["back", "lost"]


def test_an_event_that_was_written_before_its_acknowledgement_was_lost_stands_there_once(company, site):
    from hanmaru.bus.streams import Delivered
    from hanmaru.central.intake import _keep

    again = [Delivered("floor.mill.events.press-1", told("lost"), sequence=7, deliveries=1)]
    _keep(again)
    _keep(again)
    assert words_of(company, site) == ["lost"]


def test_a_change_of_the_registry_reaches_the_tables(company, site):
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.intake import listen
    from hanmaru.central.plant import queries

    def names():
        with acting(company_id=company.company_id, user_id=company.user_id):
            return [source.name for source in queries.sources(site.pk)]

    async def scenario(streams):
        bucket = await streams.bucket("plant-mill")
        source = json.dumps({"protocol": "modbus", "config": {}, "enabled": True}).encode()
        await bucket.put("sources.press-1", source)
        await until(lambda: names() == ["press-1"])
        await bucket.put("sources.press-2", source)
        await until(lambda: names() == ["press-1", "press-2"])
        await bucket.delete("sources.press-1")
        await until(lambda: names() == ["press-2"])

    run(listen, scenario)


def test_an_event_that_no_row_can_hold_does_not_come_again_for_ever(company, site):
    from hanmaru.bus.streams import Delivered
    from hanmaru.central.intake import _keep

    odd = [{"at": "0001-01-01T00:00:00+09:00"}, {"at": "2026-11-21T12:00:00"}, {"words": "\0"}, {"words": "\ud800"}]
    told_odd = [json.dumps({**json.loads(told("odd")), **one}).encode() for one in odd]
    whole = [*told_odd, b"[]", b"[" * 100_000, told("good").replace(b'"data": {}', b'"data": {"s": NaN}')]
    _keep([Delivered("floor.mill.events.press-1", data, sequence=at, deliveries=1) for at, data in enumerate(whole)])
    assert words_of(company, site) == ["good"]
