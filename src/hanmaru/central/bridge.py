"""From the event loop to Django: each request runs whole in one lasting thread and comes back in one piece.

Django's own ASGI handler runs synchronous views in a fresh thread, with a fresh database connection, and crosses
between threads for each middleware; a general WSGI bridge crosses for each part of the answer. Measured with
``benchmarks/stock.py``, half of a web process's time went into those crossings. Here there is one each way.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpResponseBase
from django.urls import set_script_prefix

MOST_BODY = 120 * 1024 * 1024
"""Bytes of a request that are kept. A larger one is read and dropped, so that the browser gets to see the refusal."""


class Pages(ASGIHandler):
    """Django as an ASGI application over ``threads`` lasting threads."""

    def __init__(self, threads: int) -> None:
        super(ASGIHandler, self).__init__()
        self.load_middleware(is_async=False)
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        loop = asyncio.get_running_loop()
        body, dropped = await _read(receive, _length(scope))
        if body is None:
            return  # the client went away
        try:
            answer = await loop.run_in_executor(self.pool, self._answer, scope, body, dropped)
            response, headers, content = answer
            await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
            if content is not None:
                await send({"type": "http.response.body", "body": content})
                return
            parts = iter(response.streaming_content)  # type: ignore[attr-defined]
            while (part := await loop.run_in_executor(self.pool, _next, parts)) is not None:
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
            await loop.run_in_executor(self.pool, response.close)
        finally:
            body.close()

    def _answer(
        self, scope: Any, body: Any, dropped: int
    ) -> tuple[HttpResponseBase, list[tuple[bytes, bytes]], bytes | None]:
        """Run the request; its response, headers, and content unless it streams."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        if request is not None:
            request.body_dropped = dropped  # type: ignore[attr-defined]
        response: Any = refusal if request is None else self.get_response(request)
        content = None
        if not response.streaming:
            content = response.content
            response.close()  # in this thread: it gives back this thread's database connection
        headers = [(k.encode("ascii").lower(), v.encode("latin1")) for k, v in response.items()]
        headers += [(b"set-cookie", c.output(header="").encode("ascii").strip()) for c in response.cookies.values()]
        return response, headers, content


def _length(scope: Any) -> int:
    """How many bytes the client says it sends; 0 where it does not."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(told) if told.isdigit() else 0


async def _read(receive: Any, length: int) -> tuple[Any, int]:
    """The body as a file, small ones in memory, and how many bytes were dropped; None when the client went away."""
    body = SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 -- the caller closes it
    kept = dropped = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            body.close()
            return None, 0
        part = message.get("body", b"")
        if not dropped and max(length, kept + len(part)) <= MOST_BODY:
            body.write(part)
            kept += len(part)
        else:
            body.seek(0)
            body.truncate()  # half a body is of no use: it is refused whole
            dropped += len(part)
        if not message.get("more_body", False):
            body.seek(0)
            return body, dropped


def _next(parts: Iterator[bytes]) -> bytes | None:
    return next(parts, None)
