"""One suite over every bus: what a page may rely on."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from hanmaru.bus.connect import BadBusUrl, connect
from hanmaru.bus.contract import Bus
from hanmaru.bus.envelope import BadSubject, Envelope, MessageTooLarge
from hanmaru.bus.inbox import CAPACITY
from hanmaru.bus.memory import matches

Connect = Callable[[], Bus]


@pytest.fixture(params=["memory", "nats"])
def bus(request: pytest.FixtureRequest) -> Iterator[Bus]:
    url = "memory:" if request.param == "memory" else request.getfixturevalue("nats_url")
    bus = connect(url)
    yield bus
    bus.close()


async def take(news: AsyncIterator[Envelope], count: int) -> list[Envelope]:
    async with asyncio.timeout(60):
        return [await anext(news) for _ in range(count)]


def test_what_is_published_arrives_whole_and_in_order(bus: Bus) -> None:
    sent = [Envelope("stock.moved", {"sku": "반지-17", "by": n}, company=7) for n in range(200)]

    async def listen() -> list[Envelope]:
        async with bus.subscribe("stock.moved") as news:
            for envelope in sent:
                bus.publish(envelope)
            return await take(news, len(sent))

    assert asyncio.run(listen()) == sent


def test_a_listener_receives_only_what_its_pattern_fits(bus: Bus) -> None:
    async def listen() -> list[str]:
        async with bus.subscribe("live.7.>") as all_news, bus.subscribe("live.*.stock") as stock:
            for subject in ("live.8.order", "live.7", "live.8.stock", "live.7.order", "live.7.stock"):
                bus.publish(Envelope(subject, {}))
            return [one.subject for one in [*await take(all_news, 2), *await take(stock, 2)]]

    assert asyncio.run(listen()) == ["live.7.order", "live.7.stock", "live.8.stock", "live.7.stock"]


def test_every_listener_receives_and_one_that_left_does_not(bus: Bus) -> None:
    async def listen() -> list[str]:
        async with bus.subscribe("a.>") as first:
            async with bus.subscribe("a.>") as second:
                bus.publish(Envelope("a.both", {}))
                heard = [*await take(first, 1), *await take(second, 1)]
            bus.publish(Envelope("a.one", {}))
            return [one.subject for one in [*heard, *await take(first, 1)]]

    assert asyncio.run(listen()) == ["a.both", "a.both", "a.one"]


def test_threads_publish_at_the_same_time(bus: Bus) -> None:
    def publish(thread: int) -> None:
        for n in range(50):
            bus.publish(Envelope(f"t.{thread}", {"n": n}))

    async def listen() -> dict[str, list[object]]:
        threads = [threading.Thread(target=publish, args=[n]) for n in range(4)]
        async with bus.subscribe("t.*") as news:
            for thread in threads:
                thread.start()
            heard: dict[str, list[object]] = {}
            for one in await take(news, 200):
                heard.setdefault(one.subject, []).append(one.payload["n"])
            return heard

    assert asyncio.run(listen()) == {f"t.{n}": list(range(50)) for n in range(4)}


def test_a_listener_that_does_not_keep_up_loses_the_oldest(bus: Bus) -> None:
    async def listen() -> list[Envelope]:
        async with bus.subscribe("fast") as slow, bus.subscribe("fast") as quick:
            for start in range(0, CAPACITY * 2, 500):
                for n in range(start, start + 500):
                    bus.publish(Envelope("fast", {"n": n}))
                await take(quick, 500)
            bus.publish(Envelope("fast", {"n": "last"}))
            await take(quick, 1)
            heard = await take(slow, 1)
            while heard[-1].payload["n"] != "last":  # it may still be on its way to this listener
                heard += await take(slow, 1)
            return heard

    assert len(asyncio.run(listen())) <= CAPACITY + 1


def test_what_can_not_be_sent_is_refused_at_once(bus: Bus) -> None:
    with pytest.raises(BadSubject):
        bus.publish(Envelope("no spaces", {}))
    with pytest.raises(MessageTooLarge):
        bus.publish(Envelope("big", {"text": "가" * 1_000_000}))


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(BadBusUrl, match="http"):
        connect("http://somewhere")


@pytest.mark.parametrize(
    ("pattern", "subject", "fits"),
    [
        ("a.b", "a.b", True),
        ("a.b", "a.b.c", False),
        ("a.*", "a.b", True),
        ("*.b", "a.c", False),
        ("a.>", "a", False),
        ("a.>", "a.b.c", True),
        (">", "a", True),
    ],
)
def test_patterns(pattern: str, subject: str, fits: bool) -> None:  # noqa: FBT001 - a table of cases
    assert matches(pattern, subject) is fits


def test_a_listener_that_leaves_while_it_is_arriving_deafens_nobody(bus: Bus) -> None:
    """A page that is left as soon as it is opened: its stream is cancelled before the server has answered it."""

    async def arrive() -> None:
        async with bus.subscribe("a.>") as news:
            await anext(news)

    async def listen() -> list[str]:
        for turns in range(30):
            leaving = asyncio.create_task(arrive())
            for _turn in range(turns % 6):
                await asyncio.sleep(0.0005)
            leaving.cancel()
        async with bus.subscribe("a.>") as news:
            bus.publish(Envelope("a.after", {}))
            return [one.subject for one in await take(news, 1)]

    assert asyncio.run(listen()) == ["a.after"]
