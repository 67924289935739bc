"""The TCP connection of a client to NATS, given up soon after its line has fallen silent.

Where packets vanish (a cable out behind a switch, a wall that forgets the connection) nobody is told, and the kernel
goes on sending what was not acknowledged at twice the interval each time. After a cut of 15 s it next tries at 25 s,
and a connection that is closed with data unsent is held for up to a quarter of an hour, in which nats-py waits. So the
kernel is told when to give up; the client then connects anew once a second. It says nothing of how busy either end is:
kernels acknowledge for programs that hang. Source: RFC 5482; tcp(7), TCP_USER_TIMEOUT; tcp_retries2 in ip-sysctl.
"""

import socket
from typing import Final
from urllib.parse import ParseResult

from nats.aio.client import Client
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


def new_client() -> Client:
    """Answer a client whose connections are lines; nats-py has no other way in."""
    client = Client()
    client._transport = Line()  # noqa: SLF001 - see above; tests/contracts/bus look whether it is still used
    return client
