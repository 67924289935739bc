"""The history by HTTP: `POST /ask` takes a question of floor.history and a bearer token."""

import hmac
from collections.abc import Callable
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hanmaru.edge.historian.desk import Desk, refusal
from hanmaru.floor import history
from hanmaru.kernel.errors import HanmaruError, TooLarge, Unauthenticated

LONGEST_QUESTION: Final = 256 * 1024  # bytes
ARROW: Final = "application/vnd.apache.arrow.stream"


class NoToken(Unauthenticated):
    """The request does not carry the token of the historian."""

    code = "historian.no_token"
    message = "Send the token of the historian: Authorization: Bearer ... (setting historian.token)"


class QuestionTooLong(TooLarge):
    """A question longer than any that makes sense."""

    code = "historian.question_too_long"
    message = "The question is longer than %(most)s bytes: ask about fewer tags at once"


def application(desk: Desk, token: str, is_well: Callable[[], bool]) -> Starlette:
    """Answer the ASGI application."""

    async def ask(request: Request) -> Response:
        try:
            _let_in(request, token)
            answer = await run_in_threadpool(desk.asked, history.question(await _body(request)))
        except HanmaruError as error:
            return Response(refusal(error), error.status, media_type="application/json")
        return Response(answer, media_type="application/json" if answer[:1] == b"{" else ARROW)

    async def health(_: Request) -> Response:
        return Response("well\n" if is_well() else "not taking readings\n", 200 if is_well() else 503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    routes: list[Any] = [
        Route("/ask", ask, methods=["POST"]),
        Route("/health", health),
        Route("/metrics", metrics),
    ]
    return Starlette(routes=routes)


def _let_in(request: Request, token: str) -> None:
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise NoToken


async def _body(request: Request) -> bytes:
    data = b""
    async for part in request.stream():
        data += part
        if len(data) > LONGEST_QUESTION:
            raise QuestionTooLong(most=LONGEST_QUESTION)
    return data
