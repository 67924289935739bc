"""What small devices may send, over HTTP and a websocket, with clients that nobody here wrote."""

import asyncio
import json
import math
import socket
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from websockets.asyncio.client import connect

from hanmaru.floor.quality import Quality
from hanmaru.gateway.drivers.push.config import PushConfig
from hanmaru.gateway.drivers.push.driver import PushDriver
from hanmaru.gateway.drivers.push.messages import BadMessage, from_csv, from_json
from hanmaru.gateway.errors import Reconfigure
from tests.contracts.drivers.bench import tag as a_tag
from tests.contracts.drivers.caught import Caught

TOKEN = "a-token-of-this-test"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TAGS = [a_tag(1, "hall/a"), a_tag(2, "hall/b", "text")]


@pytest.mark.parametrize(
    ("message", "number", "text"),
    [
        ('{"a": 0}', 0.0, None),
        ('{"a": true}', 1.0, None),
        ('{"a": null}', None, None),
        ('{"a": "가동"}', None, "가동"),
        ('{"a": 9007199254740993}', 9007199254740992.0, "9007199254740993"),
        ('{"a": [1, {"b": "나"}]}', None, '[1, {"b": "나"}]'),
        ('{"a": -Infinity}', -math.inf, None),
    ],
)
def test_json_values(message: str, number: float | None, text: str | None) -> None:
    (one,) = from_json("hall", message, "time")
    assert (one.address, one.number, one.text, one.when) == ("hall/a", number, text, None)


@pytest.mark.parametrize(
    "when", ['"2026-03-01T12:00:00Z"', '"2026-03-01T21:00:00+09:00"', "1772366400", "1772366400000", '"1772366400.0"']
)
def test_times(when: str) -> None:
    (one,) = from_json("hall", f'[{{"time": {when}, "a": 1}}]', "time")
    assert one.when == NOON


def test_csv_lines() -> None:
    found = from_csv("hall", "a,1.5\nb,가동,2026-03-01T12:00:00Z\n\nc,true\nd,9007199254740993\n".encode())
    assert [(one.address, one.number, one.text) for one in found] == [
        ("hall/a", 1.5, None),
        ("hall/b", None, "가동"),
        ("hall/c", 1.0, None),
        ("hall/d", 9007199254740992.0, "9007199254740993"),
    ]
    assert found[1].when == NOON


@pytest.mark.parametrize(
    "message",
    ["", "{", "[1]", '"a"', '{"time": "soon", "a": 1}', '{"time": true, "a": 1}', '{"a": 1' + "0" * 400 + "}"],
)
def test_what_is_no_message_is_refused_whole(message: str) -> None:
    with pytest.raises(BadMessage):
        from_json("hall", message, "time")


@pytest.mark.parametrize("lines", [b"a\n", b",1\n", b"a,1,soon\n", b"\xff,1\n"])
def test_what_is_no_csv_is_refused_whole(lines: bytes) -> None:
    with pytest.raises(BadMessage):
        from_csv("hall", b"ok,1\n" + lines)


class Waits(Caught):
    """A disk that is slow."""

    def __init__(self) -> None:
        super().__init__()
        self.disk = asyncio.Event()
        self.disk.set()

    async def kept(self) -> None:
        await self.disk.wait()


@asynccontextmanager
async def listening(**more: object) -> AsyncIterator[tuple[PushDriver, Waits, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    driver, sink = PushDriver(PushConfig(TOKEN, port=port, **more)), Waits()
    await driver.connect()
    task = asyncio.create_task(driver.run(TAGS, sink))
    await asyncio.sleep(0)
    try:
        yield driver, sink, port
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await driver.close()


async def post(
    port: int, data: bytes, token: str = TOKEN, kind: str = "application/json"
) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/hall", data, headers)

    def send() -> tuple[int, dict[str, object]]:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own address
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    return await asyncio.to_thread(send)


def test_an_answer_means_that_the_values_are_on_the_disk() -> None:
    async def work() -> None:
        async with listening() as (_driver, sink, port):
            sink.disk.clear()
            sending = asyncio.create_task(post(port, b'{"a": 1.5, "b": null, "other": 3, "time": 1772366400}'))
            await sink.until(lambda: len(sink.all) == 2)
            await asyncio.sleep(0.05)
            assert not sending.done()
            sink.disk.set()
            assert await sending == (200, {"kept": 2})
            assert [(one.number, one.quality) for one in sink.all] == [(1.5, Quality.GOOD), (None, Quality.BAD_NO_DATA)]
            assert sink.all[0].source_time == NOON
            assert (await post(port, b"a,2\n", kind="text/csv"))[1] == {"kept": 1}

    asyncio.run(work())


def test_who_shows_no_token_or_sends_rubbish_is_refused_and_nothing_is_kept() -> None:
    async def work() -> None:
        async with listening(most_bytes=2000) as (_driver, sink, port):
            assert (await post(port, b'{"a": 1}', token="another"))[0] == 401
            assert (await post(port, b'{"a": 1}, {'))[0] == 422
            assert (await post(port, b'{"a": "' + b"x" * 5000 + b'"}'))[0] == 413
            assert sink.all == []

    asyncio.run(work())


def test_a_websocket_is_answered_message_by_message() -> None:
    async def work() -> None:
        async with listening() as (driver, sink, port):
            url, headers = f"ws://127.0.0.1:{port}/hall", {"Authorization": f"Bearer {TOKEN}"}
            async with connect(url, additional_headers=headers) as client:
                for number in range(200):
                    await client.send(json.dumps({"a": number}))
                answers = [json.loads(await client.recv()) for _ in range(200)]
                assert answers == [{"kept": 1}] * 200
                await client.send("rubbish")
                assert json.loads(await client.recv())["error"]["code"] == "push.bad_message"
            assert [one.number for one in sink.of(1)] == list(range(200))
            assert [node.address for node in await driver.browse()] == ["hall/a"]

    asyncio.run(work())


def test_many_values_in_one_message_are_taken() -> None:
    async def work() -> None:
        async with listening() as (_driver, sink, port):
            rows = [{"a": number, "time": 1_772_366_400 + number} for number in range(20_000)]
            assert await post(port, json.dumps(rows).encode()) == (200, {"kept": 20_000})
            assert [one.number for one in sink.all] == list(range(20_000))

    asyncio.run(work())


def test_a_port_that_is_taken_asks_for_a_person() -> None:
    async def work() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            driver = PushDriver(PushConfig(TOKEN, port=taken.getsockname()[1]))
            with pytest.raises(Reconfigure, match="another port"):
                await driver.connect()

    asyncio.run(work())
