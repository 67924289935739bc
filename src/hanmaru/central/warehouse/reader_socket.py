"""The websocket at which tag readers report: /api/v1/reader, an ASGI application of its own.

The event loop only carries messages; the work of a batch is done in a thread, one transaction a batch. A device shows
its token when it connects, in the header ``Authorization: Bearer`` or, where it cannot set headers, as ``?token=``; the
token is looked at again with every batch, so that a revoked one is refused at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import parse_qs

from django.db import close_old_connections
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from hanmaru.central.companies.services.tokens import Device, acting_device
from hanmaru.central.warehouse.services.readers import acknowledged, reader_answers
from hanmaru.floor.reader_session import ReaderSession
from hanmaru.floor.reads import Answer, Read, encode
from hanmaru.kernel.errors import Forbidden, HanmaruError

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SCOPE: Final = "reader"
REFUSED: Final = 4401  # before the connection is accepted, the server makes it a plain 403
OVER: Final = 1008
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="reader")


class NotAReader(Forbidden):
    """The token is good for other things than reading tags."""

    code = "reader.scope"
    message = _("This token is not for a reader. Make one in Settings, Devices.")


class TokenDesk:
    """The desk behind one connection: keeps and explains reads as the device whose token was shown."""

    def __init__(self, token: str, source: str) -> None:
        self.token = token
        self.source = source

    def check(self) -> Device:
        """The device. Raises as ``acting_device``, and NotAReader."""
        with acting_device(self.token, source=self.source) as device:
            if not device.may(SCOPE):
                raise NotAReader
            return device

    def acknowledged(self, epoch: int) -> int:
        """The highest sequence of the epoch that is kept."""
        with acting_device(self.token, source=self.source):
            return acknowledged(epoch)

    def resolve(self, epoch: int, reads: Sequence[Read]) -> Sequence[Answer]:
        """Keep the reads, answer each."""
        with acting_device(self.token, source=self.source):
            return reader_answers(epoch, reads)


async def reader_socket(scope: Message, receive: Receive, send: Send) -> None:
    """Serve one connection from its handshake to its end."""
    await receive()  # websocket.connect
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    client = scope.get("client")
    desk = TokenDesk(_token(headers, scope), f"reader {client[0]}" if client else "reader")
    try:
        await _in_thread(desk.check)
    except HanmaruError:
        await send({"type": "websocket.close", "code": REFUSED})
        return
    await send({"type": "websocket.accept"})
    await _serve(ReaderSession(desk), receive, send, _language(headers))


async def _serve(session: ReaderSession, receive: Receive, send: Send, language: str) -> None:
    while not session.over:
        message = await receive()
        if message["type"] != "websocket.receive":
            return  # the reader has gone; what it did not see confirmed it will send again
        text = message.get("text") or message.get("bytes") or ""
        for answer in await _in_thread(_fed, session, text, language):
            await send({"type": "websocket.send", "text": answer})
    await send({"type": "websocket.close", "code": OVER})


def _fed(session: ReaderSession, text: str | bytes, language: str) -> list[str]:
    with translation.override(language):
        return [encode(message) for message in session.feed(text)]


def _token(headers: dict[str, str], scope: Message) -> str:
    scheme, _blank, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    query: bytes = scope.get("query_string", b"")
    return parse_qs(query.decode("latin-1")).get("token", [""])[0]


def _language(headers: dict[str, str]) -> str:
    """English where the reader asks for it, else Korean."""
    return "en" if headers.get("accept-language", "").lower().startswith("en") else "ko"


async def _in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    def worked() -> Any:
        close_old_connections()
        try:
            return work(*arguments)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, worked)
