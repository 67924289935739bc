"""The readers' websocket, spoken to as an ASGI server does."""

import asyncio
from datetime import timedelta
from typing import Any, Self

import pytest

from hanmaru.floor.reads import Ack, Answers, Hello, Problem, Read, Reads, Welcome, decode_server, encode
from tests.unit.central.warehouse.test_readers import AT

pytestmark = pytest.mark.django_db(transaction=True)


class Line:
    """One connection of a reader."""

    def __init__(self, token: str, *, by_query: bool = False) -> None:
        self.to_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.from_server: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        headers = [] if by_query else [(b"authorization", f"Bearer {token}".encode())]
        self.scope = {
            "type": "websocket",
            "path": "/api/v1/reader",
            "headers": [*headers, (b"accept-language", b"en")],
            "query_string": f"token={token}".encode() if by_query else b"",
            "client": ("192.0.2.7", 1),
        }

    async def __aenter__(self) -> Self:
        from hanmaru.central.warehouse.reader_socket import reader_socket

        self.task = asyncio.create_task(reader_socket(self.scope, self.to_server.get, self.from_server.put))
        await self.to_server.put({"type": "websocket.connect"})
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.to_server.put({"type": "websocket.disconnect", "code": 1006})
        await self.task

    async def told(self) -> Any:
        """What the server says next: its message, or the kind of event."""
        event = await asyncio.wait_for(self.from_server.get(), 60)
        return decode_server(event["text"]) if "text" in event else event

    async def say(self, message: Any) -> None:
        """Send a message."""
        await self.to_server.put({"type": "websocket.receive", "text": encode(message)})

    async def greet(self, epoch: int = 7) -> Any:
        """Come in and say hello."""
        assert (await self.told())["type"] == "websocket.accept"
        await self.say(Hello(1, "gate", epoch, 0))
        return await self.told()


@pytest.fixture
def gate(company, new_variant, bins):
    """A token and two tags on pieces of one variant."""
    from hanmaru.central.catalog.services import new_tags
    from hanmaru.central.companies.services.tokens import issue_token

    variant = new_variant()
    return issue_token("Gate", ["reader"]), new_tags(variant, 2), variant


def received(variant: int) -> int:
    from hanmaru.central.stock.queries import figures

    return figures([variant])[variant].on_hand


@pytest.mark.parametrize("by_query", [False, True])
def test_a_reader_reports_and_is_answered(gate, by_query):
    token, epcs, variant = gate

    async def talk() -> Any:
        async with Line(token, by_query=by_query) as line:
            assert await line.greet() == Welcome(0)
            await line.say(Reads(tuple(Read(number, epc, 1, None, AT) for number, epc in enumerate(epcs, 1))))
            answers = await line.told()
            assert await line.told() == Ack(2)
            return answers

    answers = asyncio.run(talk())
    assert isinstance(answers, Answers)
    assert [one.status for one in answers.answers] == ["known", "known"]
    assert received(variant) == 2


def test_a_line_cut_before_the_answer_counts_once(gate):
    token, epcs, variant = gate
    batch = Reads(tuple(Read(number, epc, 1, None, AT) for number, epc in enumerate(epcs, 1)))

    async def talk() -> Any:
        async with Line(token) as line:
            await line.greet()
            await line.say(batch)  # the line is cut before the answer comes
        async with Line(token) as line:
            welcome = await line.greet()
            await line.say(batch)
            await line.told()
            return welcome, await line.told()

    welcome, ack = asyncio.run(talk())
    assert welcome in (Welcome(0), Welcome(2))
    assert ack == Ack(2)
    assert received(variant) == 2


def test_two_lines_of_one_reader_count_once(gate):
    token, epcs, variant = gate
    batch = Reads(tuple(Read(number, epc, 1, None, AT) for number, epc in enumerate(epcs, 1)))

    async def talk() -> None:
        async with Line(token) as one, Line(token) as other:
            await one.greet()
            await other.greet()
            await asyncio.gather(one.say(batch), other.say(batch))
            assert isinstance(await one.told(), Answers)
            assert isinstance(await other.told(), Answers)

    asyncio.run(talk())
    assert received(variant) == 2


def test_without_a_good_token_nobody_comes_in(gate, company):
    from django.utils import timezone

    from hanmaru.central.companies.services.tokens import issue_token

    token, _epcs, _variant = gate
    expired = issue_token("Old", ["reader"], expires_at=timezone.now() - timedelta(hours=1))
    other = issue_token("Program", ["stock:read"])

    async def refused(text: str) -> Any:
        async with Line(text) as line:
            return await line.told()

    for text in ("", "nonsense", token[:-1] + "!", expired, other):
        assert asyncio.run(refused(text)) == {"type": "websocket.close", "code": 4401}


def test_a_token_taken_back_ends_the_connection(gate):
    from asgiref.sync import sync_to_async

    from hanmaru.central.companies.models import DeviceToken
    from hanmaru.central.companies.services.tokens import revoke_token
    from hanmaru.central.companies.tenancy import acting

    token, epcs, variant = gate
    number, company = DeviceToken.objects.get().pk, DeviceToken.objects.get().company_id

    @sync_to_async(thread_sensitive=False)
    def revoke() -> None:
        with acting(company_id=company):
            revoke_token(number)

    async def talk() -> tuple[Any, Any]:
        async with Line(token) as line:
            await line.greet()
            await revoke()
            await line.say(Reads((Read(1, epcs[0], 1, None, AT),)))
            return await line.told(), await line.told()

    problem, end = asyncio.run(talk())
    assert isinstance(problem, Problem)
    assert (problem.code, end["type"]) == ("token.revoked", "websocket.close")
    assert received(variant) == 0


def test_nonsense_ends_the_connection_with_a_word(gate):
    token, _epcs, _variant = gate

    async def talk() -> Any:
        async with Line(token) as line:
            await line.told()
            await line.to_server.put({"type": "websocket.receive", "text": "{not json"})
            return await line.told()

    assert isinstance(asyncio.run(talk()), Problem)
