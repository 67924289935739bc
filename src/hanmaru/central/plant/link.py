"""This process's line to the plant: questions to the gateway and the historian, asked from any thread.

The connection lives in an event loop and thread of its own, is made at the first question and mends itself.
"""

import asyncio
import json
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.streams import NotAcknowledged, Streams
from hanmaru.central.plant.errors import GatewayRefused, NoAnswer
from hanmaru.central.plant.saying import in_own_words
from hanmaru.floor.subjects import ask

PATIENCE: Final = 5.0  # seconds


class Link:
    """One connection for the whole process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._streams: Streams | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="plant link", daemon=True)
        self._thread.start()

    def ask(self, subject: str, question: Mapping[str, Any], seconds: float = PATIENCE) -> bytes:
        """Answer what comes back. Raise NotAcknowledged when nobody answers in time."""
        asked = asyncio.run_coroutine_threadsafe(self._ask(subject, json.dumps(question).encode(), seconds), self._loop)
        try:
            return asked.result(seconds + PATIENCE)
        except TimeoutError as error:
            asked.cancel()
            raise NotAcknowledged(seconds=seconds, why="no connection") from error

    def close(self) -> None:
        """End the connection and its thread."""
        if self._streams is not None:
            asyncio.run_coroutine_threadsafe(self._streams.close(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    async def _ask(self, subject: str, question: bytes, seconds: float) -> bytes:
        if self._streams is None:
            self._streams = connect_streams(self._url)
        return await self._streams.request(subject, question, seconds)


@cache
def link() -> Link:
    """The line of this process."""
    return Link(settings.BUS_URL or "memory:")


def ask_gateway(site: str, question: Mapping[str, Any], seconds: float = 20) -> Any:
    """Ask the gateway host of a site; answer its JSON. Raise NoAnswer, GatewayRefused."""
    answer = json.loads(_asked(site, "gateway", question, seconds, _("The gateway")))
    if "error" in answer:
        error = in_own_words(answer["error"])
        raise GatewayRefused(words=error["words"], remedy=error["remedy"])
    return answer


def ask_historian(site: str, question: Mapping[str, Any], seconds: float = PATIENCE) -> bytes:
    """Ask the historian of a site; answer its bytes. Raise NoAnswer."""
    return _asked(site, "historian", question, seconds, _("The history"))


def _asked(site: str, whom: str, question: Mapping[str, Any], seconds: float, who: str) -> bytes:
    try:
        return link().ask(ask(site, whom), question, seconds)
    except NotAcknowledged as error:
        raise NoAnswer(who=who) from error
