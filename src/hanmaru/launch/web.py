"""One web process: Uvicorn on a socket that it shares with its siblings, or on one of its own.

Started as `python -m hanmaru.launch.web FD READY` by the supervisor: FD is the number of the inherited socket, READY a
file into which the process writes its number once it answers.
"""

import os
import socket
import sys
from pathlib import Path

import uvicorn

from hanmaru.launch import logs
from hanmaru.launch.listening import listen
from hanmaru.launch.settings import Settings, load

APPLICATION = "hanmaru.central.asgi:application"
GRACE = 3  # seconds for requests under way; live pages connect again by themselves


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Path | None) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._ready and self.started:
            self._ready.write_text(str(os.getpid()), encoding="ascii")


def serve(settings: Settings, listener: socket.socket, ready: Path | None = None) -> None:
    """Answer requests until SIGTERM."""
    config = uvicorn.Config(
        APPLICATION,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1"),
        timeout_graceful_shutdown=GRACE,
        ws_max_size=1024 * 1024,
    )
    config.load()  # Django sets up logging when it is imported: ours comes after
    logs.configure("web", settings.node.log_level)
    _Server(config, ready).run(sockets=[listener])


def serve_alone(settings: Settings) -> None:
    """Be the only web process, on a socket of our own."""
    listener = listen(settings.web.host, settings.web.port)
    with listener:
        print(f"http://{settings.web.host}:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - for the person
        serve(settings, listener)


if __name__ == "__main__":
    serve(load(None, os.environ), socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]))
