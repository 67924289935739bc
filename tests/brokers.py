"""MQTT brokers of the tests, which others wrote: Mosquitto, and the NATS server with its MQTT listener."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from hanmaru.bus.server import program as nats_server
from hanmaru.launch.child import await_condition
from hanmaru.launch.ports import free_port

NO_MOSQUITTO = "Mosquitto is not installed: `apt-get install mosquitto` as root, or `make test` as root installs it"

NATS = """\
server_name: test
listen: "127.0.0.1:{client}"
max_payload: 8MB
jetstream {{ store_dir: "{folder}/store" }}
mqtt {{ host: "127.0.0.1", port: {port}, ack_wait: "5s" }}
{more}
"""
MOSQUITTO = """\
{user}
listener {port} 127.0.0.1
persistence true
persistence_location {folder}/
{more}
"""


def mosquitto_program() -> str | None:
    """Find Mosquitto; Debian puts it where only root looks."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


class Broker:
    """One broker on a folder and a port of its own; it keeps both over a restart."""

    def __init__(self, kind: str, folder: Path, *, more: Sequence[str] = ("allow_anonymous true",)) -> None:
        self.kind, self.folder, self.port = kind, folder, free_port()
        self._client_port = free_port()
        self._more = "\n".join(more) if kind == "mosquitto" else ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> "Broker":
        self.folder.mkdir(parents=True, exist_ok=True)
        command = self._mosquitto() if self.kind == "mosquitto" else self._nats()
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        assert await_condition(self._listens, 120), (self.folder / "log").read_text()
        return self

    def stop(self) -> None:
        """End it at once, as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def hang(self) -> None:
        """Let it keep its lines and do nothing more."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def _mosquitto(self) -> list[str]:
        program = mosquitto_program()
        if program is None:
            pytest.skip(NO_MOSQUITTO)
        configuration = self.folder / "mosquitto.conf"
        user = "user root" if os.geteuid() == 0 else ""  # else it becomes one who may not write here
        configuration.write_text(MOSQUITTO.format(port=self.port, folder=self.folder, user=user, more=self._more))
        return [program, "-c", str(configuration)]

    def _nats(self) -> list[str]:
        configuration = self.folder / "nats.conf"
        written = NATS.format(port=self.port, client=self._client_port, folder=self.folder, more=self._more)
        configuration.write_text(written)
        return [nats_server(), "--config", str(configuration)]

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False
