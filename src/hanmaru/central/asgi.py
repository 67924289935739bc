"""The one door of the web: pages and API through Django, live streams and readers straight on the event loop.

Django runs as WSGI in a pool of lasting threads, so that each keeps its database connection; a request costs one hop
between threads in all. What waits for long (server-sent events, websockets) never occupies one of those threads.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanmaru.central.settings")

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_django = WSGIMiddleware(cast("Any", get_wsgi_application()), workers=int(os.environ.get("HANMARU_WEB_THREADS", "8")))

from hanmaru.central.web.live import Live  # noqa: E402 -- Django must be set up before its models are read

_live = Live()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Send each connection to what answers it."""
    if scope["type"] == "http" and scope["path"] == "/live":
        await _live(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)
    else:
        await cast("Any", _django)(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            _live.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
