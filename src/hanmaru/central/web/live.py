"""Live pages: one stream of server-sent events a page, fed from the bus.

A page is told which kind of thing changed and asks for itself again. Streams live on the event loop and cost no thread;
https://html.spec.whatwg.org/multipage/server-sent-events.html says how browsers reconnect.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest

from hanmaru.bus.connect import connect
from hanmaru.bus.contract import Bus
from hanmaru.bus.envelope import Envelope
from hanmaru.central.companies.live import publish_with
from hanmaru.central.companies.queries import membership_of
from hanmaru.central.companies.tenancy import acting

HEARTBEAT = 15  # seconds; proxies and browsers take a silent stream for a dead one
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


def speak(bus: Bus) -> None:
    """Send what this process changes over the bus."""
    publish_with(
        lambda company, topic: bus.publish(Envelope(subject=f"live.{company}.{topic}", payload={}, company=company))
    )


def _company_of(cookies: str) -> int | None:
    """The company a browser's cookies let it listen to."""
    close_old_connections()
    request = HttpRequest()
    jar = SimpleCookie(cookies)
    morsel = jar.get(settings.SESSION_COOKIE_NAME)
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(morsel.value if morsel else None)
    user = get_user(request)
    if not user.is_authenticated:
        return None
    with acting(company_id=None, user_id=user.pk, source="live"):
        membership = membership_of(user.pk, request.session.get("company"))
    return membership.company_id if membership else None


def _changed(topic: str) -> bytes:
    return f'data: {{"topic": "{topic}"}}\n\n'.encode()


class Live:
    """The ASGI application of the stream; one bus for the process."""

    def __init__(self) -> None:
        self.bus = connect(settings.BUS_URL or "memory:")
        speak(self.bus)
        self._latest: dict[int, dict[str, float]] = {}
        self._listener: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start to remember when what changed last; needs a running event loop."""
        self._listener = asyncio.create_task(self._remember())

    async def _remember(self) -> None:
        async with self.bus.subscribe("live.*.*") as news:
            async for envelope in news:
                _live, company, topic = envelope.subject.split(".")
                self._latest.setdefault(int(company), {})[topic] = envelope.time.timestamp()

    def _missed(self, company: int, since: float) -> bytes:
        """What changed after the page was made and before its stream was open."""
        topics = self._latest.get(company, {})
        return b"".join(_changed(topic) for topic, at in sorted(topics.items()) if at >= since)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Stream the company's changes until the page goes away."""
        cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin1")
        company = await sync_to_async(_company_of, thread_sensitive=False)(cookies)
        if company is None:
            await self._refuse(send)
            return
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        stream = asyncio.create_task(self._stream(company, _since(scope), send))
        gone = asyncio.create_task(_gone(receive))
        await asyncio.wait({stream, gone}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stream, gone):
            task.cancel()

    async def _stream(self, company: int, since: float, send: Send) -> None:
        async with self.bus.subscribe(f"live.{company}.*") as news:
            beginning = b"retry: 1000\n\n" + self._missed(company, since)  # after listening has begun
            await send({"type": "http.response.body", "body": beginning, "more_body": True})
            waiting = asyncio.ensure_future(anext(news))
            try:
                while True:
                    done, _pending = await asyncio.wait({waiting}, timeout=HEARTBEAT)
                    if done:
                        body = _changed(waiting.result().subject.rpartition(".")[2])
                        waiting = asyncio.ensure_future(anext(news))
                    else:
                        body = b": still here\n\n"
                    await send({"type": "http.response.body", "body": body, "more_body": True})
            finally:
                waiting.cancel()

    async def _refuse(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"log in first"})

    def close(self) -> None:
        """Send what is left and stop."""
        if self._listener is not None:
            self._listener.cancel()
        self.bus.close()


def _since(scope: dict[str, Any]) -> float:
    """When the page was made (``?since=``, seconds since 1970); now when it does not say."""
    text = parse_qs(scope["query_string"].decode("latin1")).get("since", [""])[0]
    return float(text) if text.isdecimal() and len(text) < 12 else time.time()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
