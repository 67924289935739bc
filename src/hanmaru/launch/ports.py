"""TCP ports on this machine."""

import errno
import secrets
import socket
from typing import Final

# Linux gives 32,768 and above to connections that go out (ip_local_port_range, in ip-sysctl): a port from there may be
# taken by one of them before a service listens on it, or while the service is started again.
QUIET: Final = range(20_000, 32_000)
TRIES: Final = 50


def free_port(host: str = "127.0.0.1") -> int:
    """Answer a port that is free now, and likely to stay so."""
    for port in (*secrets.SystemRandom().sample(QUIET, TRIES), 0):
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue
            found: int = probe.getsockname()[1]
            return found
    raise OSError(f"no port of {host} is free")
