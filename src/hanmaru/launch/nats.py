"""The embedded NATS server as a program to start, and who from outside may come in."""

import json
import signal
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from hanmaru.bus.server import EmbeddedNats, Tls
from hanmaru.bus.users import Grant, User, user_of
from hanmaru.launch.child import Program
from hanmaru.launch.ports import free_port
from hanmaru.launch.secrets import Secrets
from hanmaru.launch.settings import Bus


class Grants:
    """Who was let in, in a file beside the server's data; the passwords lie with the other secrets."""

    def __init__(self, folder: Path, secrets: Secrets) -> None:
        """Keep them in the folder of the server."""
        self._path, self._secrets = folder / "grants.json", secrets

    def all(self) -> list[Grant]:
        """Answer all grants, by user."""
        if not self._path.exists():
            return []
        written = json.loads(self._path.read_text(encoding="utf-8"))
        return [_grant(fields) for fields in written]

    def add(self, grant: Grant) -> User:
        """Let somebody in, or change what is granted to him; answer him with his password, which stays the same."""
        self._write([*(one for one in self.all() if one.user != grant.user), grant])
        return self.user_of(grant)

    def remove(self, name: str) -> bool:
        """Let a user in no longer; his password is gone for good. False when there is none of that name."""
        left = [one for one in self.all() if one.user != name]
        found = len(left) < len(self.all())
        self._write(left)
        self._secrets.forget(_secret(name))
        return found

    def users(self) -> tuple[User, ...]:
        """Answer all users."""
        return tuple(self.user_of(grant) for grant in self.all())

    def user_of(self, grant: Grant) -> User:
        """Answer the user of a grant."""
        return user_of(grant, self._secrets.of(_secret(grant.user)))

    def _write(self, grants: list[Grant]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(".new")
        written = [asdict(grant) for grant in sorted(grants, key=lambda one: one.user)]
        draft.write_text(json.dumps(written, indent=1), encoding="utf-8")
        draft.replace(self._path)


def embedded_nats(folder: Path, secrets: Secrets, settings: Bus | None = None) -> EmbeddedNats:
    """Answer a server on `folder`, on free ports where none are set, with the passwords kept for it."""
    wanted = settings or Bus()
    taken: set[int] = set()
    ports = [_port(wanted.host, port, taken) for port in (wanted.port, wanted.mqtt_port, wanted.websocket_port)]
    return EmbeddedNats(
        folder.resolve(),
        ports[0],
        secrets.of("nats.hanmaru"),
        host=wanted.host,
        mqtt_port=ports[1],
        websocket_port=ports[2],
        users=Grants(folder.resolve(), secrets).users(),
        tls=_tls(wanted),
    )


def running_nats(folder: Path, secrets: Secrets, settings: Bus, ports: dict[str, str]) -> EmbeddedNats:
    """Answer the server that runs, from the ports that were announced, with the users as they are now."""
    server = embedded_nats(folder, secrets, settings)
    return replace(
        server,
        port=int(ports["HANMARU_BUS_PORT"]),
        mqtt_port=int(ports["HANMARU_BUS_MQTT_PORT"]),
        websocket_port=int(ports["HANMARU_BUS_WEBSOCKET_PORT"]),
    )


def announced(server: EmbeddedNats) -> dict[str, str]:
    """Answer the variables by which others find it."""
    return {
        "HANMARU_BUS_URL": server.url,
        "HANMARU_BUS_PORT": str(server.port),
        "HANMARU_BUS_MQTT_PORT": str(server.mqtt_port),
        "HANMARU_BUS_WEBSOCKET_PORT": str(server.websocket_port),
    }


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


def _port(host: str, wanted: int, taken: set[int]) -> int:
    port = wanted
    while not port or port in taken:
        port = free_port(host)
    taken.add(port)
    return port


def _tls(settings: Bus) -> Tls | None:
    if not settings.tls_certificate:
        return None
    authority = Path(settings.tls_authority) if settings.tls_authority else None
    return Tls(Path(settings.tls_certificate), Path(settings.tls_key), authority)


def _secret(user: str) -> str:
    return f"nats.{user}"


def _grant(fields: dict[str, Any]) -> Grant:
    return Grant(
        fields["kind"],
        tuple(fields["sites"]),
        tuple(fields["sources"]),
        tuple(fields["topics"]),
        fields["company"],
    )
