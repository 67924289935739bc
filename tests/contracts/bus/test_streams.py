"""One suite over every implementation of streams: what a producer and a consumer may rely on."""

import asyncio
from uuid import uuid4

import pytest

from hanmaru.bus.connect import BadBusUrl, connect_streams
from hanmaru.bus.envelope import BadSubject, MessageTooLarge
from hanmaru.bus.streams import (
    LARGEST_MESSAGE,
    Delivered,
    News,
    NoSuchStream,
    NotAcknowledged,
    StreamFull,
    Streams,
    StreamShape,
)
from tests.contracts.bus.conftest import Play
from tests.contracts.bus.waiting import becomes


def shape(**changes: object) -> StreamShape:
    """A stream of its own for each test: they share one server."""
    name = f"T{uuid4().hex[:8]}"
    given: dict[str, object] = {"name": name, "subjects": (f"t.{name}.>",), "max_bytes": 10_000_000}
    return StreamShape(**{**given, **changes})  # type: ignore[arg-type]


def subject(one: StreamShape, word: str = "a") -> str:
    return f"t.{one.name}.{word}"


def test_what_was_stored_comes_whole_in_order_until_it_is_acknowledged(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape()
        await streams.ensure(mine)
        for n in range(250):
            stored = await streams.append(
                subject(mine), f"반지 {n}".encode(), message_id=f"a:1:{n}", headers={"Hanmaru-Rows": str(n)}
            )
            assert (stored.stream, stored.sequence, stored.duplicate) == (mine.name, n + 1, False)
        consumer = await streams.consumer(mine.name, "reader")
        assert await consumer.pending() == 250
        got = []
        while len(got) < 250:
            batch = await consumer.pull(100, 1)
            assert 0 < len(batch) <= 100
            await consumer.acknowledge(batch)
            got += batch
        assert [one.data.decode() for one in got] == [f"반지 {n}" for n in range(250)]
        assert [one.headers["Hanmaru-Rows"] for one in got] == [str(n) for n in range(250)]
        assert [one.sequence for one in got] == list(range(1, 251))
        assert {one.deliveries for one in got} == {1}
        assert await consumer.pending() == 0
        assert await consumer.pull(1, 0.05) == []

    play(story)


def test_a_message_sent_again_is_stored_once(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape()
        await streams.ensure(mine)
        first = await streams.append(subject(mine), b"1", message_id="a:1:1")
        again = await streams.append(subject(mine), b"1", message_id="a:1:1")
        assert (again.sequence, first.duplicate, again.duplicate) == (first.sequence, False, True)
        consumer = await streams.consumer(mine.name, "reader")
        assert [one.data for one in await consumer.pull(10, 1)] == [b"1"]

    play(story)


def test_a_full_stream_refuses_and_keeps_what_it_has(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape(max_bytes=200_000)
        await streams.ensure(mine)
        kept = await _fill(streams, mine)
        assert 10 < kept < 20
        consumer = await streams.consumer(mine.name, "reader")
        first = await consumer.pull(1, 1)
        assert first[0].sequence == 1
        # Made larger it takes the very message that was refused.
        await streams.ensure(StreamShape(**{**_fields(mine), "max_bytes": 1_000_000}))
        assert not (await streams.append(subject(mine), bytes(10_000), message_id=f"a:1:{kept}")).duplicate
        # Made smaller than what it holds it loses nothing.
        await streams.ensure(StreamShape(**{**_fields(mine), "max_bytes": 50_000}))
        assert await consumer.pending() == kept + 1
        with pytest.raises(StreamFull):
            await streams.append(subject(mine), b"more", message_id="a:1:more")

    play(story)


def test_a_stream_that_may_forget_forgets_the_oldest(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape(max_bytes=100_000, full="forget")
        await streams.ensure(mine)
        for n in range(30):
            await streams.append(subject(mine), bytes(10_000), message_id=f"a:1:{n}")
        consumer = await streams.consumer(mine.name, "reader")
        left = await consumer.pull(30, 1)
        assert 5 < len(left) < 10
        assert [one.sequence for one in left] == list(range(31 - len(left), 31))

    play(story)


def test_old_messages_go(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape(max_age=0.4)
        await streams.ensure(mine)
        await streams.append(subject(mine), b"old", message_id="a:1:1")
        consumer = await streams.consumer(mine.name, "reader")
        await becomes(consumer.pending, 0)
        await streams.append(subject(mine), b"new", message_id="a:1:2")
        assert [one.data for one in await consumer.pull(5, 1)] == [b"new"]

    play(story)


def test_what_is_taken_by_every_consumer_goes_and_no_earlier(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape(until="taken", consumers=("historian", "rules"), max_bytes=60_000)
        await streams.ensure(mine)
        # Nobody listens yet: what is stored now must wait for both.
        for n in range(5):
            await streams.append(subject(mine), bytes(10_000), message_id=f"a:1:{n}")
        historian = await streams.consumer(mine.name, "historian")
        rules = await streams.consumer(mine.name, "rules")
        for_historian, for_rules = await historian.pull(10, 1), await rules.pull(10, 1)
        assert len(for_historian) == len(for_rules) == 5
        await historian.acknowledge(for_historian)
        with pytest.raises(StreamFull):
            await streams.append(subject(mine), bytes(10_000), message_id="a:1:5")
        await rules.acknowledge(for_rules)
        await _taken(streams, subject(mine), "a:1:5")
        await streams.ensure(mine)
        assert [one.sequence for one in await historian.pull(10, 1)] == [6]

    play(story)


def test_what_was_not_acknowledged_comes_again_to_the_successor(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape()
        await streams.ensure(mine)
        for n in range(3):
            await streams.append(subject(mine), str(n).encode(), message_id=f"a:1:{n}")
        one = await streams.consumer(mine.name, "reader")
        got = await one.pull(3, 1)
        await one.acknowledge(got[:2])
        successor = await streams.consumer(mine.name, "reader")
        again = await successor.pull(3, 10)
        assert [(each.data, each.deliveries) for each in again] == [(b"2", 2)]
        await successor.acknowledge(again)
        assert await successor.pending() == 0

    play(story)


def test_who_takes_a_place_over_gets_at_once_what_its_predecessor_left_and_nothing_twice(play: Play) -> None:
    async def story(streams: Streams) -> None:
        streams._redeliver_after = 600  # type: ignore[attr-defined]
        await streams.ensure(StreamShape("TAKEN", ("taken.>",), 1_000_000, until="taken", consumers=("heir",)))
        for number in range(20):
            await streams.append(f"taken.{number % 2}", b"%d" % number, message_id=f"taken {number}")
        first = await streams.consumer("TAKEN", "heir")
        handed = await first.pull(10, 5)
        await first.acknowledge([handed[0], handed[3], handed[4]])
        plain = await streams.consumer("TAKEN", "heir")
        assert [one.data for one in await plain.pull(3, 5)] == [b"10", b"11", b"12"]
        heir = await streams.consumer("TAKEN", "heir", take_over=True)
        assert [one.data for one in await heir.pull(1, 5)] == [b"1"]
        await heir.take_back()
        got: list[Delivered] = []
        while more := await heir.pull(7, 1):
            got += more
        left = [n for n in range(20) if n not in {0, 3, 4}]
        assert sorted(int(one.data) for one in got) == left  # each once, those of the predecessor first
        again = {1: 3, **dict.fromkeys(left[1:10], 2)}
        assert {int(one.data): one.deliveries for one in got[:10]} == again
        assert [(int(one.data), one.deliveries) for one in got[10:]] == [(n, 1) for n in left[10:]]
        await heir.acknowledge(got)
        last = await streams.consumer("TAKEN", "heir", take_over=True)
        assert await last.pending() == 0
        assert await last.pull(1, 0.2) == []

    play(story)


def test_a_place_taken_over_with_nothing_left_goes_on_where_it_was(play: Play) -> None:
    async def story(streams: Streams) -> None:
        await streams.ensure(StreamShape("EMPTY", ("empty.>",), 1_000_000))
        first = await streams.consumer("EMPTY", "heir", take_over=True)
        await streams.append("empty.a", b"1", message_id="1")
        await first.acknowledge(await first.pull(1, 5))
        await streams.append("empty.a", b"2", message_id="2")
        heir = await streams.consumer("EMPTY", "heir", take_over=True)
        assert [one.data for one in await heir.pull(5, 5)] == [b"2"]

    play(story)


def test_what_is_returned_comes_later(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape()
        await streams.ensure(mine)
        for n in range(2):
            await streams.append(subject(mine), str(n).encode(), message_id=f"a:1:{n}")
        consumer = await streams.consumer(mine.name, "reader")
        first, second = await consumer.pull(2, 1)
        await consumer.return_later(first, 0.2)
        await consumer.acknowledge([second])
        assert await consumer.pull(2, 0.05) == []
        again = await consumer.pull(2, 5)
        assert [(one.data, one.deliveries) for one in again] == [(b"0", 2)]

    play(story)


def test_a_pull_waits_for_what_comes(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape()
        await streams.ensure(mine)
        consumer = await streams.consumer(mine.name, "reader")
        waiting = asyncio.create_task(consumer.pull(10, 30))
        await asyncio.sleep(0.1)
        assert not waiting.done()
        await streams.append(subject(mine), b"now", message_id="a:1:1")
        async with asyncio.timeout(60):
            assert [one.data for one in await waiting] == [b"now"]

    play(story)


def test_a_consumer_of_one_subject_sees_only_that(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape()
        await streams.ensure(mine)
        for n, word in enumerate(("a", "b", "a")):
            await streams.append(subject(mine, word), word.encode(), message_id=f"a:1:{n}")
        consumer = await streams.consumer(mine.name, "only-b", subject(mine, "b"))
        assert [one.data for one in await consumer.pull(10, 1)] == [b"b"]

    play(story)


def test_a_subject_that_no_stream_takes_is_told(play: Play) -> None:
    async def story(streams: Streams) -> None:
        await streams.ensure(shape())
        with pytest.raises(NoSuchStream, match="nowhere"):
            await streams.append("nowhere.at.all", b"", message_id="a:1:1")
        with pytest.raises(NoSuchStream, match="MISSING"):
            await streams.consumer("MISSING", "reader")
        with pytest.raises(BadSubject):
            await streams.append("no spaces", b"", message_id="a:1:2")

    play(story)


def test_large_messages_pass_and_larger_ones_are_refused(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape(max_bytes=40_000_000)
        await streams.ensure(mine)
        large = bytes(range(256)) * (LARGEST_MESSAGE // 256 - 8)
        await streams.append(subject(mine), large, message_id="a:1:1")
        with pytest.raises(MessageTooLarge):
            await streams.append(subject(mine), bytes(LARGEST_MESSAGE + 1), message_id="a:1:2")
        consumer = await streams.consumer(mine.name, "reader")
        assert (await consumer.pull(1, 5))[0].data == large

    play(story)


def test_many_producers_lose_nothing_and_double_nothing(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape()
        await streams.ensure(mine)

        async def produce(source: int) -> None:
            for n in range(100):
                for _again in range(2):
                    await streams.append(subject(mine, f"s{source}"), f"{n}".encode(), message_id=f"s{source}:1:{n}")

        consumer = await streams.consumer(mine.name, "reader")
        async with asyncio.TaskGroup() as producers:
            for source in range(4):
                producers.create_task(produce(source))
        heard: dict[str, list[int]] = {}
        while await consumer.pending():
            batch = await consumer.pull(64, 1)
            for one in batch:
                heard.setdefault(one.subject, []).append(int(one.data))
            await consumer.acknowledge(batch)
        assert heard == {subject(mine, f"s{source}"): list(range(100)) for source in range(4)}

    play(story)


def test_questions_are_answered_by_one_of_those_who_serve(play: Play) -> None:
    async def story(streams: Streams) -> None:
        asked = f"floor.{uuid4().hex[:8]}.ask.gateway"
        with pytest.raises(NotAcknowledged, match="nobody"):
            await streams.request(asked, b"?", 1)

        async def serve(ready: asyncio.Event, heard: list[bytes]) -> None:
            async with streams.serve(asked, "gateways") as questions:
                ready.set()
                async for question in questions:
                    heard.append(question.data)
                    await question.answer(question.data[::-1])

        readies, heard = [asyncio.Event(), asyncio.Event()], [[], []]
        serving = [asyncio.create_task(serve(*pair)) for pair in zip(readies, heard, strict=True)]
        for ready in readies:
            await ready.wait()
        answers = await asyncio.gather(*(streams.request(asked, f"{n:02}".encode(), 5) for n in range(40)))
        assert answers == [f"{n:02}"[::-1].encode() for n in range(40)]
        assert sorted(heard[0] + heard[1]) == [f"{n:02}".encode() for n in range(40)]
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    play(story)


def test_a_question_that_is_not_answered_ends(play: Play) -> None:
    async def story(streams: Streams) -> None:
        asked = f"floor.{uuid4().hex[:8]}.ask.gateway"
        async with streams.serve(asked) as questions:
            with pytest.raises(NotAcknowledged):
                await streams.request(asked, b"?", 0.2)
            assert (await anext(questions)).data == b"?"

    play(story)


def test_who_listens_hears_what_is_told_and_what_is_stored(play: Play) -> None:
    async def story(streams: Streams) -> None:
        mine = shape()
        await streams.ensure(mine)
        with pytest.raises(BadSubject):
            await streams.tell("no spaces", b"")
        async with streams.listen(subject(mine, ">")) as news:
            await streams.tell("elsewhere.a", b"not listened to")
            await streams.tell(subject(mine, "state"), b"1")
            await streams.append(subject(mine), b"2", message_id="a:1:1")
            async with asyncio.timeout(60):
                assert [await anext(news), await anext(news)] == [
                    News(subject(mine, "state"), b"1"),
                    News(subject(mine), b"2"),
                ]

    play(story)


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(BadBusUrl, match="http"):
        connect_streams("http://somewhere")


def _fields(one: StreamShape) -> dict[str, object]:
    return {name: getattr(one, name) for name in StreamShape.__slots__}


async def _taken(streams: Streams, where: str, message_id: str) -> None:
    """The server frees the room of taken messages a moment after the acknowledgement."""
    async with asyncio.timeout(60):
        while True:
            try:
                await streams.append(where, bytes(10_000), message_id=message_id)
            except StreamFull:
                await asyncio.sleep(0.05)
            else:
                return


async def _fill(streams: Streams, mine: StreamShape) -> int:
    """Store until the stream refuses; answer how many it took."""
    for kept in range(100):
        try:
            await streams.append(subject(mine), bytes(10_000), message_id=f"a:1:{kept}")
        except StreamFull:
            return kept
    raise AssertionError("it never refused")
