"""A server with users on it, as it is configured in a house."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiomqtt

from hanmaru.bus.connect import connect_streams
from hanmaru.bus.server import EmbeddedNats, Tls
from hanmaru.bus.users import Grant, User
from hanmaru.launch import child, nats
from hanmaru.launch.secrets import Secrets

GRANTS = (
    Grant("device", ("seongsu",), ("press-1",)),
    Grant("device", ("mullae",), ("press-1",)),  # another company's, called the same
    Grant("gateway", ("seongsu",), ("press-1",)),
    Grant("company", ("seongsu", "paju"), company="7"),
    Grant("device", ("seongsu",), ("meter",), topics=("seongsu/#", "spBv1.0/seongsu/#")),
    Grant("device", ("mullae",), ("meter",), topics=("mullae/#",)),
)


class Served:
    """A server with these users on it."""

    def __init__(self, folder: Path, tls: Tls | None = None) -> None:
        self.grants = nats.Grants(folder / "nats", Secrets(folder / "secrets.json"))
        for grant in GRANTS:
            self.grants.add(grant)
        self.server: EmbeddedNats = replace(
            nats.embedded_nats(folder / "nats", Secrets(folder / "secrets.json")), tls=tls
        )
        self.program = nats.program(self.server, folder / "nats.log")
        self.process = child.start(self.program)

    def user(self, name: str) -> User:
        return next(user for user in self.grants.users() if user.name == name)

    @asynccontextmanager
    async def as_user(self, name: str) -> Any:
        streams = connect_streams(self.server.url_of(self.user(name)) if name else self.server.url)
        try:
            yield streams
        finally:
            await streams.close()

    def mqtt(self, name: str, **options: Any) -> aiomqtt.Client:
        user, told = self.user(name), {"timeout": 30, **options}
        return aiomqtt.Client("127.0.0.1", self.server.mqtt_port, username=user.name, password=user.password, **told)


def play(story: Callable[[], Awaitable[None]]) -> None:
    async def played() -> None:
        async with asyncio.timeout(60):
            await story()

    asyncio.run(played())
