"""The line to one server: channel, session, its limits, and how both are taken up again after the line was down."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.utils import Buffer
from asyncua.ua.uaerrors import UaError, UaStatusCodeError
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from hanmaru.floor.words import sentence
from hanmaru.gateway.drivers.opcua import security
from hanmaru.gateway.drivers.opcua.config import Config
from hanmaru.gateway.drivers.opcua.faults import TOO_MUCH, told
from hanmaru.gateway.errors import Retry

T = TypeVar("T")
R = TypeVar("R")
LIMITS: Final = {
    "items": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
    "read": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
    "browse": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerBrowse,
    "translate": ua.ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerTranslateBrowsePathsToNodeIds,
}
log = logging.getLogger(__name__)
logging.getLogger("asyncua").setLevel(logging.WARNING)  # it tells of every call, with all its arguments


class Link:
    """A session with a server. `open` may be called again after a loss, and says whether the session still lived."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.folder: Path | None = None
        self.skew: float | None = None
        self.limits: dict[str, int] = {}
        self.namespaces: list[str] = []
        self._client: Client | None = None
        self._renewing: asyncio.Task[None] | None = None
        # Requests to publish that wait at the server, each with the round of subscriptions that it was asked for.
        self.waiting: deque[tuple[int, asyncio.Task[Buffer]]] = deque()
        self._hopeless: set[ua.NodeId] = set()  # structures that the server does not describe

    @property
    def connected(self) -> bool:
        """Say whether a session is open and its line stands."""
        return self._client is not None and self._client.uaclient.state.value == "connected"

    @property
    def client(self) -> Client:
        """Answer asyncua's client of the open session. Raise Retry where there is none."""
        if self._client is None or not self.connected:
            raise Retry(device=self.config.device, why=sentence("not connected"))
        return self._client

    async def open(self) -> bool:
        """Open channel and session; answer whether the old session goes on. Raise Retry, Reconfigure, Stop."""
        self._forget_waiting()
        with told(self.config.device):
            resumed = self._client is not None and await self._resume(self._client)
            if not resumed:
                await self._begin()
            self._renewing = asyncio.create_task(self._renew(self.client))
            if not resumed:
                await self._look_round()
        return resumed

    async def _begin(self) -> None:
        await self.close(keep=True)
        client = self._made()
        try:
            if self.config.security != "none":
                mine = await asyncio.to_thread(security.own, self.folder)
                await security.protect(client, self.config, mine)
            await self._open_channel(client)
            await client.create_session()
            await self._activate(client)
        except BaseException:
            await _let_go(client, self.config.timeout)
            raise
        self._client = client

    def _made(self) -> Client:
        client = Client(self.config.url, timeout=self.config.timeout)
        client.application_uri = security.application_uri()
        client.name = client.description = "Hanmaru gateway"
        client.session_timeout = int(self.config.keep * 1000)
        client.set_max_concurrent_requests(1000)
        return client

    async def _open_channel(self, client: Client) -> None:
        await client.connect_socket()
        await client.send_hello()
        await client.open_secure_channel()

    async def _activate(self, client: Client) -> None:
        config = self.config
        if config.user_certificate:
            mine = await asyncio.to_thread(security.own, self.folder)
            client.user_certificate = x509.load_der_x509_certificate(mine.certificate)
            client.user_private_key = load_pem_private_key(mine.key, None)
        await client.activate_session(config.user or None, config.password or None, client.user_certificate)

    async def _resume(self, client: Client) -> bool:
        """Bind the session that the server may still hold to a new channel (Part 4, 5.7.3 and 6.7)."""
        await self._stop_renewing()
        client.disconnect_socket()
        try:
            await self._open_channel(client)
            client.uaclient.session.rebind_authentication_token()
            await self._activate(client)
        except UaStatusCodeError as error:
            log.info("The server does not take the old session up again: %s", error)
            return False
        return True

    async def _look_round(self) -> None:
        """Read what the server allows in one request, and its namespaces; a server may have neither."""
        numbers = [*LIMITS.values(), ua.ObjectIds.Server_NamespaceArray]
        asked = [ua.NodeId.from_string(f"i={number}") for number in numbers]
        found = await self.client.uaclient.session.read_attributes(asked, ua.AttributeIds.Value)
        told_ = [one.Value.Value if one.Value is not None else None for one in found]
        for name, limit in zip(LIMITS, told_, strict=False):
            self.limits[name] = min(self.config.block, limit) if isinstance(limit, int) and limit else self.config.block
        names = told_[-1]
        self.namespaces = [str(one) for one in names] if isinstance(names, list) else []

    async def _renew(self, client: Client) -> None:
        """Renew the keys of the channel after three quarters of their life (Part 4, 5.6.2)."""
        while True:
            await asyncio.sleep(client.secure_channel_timeout * 0.75 / 1000)
            try:
                await client.open_secure_channel(renew=True)
            except (OSError, TimeoutError, UaError) as error:
                log.warning("The channel could not be renewed: %s", error)
                client.disconnect_socket()
                return
            client.uaclient.revolve_security_token()

    async def look(self) -> None:
        """Ask the server whether it lives. Raise asyncua's errors and those of the network when it does not."""
        state = ua.NodeId.from_string(f"i={ua.ObjectIds.Server_ServerStatus_State}")
        await self.client.uaclient.session.read_attributes([state], ua.AttributeIds.Value)

    def node(self, address: str) -> ua.NodeId:
        """Answer the node id of an address, `ns=2;s=x` or `nsu=urn:x;s=x`. Raise ValueError."""
        if address.startswith("nsu="):
            uri, _, rest = address[4:].partition(";")
            if uri not in self.namespaces:
                raise ValueError(f"the server has no namespace {uri}")
            address = f"ns={self.namespaces.index(uri)};{rest}"
        try:
            return ua.NodeId.from_string(address)
        except (UaError, ValueError) as error:
            raise ValueError(f"{address[:80]!r} is no node id, such as ns=2;s=Bath.Temperature") from error

    async def ask(self, request: Any, *, patient: bool = False) -> Buffer:
        """Send a request and answer the bytes of the answer; `patient` waits for ever. Raise asyncua's errors."""
        protocol = self.client.uaclient.protocol
        if protocol is None:
            raise ConnectionError("the line is down")
        return await protocol.send_request(request, 0 if patient else None)

    def ask_later(self, request: Any) -> asyncio.Task[Buffer]:
        """Send a request whose answer may take its time; nobody has to wait for it."""
        task = asyncio.create_task(self.ask(request, patient=True))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    async def in_blocks(
        self, limit: str, things: Sequence[T], ask: Callable[[Sequence[T]], Awaitable[Sequence[R]]]
    ) -> list[R]:
        """Ask in blocks as large as the server allows; smaller ones when it says that they are too large."""
        answers: list[R] = []
        while len(answers) < len(things):
            size = self.limits.get(limit, self.config.block)
            block = things[len(answers) : len(answers) + size]
            try:
                answers += await ask(block)
            except UaStatusCodeError as error:
                if error.code not in TOO_MUCH or len(block) == 1:
                    raise
                self.limits[limit] = max(1, len(block) // 2)
        return answers

    def heard(self, stamp: datetime | None) -> None:
        """Take the server's clock from an answer, to tell how far it is from ours."""
        if stamp is not None and stamp.year > 1970:
            stamp = stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)
            self.skew = (stamp - datetime.now(UTC)).total_seconds()

    async def learn(self, unknown: set[ua.NodeId]) -> bool:
        """Learn the server's own structures when some are met for the first time; what cannot be learned stays bytes.

        Answer whether it is worth taking the same bytes apart once more.
        """
        fresh = unknown - self._hopeless
        if not fresh:
            return False
        self._hopeless |= fresh
        try:
            await self.client.load_data_type_definitions()
        except (OSError, TimeoutError):
            self._hopeless -= fresh
            raise
        except (UaError, ValueError, KeyError, AttributeError, TypeError, NotImplementedError) as error:
            log.warning("The server's structures could not be learned: %r", error)
            return False
        return True

    def _forget_waiting(self) -> None:
        for _round, task in self.waiting:
            task.cancel()
        self.waiting.clear()

    async def hang_up(self) -> None:
        """Let a line go that is broken already, and remember the session: the next `open` takes it up again."""
        self._forget_waiting()
        await self._stop_renewing()
        if self._client is not None:
            self._client.disconnect_socket()

    async def close(self, *, keep: bool = False) -> None:
        """End the session; `keep`: the server keeps the subscriptions for who comes next. Never raises."""
        self._forget_waiting()
        client, self._client = self._client, None
        await self._stop_renewing()
        if client is not None:
            await _let_go(client, self.config.timeout, keep=keep)

    async def _stop_renewing(self) -> None:
        task, self._renewing = self._renewing, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _let_go(client: Client, patience: float, *, keep: bool = False) -> None:
    """Close session, channel and socket, as far as they still stand; wait at most a second for the server."""
    with suppress(OSError, TimeoutError, UaError):
        if client.uaclient.state.value in {"connected", "channel_open"}:
            await asyncio.wait_for(client.uaclient.close_session(not keep), min(patience, 1.0))
    with suppress(OSError, TimeoutError, UaError):
        await client.close_secure_channel()
    client.disconnect_socket()
