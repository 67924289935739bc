"""The TCP connection of a client to NATS, given up soon after its line has fallen silent.

Where packets vanish (a cable out behind a switch, a wall that forgets the connection) nobody is told, and the kernel
goes on sending what was not acknowledged at twice the interval each time. After a cut of 15 s it next tries at 25 s,
and a connection that is closed with data unsent is held for up to a quarter of an hour, in which nats-py waits. So the
kernel is told when to give up; the client then connects anew once a second. It says nothing of how busy either end is:
kernels acknowledge for programs that hang. Source: RFC 5482; tcp(7), TCP_USER_TIMEOUT; tcp_retries2 in ip-sysctl.
"""

import asyncio
import socket
from typing import Any, Final
from urllib.parse import ParseResult

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.transport import TcpTransport

GIVE_UP: Final = 10.0  # seconds without an acknowledgement of what was sent
OPTION: Final[int | None] = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux; elsewhere only pings tell


class Line(TcpTransport):
    """One connection after the other, each given up in time."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # nats-py's own

    async def connect(self, uri: ParseResult, buffer_size: int, connect_timeout: int) -> None:
        """Connect, as nats-py asks for it."""
        await super().connect(uri, buffer_size, connect_timeout)
        if OPTION is not None and self._io_writer is not None:
            plug: socket.socket = self._io_writer.get_extra_info("socket")
            plug.setsockopt(socket.IPPROTO_TCP, OPTION, int(GIVE_UP * 1000))

    def __bool__(self) -> bool:
        """Be there before the first connection: nats-py would make a transport of its own."""
        return True


class LineClient(Client):
    """A client that does not wait for answers to what is forbidden: the server says so beside, and answers nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: dict[str, set[asyncio.Timeout]] = {}

    async def request(
        self,
        subject: str,
        payload: bytes = b"",
        timeout: float = 0.5,  # noqa: ASYNC109 - nats-py's own name
        old_style: bool = False,  # noqa: FBT001, FBT002 - same
        headers: dict[str, Any] | None = None,
    ) -> Msg:
        """Send and wait for the answer; raise TimeoutError at once where the question turns out to be forbidden."""
        async with asyncio.timeout(None) as patience:
            alike = self._asked.setdefault(subject.lower(), set())
            alike.add(patience)
            try:
                return await super().request(subject, payload, timeout, old_style, headers)
            finally:
                alike.discard(patience)
                if not alike:
                    self._asked.pop(subject.lower(), None)

    def forbidden(self, why: str) -> None:
        """Wait no longer for what the server's words name; nats-py hands them on in small letters."""
        now = asyncio.get_running_loop().time()
        for subject, alike in self._asked.items():
            if f'"{subject}"' in why.lower():
                for patience in alike:
                    patience.reschedule(now)


def new_client() -> LineClient:
    """Answer a client whose connections are lines; nats-py has no other way in."""
    client = LineClient()
    client._transport = Line()  # noqa: SLF001 - see above; tests/contracts/bus look whether it is still used
    return client
