"""The one door of the web: pages and API through Django, live streams and readers straight on the event loop.

Django runs in a pool of lasting threads, each with its own database connection (:mod:`hanmaru.central.bridge`). What
waits for long (server-sent events, websockets) never occupies one of those threads.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanmaru.central.settings")

import django

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

django.setup()

from hanmaru.central.bridge import Pages  # noqa: E402 -- Django must be set up before its models are read
from hanmaru.central.warehouse.reader_socket import reader_socket  # noqa: E402 -- same
from hanmaru.central.web.live import Live  # noqa: E402 -- same
from hanmaru.central.web.order_live import ADDRESS, OrderLive  # noqa: E402 -- same
from hanmaru.central.web.values import Values  # noqa: E402 -- same

_pages = Pages(threads=int(os.environ.get("HANMARU_WEB_THREADS", "8")))
_live = Live()
_order_live = OrderLive(_live.bus)
_values = Values()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Send each connection to what answers it."""
    if scope["type"] == "http" and scope["path"] == "/live":
        await _live(scope, receive, send)
    elif scope["type"] == "http" and ADDRESS.fullmatch(scope["path"]):
        await _order_live(scope, receive, send)
    elif scope["type"] == "http" and scope["path"] == "/plant/live":
        await _values(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)
    elif scope["path"] == "/api/v1/reader":
        await reader_socket(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 4404})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _live.begin()
            _values.begin()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await _values.close()
            _live.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
