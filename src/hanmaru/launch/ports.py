"""TCP ports on this machine."""

import socket


def free_port(host: str = "127.0.0.1") -> int:
    """Answer a port that is free now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port
