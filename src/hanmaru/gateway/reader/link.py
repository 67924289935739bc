"""The client's end of the websocket: sends what the outbox holds, again and again until it is confirmed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException

from hanmaru.floor.reads import (
    MAX_MESSAGE_BYTES,
    PROTOCOL,
    Ack,
    Answer,
    Answers,
    Hello,
    Ping,
    Problem,
    Reads,
    Welcome,
    decode_server,
    encode,
)
from hanmaru.floor.shapes import WrongShape
from hanmaru.gateway.reader.outbox import Outbox
from hanmaru.kernel.errors import Invalid, Unavailable

PATH: Final = "/api/v1/reader"
_BATCH: Final = 100
_IN_FLIGHT: Final = 1000
_QUIET_S: Final = 15.0
_LONGEST_WAIT_S: Final = 30.0


class BadServerAddress(Invalid):
    """The address of the server cannot be used."""

    code = "reader.server_address"
    message = "Server %(got)s: give an address such as https://hanmaru.example or ws://192.168.0.10:8000"


class ServerSaidNo(Unavailable):
    """The server ended the connection with an error."""

    code = "reader.server_error"
    message = "The server refuses: %(reason)s"


@dataclass(frozen=True, slots=True)
class Server:
    """Where the warehouse is and how this device shows who it is."""

    address: str
    token: str
    reader: str


class Link:
    """Holds the connection. `say` is given a sentence at every change, `show` every answer."""

    def __init__(
        self,
        server: Server,
        outbox: Outbox,
        *,
        show: Callable[[Answer], None],
        say: Callable[[str], None],
        random: Random,
    ) -> None:
        """Raises `BadServerAddress`."""
        self._url = websocket_url(server.address)
        self._server, self._outbox, self._show, self._say, self._random = server, outbox, show, say, random
        self._failures = 0
        self._fresh = asyncio.Event()
        self._confirmed = asyncio.Event()
        self._last_said = ""

    def wake(self) -> None:
        """Tell that the outbox holds more; call it from the loop's thread."""
        self._fresh.set()

    async def drained(self) -> None:
        """Wait until the warehouse has confirmed every read."""
        while len(self._outbox):
            self._confirmed.clear()
            await self._confirmed.wait()

    async def run(self) -> None:
        """Connect, and connect again, until cancelled."""
        while True:
            try:
                await self._hold_one_connection()
            except InvalidStatus as error:
                self._failed(_refusal(error.response.status_code))
            except ServerSaidNo as error:
                self._failed(str(error))
            except (OSError, TimeoutError, InvalidHandshake, WebSocketException, WrongShape) as error:
                self._failed(f"No connection to {self._url} ({type(error).__name__}): reads are kept here meanwhile")
            await asyncio.sleep(self._pause())

    async def _hold_one_connection(self) -> None:
        headers = {"Authorization": f"Bearer {self._server.token}"}
        async with connect(
            self._url, additional_headers=headers, max_size=MAX_MESSAGE_BYTES, open_timeout=10, ping_interval=None
        ) as socket:
            acknowledged = await self._greet(socket)
            if acknowledged > self._outbox.last_sequence:
                self._outbox.renew()
                self._say("The server knows more reads than are kept here: counting anew")
                return
            self._outbox.acknowledge(acknowledged)
            self._say(f"Connected to {self._url}, {len(self._outbox)} reads to send")
            self._last_said = ""
            both = {asyncio.create_task(self._send(socket, acknowledged)), asyncio.create_task(self._receive(socket))}
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in both:
                    task.cancel()
                ends = await asyncio.gather(*both, return_exceptions=True)
            raise next(end for end in ends if isinstance(end, Exception))

    async def _greet(self, socket: ClientConnection) -> int:
        hello = Hello(PROTOCOL, self._server.reader, self._outbox.epoch, self._outbox.last_sequence)
        await socket.send(encode(hello))
        answer = decode_server(await asyncio.wait_for(socket.recv(), _QUIET_S))
        if isinstance(answer, Problem):
            raise ServerSaidNo(reason=answer.message)
        if not isinstance(answer, Welcome):
            raise WrongShape(field="message.type", problem="welcome was due")
        return answer.acknowledged

    async def _send(self, socket: ClientConnection, sent: int) -> None:
        while True:
            while sent - self._outbox.acknowledged > _IN_FLIGHT:
                self._confirmed.clear()
                await self._confirmed.wait()
            self._fresh.clear()
            batch = self._outbox.pending(sent, _BATCH)
            if not batch:
                await self._fresh.wait()
                continue
            await socket.send(encode(Reads(batch)))
            sent = batch[-1].sequence

    async def _receive(self, socket: ClientConnection) -> None:
        """Take answers until the connection ends; ask for a sign of life when it is quiet."""
        asked = False
        while True:
            try:
                text = await asyncio.wait_for(socket.recv(), _QUIET_S)
            except TimeoutError:
                if asked:
                    raise
                asked = True
                await socket.send(encode(Ping()))
                continue
            asked = False
            self._take(text)

    def _take(self, text: str | bytes) -> None:
        match decode_server(text):
            case Answers(answers):
                for answer in answers:
                    self._show(answer)
            case Ack(sequence):
                self._outbox.acknowledge(sequence)
                self._failures = 0
                self._confirmed.set()
            case Problem(_, message):
                raise ServerSaidNo(reason=message)
            case Welcome():
                raise WrongShape(field="message.type", problem="welcome comes once")

    def _failed(self, sentence: str) -> None:
        self._failures += 1
        if sentence != self._last_said:
            self._say(sentence)
        self._last_said = sentence

    def _pause(self) -> float:
        """Seconds until the next try: a random share of a doubling bound, so that many readers do not come at once."""
        bound = min(_LONGEST_WAIT_S, 0.5 * 2 ** min(self._failures, 10))
        return self._random.uniform(0.1, bound)


def websocket_url(address: str) -> str:
    """Answer the websocket's address for a server's: https becomes wss, no path becomes `PATH`.

    Raises `BadServerAddress`.
    """
    with suppress(ValueError):
        parts = urlsplit(address)
        scheme = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}.get(parts.scheme)
        if scheme and parts.hostname and (parts.port is None or parts.port > 0):
            return urlunsplit((scheme, parts.netloc, PATH if parts.path in {"", "/"} else parts.path, parts.query, ""))
    raise BadServerAddress(got=address)


def _refusal(status: int) -> str:
    if status in {401, 403}:
        return "The server refuses this device's token: make a new one under Settings, Devices; reads are kept here"
    return f"The server answers {status}: is the address right? Reads are kept here"
