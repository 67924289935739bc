"""Streams over a NATS server that goes and comes back, and what only such a server can do."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.nats_consumer import NatsConsumer
from hanmaru.bus.nats_streams import NatsStreams
from hanmaru.bus.streams import NoSuchStream, NotAcknowledged, StreamShape
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets


class Restarted:
    """A server that a test kills and starts again."""

    def __init__(self, folder: Path) -> None:
        self.server = nats.embedded_nats(folder, Secrets(folder / "secrets.json"))
        self.program = nats.program(self.server, folder / "nats.log")
        self.process = child.start(self.program)

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(self.process.wait)

    async def start(self) -> None:
        self.process = await asyncio.to_thread(child.start, self.program)


@pytest.fixture
def restarted(tmp_path: Path) -> Iterator[Restarted]:
    restarted = Restarted(tmp_path)
    yield restarted
    child.end(restarted.process, restarted.program)


def test_what_was_acknowledged_outlives_a_kill_and_work_goes_on(restarted: Restarted) -> None:
    async def story() -> None:
        streams = connect_streams(restarted.server.url)
        await streams.ensure(StreamShape("T", ("t.>",), 1_000_000, until="taken", consumers=("reader",)))
        bucket = await streams.bucket("plant-seongsu")
        await bucket.put("a", b"1")
        for n in range(20):
            await streams.append("t.a", f"{n}".encode(), message_id=f"a:1:{n}")
        consumer = await streams.consumer("T", "reader")
        first = await consumer.pull(5, 5)
        await consumer.acknowledge(first)
        async with bucket.watch() as changes:
            assert (await anext(changes)).value == b"1"
            waiting = asyncio.create_task(consumer.pull(100, 60))
            rest = list(await waiting)
            await consumer.acknowledge(rest)
            waiting = asyncio.create_task(consumer.pull(100, 60))  # nothing is there: it waits through the outage
            await restarted.kill()
            with pytest.raises(NotAcknowledged):
                await streams.append("t.a", b"20", message_id="a:1:20")  # the server may have it yet, or not
            assert not streams.is_connected()
            await restarted.start()
            async with asyncio.timeout(60):
                await appended(streams, b"20", "a:1:20")
                assert (await appended(streams, b"20", "a:1:20")).duplicate
                rest += await waiting
                await bucket.put("a", b"2")
                while (await anext(changes)).value != b"2":
                    pass
        # Stored is stored; what was acknowledged in the last moment may come again.
        assert {int(one.data) for one in [*first, *rest]} == set(range(21))
        await consumer.acknowledge(rest)
        assert await consumer.pending() == 0
        await streams.close()

    asyncio.run(story())


async def appended(streams: NatsStreams, data: bytes, message_id: str):  # type: ignore[no-untyped-def]
    """Store a message, as often as it takes: what the outbox does."""
    while True:
        try:
            return await streams.append("t.a", data, message_id=message_id)
        except NotAcknowledged:
            await asyncio.sleep(0.1)


def test_streams_may_be_asked_for_before_the_server_is_there(tmp_path: Path) -> None:
    async def story() -> None:
        server = nats.embedded_nats(tmp_path, Secrets(tmp_path / "secrets.json"))
        streams = connect_streams(server.url)
        serving = asyncio.create_task(serve(streams))
        with pytest.raises(NotAcknowledged):
            await streams.request("ask.me", b"?", 0.2)
        program = nats.program(server, tmp_path / "nats.log")
        process = await asyncio.to_thread(child.start, program)
        async with asyncio.timeout(60):
            answer = None
            while answer is None:
                try:
                    answer = await streams.request("ask.me", b"?", 1)
                except NotAcknowledged:
                    await asyncio.sleep(0.05)
        assert answer == b"!"
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await streams.close()
        await asyncio.to_thread(child.end, process, program)

    async def serve(streams: NatsStreams) -> None:
        async with streams.serve("ask.me") as questions:
            async for question in questions:
                await question.answer(b"!")

    asyncio.run(story())


def test_closing_without_a_server_ends(tmp_path: Path) -> None:
    async def story() -> None:
        streams = connect_streams(nats.embedded_nats(tmp_path, Secrets(tmp_path / "secrets.json")).url)
        await streams.close()
        assert not streams.is_connected()

    asyncio.run(story())


def test_a_full_pull_is_not_taken_for_a_conflict(nats_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server ends a completed request with 409 too: to look after the consumer each time cost 0.1 s a pull."""

    async def never(_self: NatsConsumer) -> None:
        raise AssertionError("it looked after the consumer")

    async def story() -> None:
        streams, name = connect_streams(nats_url), f"T{uuid4().hex[:8]}"
        await streams.ensure(StreamShape(name, (f"t.{name}",), 1_000_000))
        for n in range(40):
            await streams.append(f"t.{name}", b"", message_id=f"{n}")
        consumer = await streams.consumer(name, "reader")
        monkeypatch.setattr(NatsConsumer, "_make_sure", never)
        for _n in range(4):
            assert len(await consumer.pull(10, 1)) == 10
        await streams.close()

    asyncio.run(story())


def test_a_place_that_was_taken_away_is_told(nats_url: str) -> None:
    async def story() -> None:
        streams, name = connect_streams(nats_url), f"T{uuid4().hex[:8]}"
        await streams.ensure(StreamShape(name, (f"t.{name}",), 1_000_000))
        consumer = await streams.consumer(name, "reader")
        waiting = asyncio.create_task(consumer.pull(1, 30))
        await asyncio.sleep(0.2)  # until it waits at the server
        await streams._link.js.delete_consumer(name, "reader")  # type: ignore[attr-defined]
        with pytest.raises(NoSuchStream, match="reader"):
            await waiting
        await streams.close()

    asyncio.run(story())
