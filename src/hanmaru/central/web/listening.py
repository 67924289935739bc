"""What every stream of server-sent events needs: whose page asks, its first line, and when it has gone.

https://html.spec.whatwg.org/multipage/server-sent-events.html says how browsers reconnect.
"""

from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest

from hanmaru.central.companies.queries import membership_of
from hanmaru.central.companies.tenancy import acting

HEARTBEAT = 15  # seconds; proxies and browsers take a silent stream for a dead one
ALIVE = b": still here\n\n"
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


async def company_of(scope: dict[str, Any]) -> int | None:
    """The company that the browser's cookies let it listen to."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin1")
    return await sync_to_async(_company_of, thread_sensitive=False)(cookies)


def _company_of(cookies: str) -> int | None:
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


async def begin(send: Send) -> None:
    """Send the head of the answer."""
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def refuse(send: Send) -> None:
    """Answer somebody who is not logged in."""
    await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"log in first"})


async def gone(receive: Receive) -> None:
    """Return when the page has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
