"""The one socket that all web processes accept connections from."""

import socket

from hanmaru.kernel.errors import Unavailable

STEPS = 50


class NoPort(Unavailable):
    """No port near the wanted one is free, or the address is not ours."""

    code = "launch.no_port"
    message = (
        "Cannot listen on %(host)s, ports %(first)s to %(last)s: %(why)s. Set HANMARU_WEB_HOST or HANMARU_WEB_PORT"
    )


def listen(host: str, port: int) -> socket.socket:
    """Listen on the port, or on the next free one after it. Raise NoPort.

    The socket stays open while web processes come and go: who connects meanwhile waits instead of being refused.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    why = ""
    for candidate in range(port, min(port + STEPS, 65536)):
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted connections inherit it. Without, an answer of two packets waits 40 ms for an acknowledgement: the
        # event loop sets it only on sockets whose protocol it knows, and an inherited one's it does not.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(2048)
        except OSError as error:
            listener.close()
            why = error.strerror or str(error)
        else:
            return listener
    raise NoPort(host=host, first=port, last=min(port + STEPS, 65536) - 1, why=why)
