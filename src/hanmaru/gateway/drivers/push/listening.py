"""The HTTP side: one path a device, by POST or as a websocket; answered once the values are on the disk."""

import asyncio
import hmac
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from hanmaru.floor.words import sentence
from hanmaru.gateway.drivers.push.config import PushConfig
from hanmaru.gateway.drivers.push.messages import BadMessage, Sent, from_csv, from_json
from hanmaru.gateway.errors import Reconfigure

ENDING: Final = 0.5  # seconds for requests under way
STARTING: Final = 10.0

Take = Callable[[list[Sent]], Awaitable[int]]


class NotListening(BadMessage):
    """Values came while nobody takes them; the device is to send them again."""

    code = "push.not_listening"
    message = "Hanmaru takes no values just now; send them again"


class _Server(uvicorn.Server):
    """Leaves signals to the instance."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Listening:
    """A port of ours, open until `close`. `take` answers how many values are kept."""

    def __init__(self, config: PushConfig, take: Take) -> None:
        self._config, self._take = config, take
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Say whether we can be reached."""
        return self._serving is not None and not self._serving.done()

    async def open(self) -> None:
        """Listen. Raise Reconfigure when the port is taken."""
        if self.is_open:
            return
        app = Starlette(
            routes=[Route("/{device}", self._post, methods=["POST"]), WebSocketRoute("/{device}", self._talk)]
        )
        listener = self._bind()
        self._server = _Server(
            uvicorn.Config(
                app, log_config=None, access_log=False, server_header=False, lifespan="off", ws="websockets-sansio",
                ws_max_size=self._config.most_bytes, timeout_graceful_shutdown=1,
            )
        )  # fmt: skip
        self._serving = asyncio.create_task(self._server.serve([listener]))
        async with asyncio.timeout(STARTING):
            while not self._server.started:  # noqa: ASYNC110 - uvicorn tells nobody
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        """Listen no more; never raises."""
        serving, self._serving = self._serving, None
        if serving is None or self._server is None:
            return
        self._server.should_exit = True
        with suppress(TimeoutError):
            async with asyncio.timeout(ENDING):
                await asyncio.shield(serving)
        self._server.force_exit = True
        await asyncio.wait({serving}, timeout=2)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    def _bind(self) -> socket.socket:
        try:
            return socket.create_server((self._config.host, self._config.port))
        except OSError as error:
            raise Reconfigure(
                device=f"{self._config.host}:{self._config.port}",
                why=sentence("cannot be listened on (%(error)s)", error=error.strerror or error),
                remedy=sentence("Choose another port or address"),
            ) from error

    def _may(self, connection: HTTPConnection) -> bool:
        shown = connection.headers.get("authorization", "").removeprefix("Bearer ").strip()
        return hmac.compare_digest(shown.encode(), self._config.token.encode())

    async def _post(self, request: Request) -> Response:
        if not self._may(request):
            return _refused(401, "push.unauthenticated", "Show the token: Authorization: Bearer ...")
        data = b""
        async for piece in request.stream():
            data += piece
            if len(data) > self._config.most_bytes:
                return _refused(413, "push.too_large", f"Send at most {self._config.most_bytes} bytes at once")
        kind = request.headers.get("content-type", "").partition(";")[0]
        try:
            kept = await self._take(self._read(request.path_params["device"], data, csv=kind == "text/csv"))
        except NotListening as error:
            return _refused(503, error.code, str(error))
        except BadMessage as error:
            return _refused(422, error.code, str(error))
        return JSONResponse({"kept": kept})

    async def _talk(self, socket_: WebSocket) -> None:
        if not self._may(socket_):
            await socket_.close(1008, "Show the token: Authorization: Bearer ...")
            return
        await socket_.accept()
        with suppress(WebSocketDisconnect):
            while True:
                text = await socket_.receive_text()
                try:
                    kept = await self._take(self._read(socket_.path_params["device"], text.encode(), csv=False))
                    await socket_.send_json({"kept": kept})
                except BadMessage as error:
                    await socket_.send_json({"error": {"code": error.code, "words": str(error)}})

    def _read(self, device: str, data: bytes, *, csv: bool) -> list[Sent]:
        return from_csv(device, data) if csv else from_json(device, data, self._config.time_field)


def _refused(status: int, code: str, words: str) -> Response:
    return JSONResponse({"error": {"code": code, "words": words}}, status)
