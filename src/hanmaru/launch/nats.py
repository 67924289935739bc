"""The embedded NATS server as a program to start."""

import signal
from pathlib import Path

from hanmaru.bus.server import EmbeddedNats
from hanmaru.launch.child import Program
from hanmaru.launch.ports import free_port
from hanmaru.launch.secrets import Secrets


def embedded_nats(folder: Path, secrets: Secrets, preferred_port: int | None = None) -> EmbeddedNats:
    """Answer a server on `folder`, on a free port, with the password kept for it."""
    return EmbeddedNats(folder.resolve(), free_port(preferred=preferred_port), secrets.of("nats.hanmaru"))


def program(server: EmbeddedNats, log: Path) -> Program:
    """Answer how to run it."""
    return Program(
        name="NATS",
        command=server.command(),
        log=log,
        ready=lambda _pid: server.is_ready(),
        stop=signal.SIGTERM,
        orphaned=signal.SIGTERM,
    )
