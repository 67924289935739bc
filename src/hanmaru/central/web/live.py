"""Live pages: one stream of server-sent events a page, fed from the bus.

A page is told which kind of thing changed and asks for itself again. Streams live on the event loop and cost no thread.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from hanmaru.bus.connect import connect
from hanmaru.bus.contract import Bus
from hanmaru.bus.envelope import Envelope
from hanmaru.central.companies.live import publish_with
from hanmaru.central.web.listening import ALIVE, HEARTBEAT, Receive, Send, begin, company_of, gone, refuse


def speak(bus: Bus) -> None:
    """Send what this process changes over the bus."""
    publish_with(
        lambda company, topic: bus.publish(Envelope(subject=f"live.{company}.{topic}", payload={}, company=company))
    )


def told(topic: str) -> bytes:
    """One event."""
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

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Stream the company's changes until the page goes away."""
        company = await company_of(scope)
        if company is None:
            await refuse(send)
            return
        since = _since(scope)

        async def missed() -> bytes:
            """What changed after the page was made and before its stream was open."""
            topics = self._latest.get(company, {})
            return b"".join(told(topic) for topic, at in sorted(topics.items()) if at >= since)

        await stream(self.bus, f"live.{company}.*", missed, receive, send)

    def close(self) -> None:
        """Send what is left and stop."""
        if self._listener is not None:
            self._listener.cancel()
        self.bus.close()


async def stream(bus: Bus, pattern: str, missed: Callable[[], Awaitable[bytes]], receive: Receive, send: Send) -> None:
    """Answer with events until the page goes away: what was ``missed`` when listening begins, then what is told."""
    await begin(send)
    telling = asyncio.create_task(_tell(bus, pattern, missed, send))
    leaving = asyncio.create_task(gone(receive))
    await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
    for task in (telling, leaving):
        task.cancel()


async def _tell(bus: Bus, pattern: str, missed: Callable[[], Awaitable[bytes]], send: Send) -> None:
    async with bus.subscribe(pattern) as news:
        beginning = b"retry: 1000\n\n" + await missed()  # after listening has begun
        await send({"type": "http.response.body", "body": beginning, "more_body": True})
        waiting = asyncio.ensure_future(anext(news))
        try:
            while True:
                done, _pending = await asyncio.wait({waiting}, timeout=HEARTBEAT)
                if done:
                    body = told(waiting.result().subject.split(".")[2])
                    waiting = asyncio.ensure_future(anext(news))
                else:
                    body = ALIVE
                await send({"type": "http.response.body", "body": body, "more_body": True})
        finally:
            waiting.cancel()


def _since(scope: dict[str, Any]) -> float:
    """When the page was made (``?since=``, seconds since 1970); now when it does not say."""
    text = parse_qs(scope["query_string"].decode("latin1")).get("since", [""])[0]
    return float(text) if text.isdecimal() and len(text) < 12 else time.time()
