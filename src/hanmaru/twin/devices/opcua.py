"""An OPC UA server on asyncua's server: folders, variables with units, methods, users and certificates.

Source: OPC UA Part 3 (address space), Part 8 (EngineeringUnits, EURange). A value is written only when it changes: a
server tells of changes, and the true log holds what it told.
"""

import gc
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

import asyncua
from asyncua.common.callback import CallbackType, ServerItemCallback
from asyncua.common.methods import uamethod
from asyncua.crypto.cert_gen import setup_self_signed_certificate
from asyncua.crypto.permission_rules import User, UserRole
from cryptography.x509.oid import ExtendedKeyUsageOID

from hanmaru.twin.clock import VirtualClock
from hanmaru.twin.devices.wire import Wire
from hanmaru.twin.truth import TrueLog, Value, offered, same

# asyncua gives every width of number a type of its own, which plain numbers are not to mypy
ua: Any = asyncua.ua

NAMESPACE: Final = "urn:hanmaru:twin:plant"
APPLICATION: Final = "urn:hanmaru:twin:server"
ZEROS: Final[dict[str, Any]] = {"Boolean": False, "String": "", "Float": 0.0, "Double": 0.0}
SECURE: Final = [
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    ua.SecurityPolicyType.Basic256Sha256_Sign,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable. `name` is its path below Objects, parted by `/`; the node id is `ns=2;s=<name>`."""

    name: str
    type: str = "Double"  # a name of ua.VariantType
    unit: str = ""  # UCUM
    low: float | None = None
    high: float | None = None
    description: str = ""
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """One method: called with values, it answers values. Raising ValueError answers BadInvalidArgument."""

    name: str
    call: Callable[..., Awaitable[Sequence[Any]]]
    inputs: tuple[str, ...] = ()  # names of ua.VariantType
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """Who is let in. `users`, name -> password: then nobody else. `certificates`, a folder: it offers secure endpoints.

    `only_secure` leaves out the endpoint without encryption.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    certificates: Path | None = None
    only_secure: bool = False


OPEN: Final = Guard()


class OpcUaDevice:
    """`async with OpcUaDevice(variables) as device:` gives `device.url`.

    `await device.offer({"bath-1/temperature": 20.4})` sets values at the device's clock. `written` may be
    replaced by what is to get (name, value) of what a client wrote. It listens at `address`, on `port` if that is free.

    Faults: `device.wire` (cut, freeze, flap), `device.skew` (its clock is ahead
    by that much), a `quality` when offering.
    """

    wire: Wire

    def __init__(
        self,
        variables: Sequence[Variable],
        methods: Sequence[Method] = (),
        *,
        name: str = "opcua",
        clock: VirtualClock | None = None,
        log: TrueLog | None = None,
        guard: Guard = OPEN,
        port: int = 0,
        address: str = "127.0.0.1",
    ) -> None:
        """Describe the server; entering starts it."""
        self.variables = {variable.name: variable for variable in variables}
        self.methods = list(methods)
        self.name = name
        self.clock = clock or VirtualClock()
        self.skew = timedelta()
        self._log = log
        self._guard = guard
        self._port, self._address = port, address
        self.subscribed: list[datetime] = []  # when clients asked to be told of changes, by the device's clock
        # Called with the name and value of what a client wrote.
        self.written: Callable[[str, Value], None] = lambda _name, _value: None
        self._ids: dict[Any, str] = {}
        self._last: dict[str, tuple[Value, int]] = {}

    @property
    def url(self) -> str:
        """Answer the endpoint that a driver connects to; it stays the same."""
        return f"opc.tcp://{self._address}:{self.wire.port}/hanmaru/"

    def node_id(self, name: str) -> str:
        """Answer the node id of a variable, as a tag's address has it."""
        return f"ns={self._namespace};s={name}"

    async def __aenter__(self) -> Self:
        # asyncua's server warns of what is meant here: endpoints without certificates
        logging.getLogger("asyncua.server").setLevel(logging.ERROR)
        self._server = asyncua.Server(
            user_manager=cast("Any", _Users(self._guard.users)) if self._guard.users else None
        )
        with _without_collecting():
            await self._server.init()
        _mend_transfers(self._server.iserver.subscription_service)
        await self._server.set_application_uri(APPLICATION)
        self._server.set_server_name("Hanmaru twin")
        self._server.disable_clock()
        await self._secure()
        self._namespace = await self._server.register_namespace(NAMESPACE)
        await self._fill()
        self._server.subscribe_server_callback(CallbackType.ItemSubscriptionCreated, self._asked)
        self._server.subscribe_server_callback(CallbackType.PreWrite, self._stamp)
        self._server.subscribe_server_callback(CallbackType.PostWrite, self._taken)
        self._server.set_endpoint("opc.tcp://127.0.0.1:0/hanmaru/")
        await self._server.start()
        self.wire = await Wire(_port_of(self._server.bserver), own_port=self._port, address=self._address).__aenter__()
        await self.tell_time()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.wire.__aexit__(None, None, None)
        await self._server.stop()

    async def offer(self, values: Mapping[str, Value], quality: int = 0, when: datetime | None = None) -> None:
        """Set variables to values; those that are as they were stay untouched. Bad quality comes without a value."""
        source_time = (when or self.clock.now()) + self.skew
        for name, value in values.items():
            kept = None if quality & 0x80000000 else value
            if _unchanged(self._last.get(name), kept, quality):
                continue
            self._last[name] = (kept, quality)
            self._note(name, source_time, kept, quality)
            data = ua.DataValue(
                Value=self._variant(name, kept),
                StatusCode=ua.StatusCode(quality),
                SourceTimestamp=source_time,
                ServerTimestamp=source_time,
            )
            await self._server.write_attribute_value(self._node(name), data)

    async def tell_time(self) -> None:
        """Set the server's own clock, ServerStatus/CurrentTime; call it every second."""
        node = self._server.get_node(ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime))
        await node.write_value(ua.Variant(self.clock.now() + self.skew, ua.VariantType.DateTime))

    async def raw(self, name: str, value: Any) -> None:
        """Write any value into a variable, of any type: what a device should not do. It is not in the true log."""
        data = ua.DataValue(Value=value, SourceTimestamp=self.clock.now() + self.skew)
        attribute = self._server.iserver.aspace._nodes[self._node(name)].attributes[ua.AttributeIds.Value]  # noqa: SLF001 - past the type check on purpose
        attribute.value = data
        for handle, callback in attribute.datachange_callbacks.items():
            await callback(handle, data)

    def value(self, name: str) -> Value:
        """Answer what a variable holds, the last value a client wrote included."""
        return self._last[name][0]

    def _node(self, name: str) -> Any:
        return ua.NodeId(name, self._namespace)

    def _variant(self, name: str, value: Value) -> Any:
        if value is None:
            return ua.Variant(None, ua.VariantType.Null)
        return ua.Variant(value, ua.VariantType[self.variables[name].type])

    def _note(self, name: str, when: datetime, value: Value, quality: int) -> None:
        if self._log is not None:
            microseconds = round(when.timestamp() * 1_000_000)
            self._log.add(offered(self.name, self.node_id(name), microseconds, value, quality))

    async def _secure(self) -> None:
        if self._guard.certificates is None:
            self._server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
            return
        key, certificate = self._guard.certificates / "server-key.pem", self._guard.certificates / "server.der"
        use, names = [ExtendedKeyUsageOID.SERVER_AUTH], {"organizationName": "Hanmaru", "commonName": "twin"}
        await setup_self_signed_certificate(key, certificate, APPLICATION, "127.0.0.1", use, names)
        await self._server.load_certificate(certificate)
        await self._server.load_private_key(key)
        open_one = [] if self._guard.only_secure else [ua.SecurityPolicyType.NoSecurity]
        self._server.set_security_policy(open_one + SECURE)

    async def _fill(self) -> None:
        folders: dict[str, Any] = {"": self._server.nodes.objects}
        for variable in self.variables.values():
            parent = await self._folder(folders, variable.name.rpartition("/")[0])
            await self._add(parent, variable)
        for method in self.methods:
            parent = await self._folder(folders, method.name.rpartition("/")[0])
            types = [[ua.VariantType[one] for one in side] for side in (method.inputs, method.outputs)]
            await parent.add_method(
                self._node(method.name), ua.QualifiedName(_last_step(method.name), self._namespace),
                _called(method), *types,
            )  # fmt: skip

    async def _folder(self, folders: dict[str, Any], path: str) -> Any:
        if path not in folders:
            parent = await self._folder(folders, path.rpartition("/")[0])
            name = ua.QualifiedName(_last_step(path), self._namespace)
            folders[path] = await parent.add_folder(self._node(f"{path}/"), name)
        return folders[path]

    async def _add(self, parent: Any, variable: Variable) -> None:
        name = ua.QualifiedName(_last_step(variable.name), self._namespace)
        value = ua.Variant(ZEROS.get(variable.type, 0), ua.VariantType[variable.type])
        node = await parent.add_variable(self._node(variable.name), name, value)
        self._ids[node.nodeid] = variable.name
        waiting = ua.StatusCode(ua.StatusCodes.BadWaitingForInitialData)
        await self._server.write_attribute_value(node.nodeid, ua.DataValue(StatusCode=waiting))
        if variable.description:
            text = ua.Variant(ua.LocalizedText(variable.description), ua.VariantType.LocalizedText)
            await node.write_attribute(ua.AttributeIds.Description, ua.DataValue(text))
        if variable.unit:
            unit = ua.EUInformation(
                NamespaceUri="http://unitsofmeasure.org", UnitId=-1,
                DisplayName=ua.LocalizedText(variable.unit), Description=ua.LocalizedText(variable.unit),
            )  # fmt: skip
            await node.add_property(ua.NodeId(f"{variable.name}#unit", self._namespace), "0:EngineeringUnits", unit)
        if variable.low is not None and variable.high is not None:
            span = ua.Range(variable.low, variable.high)
            await node.add_property(ua.NodeId(f"{variable.name}#range", self._namespace), "0:EURange", span)
        if variable.writable:
            await node.set_writable()

    def _asked(self, _event: ServerItemCallback, _service: object) -> None:
        self.subscribed.append(self.clock.now() + self.skew)

    def _stamp(self, event: ServerItemCallback, _service: object) -> None:
        """Give what a client writes the time of the device, whatever time the client gave it."""
        if not event.is_external:
            return
        now = self.clock.now() + self.skew
        for one in event.request_params.NodesToWrite:
            if one.AttributeId == ua.AttributeIds.Value:
                one.Value = ua.DataValue(
                    Value=one.Value.Value, StatusCode=one.Value.StatusCode, SourceTimestamp=now, ServerTimestamp=now
                )

    def _taken(self, event: ServerItemCallback, _service: object) -> None:
        """Note what a client has written, and tell the machine."""
        if not event.is_external:
            return
        for one, result in zip(event.request_params.NodesToWrite, event.response_params, strict=True):
            name = self._ids.get(one.NodeId)
            if name is None or not result.is_good():
                continue
            value = one.Value.Value.Value
            if not _unchanged(self._last.get(name), value, 0):
                self._note(name, one.Value.SourceTimestamp, value, 0)
            self._last[name] = (value, 0)
            self.written(name, value)


class _Users:
    """Lets in who has the password."""

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = passwords

    def get_user(
        self,
        _server: object,
        username: str | None = None,
        password: str | None = None,
        certificate: object = None,  # noqa: ARG002 - asyncua hands it in by name
    ) -> User | None:
        if username is not None and self._passwords.get(username) == password:
            return User(role=UserRole.User, name=username)
        return None


def _called(method: Method) -> Any:
    @uamethod
    async def run(_parent: object, *arguments: Any) -> Any:
        try:
            answers = await method.call(*arguments)
        except ValueError:
            return ua.StatusCode(ua.StatusCodes.BadInvalidArgument)
        return tuple(answers)

    return run


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Make many objects that stay: collecting garbage meanwhile takes two thirds of the time (2.7 s, 0.8 s without)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _mend_transfers(service: Any) -> None:
    """Let a subscription that was taken over speak: asyncua 2.1 goes on asking the dead connection for requests."""
    transfer = service.transfer_subscriptions

    async def mended(params: Any, session: Any, callback: Any) -> Any:
        results = await transfer(params, session, callback)
        for number in params.SubscriptionIds:
            if number in service.subscriptions:
                service.subscriptions[number].pub_request_callback = callback.__self__.get_publish_request
        return results

    service.transfer_subscriptions = mended


def _port_of(server: Any) -> int:
    """Answer the port that the system gave; asyncua tells it nowhere else."""
    port: int = server._server.sockets[0].getsockname()[1]  # noqa: SLF001 - see above
    return port


def _last_step(name: str) -> str:
    return name.rpartition("/")[2]


def _unchanged(last: tuple[Value, int] | None, value: Value, quality: int) -> bool:
    if last is None or last[1] != quality:
        return False
    before = last[0]
    if isinstance(before, float) and isinstance(value, float):
        return same(before, value)
    return type(before) is type(value) and before == value
