"""The stream of a plant page: newest values and states of connections, at most five times a second.

``/plant/live?site=NAME&tags=1,2,3&states=1&language=ko`` sends ``{"values": {"1": [ms, value, quality]},
"states": {...}}``.
"""

import asyncio
import json
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections
from django.utils.translation import override

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.streams import News, NotAcknowledged, Streams
from hanmaru.central.companies.tenancy import acting
from hanmaru.central.plant import history, queries
from hanmaru.central.plant.errors import HistoryRefused, UnknownPart
from hanmaru.central.plant.link import PATIENCE
from hanmaru.central.plant.newest import Newest, Watcher, newest
from hanmaru.central.plant.saying import in_own_words
from hanmaru.central.web.listening import ALIVE, HEARTBEAT, Receive, Send, begin, company_of, gone, refuse
from hanmaru.floor import subjects
from hanmaru.floor.tag import LARGEST_TAG

LONGEST: Final = 600.0  # seconds; then the page asks anew, and who has left the company or logged out is refused
PAUSE: Final = 0.2  # seconds between two messages to a page
MOST_TAGS: Final = 2000


class Values:
    """The ASGI application; one connection to the plant's bus for the process."""

    def __init__(self) -> None:
        self.newest = Newest()
        self._streams: Streams | None = None
        self._hearing: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Start to hear; needs a running event loop."""
        self._streams = connect_streams(settings.BUS_URL or "memory:")
        for pattern in (subjects.READINGS, subjects.STATES):
            self._hearing.append(asyncio.create_task(self._hear(self._streams, pattern)))

    async def _hear(self, streams: Streams, pattern: str) -> None:
        async with streams.listen(pattern) as news:
            async for one in news:
                self.hear(one)

    def hear(self, news: News) -> None:
        """Take one message of the bus."""
        self.newest.hear(news)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Stream until the page goes away."""
        company = await company_of(scope)
        watcher = None if company is None else await _watcher(company, scope["query_string"].decode("latin1"))
        if watcher is None:
            await refuse(send)
            return
        await begin(send)
        streaming = asyncio.create_task(self._stream(watcher, send))
        leaving = asyncio.create_task(gone(receive))
        filling = asyncio.create_task(self._fill(watcher))
        await asyncio.wait({streaming, leaving}, return_when=asyncio.FIRST_COMPLETED, timeout=LONGEST)
        for task in (streaming, leaving, filling):
            task.cancel()
        await asyncio.gather(streaming, leaving, filling, return_exceptions=True)

    async def _fill(self, watcher: Watcher) -> None:
        """Give a page the values that came while it did not listen: it may be old, its stream was broken or asleep."""
        if self._streams is None or not watcher.tags:
            return
        question = {"ask": "last", "tags": sorted(watcher.tags), "format": "arrow"}
        with suppress(NotAcknowledged, HistoryRefused):
            subject = subjects.ask(watcher.site, "historian")
            answer = await self._streams.request(subject, json.dumps(question).encode(), PATIENCE)
            for tag, value in newest(history.columns(answer)).items():
                watcher.put(tag, value)

    async def _stream(self, watcher: Watcher, send: Send) -> None:
        await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})
        with self.newest.watching(watcher):
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        body = (
                            b"data: " + json.dumps(_spoken(await watcher.take(), watcher.language)).encode() + b"\n\n"
                        )
                except TimeoutError:
                    body = ALIVE
                await send({"type": "http.response.body", "body": body, "more_body": True})
                await asyncio.sleep(PAUSE)

    async def close(self) -> None:
        """Stop hearing."""
        for task in self._hearing:
            task.cancel()
        await asyncio.gather(*self._hearing, return_exceptions=True)
        if self._streams is not None:
            await self._streams.close()


def _spoken(news: dict[str, Any], language: str) -> dict[str, Any]:
    """What goes to a page, with what connections say in its language."""
    with override(language):
        return {**news, "states": {source: in_own_words(state) for source, state in news["states"].items()}}


async def _watcher(company: int, query: str) -> Watcher | None:
    """What the page may look at: a site of its own company, or nothing."""
    asked = parse_qs(query)
    name = asked.get("site", [""])[0]
    written = asked.get("tags", [""])[0].split(",")
    numbers = [int(one) for one in written if one.isdecimal() and len(one) < 11 and int(one) <= LARGEST_TAG]
    if not await sync_to_async(_is_own, thread_sensitive=False)(company, name):
        return None
    return Watcher(name, frozenset(numbers[:MOST_TAGS]), states="states" in asked, language=_language(asked))


def _language(asked: dict[str, list[str]]) -> str:
    wanted = asked.get("language", [""])[0]
    return wanted if wanted in dict(settings.LANGUAGES) else str(settings.LANGUAGE_CODE)


def _is_own(company: int, site: str) -> bool:
    close_old_connections()
    with acting(company_id=company, user_id=None, source="live"):
        try:
            queries.site_card(site)
        except UnknownPart:
            return False
    return True
